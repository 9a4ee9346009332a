"""A row of an open ticket: what it would count as were it finished now, what it lacks and whom it waits for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from connector.figures.open_previews import OpenTicket, select_taught_before, stand_of
from connector.pages.agency.open_asks import opened_again_text, wait_text
from connector.pages.agency_part import is_elsewhere, is_of_others, no_part_text
from connector.pages.commented import (
    NO_STEP,
    anybodys_text,
    comment_step,
    lacks_shadow,
    own_way_text,
    reads_commenters,
)
from connector.pages.drawer.open_proposals import select_limits_of
from connector.pages.learning.next_steps import LIFTS, NextSteps
from connector.pages.ticket_reason import bucket_name, reason_of, shown_bucket, work_of
from connector.pages.ticket_text import Naming
from connector.pages.tickets.finished import ListContext
from connector.pages.tickets.left_tickets import kept_text, left_texts
from connector.pages.tickets.own_part import own_part_text
from connector.text import amount, day, day_beside
from connector.web.gate import caller
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.handover import handed_parts
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, mark

# Behind what anybody, or another, would do: whom it lifts.
IF_YOU_DO = mark("if you do, it would bring you to %(rung)s")
IF_YOU_SHADOW = mark("if you shadow it, it would bring you to %(rung)s")
# Of the agency's proposals without a decision.
WAITS = mark("proposal, waits for a decision before %(day)s")
UNDECIDED = mark("proposal, declined without a reason")
# What nobody changed for longer says so.
STALE = 30 * DAY
Shown: TypeAlias = tuple[IssueLabel, Ticket, Preview]


@dataclass(frozen=True)
class OpenRow:
    issue_id: int
    key: str
    summary: str
    note: str
    kind: str
    name: str
    because: str
    is_held: bool = False
    badges: tuple[str, ...] = ()
    proposal: str = ""
    is_by_commenter: bool = False


def rows_of(
    context: ListContext,
    prepared: PreparedEngagement,
    naming: Naming,
    matching: Sequence[Shown],
    *,
    steps: NextSteps,
    is_shadow_told: bool,
) -> list[OpenRow]:
    first = select_taught_before(context.scope, [preview.entry for _, _, preview in matching])
    left = left_texts(context, prepared, naming, [(ticket, preview) for _, ticket, preview in matching])
    return [
        _row(
            context,
            prepared,
            naming,
            shown,
            steps=steps,
            left=_sentence_part(left.get(shown[0].issue_id, "")),
            handed_over=sum(handed_parts(shown[2].entry, first)),
            is_shadow_told=is_shadow_told,
        )
        for shown in matching
    ]


def _row(
    context: ListContext,
    prepared: PreparedEngagement,
    naming: Naming,
    shown: Shown,
    *,
    steps: NextSteps,
    left: str,
    handed_over: int,
    is_shadow_told: bool,
) -> OpenRow:
    label, ticket, preview = shown
    entry = preview.entry
    kind = shown_bucket(naming, entry, handed_over=handed_over, is_open=True)
    item = OpenTicket(ticket, preview)
    # Whose comment makes a ticket taught, as *Agency* and the panel say it.
    others = comment_step(prepared, item, context.now) if reads_commenters(context.view) else NO_STEP
    own = "" if naming.as_agency else _own_step(context, prepared, shown)
    step, anybodys = own or _sentence_part(others.text), _sentence_part(anybodys_text(prepared, item))
    clause = LIFTS if own else _clause(item, by_others=bool(step), by_anybody=bool(anybodys), is_told=is_shadow_told)
    lift = steps.lift_text(label.issue_id, clause=clause)
    # What is said above the list is not said in each row.
    step = step or ("" if is_shadow_told else anybodys)
    names = [naming.objective(key) for key in entry.objectives]
    left = left or _sentence_part(kept_text(naming, entry, kind))
    size = amount(entry.units, naming.engagement.units.by) if entry.sized else gettext("not sized")
    return OpenRow(
        label.issue_id,
        label.key,
        label.summary,
        " · ".join(
            filter(None, [", ".join(names), size, own_part_text(context, ticket), _stale_text(context, ticket)])
        ),
        kind,
        bucket_name(kind),
        "; ".join(filter(None, [_because(context, naming, shown, handed_over=handed_over), step or left, lift])),
        _is_held(ticket),
        _badges(context, prepared, shown),
        is_by_commenter=others.is_by_commenter,
    )


def _clause(item: OpenTicket, *, by_others: bool, by_anybody: bool, is_told: bool) -> str:
    """Return how a row goes on with whom it lifts behind what others would do; "" where it says itself by what.

    `is_told`: what shadowing takes stands above the list.
    """
    if by_others:
        return IF_YOU_SHADOW if lacks_shadow(item) else ""
    if not by_anybody:
        return ""
    return IF_YOU_SHADOW if is_told else IF_YOU_DO


def _badges(context: ListContext, prepared: PreparedEngagement, shown: Shown) -> tuple[str, ...]:
    """Return for whom a ticket waits, and that it was opened again, as its panel says it."""
    _, ticket, preview = shown
    stand = stand_of(prepared, ticket)
    # The status does not say for which agency of a project.
    is_others = stand.wait is not None and stand.wait.side == "agency"
    is_others = is_others and is_elsewhere(prepared, ticket, preview.entry, context.now)
    waits = "" if is_others else wait_text(context.view, prepared, stand.wait, context.now)
    return tuple(filter(None, [waits, opened_again_text(prepared, stand.opened_again, context.now)]))


def _own_step(context: ListContext, prepared: PreparedEngagement, shown: Shown) -> str:
    return own_way_text(prepared, OpenTicket(*shown[1:]), caller().account or "", context.now)


def _sentence_part(text: str) -> str:
    # In every language: none of these sentences begins with a name.
    return text[:1].lower() + text[1:].removesuffix(".")


def _stale_text(context: ListContext, ticket: Ticket) -> str:
    changed, now = ticket.issue.updated, context.now
    if now - changed <= STALE:
        return ""
    on = day_beside(context.calendar.day(changed), context.calendar.day(now))
    return gettext("last changed %(day)s", day=on)


def _is_held(ticket: Ticket) -> bool:
    return bool(ticket.issue.assignee) and ticket.issue.assignee == caller().account


def _because(context: ListContext, naming: Naming, shown: Shown, *, handed_over: int) -> str:
    _, ticket, preview = shown
    if is_of_others(context.view, ticket, preview.entry, done=False):
        return no_part_text(naming.engagement.agency_name)
    if not preview.entry.objectives:
        # They stand in a list of those without: what is said once above it is not said of each.
        return work_of(naming, preview.entry)
    return reason_of(naming, preview.entry, preview.evidence, handed_over=handed_over, is_open=True)


def with_proposals(context: ListContext, rows: Sequence[OpenRow]) -> list[OpenRow]:
    """Return the rows, those with the badge that are proposals."""
    limits = select_limits_of(context.scope, [row.issue_id for row in rows]) if rows else {}
    return [_with_limit(context, row, limits[row.issue_id]) if row.issue_id in limits else row for row in rows]


def _with_limit(context: ListContext, row: OpenRow, limit: Instant) -> OpenRow:
    if context.now < limit:
        return replace(row, proposal=gettext(WAITS, day=day(context.calendar.day(limit))))
    # It waits no more, and comes where any other does.
    return replace(row, badges=(*row.badges, gettext(UNDECIDED)))
