"""Marks of bulk edits: those around the tickets that are asked for, each history read once."""

from collections.abc import Collection

import pytest
from sqlalchemy import Connection, create_engine

from connector.figures import marks
from connector.figures.marks import select_bulk_of
from mappings.events.times import MINUTE
from mappings.events.types import Instant
from tests.measure.builders import lens_of

# So many tickets in ten minutes, then one long after them.
MADE = [*((number, number * MINUTE // 4) for number in range(40)), (99, 600 * MINUTE)]


@pytest.mark.parametrize("asked", [{0, 5, 39}, {99}, set(range(40))])
def test_histories_around_what_is_asked_for_are_read_once(monkeypatch: pytest.MonkeyPatch, asked: set[int]) -> None:
    reads: list[int] = []

    def moves(
        _: Connection, __: int, tickets: Collection[int], *, start: Instant, end: Instant
    ) -> set[tuple[int, Instant, str]]:
        reads.extend(tickets)
        return {(ticket, at, "ann") for ticket, at in MADE if ticket in tickets and start <= at <= end}

    monkeypatch.setattr(marks, "select_status_changes", moves)
    wanted, prepared = {step for step in MADE if step[0] in asked}, lens_of()
    with create_engine("sqlite://").connect() as connection:
        whole = select_bulk_of(connection, 1, prepared, MADE)
        reads.clear()
        sizes = select_bulk_of(connection, 1, prepared, MADE, asked=wanted)
    assert sizes == {step: size for step, size in whole.items() if step in wanted}
    assert len(reads) == len(set(reads))
