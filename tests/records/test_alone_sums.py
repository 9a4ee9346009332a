"""Tickets that somebody did alone, by sums of days: as many as all entries and evidence have, row by row."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, text

from mappings.events.times import DAY, HOUR
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Hours
from mappings.measure.model.ticket import Entry, Evidence, Measured
from mappings.records.figures.alone_sums import count_alone
from mappings.records.figures.entries import StoredEntry
from mappings.records.sql.scope import Scope
from tests.measure.builders import ZONE, at
from tests.records.test_figures import an_entry
from webhooks.alone_sums import save_alone_changes

CALENDAR = Calendar(ZONE, Hours())
FIRST = date(2026, 3, 25)
Figures = tuple[list[Entry], list[Evidence]]


def drawn(chosen: random.Random) -> Figures:
    """A ticket that is done, opened again and confirmed at random, by people alone and with others."""
    now, done, entries, rows = at(str(FIRST)), 0, [], []
    for number in range(chosen.choice((0, 1, 1, 2, 3, 5))):
        now += chosen.choice((0, 1, HOUR, 11 * HOUR, DAY, 2 * DAY))
        if not number % 2:
            # What is confirmed is done as of the moment before.
            done = done if done and chosen.random() < 0.4 else now
            for objective in chosen.sample(("ab", "seo"), chosen.choice((0, 1, 2))):
                kinds = [chosen.choice((3, 4, 4)) for _ in range(chosen.choice((1, 2)))]
                rows += [Evidence(objective, f"p{i}", number, kind, done, done) for i, kind in enumerate(kinds)]
        entries.append(replace(an_entry(), number=number, sign=-1 if number % 2 else 1, at=now, done_at=done))
    return entries, rows


def one_by_one(figures: dict[int, Figures], objective: str, first: date, after: date) -> int:
    start, end = CALENDAR.midnight(first), CALENDAR.midnight(after)
    return sum(
        any(
            row.kind == 4
            and row.objective == objective
            and start <= row.at < end
            and not any(entry.number == row.entry + 1 and entry.at < end for entry in entries)
            for row in rows
        )
        for entries, rows in figures.values()
    )


@pytest.mark.parametrize("seed", range(4))
def test_sums_of_days_are_what_rows_tell(connection: Connection, ours: int, seed: int) -> None:
    scope, chosen, stored = Scope(connection, ours, "growth", 1), random.Random(seed), {}
    for issue in (*range(30), *range(20)):
        before, figures = stored.get(issue, ([], [])), drawn(chosen)
        save(scope, {issue: before}, {issue: figures})
        stored[issue] = figures
    for begin in range(-1, 9):
        for length in (1, 2, 5, 20):
            first, after = FIRST + timedelta(days=begin), FIRST + timedelta(days=begin + length)
            counts = count_alone(scope, first.toordinal(), after.toordinal())
            for objective in ("ab", "seo"):
                assert counts.get(objective, 0) == one_by_one(stored, objective, first, after)
    save(scope, stored, {issue: ([], []) for issue in stored})
    assert connection.execute(text("SELECT * FROM opportunity_sum")).all() == []


def save(scope: Scope, before: dict[int, Figures], after: dict[int, Figures]) -> None:
    stored: Any = {issue: [StoredEntry(entry) for entry in entries] for issue, (entries, _) in before.items()}
    rows = {issue: rows for issue, (_, rows) in before.items()}
    measured = {issue: Measured(issue, tuple(entries), tuple(rows)) for issue, (entries, rows) in after.items()}
    save_alone_changes(scope, CALENDAR, (stored, rows), measured)
