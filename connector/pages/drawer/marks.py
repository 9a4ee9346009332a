"""What people read of a ticket that is disputed, and of one that was closed with many others: marks, words, a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from connector.actions.policy import DISPUTE
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.marks import select_bulk_near, select_disputed
from connector.figures.scores import scope_of, select_prepared
from connector.pages.act import may_act
from connector.pages.ticket_text import Words
from connector.text import SIDE_NAMES, count, day, percent
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.formats.explain.marks import bulk_edit_text
from mappings.formats.report.source import calendar_of
from mappings.measure.model.statements import Dispute
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.disputes import OPEN, is_open
from mappings.measure.period.figures import Row, figures, sums_of
from mappings.records.agreement.disputes import select_disputes_of
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.records.sql.scope import AgreementScope, Scope


def select_range(connection: Connection, view: EngagementView, days: tuple[date, date], rows: Sequence[Row]) -> str:
    """Say what the taught share of a period is without the tickets disputed now; '' where none counts in it.

    `rows` are the period's sums by day: what the disputed tickets gave is taken off, so that it costs these alone.
    """
    tenant_id, stored = caller().tenant_id, view.stored
    disputed = select_disputed(AgreementScope(connection, tenant_id, view.engagement.key), container().clock())
    if not disputed or stored.generation is None:
        return ""
    found = select_entries(Scope(connection, tenant_id, view.engagement.key, stored.generation), list(disputed))
    pairs = [(one.entry, one.handed) for every in found.values() for one in every]
    given = sums_of(pairs, calendar_of(view.engagement)).items()
    gone = [(at, of_day, DaySums().plus(part, -1)) for (key, at, of_day), part in given if not key]
    inside = [every for every in found.values() if any(_within(view, days, one) for one in every)]
    if not inside:
        return ""
    share = figures([*rows, *gone], *days, stored.rules).taught_share
    said = percent(share.value) if share.published and share.value is not None else "not published"
    are, them = ("is", "it") if len(inside) == 1 else ("are", "them")
    return f"{count(len(inside), 'ticket')} {are} disputed; without {them} the taught share is {said}."


def _within(view: EngagementView, days: tuple[date, date], one: StoredEntry) -> bool:
    return days[0] <= calendar_of(view.engagement).day(one.entry.at) <= days[1]


@dataclass(frozen=True)
class DisputeView:
    """An open dispute: of what and until when; for the people of the two sides by which of them, and why.

    `withdraw` is how its author ends it, '' for everybody else.
    """

    about: str
    until: str
    side: str
    reason: str
    withdraw: str


@dataclass(frozen=True)
class Doubts:
    """What is disputed of one ticket; `file` is where one more goes, '' for who may not; `choices` say of what."""

    open: list[DisputeView]
    file: str
    choices: list[tuple[str, str]]


def select_doubts(
    connection: Connection, view: EngagementView, issue_id: int, entries: Sequence[StoredEntry]
) -> Doubts:
    """Return what is disputed of a ticket, as the caller may read it: by a signed link without the reasons."""
    now, acts = container().clock(), may_act(view, DISPUTE)
    words = Words(view.engagement, {})
    every = select_disputes_of(AgreementScope(connection, caller().tenant_id, view.engagement.key), [issue_id])
    told = [_doubt(view, words, one, acts=acts) for one in every if is_open(one, now)]
    if not acts or not entries or entries[-1].entry.sign < 0:
        return Doubts(told, "", [])
    goals = [(key, words.objective(key)) for key in entries[-1].entry.objectives]
    return Doubts(
        told, url_for("disputing.file", engagement=view.engagement.key, issue=issue_id), [*goals, ("", SPLIT)]
    )


SPLIT = "how the work is split between the sides"


def _doubt(view: EngagementView, words: Words, one: Dispute, *, acts: bool) -> DisputeView:
    about = words.objective(one.objective) if one.objective else SPLIT
    mine = acts and one.filed_by == caller().account
    place: dict[str, Any] = {"engagement": view.engagement.key, "issue": one.issue_id}
    withdraw = url_for("disputing.withdraw", **place, dispute=one.number) if mine else ""
    until = day(calendar_of(view.engagement).day(one.at + OPEN))
    side, reason = (SIDE_NAMES[one.side], one.reason) if acts else ("", "")
    return DisputeView(about[:1].upper() + about[1:], until, side, reason, withdraw)


def select_ticket_marks(
    connection: Connection, view: EngagementView, issue_id: int, entries: Sequence[StoredEntry]
) -> dict[Instant, list[str]]:
    """Return by instant, in words, which of a ticket's entries were closed or reopened with many others."""
    if not entries:
        return {}
    tenant_id = caller().tenant_id
    prepared, scope = select_prepared(connection, tenant_id, view.stored), scope_of(connection, tenant_id, view.stored)
    bulk = select_bulk_near(scope, prepared, [stored.entry for stored in entries])
    return {
        stored.entry.at: [bulk_edit_text(stored.entry, size)] if (size := bulk.get((issue_id, stored.entry.at))) else []
        for stored in entries
    }
