"""One's own rows as a file: readable by a program and by a spreadsheet, which computes nothing in it."""

import csv
import io
import json
import re
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from mappings.formats.export.ladder import OwnRow, own_csv, own_json

ROW = OwnRow("signature", "Design", "GROW-1", "signed Helped", "agency", date(2026, 7, 2), None, "well done")


def read(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_both_forms_have_the_same_columns_and_days() -> None:
    whole = json.loads(own_json({"account": "ada"}, [ROW]))
    assert whole == {"format": "teachback-own/1", "account": "ada", "rows": read(own_csv([ROW]))}
    assert (whole["rows"][0]["since"], whole["rows"][0]["until"]) == ("2026-07-02", "")


def without_guards(text: str) -> str:
    """Take off the quote that stands before each piece that a spreadsheet would begin a cell with."""
    return re.sub(r"(^|[;\t\r\n])'", r"\1", text)


@example(";=")
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
def test_whatever_somebody_wrote_comes_back_and_is_no_formula(words: str) -> None:
    (row,) = read(own_csv([OwnRow("signature", words=words)]))
    assert without_guards(row["words"]) == without_guards(words)
    assert not row["words"].startswith(("=", "+", "-", "@", "\t", "\r"))
