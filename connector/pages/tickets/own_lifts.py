"""Which open tickets lead the reader themselves on, by the steps that their Learning names."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet

from connector.figures.open_previews import MAX_TICKETS
from connector.figures.own_steps import MENTORS, OwnStep
from connector.pages.act import sees_own_ladder
from connector.pages.learning.next_steps import NextSteps
from connector.pages.learning.own_evidence import select_own_views
from connector.pages.learning.rungs import LadderContext, rungs_of
from connector.pages.learning.selected_steps import NO_STEPS, select_steps
from connector.pages.learning.step_order import is_of
from connector.pages.prepared import prepared_of
from connector.pages.tickets.finished import ListContext
from connector.pages.visibility import visible_tickets
from connector.web.gate import caller
from mappings.records.figures.open_tickets import select_exceeding
from mappings.translation import gettext, list_text, ngettext


def select_own_steps(context: ListContext) -> NextSteps:
    """Return the reader's steps; none for who has no ladder.

    Who reads names looks for somebody to give a ticket to: they have theirs only where they ask for it.
    """
    view = context.view
    if not sees_own_ladder(view) or ("names" in view.sees and not context.filters.leads_on):
        return NO_STEPS
    read = context.connection, caller().tenant_id, view, prepared_of(context.connection, view)
    ladder = LadderContext(*read, caller().account or "", context.now)
    return select_steps(ladder, rungs_of(ladder, select_own_views(ladder)))


def leading_ids(context: ListContext, steps: NextSteps) -> tuple[int, ...]:
    """Return the tickets that lead the reader on and that they may browse, of the objective that is asked for.

    Of those that lift them comes first what does so most.
    """
    seen, _ = visible_tickets(context.view, steps.labels)
    objective = context.filters.objective
    if context.filters.lifts:
        return tuple(_ranked(steps, seen, objective))
    return tuple(sorted(steps.counting_ids(seen, objective)))


def _ranked(steps: NextSteps, seen: AbstractSet[int], objective: str) -> list[int]:
    """Return those that lift the reader, what lifts them most first, as Overview names it."""
    lifting = [step for step in steps.steps if step.issue_id in seen and steps.leads_to(step)]
    first = next((named.key for _, named in steps.lifting(seen)), "")
    ranked = sorted(lifting, key=lambda step: (steps.labels[step.issue_id].key != first, _rank_of(steps, step)))
    return list(dict.fromkeys(step.issue_id for step in ranked if objective in {"", step.objective}))


def _rank_of(steps: NextSteps, step: OwnStep) -> tuple[bool, bool, int, bool, tuple[bool, int]]:
    # What hangs on a colleague comes last.
    is_stopped = step.issue_id in steps.waiting
    return step.kind == MENTORS, is_of(step, steps.needed), -steps.leads_to(step), is_stopped, step.effort


def latest_text(context: ListContext, steps: NextSteps) -> str:
    """Return of which objectives the latest open tickets alone were tried for the list; "" where all were."""
    wanted = {key for key in _tried_objectives(context, steps) if context.filters.objective in {"", key}}
    exceeding = select_exceeding(context.scope, objectives=wanted, limit=MAX_TICKETS)
    names = [objective.name for objective in context.view.engagement.objectives if objective.key in exceeding]
    if not names:
        return ""
    return ngettext(
        "Of the open tickets with %(objectives)s, only the latest %(most)s were looked at.",
        "Of the open tickets with %(objectives)s, only the latest %(most)s of each were looked at.",
        len(names),
        objectives=list_text(names),
        most=MAX_TICKETS,
    )


def unranked_text(context: ListContext, steps: NextSteps) -> str:
    """Return on which objectives the reader has no rung yet: panels alone say what would bring them one."""
    if not context.filters.leads_on:
        return ""
    wanted = [item for item in context.view.engagement.objectives if context.filters.objective in {"", item.key}]
    unranked = {item.key for item in wanted} - steps.rungs.keys()
    opened = select_exceeding(context.scope, objectives=unranked, limit=0)
    names = [item.name for item in wanted if item.key in opened]
    if not names:
        return ""
    return gettext(
        "On %(objectives)s you have no rung yet: what would bring you to exposed there is not listed.",
        objectives=list_text(names),
    )


def _tried_objectives(context: ListContext, steps: NextSteps) -> Collection[str]:
    filters = context.filters
    if filters.leads_on:
        return {key for key, rung in steps.rungs.items() if rung < MENTORS}
    return {item.key for item in context.view.engagement.objectives if item.learners} if filters.untaught else ()
