"""Tables as CSV for spreadsheets: UTF-8 with a mark of its encoding, numbers as they are, no cell a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula where the words of a cell begin with it; a number is a number."""
MARK = b"\xef\xbb\xbf"
"""Tells a spreadsheet that the file is UTF-8: without it names with an umlaut are broken in the commonest one."""


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> Iterator[bytes]:
    """Yield the lines of a table, its head first; what a row does not name is empty. Equal tables, equal bytes."""
    yield MARK + _line(columns)
    for row in rows:
        yield _line([cell_of(row.get(name)) for name in columns])


def cell_of(value: Cell) -> str:
    """Return a value as it stands in a cell: nothing is empty, words that look like a formula begin with a quote."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" \n").startswith(_FORMULA) else value
    return repr(value)


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
