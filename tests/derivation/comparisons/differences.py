"""Holding a shipped report against a derived one: every key, numbers to a billionth."""

from typing import Any

from tests.derivation.jira_json import microseconds


def differences(derived: Any, shipped: Any, path: str = "") -> list[str]:
    """One line for each place where two answers differ."""
    if isinstance(derived, dict) and isinstance(shipped, dict):
        lost = [f"{path}: {name} only in one" for name in sorted(derived.keys() ^ shipped.keys())]
        shared_names = (name for name in derived if name in shipped)
        return lost + [
            line for name in shared_names for line in differences(derived[name], shipped[name], f"{path}.{name}")
        ]
    if isinstance(derived, list) and isinstance(shipped, list):
        lost = [] if len(derived) == len(shipped) else [f"{path}: {len(derived)} and {len(shipped)} rows"]
        pairs = enumerate(zip(derived, shipped, strict=False))
        return lost + [line for n, pair in pairs for line in differences(*pair, f"{path}[{n}]")]
    if path.endswith((".at", ".disputed.since", ".disputed.until")) and isinstance(shipped, str):
        shipped = microseconds(shipped)
    return [] if is_same(derived, shipped) else [f"{path}: derived {derived!r}, shipped {shipped!r}"]


def is_same(derived: Any, shipped: Any) -> bool:
    """Equal; a float to a billionth, and to a billionth of itself where it is large."""
    if isinstance(shipped, float) and isinstance(derived, float | int) and not isinstance(derived, bool):
        return abs(derived - shipped) <= 1e-9 * max(1.0, abs(shipped))
    return bool(derived == shipped)
