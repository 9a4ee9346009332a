"""The issue property that mirrors a ticket's objectives: its name and the hash that identifies a value."""

import json
from collections.abc import Mapping
from hashlib import sha256

PROPERTY = "teachback"


def value_hash(value: object) -> str:
    """Return the hash of a value, the same for any order of its keys."""
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        # Anybody may write the property, but nothing of ours is nested so deeply.
        text = "nested too deeply"
    return sha256(text.encode()).hexdigest()


def read_mirrored(answer: Mapping[str, object]) -> str | None:
    """Return the hash of a ticket's property as REST gave it, "" for none, None where it was not asked for."""
    properties = answer.get("properties")
    if not isinstance(properties, Mapping):
        return None
    return value_hash(properties[PROPERTY]) if PROPERTY in properties else ""
