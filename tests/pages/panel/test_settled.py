"""Until when a ticket can change, and by what: the cause of its last day is named alone."""

import pytest
from msgspec.structs import replace

from connector.pages.ticket_text import Naming, reasons, settled
from mappings.events.times import DAY
from mappings.measure.model.business_calendar import Hours, calendar_of
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
    ("kind", "text"),
    [
        (3, "assisted: they drove at least half of it, with help of an agency."),
        (4, "was independent: they drove at least half of it, without help of an agency."),
        (
            5,
            "teaches: they mentored another in-house person who drove it, without help of an agency.",
        ),
    ],
)
def test_a_reason_is_a_sentence_of_whom_it_is_about(kind: Kind, text: str) -> None:
    evidence = Evidence("segments", "somebody", 1, kind, 1, 1)
    (reason,) = reasons(Naming(agree(), {}), [evidence])
    assert reason == f"segments: an in-house person {text}"
