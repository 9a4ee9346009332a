"""The issue property that mirrors a ticket's objectives: its name, its hash, and the status that is made of it."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

PROPERTY = "teachback"
# The module of the descriptor whose closed title shows a status (Atlassian: Connect, issue context).
CONTEXT_MODULE = "teachback-context"


def status_property(app_key: str) -> str:
    """Return the key of the property from which Jira makes the status beside the title of the issue context."""
    return f"com.atlassian.jira.issue:{app_key}:{CONTEXT_MODULE}:status"


def status_of(value: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Return the status of a ticket, of what its property says to everybody: the buckets, else how many objectives."""
    buckets = value.get("bucket", ())
    if buckets:
        label = ", ".join(buckets)
        return {"type": "lozenge", "value": {"label": label[:1].upper() + label[1:], "type": "default"}}
    return {"type": "badge", "value": {"label": str(len(value.get("objectives", ())))}}


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
