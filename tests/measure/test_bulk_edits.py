"""Bulk edits: at least 20 tickets in 10 minutes by one user (measurement (f), gaming table)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.events.times import MINUTE
from mappings.measure.ticket.bulk_edits import SPAN, TICKETS, Edit, bulk_edit_sizes, crowded


def closing(tickets: int, *, seconds: int, author: str = "ada", first: int = 0) -> list[Edit]:
    return [Edit(number, first + number * seconds, author) for number in range(tickets)]


@pytest.mark.parametrize(("tickets", "seconds", "marked"), [(20, 0, 20), (19, 0, 0), (20, SPAN // 19, 20), (40, 1, 40)])
def test_twenty_tickets_in_ten_minutes_are_a_bulk_edit(tickets: int, seconds: int, marked: int) -> None:
    assert bulk_edit_sizes(closing(tickets, seconds=seconds)) == {
        (number, number * seconds): marked for number in range(tickets) if marked
    }


def test_ten_minutes_and_a_moment_are_none() -> None:
    edits = [*closing(19, seconds=0), Edit(19, SPAN + 1, "ada")]
    assert bulk_edit_sizes(edits) == {}
    assert len(bulk_edit_sizes([*edits[:-1], Edit(19, SPAN, "ada")])) == TICKETS


def test_two_people_are_no_bulk_edit_and_neither_is_one_ticket_often() -> None:
    all_edits = [*closing(12, seconds=1), *(Edit(50 + n, n, "bob") for n in range(12))]
    assert bulk_edit_sizes(all_edits) == {}
    assert bulk_edit_sizes([Edit(1, n, "ada") for n in range(50)]) == {}


def test_bots_are_no_users() -> None:
    assert bulk_edit_sizes(closing(30, seconds=1), frozenset({"ada"})) == {}


def test_what_is_not_crowded_needs_no_look() -> None:
    all_edits = [(number, number) for number in range(20)]
    assert crowded([*all_edits, (99, SPAN + 20)]) == set(all_edits)


def slow(edits: list[Edit]) -> dict[tuple[int, int], int]:
    """The same from the sentence alone: the largest stretch of ten minutes that holds the step."""
    by_key: dict[tuple[int, int], int] = {}
    for this_edit in edits:
        for begin in (edit.at for edit in edits):
            held = {e.issue_id for e in edits if e.author == this_edit.author and begin <= e.at <= begin + SPAN}
            if begin <= this_edit.at <= begin + SPAN and len(held) >= TICKETS:
                key = (this_edit.issue_id, this_edit.at)
                by_key[key] = max(len(held), by_key.get(key, 0))
    return by_key


drawn = st.builds(Edit, st.integers(1, 60), st.integers(0, 25).map(lambda n: n * MINUTE), st.sampled_from("ab"))


@settings(deadline=None)
@given(st.lists(drawn, min_size=15, max_size=90))
def test_it_is_what_the_sentence_says(edits: list[Edit]) -> None:
    assert bulk_edit_sizes(edits) == slow(edits)
