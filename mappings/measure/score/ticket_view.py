"""A measured ticket with everything that the dimensions ask of it: who touched it, when, and its done entries."""

from collections.abc import Iterable, Sequence
from functools import cached_property
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
from mappings.measure.ticket.timeline import Timeline, first_active
from mappings.measure.ticket.work_shares import AGENCY

_SCOPE = ("summary", "description")
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
    def _touched(self) -> dict[int, list[Instant]]:
        found: dict[int, list[Instant]] = {}
        for touch in self.touches:
            found.setdefault(touch.standing.place, []).append(touch.at)
        return found

    def touched(self, place: int) -> Sequence[Instant]:
        """Return when a side, given by its place in SIDES, touched the ticket, oldest first."""
        return self._touched.get(place, ())

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
            moments[entry.number] = moments[max(moments)] if entry.confirmed else entry.at
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
    opened = first_active(work.timelines, done)
    return DoneEntry(
        entry,
        done,
        work.ticket.issue.created if opened is None else opened,
        gone,
        tuple(row for row in rows if row.objective in entry.objectives),
        2 * entry.weights[AGENCY] >= sum(entry.weights),
    )


def scope_changes(look: TicketView, *, after: Instant, until: Instant, summary: bool) -> list[Change]:
    """Return the changes of description and estimate, with `summary` of that too, in (after, until], oldest first.

    What the done transition itself changes is among them, as in (g) 3; what is mended afterwards is not.
    """
    points = look.prepared.engagement.units.field
    fields = dict.fromkeys([*(_SCOPE if summary else _SCOPE[1:]), *_EFFORT, *((points,) if points else ())])
    changes = [change for field in fields for change in look.histories.get(field, ())]
    return sorted((one for one in changes if after < one.at <= until), key=lambda one: (one.at, one.history_id))


def stood(look: TicketView, account: str | None, at: Instant, *places: int) -> bool:
    """Say whether an account stood on one of the sides, given by their place in SIDES, at an instant."""
    standing = look.prepared.affiliations.at(account, at)
    return standing is not None and standing.place in places
