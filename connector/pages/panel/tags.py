"""The objectives on a ticket as its panel shows them: why each is on it, and who may remove or confirm it."""

from dataclasses import dataclass

from connector.pages.panel.context import TicketContext
from connector.pages.panel.tag_source import source_of
from connector.text import day
from mappings.measure.model.engagement import Objective
from mappings.measure.model.ticket import Entry
from mappings.measure.ticket.late_objectives import Waiting, may_confirm, pending_objectives
from mappings.translation import gettext


@dataclass(frozen=True)
class TagRow:
    """An objective on the ticket. An address is "" where the viewer may not, or where it was not set by hand."""

    key: str
    name: str
    why: str
    remove_address: str
    confirm_address: str


def tags_of(context: TicketContext, entry: Entry | None) -> list[TagRow]:
    """Return the objectives that count, those that wait for the other side, and those that were set by hand."""
    counted = entry.objectives if entry else ()
    waiting = {item.objective: item for item in pending_objectives(context.prepared, context.ticket, context.now)}
    on_ticket = {*counted, *waiting, *context.tags_by_hand}
    return [
        _tag_row(context, objective, waiting.get(objective.key), counts=objective.key in counted or not entry)
        for objective in context.view.engagement.objectives
        if objective.key in on_ticket
    ]


def _tag_row(context: TicketContext, objective: Objective, waiting: Waiting | None, *, counts: bool) -> TagRow:
    may_remove = context.may_tag and objective.key in context.tags_by_hand
    may_confirm_now = waiting is not None and may_confirm(context.prepared, waiting, context.viewer, context.now)
    return TagRow(
        objective.key,
        objective.name,
        _reason(context, objective, waiting, counts=counts),
        context.url("untag", objective=objective.key) if may_remove else "",
        context.url("confirm", objective=objective.key) if context.may_tag and may_confirm_now else "",
    )


def _reason(context: TicketContext, objective: Objective, waiting: Waiting | None, *, counts: bool) -> str:
    calendar = context.prepared.calendar
    if waiting:
        until = day(calendar.day(waiting.until))
        return gettext("set after it was done; waits for the other side until %(day)s", day=until)
    if not counts:
        return gettext("set after it was done, and not confirmed in time")
    confirmed = [tag.confirmed for tag in context.ticket.tags if tag.objective == objective.key and tag.confirmed]
    if confirmed:
        when = day(calendar.day(max(confirmed)))
        return gettext("set after it was done; confirmed by the other side on %(day)s", day=when)
    if objective.key in context.tags_by_hand:
        return ""
    return source_of(objective.mapping, context.ticket, context.prepared.site)
