"""The timeline of a ticket: its assignees and kinds of status over time, and its moves between kinds."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec import Struct

from mappings.events.types import Change, Instant, Issue
from mappings.measure.model.engagement import StatusKind
from mappings.measure.model.field_history import Histories
from mappings.measure.model.status_kinds import Statuses

_PLACE = attrgetter("at", "history_id", "place")


class StatusInterval(Struct, frozen=True, gc=False):
    """A stretch `[start, end)` with one assignee in one kind of status; `end` None is still going on."""

    start: Instant
    end: Instant | None
    assignee: str | None
    kind: StatusKind


class Move(Struct, frozen=True, gc=False):
    """A change of status; `holder` had the ticket before the history that made it, `heir` after."""

    at: Instant
    author: str | None
    old: StatusKind
    new: StatusKind
    holder: str | None
    heir: str | None
    history_id: int = 0


class Timeline(Struct, frozen=True, gc=False):
    """The intervals and moves of one issue, oldest first. The first move, from none, is its creation."""

    intervals: tuple[StatusInterval, ...]
    moves: tuple[Move, ...]


def timeline_of(issue: Issue, histories: Histories, statuses: Statuses) -> Timeline:
    # Walk an issue from its creation through its changes of status and assignee (measurement (g) 3 and 5).
    moved, assigned = histories.get("status", ()), histories.get("assignee", ())
    assignee = (assigned[0].old if assigned else issue.assignee) or None
    kind = _first_kind(issue, moved, statuses)
    intervals: list[StatusInterval] = []
    moves = [Move(issue.created, issue.creator, "none", kind, assignee, assignee)]
    since, holder, history = issue.created, assignee, None
    # The last change of a history decides whom it leaves as assignee.
    heirs = {change.history_id: change.new or None for change in assigned}
    for change in _merged(moved, assigned):
        if change.history_id != history:
            history, holder = change.history_id, assignee
        if change.at > since:
            intervals.append(StatusInterval(since, change.at, assignee, kind))
            since = change.at
        if change.field_id == "assignee" or change.field.casefold() == "assignee":
            assignee = change.new or None
        else:
            new = statuses.kind(change.new, change.new_text)
            heir = heirs.get(change.history_id, assignee)
            moves.append(Move(change.at, change.author, kind, new, holder, heir, change.history_id))
            kind = new
    intervals.append(StatusInterval(since, None, assignee, kind))
    return Timeline(tuple(intervals), tuple(moves))


def first_active(timelines: Iterable[Timeline]) -> Instant | None:
    # The first entry of any of the issues into an active status (measurement (g) 5).
    return min((move.at for line in timelines for move in line.moves if move.new == "active"), default=None)


def _first_kind(issue: Issue, moved: Sequence[Change], statuses: Statuses) -> StatusKind:
    if moved:
        return statuses.kind(moved[0].old, moved[0].old_text)
    return statuses.kind(issue.status.status_id, issue.status.name) if issue.status else "none"


def _merged(moved: Sequence[Change], assigned: Sequence[Change]) -> Sequence[Change]:
    if not assigned:
        return moved
    return sorted([*moved, *assigned], key=_PLACE)
