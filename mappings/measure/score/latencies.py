"""The people behind a latency: those whose first touch decided it, so that few of them are shown as counts."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Window
from mappings.measure.score.reciprocity import Request, entries_into, mentions_in
from mappings.measure.score.ticket_view import TicketView
from mappings.measure.ticket.work_shares import AGENCY, GATEKEEPER, INHOUSE

# A side, by its place in SIDES, and an account of it.
Answerer = tuple[int, str]
# Returns after which moment, and until when, somebody was waited for, of what belongs to a window.
Waits = Callable[[TicketView, Window], Iterable[tuple[Instant, Instant]]]

# The components that measure how soon somebody came, and of which sides (measurement (f), works-council mode).
LATENCIES: Mapping[str, tuple[int, ...]] = {
    "reviews_in_time": (INHOUSE,),
    "questions_answered": (INHOUSE,),
    "earliness": (GATEKEEPER,),
    "crisis": (AGENCY, INHOUSE),
    "crisis_agency": (AGENCY,),
    "crisis_inhouse": (INHOUSE,),
}


def answerers(view: TicketView, component: str, window: Window) -> frozenset[Answerer]:
    """Return who came first, side by side, in each opportunity of a latency in a window, in time or late.

    Whoever was only assigned has not come, so that rather too few are counted than too many (measurement (f)).
    """
    waits = [*_WAITS[component](view, window)]
    answerers_found = (_first(view, side, *wait) for side in LATENCIES[component] for wait in waits)
    return frozenset(answerer for answerer in answerers_found if answerer is not None)


def fewest(answerers: AbstractSet[Answerer], component: str) -> int:
    """Return how many people are behind a latency: of the side with fewer, where it is of both."""
    return min(sum(side == place for place, _ in answerers) for side in LATENCIES[component])


def _first(view: TicketView, side: int, after: Instant, until: Instant) -> Answerer | None:
    touch = view.first_touch(side, after=after, until=until)
    return (side, touch.account) if touch else None


def _reviews(view: TicketView, window: Window) -> Iterable[tuple[Instant, Instant]]:
    return _asked(entries_into(view, "review"), window)


def _questions(view: TicketView, window: Window) -> Iterable[tuple[Instant, Instant]]:
    return _asked([*entries_into(view, "paused_on_client"), *mentions_in(view)], window)


def _asked(requests: Iterable[Request], window: Window) -> Iterable[tuple[Instant, Instant]]:
    return [(request.at, window.as_of) for request in requests if window.start <= request.at < window.end]


def _finished(view: TicketView, window: Window) -> Iterable[tuple[Instant, Instant]]:
    # Whoever creates a ticket has touched it, so the creation itself must lie after the start.
    created = view.ticket.issue.created - 1
    return [(created, entry.done) for entry in view.done_entries if window.start <= entry.at < window.end]


_WAITS: Mapping[str, Waits] = {
    "reviews_in_time": _reviews,
    "questions_answered": _questions,
    "earliness": _finished,
    "crisis": _finished,
    "crisis_agency": _finished,
    "crisis_inhouse": _finished,
}
