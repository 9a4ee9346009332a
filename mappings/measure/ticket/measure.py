"""Measuring of one ticket for one engagement: its ledger entries and its evidence."""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.apportion import largest_remainder
from mappings.measure.model.field_history import histories_of
from mappings.measure.model.ticket import Entry, Evidence, Measured, Ticket
from mappings.measure.ticket.contributions import NO_CONTRIBUTIONS, Contributions, DoneMoment
from mappings.measure.ticket.evidence import changing_until, evidence_of
from mappings.measure.ticket.history import TicketHistory
from mappings.measure.ticket.ledger import LedgerState, is_counted_level, ledger_states_of, project_at
from mappings.measure.ticket.ledger_entries import DoneTicket, entry_of, reversal_of
from mappings.measure.ticket.objective_history import LateObjective
from mappings.measure.ticket.objective_mapping import Mask
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.size import size_in, sizes_at
from mappings.measure.ticket.timeline import Move, Timeline, timeline_of
from mappings.measure.ticket.work_shares import Share, Tally, share_of

# After everything that has happened.
_LAST: Instant = EVER - 1


def measure_history(prepared: PreparedEngagement, history: TicketHistory) -> Measured:
    issue, complete = history.ticket.issue, is_complete(history.ticket)
    states = ledger_states_of(prepared, issue, history.histories, history.own)
    is_open = _is_open(history)
    waiting = prepared.objective_index.named(history.objectives.at(_LAST)) if is_open else ()
    if not states:
        return Measured(issue.issue_id, complete=complete, open_objectives=waiting, is_open=is_open)
    entries: list[Entry] = []
    evidence: list[Evidence] = []
    for state in states:
        evidence += _measure_done_entry(prepared, history, state, entries)[0]
    return Measured(
        issue.issue_id,
        tuple(entries),
        tuple(evidence),
        _latest([entry.changing_until for entry in entries]),
        _latest([entry.retro_until for entry in entries]),
        complete,
        _hired(prepared, history, states[0].move.at),
        waiting,
        is_open,
    )


def is_complete(ticket: Ticket) -> bool:
    return ticket.complete and all(subtask.complete for subtask in ticket.subtasks)


def _is_open(history: TicketHistory) -> bool:
    # Whether a ticket is in the engagement today and not done.
    project = project_at(history.ticket.issue, history.histories, _LAST)
    return history.own.intervals[-1].kind != "done" and project in history.prepared.projects


def _hired(prepared: PreparedEngagement, history: TicketHistory, done: Instant) -> tuple[Evidence, ...]:
    # What those who moved in-house later could do on a ticket before (measurement (a), "Moves").
    # `done` is its first done moment. A ticket without any of them is not measured a second time: it costs as much
    # again.
    later = {account for account, since in prepared.hires.items() if done < since}
    if prepared.before_hire is None or later.isdisjoint(_named_on(history)):
        return ()
    through = replace(prepared, affiliations=prepared.before_hire, before_hire=None)
    again = measure_history(through, TicketHistory(history.ticket, through, history.histories, history.own))
    return tuple(row for row in again.evidence if row.done < prepared.hires.get(row.account, 0))


def _named_on(history: TicketHistory) -> Iterator[str | None]:
    # Every account that could have a part in a ticket, and some texts that are none.
    for part in history.parts:
        yield from (part.issue.creator, part.issue.assignee)
        for change in part.changes:
            yield from (change.author, change.old, change.new)
    for acts in (history.worklogs, history.comments):
        yield from (act.author for act in acts)
    for statements in (history.roles, history.teach_backs):
        yield from (statement.account for statement in statements)


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
    last, project = line.intervals[-1], project_at(issue, histories, at)
    if (
        not is_counted_level(issue)
        or project not in prepared.projects
        or not prepared.includes(at)
        or last.kind == "done"
    ):
        return None
    # Nobody is its author: who would review it in the end is not known yet.
    move = Move(at, None, last.kind, "done", last.assignee, last.assignee)
    held = _with_held_roles(ticket, at)
    history = TicketHistory(held, prepared, histories, Timeline(line.intervals, (*line.moves, move)))
    state = LedgerState(move, project)
    entries: list[Entry] = []
    evidence, moment = _measure_done_entry(prepared, history, state, entries, with_people=True)
    return Preview(entries[-1], moment, evidence)


def _with_held_roles(ticket: Ticket, at: Instant) -> Ticket:
    # Who has no role any more when the page is read has none when the ticket is done.
    roles = tuple(role for role in ticket.roles if role.until is None or role.until > at)
    return replace(ticket, roles=roles, subtasks=tuple(_with_held_roles(subtask, at) for subtask in ticket.subtasks))


def _latest(instants: Iterable[Instant | None]) -> Instant | None:
    return max([instant for instant in instants if instant is not None], default=None)


def _measure_done_entry(
    prepared: PreparedEngagement,
    history: TicketHistory,
    state: LedgerState,
    entries: list[Entry],
    *,
    with_people: bool = False,
) -> tuple[tuple[Evidence, ...], DoneMoment]:
    # Append the ledger entries of a done entry, and return its final evidence and its moment.
    # A confirmed objective takes the entry back and enters it anew at the confirmation (measurement (g) 11).
    at = state.move.at
    had = history.objectives.at(at)
    late = history.objectives.late(had=had, done=at, end=state.reopened)
    # Nobody's part is asked for where no objective ever is: most tickets of most sites have none.
    done = _done(prepared, history, state, late, with_people=with_people or bool(had or late))
    rows: tuple[Evidence, ...] = ()
    for step, (since, mask) in enumerate([(at, had), *_confirmations(prepared, late, had)]):
        if step:
            entries.append(reversal_of(entries[-1], since, confirmed=True))
        objectives, number = prepared.objective_index.named(mask), len(entries)
        rows = evidence_of(prepared, done.moment, objectives, entry=number) if objectives else ()
        changing = changing_until(done.moment, rows, prepared.ruleset) if objectives else None
        entries.append(entry_of(done, objectives, rows, number=number, at=since, changing=changing))
    if state.reversed_at is not None:
        entries.append(reversal_of(entries[-1], state.reversed_at))
    return _dated(rows, late) if late else rows, done.moment


def _done(
    prepared: PreparedEngagement,
    history: TicketHistory,
    state: LedgerState,
    late: tuple[LateObjective, ...],
    *,
    with_people: bool,
) -> DoneTicket:
    # Measure everything about a done moment that does not depend on the objectives.
    move, at, sides = state.move, state.move.at, prepared.affiliations
    active, logged = history.active_time.until(at), history.logged_time
    share = share_of(prepared.engagement.attribution, active=active, logged=logged, done=move, affiliations=sides)
    units = prepared.engagement.units
    points, hours = sizes_at(units, history.ticket.issue, history.histories, logged=logged, at=at)
    size = size_in(units.by, points, hours)
    contributions = _contributions(history, state, share, active) if with_people else NO_CONTRIBUTIONS
    moment = DoneMoment(at, state.reopened, share, active, contributions, size.units)
    pending = [objective for objective in late if objective.confirmed is None]
    return DoneTicket(
        moment=moment,
        sized=size.sized,
        sizes=(points.stored, hours.stored),
        parts=largest_remainder(size.units, share.weights),
        paused=history.client_time.until(at),
        project=state.project,
        retro=tuple([objective.objective for objective in pending]),
        retro_at=tuple([objective.since for objective in pending]),
        retro_until=_latest([objective.since + prepared.objective_index.pending for objective in pending])
        if state.reopened is None
        else None,
    )


def _contributions(history: TicketHistory, state: LedgerState, share: Share, active: Tally) -> Contributions:
    move = state.move
    return history.contributions.at(
        move,
        history.place_of[move],
        opened=history.opened_by(move.at),
        reopened=state.reopened,
        share=share,
        active=active,
    )


def _confirmations(
    prepared: PreparedEngagement, late: tuple[LateObjective, ...], had: Mask
) -> list[tuple[Instant, Mask]]:
    steps: dict[Instant, Mask] = {}
    for objective in sorted(
        (objective for objective in late if objective.confirmed is not None),
        key=lambda objective: objective.confirmed or 0,
    ):
        if objective.confirmed is not None and prepared.includes(objective.confirmed):
            had |= prepared.objective_index.bit(objective.objective)
            steps[objective.confirmed] = had
    return list(steps.items())


def _dated(rows: tuple[Evidence, ...], late: tuple[LateObjective, ...]) -> tuple[Evidence, ...]:
    confirmed = {objective.objective: objective.confirmed for objective in late}
    return tuple(replace(row, at=max(row.at, confirmed.get(row.objective) or row.at)) for row in rows)
