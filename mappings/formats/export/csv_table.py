"""CSV tables for spreadsheets: UTF-8 with a byte order mark, every text quoted, no formulas."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | None

# A spreadsheet runs a text that begins with one of these as a formula; numbers are written as numbers.
_FORMULA = frozenset(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
# These begin a new cell in a spreadsheet with other separators, or one that ignores quotes.
_SEPARATOR = re.compile(r"([;\t\r\n])")
# The byte order mark: without it Excel shows umlauts broken.
MARK = b"\xef\xbb\xbf"
# What the last row says of a file that could not be written to its end.
UNFINISHED = "This file is incomplete: not all of it could be read. Export it again."


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> Iterator[bytes]:
    """Yield the lines of a table, head first; cells missing in a row are empty. Equal tables give equal bytes."""
    yield MARK + _line(columns)
    for row in rows:
        yield csv_line(columns, row)


def csv_line(columns: Sequence[str], row: Mapping[str, Cell]) -> bytes:
    return _line([cell_of(row.get(name)) for name in columns])


def cell_of(value: Cell) -> str:
    """Return the text of a cell: None is empty, and what looks like a formula begins with a quote."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape_formulas(value) if isinstance(value, str) else repr(value)


@lru_cache(maxsize=4096)
def escape_formulas(text: str) -> str:
    """Return a text with a quote before each piece that a spreadsheet could run as a formula."""
    # Kept: a large file has the same few names, kinds and days in most of its cells.
    first, *others = _SEPARATOR.split(text)
    mark = "'" if text.lstrip(" \n").startswith(("\t", "\r")) or _looks_like_formula(text) else ""
    return mark + first + "".join(f"'{piece}" if _looks_like_formula(piece) else piece for piece in others)


def _looks_like_formula(piece: str) -> bool:
    first = next((char for char in piece if not _is_blank(char)), "")
    return first in _FORMULA


def _is_blank(char: str) -> bool:
    # Spreadsheets skip spaces, format and control characters, and the quote of CSV.
    return char == '"' or unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cf", "Cc"}


def _line(cells: Sequence[str]) -> bytes:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    return (",".join(quoted) + "\r\n").encode()
