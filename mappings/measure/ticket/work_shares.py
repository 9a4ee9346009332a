"""Shares of the work on a ticket: by time in active statuses, by worklogs, or by whoever is named."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter, itemgetter

from msgspec import Struct, field

from mappings.events.times import EVER
from mappings.events.types import Instant, Worklog
from mappings.measure.model.affiliation import CONFLICT, UNKNOWN, AffiliationAt, Affiliations
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.cached_value import CachedValue
from mappings.measure.model.engagement import SIDES, Attribution, StatusKind
from mappings.measure.model.sweep import Sweep
from mappings.measure.model.ticket import Method
from mappings.measure.ticket.timeline import Move, StatusInterval, Timeline

AGENCY, OTHER, INHOUSE, GATEKEEPER = range(4)
UNASSIGNED = len(SIDES)

_BEGINNING: Instant = -EVER
_STARTED = attrgetter("started")


# The place of a timeline, the ticket's own first, and when an interval of it began.
Start = tuple[int, Instant]


class Tally(Struct):
    """Integers (µs or s) by side, last unassigned; in-house people's own, and agencies' by organisation.

    `first` is where each in-house person's first interval that weighs anything began.
    """

    sides: list[int] = field(default_factory=lambda: [0] * (UNASSIGNED + 1))
    people: dict[str, int] = field(default_factory=dict)
    agencies: dict[str, int] = field(default_factory=dict)
    first: dict[str, Start] = field(default_factory=dict)

    def add(self, affiliation: AffiliationAt, account: str, amount: int, start: Start) -> None:
        # Add an amount; called for every interval of every ticket, hence by position.
        self.sides[affiliation.place] += amount
        if affiliation.place == INHOUSE:
            self.people[account] = self.people.get(account, 0) + amount
            self.first[account] = min(start, self.first.get(account, start))
        elif affiliation.place <= OTHER:
            self.agencies[affiliation.org] = self.agencies.get(affiliation.org, 0) + amount

    def copy(self) -> "Tally":
        # The same amounts, to which others can be added.
        return Tally([*self.sides], {**self.people}, {**self.agencies}, {**self.first})


class Share(Struct, frozen=True):
    """The integers whose ratio the shares are, with the method they come from (measurement (g) 8)."""

    method: Method
    weights: tuple[int, ...]
    total: int
    people: Mapping[str, int] = {}
    agencies: Mapping[str, int] = {}

    @property
    def agency(self) -> int:
        """The weight of all agencies: s_A times the total (measurement (g) 10)."""
        return self.weights[AGENCY] + self.weights[OTHER]


class ActiveTime:
    """Business µs in active statuses of a ticket and its sub-tasks, by side (measurement (b), (g) 5 to 7).

    Asked for one done moment after the next: an interval is added once, when it has ended, so that all done moments of
    a ticket together cost what its intervals cost.
    """

    def __init__(self, timelines: Iterable[Timeline], calendar: Calendar, affiliations: Affiliations) -> None:
        self._calendar, self._affiliations = calendar, affiliations
        intervals = [
            (interval.start, place, interval)
            for place, timeline in enumerate(timelines)
            for interval in timeline.intervals
            if interval.kind == "active"
        ]
        self._intervals = Sweep(intervals, itemgetter(0))
        self._restart()

    def _restart(self) -> None:
        self._intervals.restart()
        self._asked, self._ended = _BEGINNING, Tally()
        self._running: list[tuple[int, StatusInterval]] = []

    def until(self, instant: Instant) -> Tally:
        # Only a ticket that was created in a done status after its first change has an earlier done moment later on.
        if instant < self._asked:
            self._restart()
        self._asked = instant
        begun = [*self._running, *((place, interval) for _, place, interval in self._intervals.take(instant - 1))]
        self._running = []
        for place, interval in begun:
            if interval.end is not None and interval.end <= instant:
                self._add(self._ended, place, interval, interval.end)
            else:
                self._running.append((place, interval))
        tally = self._ended.copy()
        for place, interval in self._running:
            self._add(tally, place, interval, instant)
        return tally

    def _add(self, tally: Tally, place: int, interval: StatusInterval, end: Instant) -> None:
        account, business = interval.assignee, self._calendar.business
        if account is None or account in self._affiliations.bots:
            tally.sides[UNASSIGNED] += business(interval.start, end)
            return
        for start, stop, affiliation in self._affiliations.span(account).cut(interval.start, end):
            time = business(start, stop)
            if time:
                tally.add(affiliation, account, time, (place, start))


class LoggedTime:
    """Seconds logged by side of the author at `started` (measurement (g) 8, b4), for one done moment after the next."""

    def __init__(self, worklogs: Iterable[Worklog], affiliations: Affiliations) -> None:
        self._affiliations = affiliations
        self._worklogs = sorted(worklogs, key=_STARTED)
        self._unread = Sweep(self._worklogs, _STARTED)
        self._asked, self._tally = _BEGINNING, Tally()

    def before(self, instant: Instant) -> Tally:
        # The seconds of worklogs that started before an instant.
        if instant < self._asked:
            self._unread.restart()
            self._tally = Tally()
        self._asked = instant
        for worklog in self._unread.take(instant - 1):
            self._add(worklog)
        return self._tally.copy()

    def _add(self, worklog: Worklog) -> None:
        affiliation = self._affiliations.at(worklog.author, worklog.started)
        if affiliation is not None and worklog.author is not None and worklog.seconds > 0:
            self._tally.add(affiliation, worklog.author, worklog.seconds, (0, worklog.started))

    @CachedValue
    def _sums(self) -> tuple[list[Instant], list[int]]:
        people = [worklog for worklog in self._worklogs if worklog.author not in self._affiliations.bots]
        sums = [0, *accumulate(worklog.seconds for worklog in people)]
        return [worklog.started for worklog in people], sums

    def seconds_before(self, instant: Instant) -> int:
        # The seconds of all people in worklogs that started before an instant (measurement (g) 2).
        if not self._worklogs:
            return 0
        starts, sums = self._sums
        return sums[bisect_left(starts, instant)]


class KindTime:
    """Business µs of one issue in one kind of status, up to any instant."""

    def __init__(self, timeline: Timeline, kind: StatusKind, calendar: Calendar) -> None:
        self._business = calendar.business
        self._intervals = [interval for interval in timeline.intervals if interval.kind == kind]
        self._starts = [interval.start for interval in self._intervals]
        ended = [interval for interval in self._intervals if interval.end is not None]
        self._before = [0, *accumulate([self._business(interval.start, interval.end or 0) for interval in ended])]

    def until(self, instant: Instant) -> int:
        place = bisect_left(self._starts, instant) - 1
        if place < 0:
            return 0
        interval = self._intervals[place]
        end = instant if interval.end is None else min(interval.end, instant)
        return self._before[place] + self._business(interval.start, end)

    def between(self, start: Instant, end: Instant) -> int:
        # The time in `[start, end)`, 0 where that is empty.
        return self.until(end) - self.until(start) if start < end else 0


def share_of(
    attribution: Attribution, *, active: Tally, logged: "LoggedTime", done: Move, affiliations: Affiliations
) -> Share:
    """Return the shares of a ticket by the first method that gives any (measurement (g) 8, b7)."""
    other: Attribution = "worklog" if attribution == "active_time" else "active_time"
    for method in (attribution, other):
        tally = active if method == "active_time" else logged.before(done.at)
        total = sum(tally.sides[:UNASSIGNED])
        if total:
            return Share(method, tuple(tally.sides[:UNASSIGNED]), total, tally.people, tally.agencies)
    return _named(done, affiliations)


def _named(done: Move, affiliations: Affiliations) -> Share:
    # The whole ticket is for whoever was its assignee at done, otherwise for whoever moved it there.
    holder = done.holder if affiliations.at(done.holder, done.at) is not None else done.heir
    assigned, moved = affiliations.at(holder, done.at), affiliations.at(done.author, done.at)
    if assigned is not None and assigned.place <= GATEKEEPER:
        return _whole("assignee", assigned, holder)
    if moved is not None and moved.place <= GATEKEEPER:
        return _whole("transition_author", moved, done.author)
    return _whole("none", CONFLICT if CONFLICT in {assigned, moved} else UNKNOWN, None)


# Few people are named on many tickets that nobody worked on in an active status.
@lru_cache(maxsize=4096)
def _whole(method: Method, affiliation: AffiliationAt, account: str | None) -> Share:
    tally = Tally()
    tally.add(affiliation, account or "", 1, (0, 0))
    return Share(method, tuple(tally.sides[:UNASSIGNED]), 1, tally.people, tally.agencies)
