"""Whose work a ticket was: time in active statuses, or worklogs, or whoever is named."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from mappings.events.types import Instant, Worklog
from mappings.measure.model.affiliation import CONFLICT, UNKNOWN, AffiliationAt, Affiliations
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import SIDES, Attribution
from mappings.measure.model.ticket import Method
from mappings.measure.ticket.timeline import Move, Timeline

AGENCY, OTHER, INHOUSE, GATEKEEPER = range(4)
UNASSIGNED = len(SIDES)


class Tally(Struct):
    """Integers (µs or s) by side, last unassigned; in-house people's own, and agencies' by organisation.

    `first` is the start of each in-house person's first stretch that weighs anything.
    """

    sides: list[int] = field(default_factory=lambda: [0] * (UNASSIGNED + 1))
    people: dict[str, int] = field(default_factory=dict)
    agencies: dict[str, int] = field(default_factory=dict)
    first: dict[str, Instant] = field(default_factory=dict)

    def add(self, standing: AffiliationAt, account: str, amount: int, at: Instant) -> None:
        """Add an amount; called for every stretch of every ticket, hence by position."""
        self.sides[standing.place] += amount
        if standing.place == INHOUSE:
            self.people[account] = self.people.get(account, 0) + amount
            self.first.setdefault(account, at)
        elif standing.place <= OTHER:
            self.agencies[standing.org] = self.agencies.get(standing.org, 0) + amount


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


def tally_active(
    timelines: Iterable[Timeline], until: Instant, calendar: Calendar, affiliations: Affiliations
) -> Tally:
    """Add up business µs in active statuses, from creation to `until`, by side (measurement (b), (g) 5 to 7)."""
    tally = Tally()
    for line in timelines:
        for spell in line.spells:
            if spell.start >= until:
                break
            if spell.kind != "active":
                continue
            end = until if spell.end is None or spell.end > until else spell.end
            account = spell.assignee
            if account is None or account in affiliations.bots:
                tally.sides[UNASSIGNED] += calendar.business(spell.start, end)
                continue
            for start, stop, standing in affiliations.stay(account).cut(spell.start, end):
                time = calendar.business(start, stop)
                if time:
                    tally.add(standing, account, time, start)
    return tally


def tally_worklogs(worklogs: Iterable[Worklog], until: Instant, affiliations: Affiliations) -> Tally:
    """Add up the seconds logged by side of the author at `started`, before `until` (measurement (g) 8, b4)."""
    tally = Tally()
    for worklog in worklogs:
        standing = affiliations.at(worklog.author, worklog.started) if worklog.started < until else None
        if standing is not None and worklog.author is not None and worklog.seconds > 0:
            tally.add(standing, worklog.author, worklog.seconds, worklog.started)
    return tally


def paused_on_client(line: Timeline, until: Instant, calendar: Calendar) -> int:
    """Return the business µs of the ticket itself in statuses that wait for the client (b3)."""
    return sum(
        calendar.business(spell.start, until if spell.end is None else min(spell.end, until))
        for spell in line.spells
        if spell.kind == "paused_on_client" and spell.start < until
    )


def share_of(
    attribution: Attribution, *, active: Tally, worklogs: Iterable[Worklog], done: Move, affiliations: Affiliations
) -> Share:
    """Return the shares of a ticket by the first method that says anything (measurement (g) 8, b7)."""
    other: Attribution = "worklog" if attribution == "active_time" else "active_time"
    for method in (attribution, other):
        tally = active if method == "active_time" else tally_worklogs(worklogs, done.at, affiliations)
        total = sum(tally.sides[:UNASSIGNED])
        if total:
            return Share(method, tuple(tally.sides[:UNASSIGNED]), total, tally.people, tally.agencies)
    return _named(done, affiliations)


def _named(done: Move, affiliations: Affiliations) -> Share:
    """Give the whole ticket to whoever held it at done, else to whoever moved it there."""
    holder = done.holder if affiliations.at(done.holder, done.at) is not None else done.heir
    held, moved = affiliations.at(holder, done.at), affiliations.at(done.author, done.at)
    if held is not None and held.place <= GATEKEEPER:
        return _whole("assignee", held, holder)
    if moved is not None and moved.place <= GATEKEEPER:
        return _whole("transition_author", moved, done.author)
    return _whole("none", CONFLICT if CONFLICT in {held, moved} else UNKNOWN, None)


def _whole(method: Method, standing: AffiliationAt, account: str | None) -> Share:
    tally = Tally()
    tally.add(standing, account or "", 1, 0)
    return Share(method, tuple(tally.sides[:UNASSIGNED]), 1, tally.people, tally.agencies)
