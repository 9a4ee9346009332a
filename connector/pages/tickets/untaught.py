"""Open tickets on which nobody could be taught, as the Overview counts them: which, and what is said above them."""

from collections.abc import Mapping

from connector.figures.teaching import Missing, OpeningGap, select_teaching
from connector.pages.prepared import prepared_of
from connector.pages.step_text import most_text
from connector.pages.tickets.finished import ListContext
from connector.web.gate import caller
from mappings.translation import mark_plural, ngettext

LISTED: Mapping[Missing, tuple[str, str]] = {
    "agency": mark_plural(
        "Listed is %(num)s open ticket with learners; %(agency)s has less than half of its work.",
        "Listed are %(num)s open tickets with learners; %(agency)s has less than half of the work on each.",
    ),
    "step": mark_plural(
        "Listed is %(num)s open ticket of %(agency)s; led by the agency it lifts nobody enrolled for its objective.",
        "Listed are %(num)s open tickets of %(agency)s; led by the agency none lifts anybody enrolled for its "
        "objective.",
    ),
    "less_work": mark_plural(
        "Listed is %(num)s open ticket of %(agency)s; it lifts nobody enrolled for its objective with %(hours)s of "
        "work or less (two working days, the most that is proposed).",
        "Listed are %(num)s open tickets of %(agency)s; none lifts anybody enrolled for its objective with %(hours)s "
        "of work or less (two working days, the most that is proposed).",
    ),
}


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
    return ngettext(*LISTED[gap.missing], number, agency=context.view.engagement.agency_name, hours=most_text())
