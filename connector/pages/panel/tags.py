"""The objectives on a ticket as its panel shows them: why each is on it, and who may remove or confirm it."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.pages.panel.context import TicketContext
from connector.pages.panel.tag_source import source_of
from connector.pages.record.view import RecordView
from connector.text import day
from mappings.measure.model.engagement import Objective
from mappings.measure.ticket.late_objectives import (
    SIDES,
    Waiting,
    is_pending,
    late_objectives,
    may_confirm,
)
from mappings.translation import Texts, gettext, mark

# How an objective came to a ticket that was done: by what, when, and from which side where that is known.
LATE = mark("%(how)s: set on %(day)s, after it was done; %(state)s")
LATE_BY = mark("%(how)s: set on %(day)s (%(who)s), after it was done; %(state)s")
DROPPED = mark("not confirmed in time (until %(day)s): it does not count")
ENDED = mark("not confirmed before the engagement ended: it does not count")
CONFIRMED = mark("confirmed by the other side on %(day)s")
# Who may confirm it, by the sides of those who set it.
WAITS: Mapping[frozenset[str], str] = Texts(
    {
        frozenset({"agency"}): mark("waits for the other side until %(day)s: anybody in-house can confirm it"),
        frozenset({"inhouse"}): mark("waits for the other side until %(day)s: a lead of %(agency)s can confirm it"),
        frozenset({"agency", "inhouse"}): mark(
            "waits until %(day)s: anybody in-house or a lead of %(agency)s can confirm it"
        ),
        frozenset(): mark("nobody can confirm it, as who set it is on neither side: it does not count"),
    }
)


@dataclass(frozen=True)
class TagRow:
    """An objective on the ticket. An address is "" where the viewer may not, or where it was not set by hand."""

    key: str
    name: str
    why: str
    remove_address: str
    confirm_address: str


def tags_of(context: TicketContext, view: RecordView) -> list[TagRow]:
    """Return the objectives that count, those that were set late or by hand; `view` has what the ticket counts as."""
    counted = view.entry.objectives if view.entry else ()
    late = {item.objective: item for item in late_objectives(context.prepared, context.ticket)}
    on_ticket = {*counted, *late, *context.tags_by_hand}
    return [
        _tag_row(context, view, objective, late.get(objective.key))
        for objective in context.view.engagement.objectives
        if objective.key in on_ticket
    ]


def _tag_row(context: TicketContext, view: RecordView, objective: Objective, late: Waiting | None) -> TagRow:
    may_remove = context.may_tag and objective.key in context.tags_by_hand
    is_waiting = late is not None and late.confirmed is None and is_pending(context.prepared, late, context.now)
    waiting = late if is_waiting else None
    may_confirm_now = waiting is not None and may_confirm(context.prepared, waiting, context.viewer, context.now)
    return TagRow(
        objective.key,
        objective.name,
        _late_text(context, view, objective, late) if late else _reason(context, objective),
        context.url("untag", objective=objective.key) if may_remove else "",
        context.url("confirm", objective=objective.key) if context.may_tag and may_confirm_now else "",
    )


def _reason(context: TicketContext, objective: Objective) -> str:
    confirmed = [tag.confirmed for tag in context.ticket.tags if tag.objective == objective.key and tag.confirmed]
    if confirmed:
        when = day(context.prepared.calendar.day(max(confirmed)))
        return gettext("set after it was done; confirmed by the other side on %(day)s", day=when)
    if objective.key in context.tags_by_hand:
        return ""
    return source_of(objective.mapping, context.ticket, context.prepared.site)


def _late_text(context: TicketContext, view: RecordView, objective: Objective, late: Waiting) -> str:
    """Return how an objective was set late, when and from which side, and what becomes of it."""
    places = {
        "how": _how(context, objective, late),
        "day": day(context.prepared.calendar.day(late.since)),
        "state": _state(context, late),
    }
    # Time runs from the first who set it.
    first = next((setting for setting in late.set_by if setting.at == late.since), None)
    if first is None:
        return gettext(LATE, **places)
    return gettext(LATE_BY, who=view.who(first.account, first.at), **places)


def _how(context: TicketContext, objective: Objective, late: Waiting) -> str:
    by_hand = context.tags_by_hand.get(objective.key)
    if by_hand is not None and by_hand.since == late.since:
        return gettext("by hand")
    return source_of(objective.mapping, context.ticket, context.prepared.site)


def _state(context: TicketContext, late: Waiting) -> str:
    prepared = context.prepared
    if late.confirmed is not None:
        return gettext(CONFIRMED, day=day(prepared.calendar.day(late.confirmed)))
    places = {"day": day(prepared.calendar.day(late.until)), "agency": context.view.engagement.agency_name}
    if not is_pending(prepared, late, context.now):
        return gettext(DROPPED if context.now > late.until else ENDED, **places)
    setters = {prepared.affiliations.at(setting.account, setting.at) for setting in late.set_by}
    return WAITS[frozenset(setter.side for setter in setters if setter and setter.side in SIDES)] % places
