"""Open tickets with an objective, or without, and what each would count as were it finished now."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from connector.figures.open_previews import OpenTicket
from connector.figures.teaching import OpeningGap
from connector.pages.agency_part import is_free, is_own
from connector.pages.commented import lacks_shadow, shadowing_text, untold_text
from connector.pages.drawer.open_proposals import select_waiting
from connector.pages.learning.next_steps import NextSteps
from connector.pages.prepared import prepared_of
from connector.pages.project.untagged_tickets import LOOKED_AT, read_shown
from connector.pages.ticket_text import Naming
from connector.pages.tickets.aim import NO_AIM, Aim
from connector.pages.tickets.filters import NO_OBJECTIVE, Filters
from connector.pages.tickets.finished import ListContext, select_mine
from connector.pages.tickets.open_rows import OpenRow, Shown, rows_of, with_proposals
from connector.pages.tickets.own_first import select_page
from connector.pages.tickets.own_lifts import latest_text, leading_ids, select_own_steps, unranked_text
from connector.pages.tickets.untagged_order import by_fit, helped_ids, order_text
from connector.pages.tickets.untaught import SHADOW_TOLD, select_gap, untaught_ids, untaught_text
from connector.pages.visibility import visible_tickets
from connector.web.gate import caller
from mappings.measure.model.ticket import UNTAGGED
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.ticket_pages import Choice, Place
from mappings.translation import ngettext

# Open tickets of one page: each is read with its whole history.
PAGE = 20


@dataclass(frozen=True)
class OpenList:
    """One page of open tickets; `hidden` says how many of it may not be browsed, and `reason` why.

    `own` are how many of those found for it are the agency's, and `free` nobody's, of which `undecided` are proposals
    without a decision; `is_whole`: no others match.
    """

    rows: list[OpenRow]
    hidden: str
    reason: str
    next: Place | None
    own: int
    free: int
    undecided: int
    is_whole: bool
    # What is said above them where tickets on which nobody could be taught are asked for.
    untaught: str = ""
    # How many these are, on all pages.
    narrowed: int = 0
    # Whether the viewer's own come before others that changed later.
    begins_with_own: bool = False
    # What it takes to shadow one of them, and that it is not told who is enrolled of those who commented.
    shadowing: str = ""
    untold: str = ""
    # Where these are by what leads the reader on: of which objectives the latest alone were tried, and which none were.
    latest: str = ""
    # In which order those without an objective are listed.
    order: str = ""

    @property
    def jql(self) -> str:
        """Return how Jira finds the listed tickets: the list names no assignee (measurement (f)), as Jira does."""
        return f"key in ({', '.join(row.key for row in self.rows)}) ORDER BY updated DESC"


def select_open(context: ListContext, naming: Naming, aim: Aim = NO_AIM) -> OpenList:
    limit, filters = LOOKED_AT if is_own_alone(context) else PAGE, context.filters
    gap = select_gap(context) if filters.untaught else None
    steps = select_own_steps(context)
    choice = _choice_of(context, gap, steps)
    is_ranked = filters.lifts and bool(choice.only)
    page = select_page(context, choice, limit, objective=stored_objective(filters), is_ranked=is_ranked)
    ids = [place.issue_id for place in page.places]
    labels = select_labels(context.connection, caller().tenant_id, ids)
    seen, reason = visible_tickets(context.view, labels)
    prepared = prepared_of(context.connection, context.view)
    matching = _select_matching(context, prepared, [labels[issue_id] for issue_id in ids if issue_id in seen])
    free = [label.issue_id for label, ticket, preview in matching if is_free(ticket, preview.entry)]
    is_told = gap is not None and gap.missing in SHADOW_TOLD
    rows = rows_of(context, prepared, naming, matching[:PAGE], steps=steps, is_shadow_told=is_told)
    hidden = len(labels.keys() - seen)
    is_cut = page.after is not None or filters.before is not None or filters.mine
    after = page.after
    if len(matching) > PAGE:
        after = next(place for place in page.places if place.issue_id == rows[-1].issue_id)
    rows = with_proposals(context, rows)
    fits = aim.words_in({label.issue_id: label.summary for label, _, _ in matching})
    helped = helped_ids(matching, aim) & {row.issue_id for row in rows}
    if filters.objective == NO_OBJECTIVE:
        rows = by_fit(naming, rows, helped, fits)
    aside = naming.engagement.agency_name if 0 < len(helped) < len(rows) else ""
    has_aimed = any(row.issue_id in fits for row in rows)
    note = hidden_text(hidden) if hidden else ""
    untaught = untaught_text(context, gap)
    return OpenList(
        rows,
        note,
        reason(hidden),
        after,
        len(matching) - len(free),
        len(free),
        len(select_waiting(context.scope, free, context.now)) if is_own_alone(context) else 0,
        is_whole=not is_cut,
        untaught=untaught,
        narrowed=len(choice.only or ()),
        begins_with_own=page.begins_with_own and any(row.is_held for row in rows),
        order=order_text(rows, aim.name if has_aimed else "", aside=aside),
        shadowing=shadowing_text(prepared)
        if any(lacks_shadow(OpenTicket(*shown[1:])) for shown in matching[:PAGE])
        else "",
        untold=untold_text(context.view, (row.is_by_commenter for row in rows)),
        latest=" ".join(filter(None, [latest_text(context, steps), unranked_text(context, steps)])),
    )


def _choice_of(context: ListContext, gap: OpeningGap | None, steps: NextSteps) -> Choice:
    choice, filters = select_mine(context), context.filters
    choice = _narrowed(choice, untaught_ids(context, gap)) if filters.untaught else choice
    return _narrowed(choice, leading_ids(context, steps)) if filters.leads_on else choice


def _narrowed(choice: Choice, only: Sequence[int]) -> Choice:
    narrowed = [issue_id for issue_id in only if choice.only is None or issue_id in choice.only]
    return replace(choice, only=tuple(narrowed))


def is_own_alone(context: ListContext) -> bool:
    """Tell whether tickets of others are left out: an agency can set no objective on them."""
    return context.view.agency and context.filters.objective == NO_OBJECTIVE


def stored_objective(filters: Filters) -> str | None:
    """Return the objective of the open tickets that are listed as it is stored; None for those with any."""
    return UNTAGGED if filters.objective == NO_OBJECTIVE else filters.objective or None


def hidden_text(hidden: int) -> str:
    return ngettext("%(num)s ticket more on this page.", "%(num)s tickets more on this page.", hidden)


def _select_matching(context: ListContext, prepared: PreparedEngagement, labels: Sequence[IssueLabel]) -> list[Shown]:
    shown = read_shown(context.scope, prepared, labels, context.now)
    matching = [each for each in shown if _matches(context, each[2])]
    if not is_own_alone(context):
        return matching
    return [
        each
        for each in matching
        if is_own(prepared, each[1], each[2].entry, context.now) or is_free(each[1], each[2].entry)
    ]


def _matches(context: ListContext, preview: Preview) -> bool:
    # What is stored of an open ticket may be older than the ticket.
    wanted, objectives = context.filters.objective, preview.entry.objectives
    return not wanted or wanted in objectives or (wanted == NO_OBJECTIVE and not objectives)
