"""Disputes of a ticket, and marks of tickets that were closed with many others, as the drawer shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from connector.actions.policy import DISPUTE, LEAD
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.marks import select_bulk_near, select_disputed
from connector.figures.scores import scope_of
from connector.pages.act import may_act
from connector.pages.ticket_text import Naming
from connector.pages.together.content import side_of
from connector.pages.together.viewer import OTHER_SIDE
from connector.text import SIDE_NAMES, capital, day, percent
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.formats.explain.marks import bulk_edit_text
from mappings.formats.report.source import calendar_of
from mappings.measure.model.statements import Dispute, LeadSide
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.disputes import OPEN, disputes_since_done, is_open, parts_to_dispute
from mappings.measure.period.figures import Figures, Row, figures, sums_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.disputes import select_disputes_of
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.records.sql.scope import AgreementScope, Scope
from mappings.translation import gettext, mark, mark_plural, ngettext

# What the taught share is without the disputed tickets, and where that prints alike.
WITHOUT = mark_plural(
    "%(num)s ticket is disputed; without it the taught share is %(share)s.",
    "%(num)s tickets are disputed; without them the taught share is %(share)s.",
)
WITHOUT_CHANGE = mark_plural(
    "%(num)s ticket is disputed; without it the taught share stays %(share)s.",
    "%(num)s tickets are disputed; without them the taught share stays %(share)s.",
)


def select_disputed_share(
    connection: Connection, view: EngagementView, days: tuple[date, date], rows: Sequence[Row]
) -> str:
    """Return the sentence on the taught share without the tickets disputed now; '' where none counts in the period.

    `rows` are the period's sums by day: what the disputed tickets gave is taken off, so that it costs these alone.
    """
    tenant_id, stored = caller().tenant_id, view.stored
    disputed = select_disputed(AgreementScope(connection, tenant_id, view.engagement.key), container().clock())
    if not disputed or stored.generation is None:
        return ""
    entries = select_entries(Scope(connection, tenant_id, view.engagement.key, stored.generation), list(disputed))
    pairs = [(item.entry, item.handed) for ticket in entries.values() for item in ticket]
    # The sums of a period are read once: what the disputed tickets gave is subtracted from them.
    given = sums_of(pairs, calendar_of(view.engagement)).items()
    gone = [(at, of_day, DaySums().plus(part, -1)) for (key, at, of_day), part in given if not key]
    inside = [ticket for ticket in entries.values() if any(_within(view, days, item) for item in ticket)]
    if not inside:
        return ""
    now, without = (share_text(figures(read, *days, stored.rules)) for read in (rows, [*rows, *gone]))
    forms = WITHOUT_CHANGE if stays(now, without) else WITHOUT
    return ngettext(*forms, len(inside), share=without)


def share_text(read: Figures) -> str:
    share = read.taught_share
    return percent(share.value) if share.published and share.value is not None else gettext("not published")


def stays(before: str, after: str) -> bool:
    """Tell whether a share, as `share_text` has it, is published and prints alike after a change."""
    return before == after != gettext("not published")


def _within(view: EngagementView, days: tuple[date, date], stored_entry: StoredEntry) -> bool:
    return days[0] <= calendar_of(view.engagement).day(stored_entry.entry.at) <= days[1]


@dataclass(frozen=True)
class DisputeView:
    """An open dispute: of what and until when; for the people of the two sides by which of them, and why.

    `withdraw` is the address to withdraw it, '' for everybody but its author; `reply` that to answer it, for the other
    side's leads. `answered` says what they answered, and `answer` is in their words.
    """

    about: str
    until: str
    side: str
    reason: str
    withdraw: str
    reply: str
    answered: str
    answer: str


@dataclass(frozen=True)
class TicketDisputes:
    """What is disputed of one ticket; `file` is the address for one more, `choices` are of what.

    `file` is '' for who may not, and where the side disputed all of it since it was done. `over` says what the
    viewer's side disputed since then and may not dispute again, '' where that is nothing.
    """

    open: list[DisputeView]
    file: str
    choices: list[tuple[str, str]]
    over: str = ""


def select_ticket_disputes(
    connection: Connection, view: EngagementView, issue_id: int, entries: Sequence[StoredEntry]
) -> TicketDisputes:
    now, acts = container().clock(), may_act(view, DISPUTE)
    naming = Naming(view.engagement, {})
    disputes = select_disputes_of(AgreementScope(connection, caller().tenant_id, view.engagement.key), [issue_id])
    # By a signed link the reasons are left out: they are for the people of the two sides.
    views = [_dispute_view(view, naming, dispute, acts=acts) for dispute in disputes if is_open(dispute, now)]
    # A side disputes each done moment once: what would be refused is not offered.
    parts = parts_to_dispute(disputes, issue_id, side_of(view), entries[-1].entry) if acts and entries else ()
    own = disputes_since_done(disputes, issue_id, side_of(view), entries[-1].entry) if acts and entries else ()
    over = _over_text(view, naming, own, now)
    if not parts:
        return TicketDisputes(views, "", [], over)
    choices = [(key, _about_text(naming, key)) for key in parts]
    address = url_for("disputes.file", engagement=view.engagement.key, issue=issue_id)
    return TicketDisputes(views, address, choices, over)


def _over_text(view: EngagementView, naming: Naming, own: Sequence[Dispute], now: Instant) -> str:
    """Return which disputes of the viewer's side are over since the ticket was done, and when there can be another."""
    over = [_ended_text(view, naming, dispute) for dispute in own if not is_open(dispute, now)]
    return " ".join([*over, gettext(ONCE)]) if over else ""


def _ended_text(view: EngagementView, naming: Naming, dispute: Dispute) -> str:
    day_of, about = calendar_of(view.engagement).day, _about_text(naming, dispute.objective)
    places = {"about": about, "day": day(day_of(dispute.at))}
    if dispute.withdrawn_at is None:
        ended = day(day_of(dispute.at + OPEN))
        return gettext("Your side disputed %(about)s on %(day)s; that ended on %(ended)s.", **places, ended=ended)
    withdrawn = day(day_of(dispute.withdrawn_at))
    return gettext("Your side disputed %(about)s on %(day)s and withdrew that on %(ended)s.", **places, ended=withdrawn)


def _about_text(naming: Naming, key: str) -> str:
    if not key:
        return gettext(SPLIT)
    return gettext("what it counts as for %(objective)s", objective=naming.objective(key))


ONCE = mark("It can do so once for each time that a ticket is done: again once this one is opened again and finished.")
SPLIT = mark("how the work is split between the sides")


def _dispute_view(view: EngagementView, naming: Naming, dispute: Dispute, *, acts: bool) -> DisputeView:
    about = naming.objective(dispute.objective) if dispute.objective else gettext(SPLIT)
    is_own = acts and dispute.filed_by == caller().account
    query: dict[str, Any] = {"engagement": view.engagement.key, "issue": dispute.issue_id}
    withdraw = url_for("disputes.withdraw", **query, dispute=dispute.number) if is_own else ""
    until = day(calendar_of(view.engagement).day(dispute.at + OPEN))
    side, reason = (SIDE_NAMES[dispute.side], dispute.reason) if acts else ("", "")
    replies = may_act(view, LEAD) and dispute.side != side_of(view) and dispute.answered_at is None
    reply = url_for("disputes.answer", **query, dispute=dispute.number) if replies else ""
    answered, answer = answer_texts(view, dispute) if acts else ("", "")
    return DisputeView(capital(about), until, side, reason, withdraw, reply, answered, answer)


ANSWERED: Mapping[tuple[LeadSide, bool], str] = {
    ("agency", True): mark("Accepted by the agency on %(day)s"),
    ("agency", False): mark("The agency keeps it as it is, %(day)s"),
    ("inhouse", True): mark("Accepted by the in-house team on %(day)s"),
    ("inhouse", False): mark("The in-house team keeps it as it is, %(day)s"),
}


def answer_texts(view: EngagementView, dispute: Dispute) -> tuple[str, str]:
    """Return who answered a dispute how and when, and in which words; both '' where nobody did."""
    if dispute.answered_at is None:
        return "", ""
    when = day(calendar_of(view.engagement).day(dispute.answered_at))
    text = ANSWERED[OTHER_SIDE[dispute.side], bool(dispute.accepted)]
    return gettext(text, day=when), dispute.answer or ""


def select_ticket_marks(
    connection: Connection,
    view: EngagementView,
    prepared: PreparedEngagement,
    issue_id: int,
    *,
    entries: Sequence[StoredEntry],
) -> dict[Instant, list[str]]:
    """Return by instant, as text, which of a ticket's entries were closed or reopened with many others."""
    if not entries:
        return {}
    scope = scope_of(connection, caller().tenant_id, view.stored)
    bulk = select_bulk_near(scope, prepared, issue_id, [stored.entry for stored in entries])
    return {
        stored.entry.at: [bulk_edit_text(stored.entry, size)] if (size := bulk.get((issue_id, stored.entry.at))) else []
        for stored in entries
    }
