"""Strict readers of JSON values: a wrong type is refused with its path."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeAlias

import msgspec

from mappings.events.errors import UnreadableBody
from mappings.events.names import clean_text
from mappings.events.times import read_time
from mappings.events.types import Account, Instant

Shape: TypeAlias = Mapping[str, Any]
# The accounts in a body, by account id; filled while it is read.
Accounts: TypeAlias = dict[str, Account]

_LARGEST = (1 << 63) - 1
# Seconds of one worklog, about three years: hours are summed in billionths, and a column has 63 bits.
_LONGEST_WORK = 100_000_000
# The byte order mark of UTF-8, which Windows tools write.
_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_NAME, _LONGEST_ID = 255, 64
_KINDS = ("atlassian", "app", "customer")
# Nested objects and arrays: documents of Jira have some dozen, and our readers work at this depth.
_DEEPEST = 200
_ALL_BUT_OPENING = bytes(set(range(256)) - set(b"{["))
_decode = msgspec.json.Decoder().decode


def read_json(raw: bytes | bytearray) -> Any:
    """Decode a UTF-8 body, with or without a byte order mark.

    Raises UnreadableBody for another encoding, for what is not JSON, cut off, or nested too deeply.
    """
    raw = raw.removeprefix(_MARK)
    value = _decode_text(raw)
    # Most bodies have fewer objects and arrays than that altogether, which one pass over the bytes counts.
    if len(raw.translate(None, _ALL_BUT_OPENING)) > _DEEPEST:
        require_shallow(value)
    return value


def require_shallow(value: Any) -> None:
    """Raise UnreadableBody for what is nested deeper than any body of Jira's."""
    # Level by level: recursion would itself fail, at a depth that differs between releases of Python.
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise UnreadableBody("nested too deeply")


def _decode_text(raw: bytes | bytearray) -> Any:
    try:
        return _decode(raw)
    except (msgspec.MsgspecError, ValueError):
        return _decode_repaired(raw)
    except RecursionError:
        raise UnreadableBody("nested too deeply") from None


def _decode_repaired(raw: bytes | bytearray) -> Any:
    if raw.startswith(_WIDE_MARKS) or raw[1:2] == b"\0" or raw[:1] == b"\0":
        raise UnreadableBody("UTF-16, not UTF-8")
    try:
        raw.decode()
    except UnicodeDecodeError:
        raise UnreadableBody("not UTF-8") from None
    try:
        if b"\\ud" not in raw and b"\\uD" not in raw:
            raise UnreadableBody("not JSON, or cut off")
        # Half of an emoji, which Jira leaves where it shortens a text.
        return _decode(json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise UnreadableBody("nested too deeply") from None
    except (msgspec.MsgspecError, ValueError):
        raise UnreadableBody("not JSON, or cut off") from None


def refuse(value: object, reason: str, path: str, name: str) -> NoReturn:
    """Raise UnreadableBody for a value: `reason`, or that it is missing."""
    raise UnreadableBody("missing" if value is None else reason, f"{path}.{name}" if path and name else path or name)


def check_object(value: object, field: str) -> Shape:
    if isinstance(value, dict):
        return value
    raise UnreadableBody("missing" if value is None else "not an object", field)


# Each of the following takes the object, the name in it and the object's own path, which are joined only for an error.


def read_object(shape: Shape, name: str, path: str) -> Shape:
    value = shape.get(name)
    return value if isinstance(value, dict) else refuse(value, "not an object", path, name)


def read_optional(shape: Shape, name: str, path: str) -> Shape | None:
    value = shape.get(name)
    return value if value is None or isinstance(value, dict) else refuse(value, "not an object", path, name)


def read_array(shape: Shape, name: str, path: str) -> Sequence[Any]:
    # An array; a missing one is empty.
    value = shape.get(name)
    if isinstance(value, list):
        return value
    return () if value is None else refuse(value, "not an array", path, name)


def read_id(shape: Shape, name: str, path: str) -> int:
    # An id, which Jira writes as text or as a number.
    value = number = shape.get(name)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        number = int(value)
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _LARGEST:
        return number
    return refuse(value, "not an id", path, name)


def read_text(shape: Shape, name: str, path: str) -> str | None:
    # A text, or a number as text, as every database accepts it.
    value = shape.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else clean_text(value)
    # A tuple here and in other readers: `int | float` is made anew each time, which takes three times as long.
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return refuse(value, "not a text", path, name)


def read_name(shape: Shape, name: str, path: str) -> str | None:
    text = read_text(shape, name, path)
    # No longer than Jira's own, so that it fits every database's column.
    return text if text is None or len(text) <= _LONGEST_NAME else refuse(text, "too long", path, name)


def read_short_id(shape: Shape, name: str, path: str) -> str | None:
    text = read_text(shape, name, path)
    return text if text is None or len(text) <= _LONGEST_ID else refuse(text, "too long", path, name)


def read_needed(shape: Shape, name: str, path: str) -> str:
    return read_name(shape, name, path) or refuse(None, "missing", path, name)


def read_instant(shape: Shape, name: str, path: str) -> Instant:
    value = shape.get(name)
    try:
        return read_time(value)
    except (ValueError, OverflowError):
        pass
    return refuse(value, "not a time", path, name)


def read_seconds(shape: Shape, name: str, path: str) -> int:
    """Return a duration in whole seconds, not negative and not longer than work can be."""
    value = number = shape.get(name)
    if isinstance(value, float) and value.is_integer():
        number = int(value)
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _LONGEST_WORK:
        return number
    return refuse(value, "not seconds", path, name)


def read_account(shape: Shape, name: str, path: str, *, accounts: Accounts) -> str | None:
    """Return a person's account id (on Data Center the key or name), and add the account to `accounts`."""
    value = shape.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        return refuse(value, "not an object", path, name)
    account_id = value.get("accountId") or value.get("key") or value.get("name")
    if not account_id:
        return None
    if not isinstance(account_id, str) or len(account_id) > _LONGEST_NAME or clean_text(account_id) != account_id:
        return refuse(account_id, "not an account", path, name)
    if account_id not in accounts:
        kind = value.get("accountType")
        kind = kind if kind in _KINDS else "atlassian"
        accounts[account_id] = Account(account_id, kind, value.get("active") is not False, _user_name(value))
    return account_id


def _user_name(person: Shape) -> str | None:
    # The name by which mentions on Data Center refer to an account that is a key.
    name = person.get("name")
    if person.get("accountId") or not person.get("key") or not isinstance(name, str) or name == person["key"]:
        return None
    return name if 0 < len(name) <= _LONGEST_NAME and clean_text(name) == name else None
