"""What is frozen: each week and quarter once it is over, with no gap after a standstill, and nothing of before."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from mappings.measure.period.snapshot_spans import KINDS, Span, due_spans, span_of
from tests.measure.builders import agree

ONE = agree(starts=date(2026, 2, 10), ends=None)


def ends(kind: str, latest: date, today: date, engagement=ONE) -> list[date]:
    return [span.end for span in due_spans(engagement, kind, latest, today)]


def test_a_quarter_is_due_on_the_first_day_after_it() -> None:
    assert ends("quarter", date(2026, 7, 1), date(2026, 9, 30)) == []
    assert due_spans(ONE, "quarter", date(2026, 7, 1), date(2026, 10, 1)) == (
        Span("quarter", date(2026, 7, 1), date(2026, 10, 1)),
    )


def test_a_week_is_due_on_monday() -> None:
    assert ends("week", date(2026, 11, 16), date(2026, 11, 22)) == []
    assert due_spans(ONE, "week", date(2026, 11, 16), date(2026, 11, 23)) == (
        Span("week", date(2026, 11, 16), date(2026, 11, 23)),
    )


def test_a_standstill_leaves_no_gap() -> None:
    assert ends("week", date(2026, 11, 2), date(2026, 11, 25)) == [date(2026, 11, day) for day in (9, 16, 23)]
    assert ends("quarter", date(2026, 4, 1), date(2027, 1, 2)) == [
        date(2026, 7, 1),
        date(2026, 10, 1),
        date(2027, 1, 1),
    ]


def test_at_first_it_is_due_what_ends_after_the_engagement_was_recorded() -> None:
    recorded = date(2026, 11, 10)
    assert ends("quarter", recorded, date(2026, 11, 25)) == []
    assert ends("quarter", recorded, date(2027, 1, 1)) == [date(2027, 1, 1)]
    assert ends("week", recorded, date(2026, 11, 25)) == [date(2026, 11, 16), date(2026, 11, 23)]


def test_nothing_is_due_before_the_engagement_or_after_it() -> None:
    assert ends("quarter", date(2025, 11, 1), date(2026, 3, 31)) == []
    assert ends("quarter", date(2025, 11, 1), date(2026, 4, 1)) == [date(2026, 4, 1)]
    over = agree(starts=date(2026, 2, 10), ends=date(2026, 8, 1))
    assert ends("quarter", date(2026, 7, 1), date(2027, 1, 2), over) == [date(2026, 10, 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_day_it_is_looked_at_each_period_is_frozen_once(kind: str) -> None:
    latest, all_spans = ONE.starts, []
    for day in range(0, 800, 11 if kind == "quarter" else 5):
        spans = due_spans(ONE, kind, latest, date(2026, 3, 1) + timedelta(days=day))
        all_spans += spans
        latest = spans[-1].end if spans else latest
    assert all(before.end == after.first for before, after in pairwise(all_spans))
    assert all(span == span_of(kind, span.first) for span in all_spans)
    assert len(all_spans) > 7
