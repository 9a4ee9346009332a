"""PostgreSQL's text of an array, as a parameter of one statement for many rows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Boolean, Integer, LargeBinary
from sqlalchemy.types import TypeEngine, UserDefinedType

Write: TypeAlias = Callable[[Any], str]


def array_text(values: Iterable[Any], write: Write) -> str:
    """Return the text of an array whose elements `write` writes; None is NULL."""
    # The driver writes an array element by element through a pattern: ten times as slow, and far slower for bytes.
    return "{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}"


def writer_of(kind: TypeEngine[Any]) -> Write:
    """Return how an element of a column's type is written."""
    return next((write for known, write in _WRITERS.items() if isinstance(kind, known)), write_text)


def write_text(value: Any) -> str:
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_bytes(value: bytes) -> str:
    return '"\\\\x' + value.hex() + '"'


def write_truth(value: object) -> str:
    return "t" if value else "f"


_WRITERS: Mapping[type[TypeEngine[Any]], Write] = {Integer: str, Boolean: write_truth, LargeBinary: write_bytes}


class Array(UserDefinedType[str]):
    """An array given as its text; `kind` is the type of its elements in PostgreSQL's words."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        return f"{self.kind}[]"
