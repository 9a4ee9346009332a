"""What the choices about statuses do to the tickets of the last 30 days, and the self-test of a site."""

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
from mappings.measure.ticket.prepared import prepare
from mappings.measure.ticket.status_hours import Hours, hours_by_status
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE
from mappings.records.agreement.drafts import Draft
from mappings.records.facts.accounts import select_bots
from mappings.records.facts.issues import select_newest_ids, select_tickets
from mappings.records.facts.statuses import select_status_book
from mappings.translation import gettext

blueprint = Blueprint("setup_effects", __name__)
ROUTES: dict[str, Rule] = {"setup_effects.show": SETUP, "setup_effects.self_test": CONTEXT}
DAYS_BACK = 30


class Effect(Struct, frozen=True):
    """Hours of the last days: of work by side, and in each status with what it counts as."""

    work: tuple[tuple[str, int], ...]
    statuses: tuple[tuple[str, str, int], ...]
    tickets: str

    @property
    def total(self) -> int:
        """All hours of work."""
        return sum(hours for _, hours in self.work)


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
    named = named_kinds(engagement.workflow)
    rows: list[tuple[str, str, int]] = []
    agency = inhouse = others = 0
    for name, category, _ in draft.bodies["workflow"].get("statuses", ()):
        row, kind = hours.get(fold_name(name), ()), named.get(fold_name(name), "")
        # How long a ticket has been done says nothing.
        if not row or (kind or category) == "done":
            continue
        rows.append((name, STATUS_ROLES[kind], sum(row) // HOUR))
        if (kind or category) in {"active", "indeterminate"}:
            agency, inhouse = agency + row[AGENCY], inhouse + row[INHOUSE]
            others += sum(row) - row[AGENCY] - row[INHOUSE]
    work = (
        (gettext("by the agency"), agency),
        (gettext("in-house"), inhouse),
        (gettext("by others or nobody"), others),
    )
    return Effect(tuple((words, time // HOUR) for words, time in work), tuple(rows), count(moved, "ticket"))


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
