"""Jira writes times in several ways; all of them are one instant."""

import pytest

from mappings.events.times import read_time

NINE = 1_772_438_400_000_000


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-02T09:00:00.000+0100",
        "2026-03-02T08:00:00.000+0000",
        "2026-03-02T08:00:00.000Z",
        "2026-03-02T08:00:00Z",
        "2026-03-02T13:30:00.000+05:30",
        "2026-03-01T22:00:00.000-1000",
        1_772_438_400_000,
        1_772_438_400,
        1_772_438_400.0,
        "1772438400000",
    ],
)
def test_every_form_is_the_same_instant(value: object) -> None:
    assert read_time(value) == NINE


def test_milliseconds_are_kept() -> None:
    assert read_time("2026-03-02T09:00:00.123+0100") == read_time(1_772_438_400_123) == NINE + 123_000


@pytest.mark.parametrize(
    "value", [None, True, "", "soon", "2026-03-02", "2026-13-02T09:00:00.000+0100", -1, 10**20, float("nan"), [], {}]
)
def test_anything_else_is_no_time(value: object) -> None:
    with pytest.raises(ValueError, match="not a time"):
        read_time(value)


def test_a_time_without_an_offset_is_taken_only_where_asked_for() -> None:
    assert read_time("2026-03-02 08:00:00,000", local=True) == NINE
    with pytest.raises(ValueError, match="offset"):
        read_time("2026-03-02 08:00:00,000")
