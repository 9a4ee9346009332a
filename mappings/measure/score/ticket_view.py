"""A measured ticket as the dimensions read it: who touched it when, and its done entries."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from operator import attrgetter

from msgspec import Struct

from mappings.events.types import Change, Instant
from mappings.measure.model.affiliation import AffiliationAt
from mappings.measure.model.cached_value import CachedValue
from mappings.measure.model.field_history import Histories
from mappings.measure.model.ticket import Entry, Evidence, Measured, Ticket
from mappings.measure.ticket.comments import CommentCount
from mappings.measure.ticket.history import TicketHistory
from mappings.measure.ticket.ledger import project_at
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.size import OWN_NAMES
from mappings.measure.ticket.timeline import Timeline
from mappings.measure.ticket.work_shares import AGENCY, GATEKEEPER, INHOUSE, KindTime

_SUMMARY = "summary"
_SCOPE = (_SUMMARY, "description")
_EFFORT = ("timeoriginalestimate", *OWN_NAMES)
_AT = attrgetter("at")


class Touch(Struct, frozen=True, gc=False):
    """A comment, worklog, change or the creation, by a person with an affiliation then (measurement (h))."""

    at: Instant
    affiliation: AffiliationAt
    account: str


class DoneEntry(Struct, frozen=True, gc=False):
    """A done entry: `done` is when the ticket was done, `opened` the first active instant, else the creation.

    `at` is where the ledger dates it, which differs after a late confirmation; `gone` is when it was taken back.
    """

    entry: Entry
    done: Instant
    opened: Instant
    gone: Instant | None
    evidence: tuple[Evidence, ...]
    # Whether the engagement's agency has at least half of it (measurement (h)).
    agency_led: bool

    @property
    def at(self) -> Instant:
        return self.entry.at


class TicketView(Struct, frozen=True, dict=True):
    """A ticket as the dimensions see it; who touched it is put together when a component asks."""

    prepared: PreparedEngagement
    ticket: Ticket
    history: TicketHistory
    done_entries: tuple[DoneEntry, ...]

    @property
    def issue_id(self) -> int:
        return self.ticket.issue.issue_id

    @property
    def histories(self) -> Histories:
        return self.history.histories

    @property
    def line(self) -> Timeline:
        return self.history.own

    @property
    def comment_counts(self) -> tuple[CommentCount, ...]:
        return self.history.comment_counts

    @CachedValue
    def touches(self) -> tuple[Touch, ...]:
        # Every touch, oldest first, comments and worklogs of sub-tasks among them (measurement (h)).
        return tuple(sorted(_touches(self), key=_AT))

    @CachedValue
    def _touches_by_side(self) -> dict[int, list[Touch]]:
        by_side: dict[int, list[Touch]] = {}
        for touch in self.touches:
            by_side.setdefault(touch.affiliation.place, []).append(touch)
        return by_side

    @CachedValue
    def _touched(self) -> dict[int, list[Instant]]:
        return {place: [touch.at for touch in touches] for place, touches in self._touches_by_side.items()}

    def touched(self, place: int) -> Sequence[Instant]:
        return self._touched.get(place, ())

    def first_touch(self, place: int, *, after: Instant, until: Instant) -> Touch | None:
        # The first touch of a side in (after, until].
        following = bisect_right(self.touched(place), after)
        touches = self._touches_by_side.get(place, [])
        return touches[following] if following < len(touches) and touches[following].at <= until else None

    @CachedValue
    def active_time(self) -> KindTime:
        return KindTime(self.line, "active", self.prepared.calendar)

    def longest_gap(self, done: Instant) -> tuple[Instant, int]:
        # The agency's last touch before a done moment, else the creation, and the longest active time without.
        # In business µs, from the creation to that touch.
        touched, longest = self._agency_gaps
        place = bisect_left(touched, done)
        return (touched[place - 1], longest[place - 1]) if place else (self.ticket.issue.created, 0)

    @CachedValue
    def _agency_gaps(self) -> tuple[list[Instant], list[int]]:
        created = self.ticket.issue.created
        touched = [instant for instant in self.touched(AGENCY) if instant > created]
        gaps = (self.active_time.between(*edges) for edges in pairwise((created, *touched)))
        return touched, [*accumulate(gaps, max)]

    @CachedValue
    def filled_at(self) -> dict[tuple[str, Instant], bool]:
        return {}

    @CachedValue
    def sprint_changes(self) -> Sequence[Change]:
        # The changes of the sprint, oldest first: Jira names this field alike on every site.
        histories = [changes for changes in self.histories.values() if changes[0].field.casefold() == "sprint"]
        return (
            histories[0]
            if len(histories) == 1
            else sorted(chain(*histories), key=attrgetter("at", "history_id", "place"))
        )

    @CachedValue
    def first_review(self) -> Instant | None:
        return min((move.at for move in self.line.moves if move.new == "review"), default=None)

    @CachedValue
    def first_gatekeeper(self) -> Instant | None:
        assigned = (
            interval.start
            for interval in self.line.intervals
            if is_on_side(self, interval.assignee, interval.start, GATEKEEPER)
        )
        return min((*self.touched(GATEKEEPER)[:1], *assigned), default=None)

    @CachedValue
    def first_reason(self) -> Instant | None:
        reasons = (
            comment.at
            for comment in self.comment_counts
            if comment.substantive and comment.affiliation.place == INHOUSE
        )
        return next(reasons, None)

    @CachedValue
    def _scope_changes(self) -> dict[tuple[int, bool], list[Instant]]:
        points = self.prepared.engagement.units.field
        fields = dict.fromkeys([*_SCOPE, *_EFFORT, *((points,) if points else ())])
        instants_by_side: dict[tuple[int, bool], list[Instant]] = {}
        for field in fields:
            for change in self.histories.get(field, ()):
                affiliation = self.prepared.affiliations.at(change.author, change.at)
                for with_summary in (True, *((False,) if field != _SUMMARY else ())):
                    if affiliation is not None:
                        instants_by_side.setdefault((affiliation.place, with_summary), []).append(change.at)
        return {key: sorted(instants) for key, instants in instants_by_side.items()}

    def changed_scope(self, place: int, *, after: Instant, until: Instant, summary: bool) -> bool:
        # Whether a side changed description or estimate, with `summary` that too, in (after, until].
        # What the done transition itself changes is among them, as in (g) 3; what is changed afterwards is not.
        instants = self._scope_changes.get((place, summary), ())
        following = bisect_right(instants, after)
        return following < len(instants) and instants[following] <= until

    def in_scope(self, instant: Instant) -> bool:
        # Whether the ticket was in the engagement's projects and dates at an instant (measurement (g) 1).
        return (
            self.prepared.includes(instant)
            and project_at(self.ticket.issue, self.histories, instant) in self.prepared.projects
        )


def view_history(prepared: PreparedEngagement, history: TicketHistory, measured: Measured) -> TicketView:
    return TicketView(prepared, history.ticket, history, _finishes(history, measured) if measured.entries else ())


def _touches(view: TicketView) -> list[Touch]:
    issue, at = view.ticket.issue, view.prepared.affiliations.at
    acts = [(issue.created, issue.creator)]
    acts += [(change.at, change.author) for change in view.ticket.changes]
    acts += [(worklog.started, worklog.author) for worklog in view.history.worklogs]
    touches = [Touch(comment.at, comment.affiliation, comment.author) for comment in view.comment_counts]
    # The items of one history are one touch.
    for instant, account in dict.fromkeys(acts):
        affiliation = at(account, instant)
        if affiliation is not None and account is not None:
            touches.append(Touch(instant, affiliation, account))
    return touches


def _finishes(history: TicketHistory, measured: Measured) -> tuple[DoneEntry, ...]:
    # Join each done entry with when it was taken back and with its evidence.
    # An entry that a late confirmation made anew is of the same done moment as the one before it, and their evidence
    # is kept once, under the last of them (measurement (g) 11).
    reversed_at = {entry.done: entry.at for entry in measured.entries if entry.sign < 0}
    moments: dict[int, Instant] = {}
    for entry in measured.entries:
        if entry.sign > 0:
            # Entries are numbered in order, and dicts keep it: the last moment is that of the entry before.
            moments[entry.number] = moments[next(reversed(moments))] if entry.confirmed else entry.at
    rows: dict[Instant, list[Evidence]] = {}
    for row in measured.evidence:
        rows.setdefault(moments[row.entry], []).append(row)
    return tuple(
        _finish(
            history,
            entry,
            rows.get(done := moments[entry.number], ()),
            done=done,
            reversed_at=reversed_at.get(entry.number),
        )
        for entry in measured.entries
        if entry.sign > 0
    )


def _finish(
    history: TicketHistory, entry: Entry, rows: Iterable[Evidence], *, done: Instant, reversed_at: Instant | None
) -> DoneEntry:
    return DoneEntry(
        entry,
        done,
        history.opened_by(done),
        reversed_at,
        tuple(row for row in rows if row.objective in entry.objectives),
        2 * entry.weights[AGENCY] >= sum(entry.weights),
    )


def is_on_side(view: TicketView, account: str | None, at: Instant, *places: int) -> bool:
    affiliation = view.prepared.affiliations.at(account, at)
    return affiliation is not None and affiliation.place in places
