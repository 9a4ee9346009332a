"""Two quarters side by side in a review: amounts only of whole quarters, rates only of enough."""

from datetime import date

import pytest
from msgspec.structs import replace

from mappings.formats.review.changes import LEAST, rate_verdict
from mappings.formats.review.pack import _is_whole
from tests.measure.builders import agree

QUARTER = {"from": "2026-07-01", "to": "2026-10-01"}


@pytest.mark.parametrize(
    ("starts", "ends", "whole"),
    [
        (date(2026, 7, 1), None, True),
        (date(2026, 7, 2), None, False),
        # An engagement ends before the day that its file names.
        (date(2026, 1, 1), date(2026, 10, 1), True),
        (date(2026, 1, 1), date(2026, 9, 30), False),
    ],
)
def test_a_quarter_is_whole_where_the_engagement_ran_from_its_first_day_to_its_last(
    starts: date, ends: date | None, *, whole: bool
) -> None:
    assert _is_whole(replace(agree(), starts=starts, ends=ends), QUARTER) is whole


def test_a_rate_of_too_few_is_not_compared() -> None:
    """One experiment that was not won is no quarter from which any other could have risen."""
    assert rate_verdict((0, LEAST - 1), (4, 11)) is None
    assert rate_verdict((4, 11), (0, LEAST - 1)) is None
    assert rate_verdict((0, 40), (30, 40)) == "up"
