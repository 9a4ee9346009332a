"""The steps of the learners of an open ticket's objectives, as others read them, without a name: they move the plan."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.pages.panel.context import TicketContext
from connector.pages.panel.next_step_text import Move, moves_of, taught_by
from connector.pages.panel.step_viewer import StepViewer
from connector.pages.step_text import ALONE, ASSIGN
from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES
from mappings.measure.model.ticket import RoleName
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.measure.ticket.next_steps import NextStep, next_steps_of
from mappings.records.agreement.consents import select_consents
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext

# People whose next steps are measured, at most.
LEARNERS = 3


def with_named(connection: Connection, context: TicketContext) -> TicketContext:
    """Return a ticket's context with those who agreed to be named, for whoever reads their names."""
    if "names" not in context.view.sees or not context.prepared.ruleset.names:
        return context
    scope = AgreementScope(connection, context.tenant_id, context.view.engagement.key)
    return dataclasses.replace(context, named=select_consents(scope, "named", as_of=context.now))


def absent_learners(context: TicketContext, objectives: Iterable[str]) -> Mapping[str, str]:
    """Return for each objective a learner of it, where none is on the ticket yet, for whoever reads of learners' steps.

    None of an objective for which the viewer is enrolled, or whoever has a role: their own steps are a learner's.
    """
    if not (context.view.agency or "names" in context.view.sees):
        return {}
    on_ticket = {role.account for role in context.ticket.roles if role.is_named} | {context.viewer}
    learners = {objective: _enrolled_for(context, objective) for objective in objectives}
    return {key: own[0] for key, own in learners.items() if own and on_ticket.isdisjoint(own)}


def named_learners(context: TicketContext, objectives: Iterable[str]) -> Sequence[str]:
    """Return the learners of objectives who agreed to be named, for whoever reads their names."""
    return [account for key in objectives for account in _enrolled_for(context, key) if account in context.named]


def has_learners(context: TicketContext, objectives: Iterable[str]) -> bool:
    """Tell whether anybody in-house is enrolled for one of the objectives."""
    return any(_enrolled_for(context, key) for key in objectives)


def _enrolled_for(context: TicketContext, objective: str) -> Sequence[str]:
    enrolled = next(item.learners for item in context.view.engagement.objectives if item.key == objective)
    return [account for account in enrolled if context.prepared.affiliations.is_inhouse(account, context.now)]


def learner_moves(naming: Naming, by_learner: Mapping[str, tuple[Sequence[NextStep], StepViewer]]) -> list[Move]:
    """Return for each objective what a learner would do who is not on the ticket yet, what leads furthest first."""
    moves = [
        move
        for objective, (steps, viewer) in by_learner.items()
        for move in moves_of(naming, steps, viewer, objectives=[objective])[::-1]
    ]
    return [dataclasses.replace(move, note=_alone_note(naming, move)) for move in moves]


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
    # Without the comments of whoever stands for all: what one learner began is told of nobody.
    others = tuple(comment for comment in context.ticket.comments if comment.author != account)
    ticket = replace(context.ticket, comments=others)
    fresh = preview if others == context.ticket.comments else measure_if_done(context.prepared, ticket, context.now)
    who = gettext("a learner enrolled for %(objective)s", objective=naming.objective(objective))
    viewer = StepViewer(
        context.viewer,
        {},
        context.prepared.ruleset,
        {account: who},
        is_shadowed=bool(holders_beside(context, "shadow")),
        taught_by=taught_by(preview),
    )
    steps = next_steps_of(context.prepared, ticket, fresh, [account], now=context.now) if fresh else ()
    return [step for step in steps if step.objective == objective], viewer


def _alone_note(naming: Naming, move: Move) -> str:
    """Return how a lead leaves a ticket to a learner alone, as the list of tickets to learn on says it."""
    if naming.as_agency or move.kind != EVIDENCE_NAMES[ALONE]:
        return ""
    agency = naming.engagement.agency_name
    return gettext(ASSIGN, agency=agency)


def stepping_people(context: TicketContext, commented: Sequence[str], *, enrolled: bool) -> Sequence[str]:
    """Return whose next steps are shown: the viewer's who is in-house, else of who has a role, or commented.

    With `enrolled` also of whoever is enrolled for any objective.
    """
    if context.prepared.affiliations.is_inhouse(context.viewer, context.now):
        return [context.viewer]
    holders = [role.account for role in context.ticket.roles if role.is_named]
    # Where nobody has a role on the ticket, who commented has begun to shadow it; whoever is enrolled could take one.
    objectives = context.view.engagement.objectives if enrolled else ()
    learners = [account for objective in objectives for account in objective.learners]
    return list(dict.fromkeys(holders or [*commented, *learners]))[:LEARNERS]


def comment_people(context: TicketContext, naming: Naming, commented: Sequence[str]) -> Sequence[str]:
    """Return whose comment alone is asked for: a named shadow's in-house, elsewhere whoever's who commented."""
    if context.prepared.affiliations.is_inhouse(context.viewer, context.now):
        return named_beside(context, naming, "shadow")
    return commented


def named_beside(context: TicketContext, naming: Naming, role: RoleName) -> Sequence[str]:
    """Return who has a role beside a reader who is in-house, where their name may be read."""
    if not context.prepared.affiliations.is_inhouse(context.viewer, context.now):
        return ()
    return [account for account in holders_beside(context, role) if account in naming.names]


def holders_beside(context: TicketContext, role: RoleName) -> Sequence[str]:
    """Return who has a role on the ticket, without the reader."""
    return [account for account in context.ticket.holders_of(role) if account != context.viewer]
