"""What changed between two frozen quarters, in the words of the change test."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.statistics import half_width
from mappings.measure.score.composite import compare
from mappings.measure.score.window import Verdict, verdict_of

Keys = dict[str, Any]
# A count needs no test.
Word: TypeAlias = Verdict | Literal["counted"]
HOLDERS: Mapping[str, int] = {"not covered": 0, "single holder": 1, "covered": 2}


def share_verdict(before: Mapping[str, Any], now: Mapping[str, Any], rules: Ruleset) -> Verdict | None:
    """Return how the taught share changed, from the intervals of both; None where one is not published."""
    if not (before["published"] and now["published"]):
        return None
    return verdict_of(compare(_estimate(before, rules), _estimate(now, rules), rules))


def _estimate(share: Mapping[str, Any], rules: Ruleset) -> tuple[float, float]:
    return share["value"], (share["high"] - share["low"]) / 2 / half_width(rules.interval)


def exit_verdict(before: Mapping[str, Any], now: Mapping[str, Any], figure: str) -> Verdict | None:
    """Return how exit coverage changed: only where an objective gained or lost a holder, never by demand alone."""
    values = before["exit_coverage"][figure], now["exit_coverage"][figure]
    if None in values:
        return None
    then, today = _holders(before), _holders(now)
    steps = [today[key] - then[key] for key in then.keys() & today.keys()]
    if values[1] > values[0] and any(step > 0 for step in steps):
        return "up"
    return "down" if values[1] < values[0] and any(step < 0 for step in steps) else "no clear change"


def _holders(report: Mapping[str, Any]) -> dict[str, int]:
    return {row["key"]: HOLDERS[row["coverage"]] for row in report["objectives"]}


def changes_since(before: Mapping[str, Any], now: Mapping[str, Any], rules: Ruleset) -> list[Keys]:
    """Return the figures of two reports side by side. Both must be cut to what the reader may see."""
    change = share_verdict(before["taught_share"], now["taught_share"], rules)
    rows: list[tuple[str, Any, Any, Word | None]] = [
        ("taught_share", *_values(before, now, "taught_share", "value"), change),
        *(("units." + key, *_values(before, now, "units", key), "counted") for key in ("agency", "handed_over")),
    ]
    if "exit_coverage" in before and "exit_coverage" in now:
        rows += [
            (f"exit_coverage.{key}", *_values(before, now, "exit_coverage", key), exit_verdict(before, now, key))
            for key in ("two_holders", "one_holder")
        ]
    return [{"key": key, "before": then, "now": today, "verdict": verdict} for key, then, today, verdict in rows]


def _values(before: Mapping[str, Any], now: Mapping[str, Any], section: str, name: str) -> tuple[Any, Any]:
    return before[section][name], now[section][name]
