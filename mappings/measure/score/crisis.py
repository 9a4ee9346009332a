"""D6: who shows up when things go wrong; the cause is never asked."""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from operator import attrgetter

from msgspec import Struct

from mappings.events.times import MINUTE
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import calendar_of
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.score.signal_match import matches
from mappings.measure.score.ticket_view import DoneEntry, TicketView, is_on_side
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE

_START = attrgetter("start")
_SOON, _STAYED, _LEARNED = Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)


class Presence(Struct, frozen=True):
    """A side in an incident: its first touch and how long that took, None where it never touched it; what it did."""

    first: Instant | None
    waited: int | None
    soon: bool
    stayed: bool
    learned: bool

    @property
    def x(self) -> Fraction:
        return _SOON * self.soon + _STAYED * self.stayed + _LEARNED * self.learned


class Incident(Struct, frozen=True):
    """Both sides in an incident."""

    agency: Presence
    inhouse: Presence

    @property
    def x(self) -> Fraction:
        return (self.agency.x + self.inhouse.x) / 2


def crisis(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in crisis_reasons(view)]


def crisis_reasons(view: TicketView) -> list[tuple[Opportunity, Incident | Presence]]:
    """D6: done tickets matched by `signals.incidents`; x = the mean of both sides; each is counted beside it (h)."""
    if not matches(view.prepared.engagement.signals.incidents, view.ticket):
        return []
    opportunities: list[tuple[Opportunity, Incident | Presence]] = []
    for entry in view.done_entries:
        both = both_sides(view, entry)
        shown: dict[str, Incident | Presence] = {
            "crisis": both,
            "crisis_agency": both.agency,
            "crisis_inhouse": both.inhouse,
        }
        opportunities += [
            (Opportunity(key, view.issue_id, entry.at, reason.x, gone=entry.gone), reason)
            for key, reason in shown.items()
        ]
    return opportunities


def both_sides(view: TicketView, entry: DoneEntry) -> Incident:
    # What the agency and what the in-house team did in an incident; both are shown.
    return Incident(_shown_up(view, entry, AGENCY), _shown_up(view, entry, INHOUSE))


def _shown_up(view: TicketView, entry: DoneEntry, side: int) -> Presence:
    created, done = view.ticket.issue.created, entry.done
    touched = view.touched(side)
    by_done = bisect_right(touched, done)
    first = touched[0] if by_done else None
    waited = None if first is None else _waited(view, first)
    soon = waited is not None and waited <= view.prepared.ruleset.crisis_minutes * MINUTE
    # The last touch decides: where it lies before the last quarter, all do.
    late = by_done > 0 and 4 * (touched[by_done - 1] - created) >= 3 * (done - created)
    stayed = late or _held_at(view, entry, side)
    learned = matches(view.prepared.engagement.signals.incident_review, view.ticket)
    return Presence(first, waited, soon, stayed, learned)


def _waited(view: TicketView, first: int) -> int:
    # The time from creation to the first touch inside `on_call`, which is always where it is not given.
    created, on_call = view.ticket.issue.created, view.prepared.engagement.on_call
    if on_call is None:
        return first - created
    return calendar_of(view.prepared.engagement.zone, on_call).business(created, first)


def _held_at(view: TicketView, entry: DoneEntry, side: int) -> bool:
    # Whether the ticket was a side's when it was done, before what that transition sets, as in (g) 8.
    intervals = view.line.intervals
    # Where none began before, the last: a ticket that was created in done has one alone.
    place = bisect_left(intervals, entry.done, key=_START) - 1
    return is_on_side(view, intervals[place].assignee, entry.done, side)
