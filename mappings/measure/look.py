"""A measured ticket with everything that the dimensions ask of it: who touched it, when, and its done entries."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from mappings.events.vocabulary import Change, Instant
from mappings.measure.affiliation import Standing
from mappings.measure.comments import Said, weigh_comments
from mappings.measure.histories import Histories, histories_of
from mappings.measure.ledger import is_counted_level, project_at
from mappings.measure.lens import Lens
from mappings.measure.shares import AGENCY
from mappings.measure.ticket import Entry, Evidence, Measured, Ticket
from mappings.measure.timeline import Timeline, first_active, timeline_of

_SCOPE = ("summary", "description")
_EFFORT = ("timeoriginalestimate",)


class Touch(Struct, frozen=True):
    """A comment, worklog, change or the creation, by a person who stood somewhere then (measurement (h))."""

    at: Instant
    standing: Standing
    account: str


class Finish(Struct, frozen=True):
    """A done entry: `gone` is when it was taken back, `opened` the first active instant, else the creation."""

    entry: Entry
    opened: Instant
    gone: Instant | None
    evidence: tuple[Evidence, ...]

    @property
    def done(self) -> Instant:
        """The done moment."""
        return self.entry.done_at

    @property
    def agency_led(self) -> bool:
        """Whether the engagement's agency has at least half of it (measurement (h))."""
        return 2 * self.entry.weights[AGENCY] >= sum(self.entry.weights)


class Look(Struct, frozen=True):
    """A ticket through a lens; `touches` oldest first, comments and worklogs of sub-tasks among them."""

    lens: Lens
    ticket: Ticket
    histories: Histories
    line: Timeline
    touches: tuple[Touch, ...]
    said: tuple[Said, ...]
    finishes: tuple[Finish, ...]

    @property
    def issue_id(self) -> int:
        """The ticket's id."""
        return self.ticket.issue.issue_id

    def in_scope(self, instant: Instant) -> bool:
        """Say whether the ticket was in the engagement's projects and dates at an instant (measurement (g) 1)."""
        return self.lens.holds(instant) and project_at(self.ticket.issue, self.histories, instant) in self.lens.projects


def look_at(lens: Lens, ticket: Ticket, measured: Measured) -> Look | None:
    """Gather a ticket's touches and done entries; None for what does not count at all (measurement (g) 1)."""
    if not is_counted_level(ticket.issue):
        return None
    histories = histories_of(ticket.changes)
    line = timeline_of(ticket.issue, histories, lens.statuses)
    parts = (ticket, *ticket.subtasks)
    lines = [line, *(timeline_of(one.issue, histories_of(one.changes), lens.statuses) for one in ticket.subtasks)]
    comments = [comment for one in parts for comment in one.comments]
    said = weigh_comments(comments, lens.affiliations, lens.ruleset)
    touches = tuple(sorted(_touches(lens, ticket, said), key=lambda touch: touch.at))
    return Look(lens, ticket, histories, line, touches, said, _finishes(ticket, measured, lines))


def _touches(lens: Lens, ticket: Ticket, said: Iterable[Said]) -> list[Touch]:
    issue = ticket.issue
    logged = [worklog for one in (ticket, *ticket.subtasks) for worklog in one.worklogs]
    acts = [(issue.created, issue.creator)]
    acts += [(change.at, change.author) for change in ticket.changes]
    acts += [(worklog.started, worklog.author) for worklog in logged]
    touches = [Touch(one.at, one.standing, one.author) for one in said]
    for at, account in acts:
        standing = lens.affiliations.at(account, at)
        if standing is not None and account is not None:
            touches.append(Touch(at, standing, account))
    return touches


def _finishes(ticket: Ticket, measured: Measured, lines: Sequence[Timeline]) -> tuple[Finish, ...]:
    gone: Mapping[int, Instant] = {entry.done: entry.at for entry in measured.entries if entry.sign < 0}
    finishes = []
    for entry in measured.entries:
        if entry.sign > 0:
            opened = first_active(lines, entry.done_at)
            rows = tuple(row for row in measured.evidence if row.entry == entry.number)
            start = ticket.issue.created if opened is None else opened
            finishes.append(Finish(entry, start, gone.get(entry.number), rows))
    return tuple(finishes)


def scope_changes(look: Look, *, after: Instant, before: Instant, summary: bool) -> list[Change]:
    """Return the changes of description and estimate, with `summary` of that too, in (after, before), oldest first."""
    fields = [*(_SCOPE if summary else _SCOPE[1:]), *_EFFORT]
    points = look.lens.engagement.units.field
    fields += [points] if points is not None else []
    changes = [change for field in fields for change in look.histories.get(field, ())]
    return sorted((one for one in changes if after < one.at < before), key=lambda one: (one.at, one.history_id))


def stood(look: Look, account: str | None, at: Instant, *places: int) -> bool:
    """Say whether an account stood on one of the sides, given by their place in SIDES, at an instant."""
    standing = look.lens.affiliations.at(account, at)
    return standing is not None and standing.place in places
