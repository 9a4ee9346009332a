"""Texts, numbers and dates in the reader's language; English for whoever says nothing."""

from datetime import date
from decimal import Decimal

import pytest
from markupsafe import Markup

from connector.text import ago, count, day, days, number, percent
from mappings.translation import (
    ENGLISH,
    Texts,
    choose_locale,
    decimal_text,
    fill_places,
    formula_number,
    gettext,
    in_english,
    in_locale,
    list_text,
    mark,
    read_decimal,
)

GERMAN = choose_locale(["de-DE"])


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["de-DE", "en"], "de_DE"), (["de_CH"], "de_CH"), (["en-GB", "de"], "en"), (["fr", "de"], "de"), (["fr"], "en"),
        ([], "en"), (["", "*", "../../etc", "d" * 500, "xx-YY-zz"], "en"), (["zh-Hant-TW", "de-AT"], "de_AT"),
    ],
)  # fmt: skip
def test_the_first_language_that_there_is_is_chosen(tags: list[str], expected: str) -> None:
    assert str(choose_locale(tags)) == expected


def test_numbers_and_dates_are_written_as_the_reader_writes_them() -> None:
    first, last = date(2026, 7, 1), date(2026, 7, 31)
    english = [number(1234.5), percent(0.125), day(first), days(first, last), count(1200, "ticket"), ago(7200)]
    assert english == ["1,234.5", "13\N{NO-BREAK SPACE}%", "1 Jul", "1 to 31 Jul 2026", "1,200 tickets", "2 hours ago"]
    with in_locale(GERMAN):
        german = [number(1234.5), percent(0.125), day(first), days(first, last), count(1200, "ticket"), ago(7200)]
    assert german == [
        "1.234,5", "13\N{NO-BREAK SPACE}%", "1. Juli", "1. bis 31. Juli 2026", "1.200 Tickets", "vor 2 Stunden"
    ]  # fmt: skip
    with in_locale(choose_locale(["de-CH"])):
        assert number(1234.5) == "1'234.5"


@pytest.mark.parametrize("locale", [ENGLISH, GERMAN])
@pytest.mark.parametrize("value", ["0", "-0.0", "7.5", "-1234.56", "1200", "100"])
def test_a_printed_number_reads_back(locale: object, value: str) -> None:
    with in_locale(choose_locale([str(locale)])):
        assert read_decimal(decimal_text(Decimal(value))) == Decimal(value)


def test_a_list_has_no_comma_before_its_last_part() -> None:
    assert [list_text(["a", "b", "c"]), list_text(["a", "b"], "or"), list_text(["a"])] == ["a, b and c", "a or b", "a"]
    with in_locale(GERMAN):
        assert list_text(["a", "b", "c"]) == "a, b und c"


def test_a_table_is_read_in_the_readers_language_and_a_file_is_english() -> None:
    table = Texts({"taught": mark("Taught")})
    with in_locale(GERMAN):
        assert table["taught"] != "Taught"
        assert in_english(lambda: table["taught"])() == "Taught"
        assert gettext("100 % of nothing that is in a catalog") == "100 % of nothing that is in a catalog"
    assert table["taught"] == "Taught"


def test_a_number_of_a_formula_has_the_decimal_sign_of_the_language() -> None:
    assert formula_number(0.456, ".2f") == "0.46"
    with in_locale(choose_locale(["de-DE"])):
        assert (formula_number(0.456, ".2f"), formula_number(3)) == ("0,46", "3")


def test_a_place_that_ends_with_a_full_stop_ends_the_sentence() -> None:
    assert fill_places("until %(day)s.", {"day": "27. Nov."}) == "until 27. Nov."
    assert fill_places("until %(day)s. Then %(name)s.", {"day": "27 Nov", "name": "Acme"}) == "until 27 Nov. Then Acme."
    assert fill_places(Markup("<b>%(name)s</b> until %(day)s."), {"name": "<i>", "day": "27. Nov."}) == Markup(
        "<b>&lt;i&gt;</b> until 27. Nov."
    )
