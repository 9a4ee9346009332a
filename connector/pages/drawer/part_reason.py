"""Why tickets count in a part of the score as they do: in the rows of its drawer, and in the evidence of one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask import request
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.drawer.source import may_open
from connector.pages.record.rows import restricted_moments
from connector.pages.visibility import refuse
from connector.web.gate import caller
from mappings.formats.explain.component_basis import rule_of
from mappings.formats.explain.index import figure_named
from mappings.formats.explain.model import OF_HUNDRED, Line, weight_text
from mappings.formats.explain.reason_kinds import Kind, kinds_of
from mappings.formats.explain.reason_texts import reason_text
from mappings.measure.model.ticket import Ticket
from mappings.measure.score.latencies import LATENCIES
from mappings.measure.score.opportunities import on_grid
from mappings.measure.score.reasons import REASONS, reasons_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext
from webhooks.annotations import with_annotations


def query_of(path: str, line: Line) -> dict[str, str]:
    """Return what the address of a ticket's evidence says of the row that it opens from."""
    if component_of(path) not in REASONS or line.day is None:
        return {}
    return {"figure": path, "day": line.day.isoformat()}


def component_of(path: str) -> str:
    return path.rpartition(".")[2]


@dataclass(frozen=True)
class PartReason:
    """Why a ticket counts with `x` on a day as it does, and what it has in common with others."""

    day: date
    x: float
    text: str
    kinds: tuple[Kind, ...]


def select_part_reasons(
    connection: Connection, view: EngagementView, prepared: PreparedEngagement, issue_id: int
) -> list[str]:
    """Return why a ticket counts in the part and on the day asked for as it does; nothing where no part is named."""
    path, day = _read_part(view)
    if day is None:
        return []
    component = component_of(path)
    reasons = select_reasons(connection, view, prepared, [issue_id], component=component).get(issue_id, [])
    return [*dict.fromkeys(_sentence(component, each.x, each.text) for each in reasons if each.day == day)]


def select_reasons(
    connection: Connection,
    view: EngagementView,
    prepared: PreparedEngagement,
    issue_ids: Collection[int],
    *,
    component: str,
) -> dict[int, list[PartReason]]:
    """Return by ticket why it counts in a component as it does, by measuring the tickets again.

    All are read in the same few statements.
    """
    # How long somebody was waited for stands on no ticket in works-council mode (measurement (f)).
    if component not in REASONS or (view.stored.rules.works_council and component in LATENCIES):
        return {}
    tenant_id = caller().tenant_id
    scope = AgreementScope(connection, tenant_id, view.engagement.key)
    tickets = with_annotations(scope, select_tickets(connection, tenant_id, issue_ids))
    return {issue_id: _reasons(prepared, ticket, component) for issue_id, ticket in tickets.items()}


def _reasons(prepared: PreparedEngagement, ticket: Ticket, component: str) -> list[PartReason]:
    now, untold = container().clock(), restricted_moments(ticket)
    return [
        PartReason(
            prepared.calendar.day(each.at),
            float(on_grid(each).x),
            reason_text(prepared, reason, untold=untold),
            kinds_of(prepared, reason),
        )
        for each, reason in sorted(reasons_of(prepared, ticket, component), key=lambda pair: pair[0].at)
        if each.known <= now
    ]


def _read_part(view: EngagementView) -> tuple[str, date | None]:
    asked = request.args.get("figure")
    if asked is None:
        return "", None
    path = figure_named(asked, view.engagement)
    if path is None or not may_open(view, path):
        refuse(404, gettext("No such figure of an engagement of yours."))
    try:
        return path, date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return path, None


def _sentence(component: str, x: float, reason: str) -> str:
    counts = weight_text(Line(0, "", "", x, 100 * x, OF_HUNDRED))
    title = gettext(rule_of(component).title)
    return gettext("%(part)s, %(counts)s: %(reason)s.", part=title, counts=counts, reason=reason)
