"""Until when a ticket can change, and by what: the cause of its last day is named alone."""

import pytest
from msgspec.structs import replace

from connector.pages.ticket_text import Naming, reasons, settled
from mappings.events.times import DAY
from mappings.measure.model.business_calendar import Hours, calendar_of
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import Evidence, Kind
from tests.measure.builders import agree
from tests.records.test_figures import an_entry


@pytest.mark.parametrize(
    ("kinds", "days", "pending", "by"),
    [
        ((1,), 3, None, ", by comments."),
        ((), 3, None, ", by comments."),
        ((1, 2), 14, None, ", by comments or a reopening."),
        ((1,), 3, 30, ", by a confirmation of the other side."),
    ],
)
def test_what_can_still_change_a_ticket_is_named(
    kinds: tuple[Kind, ...], days: int, pending: int | None, by: str
) -> None:
    entry = an_entry()
    until = entry.at + pending * DAY if pending else None
    entry = replace(entry, kinds=kinds, changing_until=entry.at + days * DAY, retro_until=until)
    calendar = calendar_of("UTC", Hours())
    text = settled(calendar, entry, entry.at + DAY)
    assert text.startswith("This ticket can change until ")
    assert text.endswith(by)
    assert settled(calendar, entry, entry.at + 60 * DAY) == "This ticket is settled."
    # An explanation lifts it without an end.
    assert settled(calendar, entry, entry.at + 60 * DAY, is_explainable=True) == ""


@pytest.mark.parametrize(
    ("kind", "weights", "text"),
    [
        (2, (65, 0, 35), "shadowed: the agency did 50\xa0% or more of the work, and they left a trace of their own."),
        # What the agencies did less of counts as shadowed by an explanation alone.
        (2, (35, 0, 65), "shadowed: they explained back what it taught, and that was accepted."),
        (3, (35, 0, 65), "assisted: they did 50\xa0% or more of it, with help of an agency."),
        # Less than that is enough of who is named as its driver.
        (3, (65, 0, 35), "assisted: named under Drives, they did 30\xa0% or more of it, with help of an agency."),
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


def test_of_two_who_did_half_together_both_ways_to_assist_are_named() -> None:
    entry = replace(an_entry(), weights=(40, 0, 60))
    both = [Evidence("segments", account, 1, 3, 1, 1) for account in ("somebody", "another")]
    rules = Ruleset(drives=600, learner_drives=200)
    for reason in reasons(Naming(agree(), {}, rules=rules), entry, both):
        text = "they did 60\xa0% or more of it, or 20\xa0% as named under Drives, with help of an agency."
        assert reason == f"segments: an in-house person assisted: {text}"
