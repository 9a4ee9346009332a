"""The pieces that every body is made of, each read strictly: a wrong type is refused with its place."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from mappings.events.refusals import UnreadableBody
from mappings.events.times import read_time
from mappings.events.vocabulary import Account, Instant

Shape: TypeAlias = Mapping[str, Any]
Accounts: TypeAlias = dict[str, Account]
"""Who a body speaks of, by account id; filled while it is read."""

_LARGEST_ID = (1 << 63) - 1
_decode = msgspec.json.Decoder().decode


def read_json(raw: bytes | bytearray) -> Any:
    """Decode a body. Raises UnreadableBody for what is no JSON, cut off, or nested beyond sense."""
    try:
        return _decode(raw)
    except (msgspec.MsgspecError, ValueError):
        return _read_mended(raw)
    except RecursionError:
        raise UnreadableBody("nested too deeply") from None


def _read_mended(raw: bytes | bytearray) -> Any:
    """Decode a body with half of a cut emoji in it, which Jira writes where it shortens a text, or refuse it."""
    try:
        if b"\\ud" not in raw and b"\\uD" not in raw:
            raise UnreadableBody("not JSON, or cut off")
        return _decode(json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "replace"))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise UnreadableBody("not JSON, or cut off") from None


def read_object(value: object, field: str) -> Shape:
    """Return an object, or refuse what is none."""
    if isinstance(value, dict):
        return value
    raise UnreadableBody("missing" if value is None else "not an object", field)


def read_optional(value: object, field: str) -> Shape | None:
    """Return an object or None, or refuse what is neither."""
    return None if value is None else read_object(value, field)


def read_array(value: object, field: str) -> Sequence[Any]:
    """Return an array; a missing one is empty."""
    if isinstance(value, list):
        return value
    if value is None:
        return ()
    raise UnreadableBody("not an array", field)


def read_id(value: object, field: str) -> int:
    """Return an id, which Jira writes as text here and as a number there."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_ID:
        return value
    raise UnreadableBody("missing" if value is None else "not an id", field)


def read_text(value: object, field: str) -> str | None:
    """Return a text, also of a number; NUL is left out, since no database takes it."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise UnreadableBody("not a text", field)


def read_needed(value: object, field: str) -> str:
    """Return a text that must be there."""
    text = read_text(value, field)
    if not text:
        raise UnreadableBody("missing", field)
    return text


def read_instant(value: object, field: str) -> Instant:
    """Return a time, or refuse what is none."""
    if value is None:
        raise UnreadableBody("missing", field)
    try:
        return read_time(value)
    except (ValueError, OverflowError):
        raise UnreadableBody("not a time", field) from None


def read_seconds(value: object, field: str) -> int:
    """Return a duration in whole seconds, none below zero."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_ID:
        return value
    raise UnreadableBody("missing" if value is None else "not seconds", field)


def read_account(value: object, accounts: Accounts, field: str) -> str | None:
    """Return a person's account id, on Data Center the key or name, and note the account."""
    if value is None:
        return None
    shape = read_object(value, field)
    account_id = read_text(shape.get("accountId") or shape.get("key") or shape.get("name"), field)
    if not account_id:
        return None
    if account_id not in accounts:
        kind = shape.get("accountType")
        accounts[account_id] = Account(
            account_id, kind if isinstance(kind, str) and kind else "atlassian", shape.get("active") is not False
        )
    return account_id
