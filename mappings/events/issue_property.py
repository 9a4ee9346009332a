"""The issue property that mirrors a ticket's objectives: its name, and how a value of it is known again."""

import json
from collections.abc import Mapping
from hashlib import sha256

PROPERTY = "teachback"


def value_hash(value: object) -> str:
    """Return the hash by which a value is known, however its keys are ordered."""
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        # Anybody may write the property, but nothing of ours is nested so deeply.
        text = "nested too deeply"
    return sha256(text.encode()).hexdigest()


def read_mirrored(answer: Mapping[str, object]) -> str | None:
    """Return the hash of what a ticket holds as REST gives it, "" for nothing, None where it was not asked for."""
    held = answer.get("properties")
    if not isinstance(held, Mapping):
        return None
    return value_hash(held[PROPERTY]) if PROPERTY in held else ""
