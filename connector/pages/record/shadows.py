"""Who shadows a ticket, and by what: one comment beside a role, time that they logged, or their part of the work."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from connector.pages.record.view import RecordView
from mappings.events.types import Instant, Worklog
from mappings.measure.model.ticket import RoleName
from mappings.measure.ticket.evidence_kinds import reaches
from mappings.measure.ticket.history import TicketHistory
from mappings.measure.ticket.work_shares import UNASSIGNED, Tally

# The roles by which one comment is enough for whoever shadows.
WATCHING: Collection[RoleName] = ("shadow", "learner")


@dataclass(frozen=True)
class Shadows:
    """In-house people for whom one comment is enough, and those whose part of the work is (measurement (c), E2)."""

    watching: frozenset[str]
    by_work: frozenset[str]


def shadows_of(view: RecordView, history: TicketHistory, roles: Iterable[tuple[str, RoleName]]) -> Shadows:
    """Return who shadows a ticket beside a role or by work; `roles` are those that count when it is finished."""
    named = list(roles)
    watching = {account for account, role in named if role in WATCHING}
    learners = {account for account, role in named if role == "learner"}
    watching |= {
        move.author
        for move in history.own.moves
        if move.author and move.old == "review" != move.new and view.is_inhouse(move.author, move.at)
    }
    return Shadows(frozenset(watching), frozenset(_by_work(view, history, watching, learners)))


def _by_work(
    view: RecordView, history: TicketHistory, watching: Collection[str], learners: Collection[str]
) -> Iterable[str]:
    # Whose part is so large is told by nobody's hours: in works-council mode none are (measurement (f)).
    if view.naming.untimed or not view.may_be_shadowed:
        return ()
    tally, rules = _tally(view, history), view.prepared.ruleset
    total = sum(tally.sides[:UNASSIGNED])
    return (
        account
        for account, own in tally.people.items()
        if not reaches(own, total, rules.learner_drives if account in learners else rules.drives)
        and (reaches(own, total, rules.helps) or (account in watching and own > 0))
    )


def _tally(view: RecordView, history: TicketHistory) -> Tally:
    done: Instant = view.now
    if history.own.moves[-1].new == "done":
        done = next(move.at for move in reversed(history.own.moves) if move.new == "done" != move.old)
    return history.logged_time.before(done) if view.is_logged else history.active_time.until(done)


def logged_enough(view: RecordView, worklogs: Iterable[Worklog]) -> frozenset[int]:
    """Return the ids of worklogs by which somebody has logged as much as shadowing takes, the first such and later."""
    seconds: dict[str, int] = {}
    enough = set[int]()
    for worklog in sorted(worklogs, key=lambda worklog: worklog.started):
        author = worklog.author or ""
        seconds[author] = seconds.get(author, 0) + worklog.seconds
        if seconds[author] >= view.prepared.ruleset.trace_seconds:
            enough.add(worklog.worklog_id)
    return frozenset(enough)
