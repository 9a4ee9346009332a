"""The issue property that mirrors a ticket's objectives: its name, and how a value of it is known again."""

import json
from hashlib import sha256

PROPERTY = "teachback"


def value_hash(value: object) -> str:
    """Return the hash by which a value is known, however its keys are ordered."""
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
