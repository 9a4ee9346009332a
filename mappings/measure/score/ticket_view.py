"""A measured ticket with everything that the dimensions ask of it: who touched it, when, and its done entries."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain, pairwise
from operator import attrgetter

from msgspec import Struct

from mappings.events.types import Change, Instant
from mappings.measure.model.affiliation import AffiliationAt
from mappings.measure.model.field_history import Histories
from mappings.measure.model.ticket import Entry, Evidence, Measured, Ticket
from mappings.measure.ticket.comments import CommentCount
from mappings.measure.ticket.history import TicketHistory, read_work
from mappings.measure.ticket.ledger import project_at
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.size import OWN_NAMES
from mappings.measure.ticket.timeline import Timeline
from mappings.measure.ticket.work_shares import AGENCY, GATEKEEPER, INHOUSE, KindTime

_SUMMARY = "summary"
_SCOPE = (_SUMMARY, "description")
_EFFORT = ("timeoriginalestimate", *OWN_NAMES)
_AT = attrgetter("at")


class Touch(Struct, frozen=True):
    """A comment, worklog, change or the creation, by a person who stood somewhere then (measurement (h))."""

    at: Instant
    standing: AffiliationAt
    account: str


class DoneEntry(Struct, frozen=True):
    """A done entry: `done` is when the ticket was done, `opened` the first active instant, else the creation.

    `at` is where the ledger dates it, which differs after a late confirmation; `gone` is when it was taken back.
    """

    entry: Entry
    done: Instant
    opened: Instant
    gone: Instant | None
    evidence: tuple[Evidence, ...]
    agency_led: bool
    """Whether the engagement's agency has at least half of it (measurement (h))."""

    @property
    def at(self) -> Instant:
        """The instant to which it belongs."""
        return self.entry.at


class TicketView(Struct, frozen=True, dict=True):
    """A ticket through a lens; who touched it is put together when a component asks."""

    prepared: PreparedEngagement
    ticket: Ticket
    work: TicketHistory
    finishes: tuple[DoneEntry, ...]

    @property
    def issue_id(self) -> int:
        """The ticket's id."""
        return self.ticket.issue.issue_id

    @property
    def histories(self) -> Histories:
        """The ticket's changes by field."""
        return self.work.histories

    @property
    def line(self) -> Timeline:
        """The ticket's own timeline."""
        return self.work.own

    @property
    def said(self) -> tuple[CommentCount, ...]:
        """What people said, also on sub-tasks, oldest first."""
        return self.work.said

    @cached_property
    def touches(self) -> tuple[Touch, ...]:
        """Every touch, oldest first, comments and worklogs of sub-tasks among them (measurement (h))."""
        return tuple(sorted(_touches(self), key=_AT))

    @cached_property
    def _touches_by_side(self) -> dict[int, list[Touch]]:
        by_side: dict[int, list[Touch]] = {}
        for touch in self.touches:
            by_side.setdefault(touch.standing.place, []).append(touch)
        return by_side

    @cached_property
    def _touched(self) -> dict[int, list[Instant]]:
        return {place: [touch.at for touch in touches] for place, touches in self._touches_by_side.items()}

    def touched(self, place: int) -> Sequence[Instant]:
        """Return when a side, given by its place in SIDES, touched the ticket, oldest first."""
        return self._touched.get(place, ())

    def first_touch(self, place: int, *, after: Instant, until: Instant) -> Touch | None:
        """Return the first touch of a side in (after, until]."""
        following = bisect_right(self.touched(place), after)
        touches = self._touches_by_side.get(place, [])
        return touches[following] if following < len(touches) and touches[following].at <= until else None

    @cached_property
    def active_time(self) -> KindTime:
        """The time of the ticket itself in active statuses, whoever was assigned."""
        return KindTime(self.line, "active", self.prepared.calendar)

    def longest_gap(self, done: Instant) -> tuple[Instant, int]:
        """Return the agency's last touch before a done moment, else the creation, and the longest active time without.

        In business µs, from the creation to that touch.
        """
        touched, longest = self._agency_gaps
        place = bisect_left(touched, done)
        return (touched[place - 1], longest[place - 1]) if place else (self.ticket.issue.created, 0)

    @cached_property
    def _agency_gaps(self) -> tuple[list[Instant], list[int]]:
        created = self.ticket.issue.created
        touched = [instant for instant in self.touched(AGENCY) if instant > created]
        gaps = (self.active_time.between(*edges) for edges in pairwise((created, *touched)))
        return touched, [*accumulate(gaps, max)]

    @cached_property
    def filled_at(self) -> dict[tuple[str, Instant], bool]:
        """Whether a field held anything at an instant, as far as it was asked."""
        return {}

    @cached_property
    def sprint_changes(self) -> Sequence[Change]:
        """The changes of the sprint, oldest first: Jira names this field alike on every site."""
        found = [changes for changes in self.histories.values() if changes[0].field.casefold() == "sprint"]
        return found[0] if len(found) == 1 else sorted(chain(*found), key=attrgetter("at", "history_id", "place"))

    @cached_property
    def first_review(self) -> Instant | None:
        """When the ticket first entered a review status."""
        return min((move.at for move in self.line.moves if move.new == "review"), default=None)

    @cached_property
    def first_gatekeeper(self) -> Instant | None:
        """When a gatekeeper first touched the ticket or was first assigned to it."""
        assigned = (
            interval.start
            for interval in self.line.spells
            if stood(self, interval.assignee, interval.start, GATEKEEPER)
        )
        return min((*self.touched(GATEKEEPER)[:1], *assigned), default=None)

    @cached_property
    def first_reason(self) -> Instant | None:
        """When somebody in-house first wrote a substantive comment."""
        said = (one.at for one in self.said if one.substantive and one.standing.place == INHOUSE)
        return next(said, None)

    @cached_property
    def _scope_changes(self) -> dict[tuple[int, bool], list[Instant]]:
        """By side, and whether the summary counts: when it changed the scope, oldest first."""
        points = self.prepared.engagement.units.field
        fields = dict.fromkeys([*_SCOPE, *_EFFORT, *((points,) if points else ())])
        found: dict[tuple[int, bool], list[Instant]] = {}
        for field in fields:
            for change in self.histories.get(field, ()):
                standing = self.prepared.affiliations.at(change.author, change.at)
                for with_summary in (True, *((False,) if field != _SUMMARY else ())):
                    if standing is not None:
                        found.setdefault((standing.place, with_summary), []).append(change.at)
        return {key: sorted(instants) for key, instants in found.items()}

    def changed_scope(self, place: int, *, after: Instant, until: Instant, summary: bool) -> bool:
        """Say whether a side changed description or estimate, with `summary` that too, in (after, until].

        What the done transition itself changes is among them, as in (g) 3; what is changed afterwards is not.
        """
        instants = self._scope_changes.get((place, summary), ())
        following = bisect_right(instants, after)
        return following < len(instants) and instants[following] <= until

    def in_scope(self, instant: Instant) -> bool:
        """Say whether the ticket was in the engagement's projects and dates at an instant (measurement (g) 1)."""
        return (
            self.prepared.holds(instant)
            and project_at(self.ticket.issue, self.histories, instant) in self.prepared.projects
        )


def look_at(prepared: PreparedEngagement, ticket: Ticket, measured: Measured) -> TicketView | None:
    """Gather what the dimensions ask of a ticket; None for what does not count at all (measurement (g) 1)."""
    work = read_work(prepared, ticket)
    return None if work is None else look_into(prepared, work, measured)


def look_into(prepared: PreparedEngagement, work: TicketHistory, measured: Measured) -> TicketView:
    """Return the same of a ticket that was read already."""
    return TicketView(prepared, work.ticket, work, _finishes(work, measured) if measured.entries else ())


def _touches(look: TicketView) -> list[Touch]:
    issue, at = look.ticket.issue, look.prepared.affiliations.at
    acts = [(issue.created, issue.creator)]
    acts += [(change.at, change.author) for change in look.ticket.changes]
    acts += [(worklog.started, worklog.author) for worklog in look.work.worklogs]
    touches = [Touch(one.at, one.standing, one.author) for one in look.said]
    # The items of one history are one touch.
    for instant, account in dict.fromkeys(acts):
        standing = at(account, instant)
        if standing is not None and account is not None:
            touches.append(Touch(instant, standing, account))
    return touches


def _finishes(work: TicketHistory, measured: Measured) -> tuple[DoneEntry, ...]:
    """Join each done entry with when it was taken back and with its evidence.

    An entry that a late confirmation made anew is of the same done moment as the one before it, and their evidence is
    kept once, under the last of them (measurement (g) 11).
    """
    gone = {entry.done: entry.at for entry in measured.entries if entry.sign < 0}
    moments: dict[int, Instant] = {}
    for entry in measured.entries:
        if entry.sign > 0:
            # Entries are numbered in order, and dicts keep it: the last moment is that of the entry before.
            moments[entry.number] = moments[next(reversed(moments))] if entry.confirmed else entry.at
    rows: dict[Instant, list[Evidence]] = {}
    for row in measured.evidence:
        rows.setdefault(moments[row.entry], []).append(row)
    return tuple(
        _finish(work, entry, rows.get(done := moments[entry.number], ()), done=done, gone=gone.get(entry.number))
        for entry in measured.entries
        if entry.sign > 0
    )


def _finish(
    work: TicketHistory, entry: Entry, rows: Iterable[Evidence], *, done: Instant, gone: Instant | None
) -> DoneEntry:
    return DoneEntry(
        entry,
        done,
        work.opened_by(done),
        gone,
        tuple(row for row in rows if row.objective in entry.objectives),
        2 * entry.weights[AGENCY] >= sum(entry.weights),
    )


def stood(look: TicketView, account: str | None, at: Instant, *places: int) -> bool:
    """Say whether an account stood on one of the sides, given by their place in SIDES, at an instant."""
    standing = look.prepared.affiliations.at(account, at)
    return standing is not None and standing.place in places
