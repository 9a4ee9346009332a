"""A ticket seen through an engagement's lens: its ledger entries and its evidence."""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.apportion import largest_remainder
from mappings.measure.model.field_history import histories_of
from mappings.measure.model.ticket import Entry, Evidence, Measured, Ticket
from mappings.measure.ticket.contributions import NO_CONTRIBUTIONS, Contributions, DoneMoment
from mappings.measure.ticket.evidence import changing_until, evidence_of
from mappings.measure.ticket.history import TicketHistory, read_work
from mappings.measure.ticket.ledger import LedgerState, is_counted_level, project_at, standings_of
from mappings.measure.ticket.ledger_entries import DoneTicket, entry_of, reversal_of
from mappings.measure.ticket.objective_history import Late
from mappings.measure.ticket.objective_mapping import Mask
from mappings.measure.ticket.prepared import PreparedEngagement, prepare
from mappings.measure.ticket.size import size_at
from mappings.measure.ticket.timeline import Move, Timeline, timeline_of
from mappings.measure.ticket.work_shares import Share, Tally, share_of

__all__ = ["PreparedEngagement", "Preview", "measure_if_done", "measure_ticket", "prepare"]

_LAST: Instant = (1 << 62) - 1
"""After everything that has happened."""


def measure_ticket(prepared: PreparedEngagement, ticket: Ticket) -> Measured:
    """Return the ledger entries and the evidence of a ticket, whatever the time is (measurement (g) 1 to 13).

    Parts are billionths of a unit, times µs; a ticket that never counted gives no entries.
    """
    work = read_work(prepared, ticket)
    if work is None:
        return Measured(ticket.issue.issue_id, complete=is_complete(ticket))
    return measure_work(prepared, work)


def measure_work(prepared: PreparedEngagement, work: TicketHistory) -> Measured:
    """Return the same of a ticket that was read already."""
    issue, complete = work.ticket.issue, is_complete(work.ticket)
    standings = standings_of(prepared, issue, work.histories, work.own)
    waiting = _open_objectives(work)
    if not standings:
        return Measured(issue.issue_id, complete=complete, open_objectives=waiting)
    entries: list[Entry] = []
    evidence: list[Evidence] = []
    for standing in standings:
        evidence += _measure_standing(prepared, work, standing, entries)
    return Measured(
        issue.issue_id,
        tuple(entries),
        tuple(evidence),
        _latest(entry.changing_until for entry in entries),
        _latest(entry.retro_until for entry in entries),
        complete,
        _hired(prepared, work, standings[0].move.at),
        waiting,
    )


def is_complete(ticket: Ticket) -> bool:
    """Say whether the histories of a ticket and its sub-tasks are whole."""
    return ticket.complete and all(one.complete for one in ticket.subtasks)


def _open_objectives(work: TicketHistory) -> tuple[str, ...]:
    """Return the objectives that a ticket has today, where it is in the engagement and not done."""
    project = project_at(work.ticket.issue, work.histories, _LAST)
    if work.own.spells[-1].kind == "done" or project not in work.prepared.projects:
        return ()
    return work.prepared.goals.named(work.objectives.at(_LAST))


def _hired(prepared: PreparedEngagement, work: TicketHistory, done: Instant) -> tuple[Evidence, ...]:
    """Return what those who moved in-house later could do on a ticket before (measurement (a), "Moves").

    `done` is its first done moment. A ticket without any of them is not measured a second time: it costs as much again.
    """
    later = {account for account, since in prepared.hires.items() if done < since}
    if prepared.before_hire is None or later.isdisjoint(_named_on(work)):
        return ()
    through = replace(prepared, affiliations=prepared.before_hire, before_hire=None)
    again = measure_work(through, TicketHistory(work.ticket, through, work.histories, work.own))
    return tuple(row for row in again.evidence if row.done < prepared.hires.get(row.account, 0))


def _named_on(work: TicketHistory) -> Iterator[str | None]:
    """Give every account that could have a part in a ticket, and some texts that are none."""
    for one in work.parts:
        yield from (one.issue.creator, one.issue.assignee)
        for change in one.changes:
            yield from (change.author, change.old, change.new)
    for acts in (work.worklogs, work.comments):
        yield from (act.author for act in acts)
    for words in (work.roles, work.teach_backs):
        yield from (word.account for word in words)


class Preview(Struct, frozen=True):
    """What an open ticket would count as, were it finished at an instant: no entry, nothing is kept of it."""

    entry: Entry
    moment: DoneMoment
    evidence: tuple[Evidence, ...]


def measure_if_done(prepared: PreparedEngagement, ticket: Ticket, at: Instant) -> Preview | None:
    """Measure a ticket as if it were finished at `at` (measurement (g) 10: "would count as").

    None where it would not count in this engagement, or counts already because it is done.
    """
    issue = ticket.issue
    histories = histories_of(ticket.changes)
    line = timeline_of(issue, histories, prepared.statuses)
    last, project = line.spells[-1], project_at(issue, histories, at)
    if not is_counted_level(issue) or project not in prepared.projects or not prepared.holds(at) or last.kind == "done":
        return None
    # Nobody is its author: who would review it in the end is not known yet.
    move = Move(at, None, last.kind, "done", last.assignee, last.assignee)
    work = TicketHistory(ticket, prepared, histories, Timeline(line.spells, (*line.moves, move)))
    standing = LedgerState(move, project)
    entries: list[Entry] = []
    evidence = _measure_standing(prepared, work, standing, entries)
    return Preview(entries[-1], _done(prepared, work, standing, ()).moment, evidence)


def _latest(instants: Iterable[Instant | None]) -> Instant | None:
    return max((instant for instant in instants if instant is not None), default=None)


def _measure_standing(
    prepared: PreparedEngagement, work: TicketHistory, standing: LedgerState, entries: list[Entry]
) -> tuple[Evidence, ...]:
    """Append what a done entry makes of the ledger, and return the evidence that holds in the end.

    A confirmed objective takes the entry back and enters it anew at the confirmation (measurement (g) 11).
    """
    at = standing.move.at
    had = work.objectives.at(at)
    late = work.objectives.late(had=had, done=at, end=standing.reopened)
    # Nobody's part is asked for where no objective ever is: most tickets of most sites have none.
    done = _done(prepared, work, standing, late, with_people=bool(had or late))
    rows: tuple[Evidence, ...] = ()
    for step, (since, mask) in enumerate([(at, had), *_confirmations(prepared, late, had)]):
        if step:
            entries.append(reversal_of(entries[-1], since, confirmed=True))
        objectives, number = prepared.goals.named(mask), len(entries)
        rows = evidence_of(prepared, done.moment, objectives, entry=number) if objectives else ()
        changing = changing_until(done.moment, rows, prepared.ruleset) if objectives else None
        entries.append(entry_of(done, objectives, rows, number=number, at=since, changing=changing))
    if standing.reversed_at is not None:
        entries.append(reversal_of(entries[-1], standing.reversed_at))
    return _dated(rows, late) if late else rows


def _done(
    prepared: PreparedEngagement,
    work: TicketHistory,
    standing: LedgerState,
    late: tuple[Late, ...],
    *,
    with_people: bool = True,
) -> DoneTicket:
    """Measure everything about a done moment that does not depend on the objectives."""
    move, at, sides = standing.move, standing.move.at, prepared.affiliations
    active, logged = work.active_time.until(at), work.logged_time
    share = share_of(prepared.engagement.attribution, active=active, logged=logged, done=move, affiliations=sides)
    size = size_at(prepared.engagement.units, work.ticket.issue, work.histories, logged=logged, at=at)
    contributions = _contributions(work, standing, share, active) if with_people else NO_CONTRIBUTIONS
    moment = DoneMoment(at, standing.reopened, share, active, contributions, size.units)
    pending = tuple(one for one in late if one.confirmed is None)
    return DoneTicket(
        moment=moment,
        sized=size.sized,
        parts=largest_remainder(size.units, share.weights),
        paused=work.client_time.until(at),
        project=standing.project,
        retro=tuple(one.objective for one in pending),
        retro_at=tuple(one.since for one in pending),
        retro_until=_latest(one.since + prepared.goals.pending for one in pending)
        if standing.reopened is None
        else None,
    )


def _contributions(work: TicketHistory, standing: LedgerState, share: Share, active: Tally) -> Contributions:
    move = standing.move
    return work.contributions.at(
        move,
        work.place_of[move],
        opened=work.opened_by(move.at),
        reopened=standing.reopened,
        share=share,
        active=active,
    )


def _confirmations(prepared: PreparedEngagement, late: tuple[Late, ...], had: Mask) -> list[tuple[Instant, Mask]]:
    """Return when late objectives were confirmed, and which a ticket has from then on."""
    steps: dict[Instant, Mask] = {}
    for one in sorted((one for one in late if one.confirmed is not None), key=lambda one: one.confirmed or 0):
        if one.confirmed is not None and prepared.holds(one.confirmed):
            had |= prepared.goals.bit(one.objective)
            steps[one.confirmed] = had
    return list(steps.items())


def _dated(rows: tuple[Evidence, ...], late: tuple[Late, ...]) -> tuple[Evidence, ...]:
    """Date the evidence of a confirmed objective at its confirmation."""
    confirmed = {one.objective: one.confirmed for one in late}
    return tuple(replace(row, at=max(row.at, confirmed.get(row.objective) or row.at)) for row in rows)
