"""Open tickets on which nobody could be taught, as the Overview counts them: which, and what is said above them."""

from collections.abc import Mapping

from connector.figures.teaching import Missing, OpeningGap, select_teaching
from connector.pages.prepared import prepared_of
from connector.pages.project.opening_gap import scored_text
from connector.pages.step_text import most_text
from connector.pages.tickets.finished import ListContext
from connector.web.gate import caller
from mappings.translation import mark_plural, ngettext

LISTED: Mapping[Missing, tuple[str, str]] = {
    "agency": mark_plural(
        "%(num)s open ticket has an objective with learners; %(agency)s has less than half of its work.",
        "%(num)s open tickets have an objective with learners; %(agency)s has less than half of the work on each.",
    ),
    "taught": mark_plural(
        "%(num)s open ticket of %(agency)s counts as taught already.",
        "%(num)s open tickets of %(agency)s count as taught already.",
    ),
    "step": mark_plural(
        "%(num)s open ticket of %(agency)s counts as taught once somebody in-house shadows it%(scored)s, but lifts "
        "nobody enrolled for its objective: with the agency’s help none gains a rung that they lack.",
        "%(num)s open tickets of %(agency)s count as taught once somebody in-house shadows them%(scored)s, but "
        "lift nobody enrolled for their objective: with the agency’s help none gains a rung that they lack.",
    ),
    "less_work": mark_plural(
        "%(num)s open ticket of %(agency)s counts as taught once somebody in-house shadows it%(scored)s, but to "
        "rise a rung, a learner would have to do more than %(hours)s of it (two working days).",
        "%(num)s open tickets of %(agency)s count as taught once somebody in-house shadows them%(scored)s, but "
        "to rise a rung, a learner would have to do more than %(hours)s of one (two working days).",
    ),
    "some": mark_plural(
        "%(num)s open ticket of %(agency)s counts as taught once somebody in-house shadows it%(scored)s, but lifts "
        "nobody enrolled for its objective with %(hours)s of work or less (two working days).",
        "%(num)s open tickets of %(agency)s count as taught once somebody in-house shadows them%(scored)s, but lift "
        "nobody enrolled for their objective with %(hours)s of work or less (two working days).",
    ),
}

# Where what is said above the list is that each lacks somebody who shadows it.
SHADOW_TOLD: frozenset[Missing] = frozenset({"step", "less_work", "some"})


def select_gap(context: ListContext) -> OpeningGap | None:
    """Return why no open ticket could teach, with these tickets; None where one could by now."""
    stored, prepared = context.view.stored, prepared_of(context.connection, context.view)
    who = caller()
    teaching = select_teaching(
        context.connection, who.tenant_id, stored, prepared, now=context.now, viewer=who.account or ""
    )
    return teaching.gap


def untaught_ids(context: ListContext, gap: OpeningGap | None) -> tuple[int, ...]:
    if gap is None:
        return ()
    return tuple(sorted(gap.others if context.filters.untaught == "others" else gap.lacking))


def untaught_text(context: ListContext, gap: OpeningGap | None) -> str:
    number = len(untaught_ids(context, gap))
    if gap is None or gap.missing not in LISTED or not number:
        return ""
    places = {"agency": context.view.engagement.agency_name, "hours": most_text(), "scored": scored_text(context.view)}
    return ngettext(*LISTED[gap.missing], number, **places)
