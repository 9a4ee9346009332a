"""The steps of the learners of an open ticket's objectives, as others read them, without a name: they move the plan."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.figures.people import select_rungs
from connector.figures.teaching import long_ids, shows_group
from connector.pages.panel.context import TicketContext
from connector.pages.panel.next_step_text import Move, moves_of
from connector.pages.panel.roles import holders_beside, inhouse_beside, roles_of
from connector.pages.panel.step_outcome import OWN_OR_HANDED, taught_by
from connector.pages.panel.step_viewer import (
    COUNTS_FOR_LEARNERS,
    DRIVING,
    LIFTS_NOBODY,
    LIFTS_NOBODY_EITHER_WAY,
    StepViewer,
    long_text,
)
from connector.pages.step_text import ALONE, FOR_LEARNER, assign_text
from connector.pages.ticket_text import Naming
from mappings.measure.model.ticket import TEACHING, Kind
from mappings.measure.people.next_ticket import KINDS
from mappings.measure.people.standing import group_of
from mappings.measure.people.teaching_opportunities import (
    Pair,
    Reach,
    Reaches,
    is_of_agency,
    is_taught,
    teaching_opportunities_of,
)
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.measure.ticket.next_steps import NextStep, next_steps_of
from mappings.records.agreement.consents import select_consents
from mappings.records.sql.scope import AgreementScope, Scope
from mappings.translation import gettext


def with_named(connection: Connection, context: TicketContext) -> TicketContext:
    """Return a ticket's context with those who agreed to be named, for whoever reads their names."""
    if "names" not in context.view.sees or not context.prepared.ruleset.names:
        return context
    scope = AgreementScope(connection, context.tenant_id, context.view.engagement.key)
    return dataclasses.replace(context, named=select_consents(scope, "named", as_of=context.now))


def with_reaches(connection: Connection, context: TicketContext, objectives: Iterable[str]) -> TicketContext:
    """Return a ticket's context with how far tickets bring its learners, for whoever reads their names.

    None of a group that is too small to be shown: where one of it stands is told to nobody (measurement (f)).
    """
    stored, prepared = context.view.stored, context.prepared
    pairs = {(key, account) for key in objectives for account in _enrolled_for(context, key)}
    if "names" not in context.view.sees or not prepared.ruleset.names or stored.generation is None or not pairs:
        return context
    if not shows_learners(connection, context):
        return context
    scope = Scope(connection, context.tenant_id, stored.engagement.key, stored.shown_generation)
    return dataclasses.replace(context, reaches=Reaches(prepared, select_rungs(scope, prepared, pairs)))


def shows_learners(connection: Connection, context: TicketContext) -> bool:
    """Tell whether the group of an engagement's people is large enough that where they stand may be shown."""
    stored, prepared, now = context.view.stored, context.prepared, context.now
    scope = Scope(connection, context.tenant_id, stored.engagement.key, stored.shown_generation)
    return stored.generation is not None and shows_group(scope, prepared, group_of(prepared, now), now)


def absent_learners(context: TicketContext, preview: Preview) -> Mapping[str, str]:
    """Return for each objective a learner of it who stands for all, for whoever reads of learners' steps.

    To an agency whoever is on the ticket: without them it would read there who is enrolled. In-house none of an
    objective for which the viewer is enrolled, or whoever has a role: their own steps are a learner's.
    """
    if not (context.view.agency or "names" in context.view.sees):
        return {}
    learners = {objective: _enrolled_for(context, objective) for objective in preview.entry.objectives}
    if not context.view.agency:
        on_ticket = {role.account for role in context.ticket.roles if role.is_named} | {context.viewer}
        taught = {row.account for row in preview.evidence if row.kind in TEACHING}
        learners = {
            key: [account for account in own if account not in taught]
            for key, own in learners.items()
            if on_ticket.isdisjoint(own)
        }
    return {key: _nearest_of(context, key, own) for key, own in learners.items() if own}


def _nearest_of(context: TicketContext, objective: str, accounts: Sequence[str]) -> str:
    """Return who of some learners comes furthest by a ticket that they drive alone: that one stands for all."""
    steps = {account: _reach_of(context, (objective, account), ALONE) for account in accounts}
    return next((account for account, reach in steps.items() if reach), accounts[0])


def _reach_of(context: TicketContext, pair: Pair, kind: Kind) -> Reach | None:
    """Return how far this ticket brings a learner as evidence of a kind; None where it does not, or is not told."""
    return context.reaches.reach(pair, kind, context.ticket.issue.issue_id, context.now) if context.reaches else None


def _reaches_of(context: TicketContext, pair: Pair) -> dict[Kind, Reach]:
    """Return by kind how far this ticket brings a learner, of those by which it does."""
    reaches = {kind: _reach_of(context, pair, kind) for kind in KINDS}
    return {kind: reach for kind, reach in reaches.items() if reach}


def _idle_kinds(context: TicketContext, objective: str) -> frozenset[Kind]:
    """Return as which evidence the ticket brings no learner of an objective further, where that is told."""
    if context.reaches is None:
        is_idle = context.openings is not None and context.ticket.issue.issue_id in context.openings.lifting_none
        return frozenset(KINDS) if is_idle else frozenset()
    accounts = _enrolled_for(context, objective)
    return frozenset(
        kind for kind in KINDS if not any(_reach_of(context, (objective, each), kind) for each in accounts)
    )


def _is_lifting_told(context: TicketContext, objective: str) -> bool:
    """Tell whether the reader is told if a ticket that is driven alone brings a learner of an objective further."""
    return context.openings is None or (context.ticket.issue.issue_id, objective) in context.openings.alone


def _is_long(context: TicketContext, preview: Preview, pair: Pair, idle: AbstractSet[Kind]) -> bool:
    """Tell whether a learner would come further by more work than anybody takes on, as the lists of tickets do."""
    if not idle or context.reaches is None:
        return False
    objective, account = pair
    if is_of_agency(preview):
        learners = [(objective, each) for each in _enrolled_for(context, objective)]
        of = context.prepared, context.ticket.issue.issue_id, preview
        openings = teaching_opportunities_of(*of, reaches=context.reaches, learners=learners, nearer=True, long=True)
        return bool(long_ids(openings))
    steps = next_steps_of(
        context.prepared, context.ticket, preview, [account], now=context.now, names=DRIVING, long=True
    )
    return any(step.objective == objective and step.kind not in idle for step in steps)


def named_learners(context: TicketContext, objectives: Iterable[str]) -> Sequence[str]:
    """Return the learners of objectives who agreed to be named, for whoever reads their names."""
    return [account for key in objectives for account in _enrolled_for(context, key) if account in context.named]


def reaching(context: TicketContext, viewer: StepViewer, steps: Sequence[NextStep]) -> StepViewer:
    """Return who reads the steps of somebody on the ticket, with how far these bring them, as where nobody is on it.

    Of a learner who agreed to be named, where the ticket has no further objective.
    """
    pairs = {(step.objective, step.account) for step in steps if step.account != viewer.account}
    known = [pair for pair in pairs if pair[1] in named_learners(context, [pair[0]])]
    return (
        dataclasses.replace(viewer, reaches=_reaches_of(context, known[0])) if len(pairs) == len(known) == 1 else viewer
    )


def has_learners(context: TicketContext, objectives: Iterable[str]) -> bool:
    """Tell whether anybody in-house is enrolled for one of the objectives."""
    return any(_enrolled_for(context, key) for key in objectives)


def _enrolled_for(context: TicketContext, objective: str) -> Sequence[str]:
    enrolled = next(item.learners for item in context.view.engagement.objectives if item.key == objective)
    return [account for account in enrolled if context.prepared.affiliations.is_inhouse(account, context.now)]


def learner_moves(
    naming: Naming, by_learner: Mapping[str, tuple[Sequence[NextStep], StepViewer]], *, taught: bool, scored: bool
) -> list[Move]:
    """Return for each objective what a learner would do who is not on the ticket yet, what leads furthest first.

    `taught`: the ticket counts as taught already. `scored`: the reader is told of the score.
    """
    read = [moves_of(naming, *steps, objectives=[objective])[::-1] for objective, steps in by_learner.items()]
    moves = [move for of_objective in read for move in of_objective]
    needed = [_with_assigning(naming, move) for move in _needed_first(moves)]
    return _without_idle(needed, scored=scored) if taught else _with_nobody_once(needed)


def _needed_first(moves: Sequence[Move]) -> list[Move]:
    """Return the steps each once, without leaving a ticket to the team where a learner needs it for an objective."""
    is_needed = any(move.whose == "learner" for move in moves)
    return [move for move in dict.fromkeys(moves) if not (is_needed and move.whose == "anybody")]


def _with_nobody_once(moves: Sequence[Move]) -> list[Move]:
    """Return the steps with what is true of all of them, whom they do not lift, on the last alone."""
    nobody, notes = gettext(LIFTS_NOBODY), {move.note for move in moves}
    if notes not in ({nobody}, {long_text()}):
        return list(moves)
    once = gettext(LIFTS_NOBODY_EITHER_WAY) if len(moves) == 2 and notes == {nobody} else moves[-1].note
    alike = [dataclasses.replace(move, note="", caveat=move.note) for move in moves[:-1]]
    return [*alike, *(dataclasses.replace(move, note=once) for move in moves[-1:])]


def _without_idle(moves: Sequence[Move], *, scored: bool) -> list[Move]:
    """Return the steps on a taught ticket that lift somebody; of the others that they lift nobody."""
    idle = {gettext(LIFTS_NOBODY), long_text()}
    notes = list(dict.fromkeys(move.note for move in moves if move.note in idle))
    if notes and scored:
        notes.append(gettext(COUNTS_FOR_LEARNERS))
    return [*(move for move in moves if move.note not in idle), *([Move(" ".join(notes), "", "")] if notes else [])]


def idle_moves(context: TicketContext, preview: Preview) -> list[Move]:
    """Return to a lead in-house that a taught ticket lifts none of its learners, who are all on it; else nothing."""
    idle = [_idle_kinds(context, key) for key in preview.entry.objectives if _enrolled_for(context, key)]
    is_told = context.reaches is not None and is_taught(preview.entry) and bool(idle)
    return [Move(gettext(LIFTS_NOBODY), "", "")] if is_told and all(kinds == set(KINDS) for kinds in idle) else []


def nobody_text(moves: Sequence[Move]) -> str:
    """Return whom what a learner would do does not lift, where that is said of all of it; "" elsewhere."""
    nobody, long, notes = gettext(LIFTS_NOBODY), long_text(), [move.note for move in moves]
    if any(notes[:-1]):
        return ""
    return {nobody: nobody, gettext(LIFTS_NOBODY_EITHER_WAY): nobody, long: long}.get("".join(notes), "")


def learner_steps(
    context: TicketContext, naming: Naming, preview: Preview, learners: Mapping[str, str]
) -> Mapping[str, tuple[Sequence[NextStep], StepViewer]]:
    """Return for each objective the steps of a learner who is not on the ticket yet, with the words for them."""
    read = {pair[0]: _steps_for(context, naming, preview, pair) for pair in learners.items()}
    return {objective: steps for objective, steps in read.items() if steps[0]}


def _steps_for(
    context: TicketContext, naming: Naming, preview: Preview, pair: tuple[str, str]
) -> tuple[Sequence[NextStep], StepViewer]:
    objective, account = pair
    # By who is not on it to an agency, and to a lead without the learner's comments: what one began is told of nobody.
    doing = inhouse_beside(context, preview) if context.view.agency else account
    others = tuple(comment for comment in context.ticket.comments if comment.author != doing)
    ticket = replace(context.ticket, comments=others)
    fresh = preview if others == context.ticket.comments else measure_if_done(context.prepared, ticket, context.now)
    reaches, idle = _reaches_of(context, pair), _idle_kinds(context, objective)
    # They are named beside what it does for them, as in the list of tickets; who is on it already is asked no more.
    is_named = account in context.named and ALONE in reaches and account in context.names
    is_named &= not (is_taught(preview.entry) or roles_of(context.ticket, account))
    who = gettext("a learner enrolled for %(objective)s", objective=naming.objective(objective))
    who = context.names[account] if is_named else who
    viewer = StepViewer(
        context.viewer,
        {},
        context.prepared.ruleset,
        {doing: who},
        is_shadowed=bool(holders_beside(context, "shadow")),
        taught_by=taught_by(preview),
        reaches=reaches,
        idle=idle,
        is_lifting_told=_is_lifting_told(context, objective),
        is_named=is_named,
        is_long=_is_long(context, preview, (objective, doing), idle),
        is_untaught=not is_taught(preview.entry),
    )
    steps = next_steps_of(context.prepared, ticket, fresh, [doing], now=context.now) if fresh and doing else ()
    return [step for step in steps if step.objective == objective and not _is_idle(context, preview, step)], viewer


def _is_idle(context: TicketContext, preview: Preview, step: NextStep) -> bool:
    """Tell whether a step leaves a ticket as taught as it is, and moves nobody as far as the reader is told."""
    openings, issue_id = context.openings, context.ticket.issue.issue_id
    is_untold = openings is not None and not openings.is_told(issue_id, step.objective)
    return is_untold and is_taught(preview.entry) and step.kind in TEACHING


def _with_assigning(naming: Naming, move: Move) -> Move:
    """Return a step with how a lead leaves a ticket to a learner alone, as the list of tickets to learn on says it."""
    if move.note or naming.as_agency or move.kind != gettext(OWN_OR_HANDED):
        return move
    return dataclasses.replace(
        move, note=assign_text(naming.engagement.agency_name), brief=gettext(FOR_LEARNER), whose="learner"
    )
