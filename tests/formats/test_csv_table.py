"""A table as a spreadsheet reads it: its words are words, its numbers numbers, and nothing is a formula."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.formats.export.csv_table import MARK, cell_of, csv_lines

SNEAKY = (
    "x;=1+cmd|' /C calc'!A0", "x\t=1", "x\n+1", "a; \N{NO-BREAK SPACE}@SUM(A1)", "\N{NO-BREAK SPACE}=1",
    "\N{ZERO WIDTH SPACE}=1", "\N{FULLWIDTH EQUALS SIGN}1", "\N{FULLWIDTH PLUS SIGN}1", "\N{FULLWIDTH HYPHEN-MINUS}1",
    "\N{FULLWIDTH COMMERCIAL AT}A1", 'x;"=1"',
)  # fmt: skip
"""Formulas for a spreadsheet that separates by ;, or skips more than spaces."""
DANGEROUS = ("=1+1", "+49 221", "-2+3", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "  =1", "\n=1", "\n\tx")
Cells = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())


def read(source: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(source.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("message", DANGEROUS)
def test_words_that_look_like_a_formula_are_words(message: str) -> None:
    cell = read(b"".join(csv_lines(["a"], [{"a": message}])))[1][0]
    assert cell.startswith("'")
    assert cell.replace("'", "") == message.replace("'", "")


@pytest.mark.parametrize("text", SNEAKY)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_f8_no_cell_is_a_formula_whatever_separates(text: str, separator: str) -> None:
    line = b"".join(csv_lines(["a"], [{"a": text}])).decode("utf-8-sig").split("\r\n", 1)[1]
    quoted = next(csv.reader(io.StringIO(line, newline=""), delimiter=separator))
    bare = line.replace("\r", "\n").replace("\n", separator).split(separator)
    for cell in (*quoted, *bare):
        start = "".join(char for char in cell if char.isprintable() and not char.isspace() and char != '"')
        assert not unicodedata.normalize("NFKC", start).startswith(("=", "+", "-", "@")), cell


def test_every_text_is_quoted() -> None:
    assert b"".join(csv_lines(["a"], [{"a": "b"}])) == MARK + b'"a"\r\n"b"\r\n'


@pytest.mark.parametrize(("value", "message"), [(-3.5, "-3.5"), (-2, "-2"), (0.1, "0.1"), (None, ""), (True, "true")])
def test_numbers_stay_numbers(value: float | None, message: str) -> None:
    assert cell_of(value) == message


def test_the_file_says_that_it_is_utf8() -> None:
    assert b"".join(csv_lines(["Größe"], [])) == MARK + '"Größe"\r\n'.encode()


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), Cells), max_size=6))
def test_no_cell_begins_as_a_formula_and_none_is_lost(rows: list[dict[str, str | float | bool | None]]) -> None:
    made = read(b"".join(csv_lines(["a", "b", "c"], rows)))
    assert [len(line) for line in made] == [3] * (len(rows) + 1)
    for row, cells in zip(rows, made[1:], strict=True):
        for name, cell in zip(("a", "b", "c"), cells, strict=True):
            assert cell == cell_of(row.get(name))
            assert not isinstance(row.get(name), str) or not cell.lstrip(" \n").startswith(tuple("=+-@\t\r"))
