"""Tables as CSV for spreadsheets: UTF-8 with a mark of its encoding, every text quoted, no cell a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | None

# What a spreadsheet takes for a formula where the words of a cell begin with it; a number is a number.
_FORMULA = frozenset(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
# What begins a new cell for a spreadsheet that separates otherwise than we do, or does not know our quotes.
_SEPARATOR = re.compile(r"([;\t\r\n])")
# Marks the file as UTF-8: without it the commonest spreadsheet shows names with an umlaut broken.
MARK = b"\xef\xbb\xbf"


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> Iterator[bytes]:
    """Yield the lines of a table, its head first; what a row does not name is empty. Equal tables, equal bytes."""
    yield MARK + _line(columns)
    for row in rows:
        yield _line([cell_of(row.get(name)) for name in columns])


def cell_of(value: Cell) -> str:
    """Return a value as it stands in a cell: nothing is empty, and what looks like a formula begins with a quote."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else repr(value)


def guarded(text: str) -> str:
    """Return a text with a quote before each of its pieces that a spreadsheet could run as a formula."""
    first, *others = _SEPARATOR.split(text)
    mark = "'" if text.startswith(("\t", "\r")) or _looks_like_formula(text) else ""
    return mark + first + "".join(f"'{piece}" if _looks_like_formula(piece) else piece for piece in others)


def _looks_like_formula(piece: str) -> bool:
    first = next((char for char in piece if not _is_blank(char)), "")
    return first in _FORMULA


def _is_blank(char: str) -> bool:
    """Tell whether a spreadsheet skips a character: spaces, format and control characters, and the quote of CSV."""
    return char == '"' or unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cf", "Cc"}


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return text.getvalue().encode()
