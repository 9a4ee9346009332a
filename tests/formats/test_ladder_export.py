"""One's own rows as a file: readable by a program and by a spreadsheet, which computes nothing in it."""

import csv
import io
import json
import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappings.formats.export.csv_table import UNFINISHED
from mappings.formats.export.ladder import OwnRow, own_csv, own_json, unfinished_csv, unfinished_json

ROW = OwnRow("signature", "Design", "GROW-1", "signed Helped", "agency", date(2026, 7, 2), None, "well done")


def read(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_both_forms_have_the_same_columns_and_days() -> None:
    whole = json.loads(b"".join(own_json({"account": "ada"}, [ROW])))
    assert whole == {"format": "teachback-own/1", "account": "ada", "rows": read(b"".join(own_csv({}, [ROW])))}
    assert (whole["rows"][0]["since"], whole["rows"][0]["until"]) == ("2026-07-02", "")


@given(st.lists(st.builds(OwnRow, st.text(max_size=9), words=st.text(max_size=20), since=st.dates()), max_size=4))
def test_json_row_by_row_is_that_of_all_at_once(rows: list[OwnRow]) -> None:
    head = {"account": "ada", "day": "2026-07-02"}
    plain = [{name: str(getattr(row, name) or "") for name in OwnRow.__struct_fields__} for row in rows]
    whole = json.dumps({"format": "teachback-own/1", **head, "rows": plain}, ensure_ascii=False, indent=1) + "\n"
    assert b"".join(own_json(head, rows)) == whole.encode()


def test_a_file_that_was_broken_off_says_so_and_is_no_whole_json() -> None:
    begun = list(own_json({}, [ROW, ROW]))[:-1]
    with pytest.raises(json.JSONDecodeError):
        json.loads(b"".join((*begun, unfinished_json())))
    whole = json.loads(b"".join((*begun, unfinished_json(), b"]}")))
    rows = read(b"".join((*own_csv({}, [ROW, ROW]), unfinished_csv())))
    assert whole["rows"] == rows
    assert (rows[-1]["what"], rows[-1]["words"]) == ("incomplete", UNFINISHED)


def without_guards(text: str) -> str:
    """Take off the quote that stands before each piece that a spreadsheet would begin a cell with."""
    return re.sub(r"(^|[;\t\r\n])'", r"\1", text)


@example(";=")
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
def test_whatever_somebody_wrote_comes_back_and_is_no_formula(words: str) -> None:
    (row,) = read(b"".join(own_csv({}, [OwnRow("signature", words=words)])))
    assert without_guards(row["words"]) == without_guards(words)
    assert not row["words"].startswith(("=", "+", "-", "@", "\t", "\r"))
