"""The report as a table holds what the JSON holds: each value once, each ledger entry a line."""

import csv
import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mappings.formats.report.csv_report import report_csv
from mappings.formats.report.json_report import for_agency, report
from tests.formats.test_report import example, review, shared

FRONT = ["section", "figure", "value", "id", "key", "entry", "at", "units", "method", "shares.agency"]


def table(whole: dict[str, Any]) -> list[dict[str, str]]:
    source = b"".join(report_csv(whole)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(source, newline="")))


def leaves(value: Any, place: str = "") -> dict[str, str]:
    """Every single value below a place, as a cell says it; told apart by another way than the shipped one's."""
    if isinstance(value, dict):
        by_key = {}
        for name, inner in value.items():
            by_key |= leaves(inner, f"{place}.{name}".lstrip("."))
        return by_key
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return leaves({item["key"]: {k: v for k, v in item.items() if k != "key"} for item in value}, place)
    if isinstance(value, list):
        return {place: " ".join(value)}
    return {place: "" if value is None else value if isinstance(value, str) else json.dumps(value)}


def test_every_figure_is_a_line() -> None:
    whole = report(review(example()))
    by_key = {".".join(filter(None, (row["section"], row["figure"]))): row["value"]
            for row in table(whole) if row["section"] != "issues"}  # fmt: skip
    assert by_key == leaves({name: value for name, value in whole.items() if name != "issues"})
    assert by_key["units.taught"] == "13.0"


def test_every_ledger_entry_is_a_line_with_all_it_has() -> None:
    whole = report(review([*example(), shared(4, "8", agency=3, inhouse=1).role("ben", "learner", "2026-07-08")]))
    rows = [row for row in table(whole) if row["section"] == "issues"]
    assert len(rows) == len(whole["issues"]) > 3
    for row, issue in zip(rows, whole["issues"], strict=True):
        assert {name: row[name] for name in leaves(issue)} == leaves(issue)


def test_the_columns_are_the_same_without_a_ticket() -> None:
    full, empty = (list(table(report(review(stories)))[0]) for stories in (example(), []))
    assert full == empty
    assert full[: len(FRONT)] == FRONT


def test_an_agencys_table_has_one_column_for_the_rest() -> None:
    rows = table(for_agency(report(review(example()))))
    assert all(row["shares.rest"] for row in rows if row["section"] == "issues")
    assert not [row for row in rows if row["shares.other"] or row["shares.unknown"] or row["shares.conflict"]]


def test_what_is_not_published_or_not_told_is_empty() -> None:
    whole = report(review(example()[:1]))
    whole["issues"] = [row | {"active_hours": None} for row in whole["issues"]]
    rows = table(whole)
    assert next(row["value"] for row in rows if (row["section"], row["figure"]) == ("taught_share", "value")) == ""
    assert "active_hours" not in rows[0]
    assert rows[-1]["active_hours.agency"] == rows[-2]["active_hours.agency"] == ""


@given(st.text(max_size=12))
def test_no_name_of_anybody_makes_a_formula(name: str) -> None:
    whole = {"engagement": name, "objectives": [{"key": name, "coverage": name}], "issues": [{"key": name}]}
    for row in csv.reader(io.StringIO(b"".join(report_csv(whole)).decode("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))]
