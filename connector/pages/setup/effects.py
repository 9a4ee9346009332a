"""What the choices about statuses do to the tickets of the last 30 days, and the self-test of a site."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, render_template
from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.policy import SET_UP, may
from connector.container import container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.setup.access import find_administered, page_project, require_setup
from connector.pages.setup.previews import MOST_TICKETS, read_with
from connector.pages.setup.self_test import run_self_test
from connector.pages.setup.words import STATUS_ROLES
from connector.pages.visibility import refuse
from connector.text import count
from connector.web.gate import CONTEXT, SETUP, Rule, caller
from mappings.events.names import fold_name
from mappings.events.times import DAY, HOUR
from mappings.formats.engagement_file.errors import EngagementError
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.status_kinds import named_kinds
from mappings.measure.period.rounding import shown, shown_parts
from mappings.measure.ticket.prepared import prepare
from mappings.measure.ticket.status_hours import Hours, hours_by_status
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE
from mappings.records.agreement.drafts import Draft
from mappings.records.facts.accounts import select_bots
from mappings.records.facts.issues import select_newest_ids, select_tickets
from mappings.records.facts.statuses import select_status_book
from mappings.translation import gettext, integer_text

blueprint = Blueprint("setup_effects", __name__)
ROUTES: dict[str, Rule] = {"setup_effects.show": SETUP, "setup_effects.self_test": CONTEXT}
DAYS_BACK = 30


class Effect(Struct, frozen=True):
    """Hours of the last days: of all work and by side, and in each status with what it counts as."""

    total: str
    work: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str, str], ...]
    tickets: str


class StatusRow(Struct, frozen=True):
    """A status with what it counts as, whether that is work, and the hours in it by side."""

    name: str
    role: str
    is_work: bool
    hours: tuple[float, ...]


@blueprint.get("/pages/setup/effect")
def show() -> str:
    """Say what the choices about statuses do to the tickets of the last 30 days."""
    draft = require_setup().draft
    try:
        engagement = read_with(draft, {"people": list(draft.bodies["people"].get("people", ()))})
    except EngagementError:
        return render_template("setup/effect.html", effect=None)
    with container().reader.connect() as connection:
        hours, moved = _select_hours(connection, engagement)
    return render_template("setup/effect.html", effect=_effect(draft, engagement, hours, moved), days=DAYS_BACK)


def _select_hours(connection: Connection, engagement: Engagement) -> tuple[Hours, int]:
    tenant_id, now = caller().tenant_id, container().clock()
    book, bots = select_status_book(connection, tenant_id), select_bots(connection, tenant_id)
    ids = select_newest_ids(connection, tenant_id, engagement.projects, MOST_TICKETS)
    tickets = select_tickets(connection, tenant_id, ids)
    return hours_by_status(prepare(engagement, book, bots), tickets.values(), now - DAYS_BACK * DAY, now)


def _effect(draft: Draft, engagement: Engagement, hours: Hours, moved: int) -> Effect:
    rows = list(_status_rows(draft, engagement, hours))
    work = [row.hours for row in rows if row.is_work]
    total = sum(sum(each) for each in work)
    agency, inhouse = (sum(each[side] for each in work) for side in (AGENCY, INHOUSE))
    names = (gettext("by the agency"), gettext("in-house"), gettext("by others or nobody"))
    sides = _whole_parts((agency, inhouse, total - agency - inhouse), total)
    return Effect(
        _whole_text(total), tuple(zip(names, sides, strict=True)), _whole_rows(rows, total), count(moved, "ticket")
    )


def _status_rows(draft: Draft, engagement: Engagement, hours: Hours) -> Iterable[StatusRow]:
    named = named_kinds(engagement.workflow)
    for name, category, _ in draft.bodies["workflow"].get("statuses", ()):
        row, kind = hours.get(fold_name(name), ()), named.get(fold_name(name), "")
        # How long a ticket has been done says nothing.
        if row and (kind or category) != "done":
            is_work = (kind or category) in {"active", "indeterminate"}
            yield StatusRow(name, STATUS_ROLES[kind], is_work, tuple(time / HOUR for time in row))


def _whole_rows(rows: Sequence[StatusRow], total: float) -> tuple[tuple[str, str, str], ...]:
    """Return the rows with whole hours; those of work add up to all work as it is shown."""
    work = iter(_whole_parts([sum(row.hours) for row in rows if row.is_work], total))
    return tuple((row.name, row.role, next(work) if row.is_work else _whole_text(sum(row.hours))) for row in rows)


def _whole_parts(parts: Sequence[float], total: float) -> list[str]:
    return [integer_text(int(part)) for part in shown_parts(parts, total, 0)]


def _whole_text(hours: float) -> str:
    return integer_text(int(shown(hours, 0)))


@blueprint.get("/pages/setup/self-test")
def self_test() -> str:
    """Check the site, its history and its figures, each line with what to do."""
    project, values = page_project(), dict[str, Any]()
    try:
        with container().reader.connect() as connection:
            administers = find_administered(connection, [project])
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    if not may(SET_UP, administers):
        refuse(403, gettext(SET_UP.refusal))
    values["findings"] = run_self_test(container(), caller().tenant_id, project)
    return render_template("setup/self_test.html", **values)
