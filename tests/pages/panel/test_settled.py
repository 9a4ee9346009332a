"""Until when a ticket can change, and by what: each cause with its own day."""

from datetime import UTC, datetime
from typing import Literal

import pytest
from msgspec.structs import replace

from connector.pages.ticket_reason import reason_of
from connector.pages.ticket_text import Naming, reasons, settled
from mappings.events.times import DAY, SECOND
from mappings.measure.model.business_calendar import Hours, calendar_of
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Evidence, Kind, Method
from tests.measure.builders import agree
from tests.records.test_figures import an_entry

FIRST_OF_MARCH = int(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()) * SECOND
COMMENTS = "Comments count until 4 Mar"
REOPENED = "reopening until 15 Mar takes the evidence back."
CONFIRMED = "A confirmation of the other side counts until 31 Mar."
SETTLED = "What it shows of people is settled"


@pytest.mark.parametrize(
    ("kinds", "pending", "sign", "after", "text"),
    [
        ((1,), None, 1, 1, f"{COMMENTS}."),
        ((), None, 1, 1, f"{COMMENTS}."),
        ((1, 2), None, 1, 1, f"{COMMENTS}; a {REOPENED}"),
        ((1, 2), None, 1, 4, f"A {REOPENED}"),
        ((1, 2), None, -1, 1, f"{COMMENTS}."),
        ((1,), 30, 1, 1, f"{COMMENTS}. {CONFIRMED}"),
        ((1,), 30, 1, 4, CONFIRMED),
        ((1, 2), 30, 1, 1, f"{COMMENTS}; a {REOPENED} {CONFIRMED}"),
        ((1, 2), 30, 1, 60, f"{SETTLED}; opened again it takes back what it gave."),
        ((1, 2), None, -1, 60, f"{SETTLED}."),
    ],
)
def test_what_can_still_change_a_ticket_is_named_by_what_is_not_over(
    kinds: tuple[Kind, ...], pending: int | None, sign: Literal[1, -1], after: int, text: str
) -> None:
    """It named one day for comments and a reopening, of which comments were over 11 days before."""
    done = FIRST_OF_MARCH
    days = 14 if sign > 0 and 2 in kinds else 3
    until = done + pending * DAY if pending else None
    entry = replace(an_entry(), sign=sign, kinds=kinds, changing_until=done + days * DAY, retro_until=until)
    calendar = calendar_of("UTC", Hours())
    assert settled(calendar, DEFAULT, entry, done + after * DAY) == text
    # An explanation lifts it without an end.
    assert settled(calendar, DEFAULT, entry, done + 60 * DAY, is_explainable=True) == ""


@pytest.mark.parametrize(
    ("kind", "weights", "text"),
    [
        (
            2,
            (65, 0, 35),
            (
                "shadowed: the agency did 50\xa0% or more of the work, and they had a role or the review and left "
                "a trace, commented on 2 days, did 10\xa0% of it or logged 30 minutes."
            ),
        ),
        # What the agencies did less of counts as shadowed by an explanation alone.
        (2, (35, 0, 65), "shadowed: they explained back what it taught, and that was accepted."),
        (3, (35, 0, 65), "was assisted: they did 50\xa0% or more of it, with help of an agency."),
        # Less than that is enough of who is named as its driver.
        (3, (65, 0, 35), "was assisted: named under Drives, they did 30\xa0% or more of it, with help of an agency."),
        (4, (0, 0, 1), "was independent: they did 50\xa0% or more of it, without help of an agency."),
        (5, (0, 0, 1), "teaches: they mentored another in-house person who drove it, without help of an agency."),
    ],
)
def test_a_reason_is_a_sentence_of_whom_it_is_about(kind: Kind, weights: tuple[int, ...], text: str) -> None:
    evidence = Evidence("segments", "somebody", 1, kind, 1, 1)
    entry = replace(an_entry(), weights=weights)
    (reason,) = reasons(Naming(agree(), {}), entry, [evidence])
    assert reason == f"segments: an in-house person {text}"
    own = Naming(agree(), {"somebody": "Sam"}, viewer="somebody")
    (reason,) = reasons(own, entry, [evidence])
    assert reason.startswith("segments: you ")
    assert "they" not in reason
    # Whoever was helped did not help.
    assert "you assisted" not in reason


def test_of_two_who_did_half_together_both_ways_to_assist_are_named() -> None:
    entry = replace(an_entry(), weights=(40, 0, 60))
    both = [Evidence("segments", account, 1, 3, 1, 1) for account in ("somebody", "another")]
    rules = Ruleset(drives=600, learner_drives=200)
    for reason in reasons(Naming(agree(), {}, rules=rules), entry, both):
        text = "they did 60\xa0% or more of it, or 20\xa0% as named under Drives, with help of an agency."
        assert reason == f"segments: an in-house person was assisted: {text}"


@pytest.mark.parametrize(
    ("method", "is_open", "others", "own", "rule"),
    [
        (
            "assignee",
            True,
            (
                "nobody has worked on it yet; an in-house person, as its assignee, would count as who drove it "
                "(independent)"
            ),
            "nobody has worked on it yet; as its assignee you would count as who drove it (independent)",
            "you count as independent: as no work on it counts, all of it is its assignee’s, without help of an agency",
        ),
        (
            "assignee",
            False,
            "done in-house; an in-house person, as its assignee, counts as who drove it (independent)",
            "done in-house; as its assignee you count as who drove it (independent)",
            "you count as independent: as no work on it counts, all of it is its assignee’s, without help of an agency",
        ),
        (
            "transition_author",
            False,
            "done in-house; an in-house person, as who finished it, counts as who drove it (independent)",
            "done in-house; as who finished it you count as who drove it (independent)",
            (
                "you count as independent: as no work on it counts, all of it is yours, who finished it, without help "
                "of an agency"
            ),
        ),
        (
            "active_time",
            True,
            "worked on in-house; an in-house person drove it without help (independent)",
            "worked on in-house; you drove it without help (independent)",
            "you were independent: you did 50\xa0% or more of it, without help of an agency",
        ),
    ],
)
def test_who_has_a_ticket_without_work_on_it_is_not_said_to_have_driven_it(
    method: Method, is_open: bool, others: str, own: str, rule: str
) -> None:
    evidence = Evidence("segments", "somebody", 1, 4, 1, 1)
    entry = replace(an_entry(), weights=(0, 0, 1), method=method, objectives=("segments",), kinds=(4,))
    viewer = Naming(agree(), {"somebody": "Sam"}, viewer="somebody")
    assert reason_of(Naming(agree(), {}), entry, [evidence], is_open=is_open) == others
    assert reason_of(viewer, entry, [evidence], is_open=is_open) == own
    assert reasons(viewer, entry, [evidence]) == [f"segments: {rule}."]
