"""The page of a site's administrators: imported history, jobs, health, and what has to be fixed."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from connector.actions import site_admin
from connector.actions.site_admin import READER, AdminAction
from connector.auth.access import is_on_agency_side
from connector.config_parsers import FEWEST_MONTHS, MOST_MONTHS
from connector.container import Container, container
from connector.health import check_mirror, check_unread
from connector.pages import empty_states
from connector.pages.act import Notice, perform_as_admin
from connector.pages.admin import audit, backfill, engagements, jobs, maintenance, needs, people_by_side, setup_group
from connector.pages.admin.audit_objects import select_objects
from connector.pages.admin.questions import QUESTIONS
from connector.pages.admin.rights import refusal_of_caller, require_admin
from connector.pages.settings.views import show as show_settings
from connector.pages.setup.access import draft_number, read_draft_view, said_text
from connector.pages.setup.draft_page import render_draft
from connector.pages.visibility import account, refuse, standing_views
from connector.web.gate import CONTEXT, PAGE, Rule, caller, tenant
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.records.agreement.closed_room import select_room_sizes
from mappings.records.agreement.drafts import Draft, select_drafts
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.facts.projects import select_keys_with_tickets, select_project
from mappings.records.figures.measure_state import select_latest
from mappings.records.operations.audit import select_acts_named
from mappings.records.operations.health import select_site_health
from mappings.records.operations.issue_properties import count_marked_by_project, select_choices
from mappings.records.operations.jira_quota import select_retry_after, select_spent
from mappings.records.operations.jobs import select_jobs
from mappings.records.operations.retention_settings import select_months
from mappings.records.operations.sync_listings import select_listings
from mappings.records.operations.tenants import select_tenants
from mappings.translation import gettext

blueprint = Blueprint("admin", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "admin.show": PAGE,
    "admin.content": CONTEXT,
    "admin.people": CONTEXT,
    "admin.ask": CONTEXT,
    "admin.turn_history": CONTEXT,
    "admin.turn_job": CONTEXT,
    "admin.turn_mirror": CONTEXT,
    "admin.turn_setup": CONTEXT,
    "admin.keep": CONTEXT,
}

ACTS_SHOWN = 12
HISTORY: Mapping[str, AdminAction] = {
    "pause": site_admin.pause_history,
    "resume": site_admin.resume_history,
    "anew": site_admin.read_anew,
    "cancel": site_admin.cancel_history,
}
JOB: Mapping[str, AdminAction] = {
    "run": site_admin.run_job,
    "pause": site_admin.pause_job,
    "resume": site_admin.resume_job,
}
SETUP: Mapping[str, AdminAction] = {
    "project_admins": site_admin.let_project_admins_begin,
    "admins": site_admin.let_admins_alone_begin,
    "group": site_admin.let_group_begin,
}
MIRROR: Mapping[str, AdminAction] = {"show": site_admin.show_buckets, "hide": site_admin.hide_buckets}


@blueprint.get("/pages/admin")
def show() -> str:
    template, values = _content(Notice())
    return render_template("admin/page.html", content=template, fills=True, **values)


@blueprint.get("/pages/admin/content")
def content() -> str:
    opened = _opened() if request.args.get("whole") else ""
    if opened:
        return opened
    template, values = _content(Notice(said_text(), near="drafts") if said_text() else Notice())
    if request.args.get("whole"):
        return render_template("admin/whole.html", content=template, **values)
    return render_template(template, **values)


def _opened() -> str:
    """Return what an address of the page has in its place: a draft or an engagement's settings; "" for neither."""
    if "draft" in request.args:
        return render_draft(read_draft_view(draft_number()))
    return show_settings() if "engagement" in request.args else ""


@blueprint.get("/pages/admin/people")
def people() -> str:
    """Count who is on which side: the one part that reads all tickets, so it is asked for once, after the page."""
    require_admin()
    app, tenant_id, now = container(), caller().tenant_id, container().clock()
    with app.reader.connect() as connection:
        sides = people_by_side.select_all_sides(connection, tenant_id, now)
    # The page lists them among what is to do: it is asked for once more, with how many they are.
    whole = len(frozenset[str]().union(*(item.undecided for item in sides)))
    waiting = sorted((item for item in sides if item.undecided), key=lambda item: -len(item.undecided))
    carried = {item.key: len(item.undecided) for item in waiting[: needs.MOST_CARRIED]}
    return render_template(
        "admin/people.html",
        sides=sides,
        waiting=waiting,
        sponsors=len(frozenset[str]().union(*(item.sponsors for item in sides))),
        undecided=needs.Undecided(whole, carried),
        columns=people_by_side.COLUMNS,
        NAMED=needs.NAMED,
    )


@blueprint.get("/pages/admin/ask")
def ask() -> str:
    require_admin()
    act, project = request.args.get("act", ""), request.args.get("project", "")
    question = QUESTIONS.get(act) or refuse(404, gettext("No such act."))
    return render_template("admin/confirm.html", question=question, act=act, key=project)


@blueprint.post("/pages/admin/history/<act>")
def turn_history(act: str) -> str:
    project = request.args.get("project", "")
    return _perform(HISTORY.get(act), project, f"history-{project}")


@blueprint.post("/pages/admin/job/<act>")
def turn_job(act: str) -> str:
    name = request.args.get("job", "")
    return _perform(JOB.get(act), name, f"{jobs.PLACE}{name}")


@blueprint.post("/pages/admin/mirror/<act>")
def turn_mirror(act: str) -> str:
    project = request.args.get("project", "")
    return _perform(MIRROR.get(act), project, f"mirror-{project}")


@blueprint.post("/pages/admin/setup/<act>")
def turn_setup(act: str) -> str:
    if act != "group":
        return _perform(SETUP.get(act), "", "setup")
    require_admin()
    group = request.form.get("group", "").strip()
    # Jira is asked before the database's one writer is taken.
    return _perform(SETUP[act], group, act, setup_group.check_group(group))


@blueprint.post("/pages/admin/keep")
def keep() -> str:
    """Change for how long the facts of the site are kept."""
    return _perform(site_admin.change_retention, request.values.get("months", ""), "keep")


def _perform(action: AdminAction | None, about: str, near: str, unchecked: str = "") -> str:
    require_admin()
    if action is None:
        refuse(404, gettext("There is no such action."))
    # The page comes back as it is after the action, with the answer beside what was pressed.
    answer = perform_as_admin(lambda admin: action(admin, about))
    template, values = _content(Notice(f"{answer} {unchecked}".strip(), near=near))
    return render_template(template, **values)


def _content(notice: Notice) -> tuple[str, dict[str, Any]]:
    # The page itself shows why nothing is shown, so that it can ask again.
    refusal = refusal_of_caller()
    if refusal is not None:
        return "admin/state.html", {"state": refusal, "again": refusal is empty_states.JIRA_AWAY}
    app, now, undecided = container(), container().clock(), needs.read_undecided()
    with app.reader.connect() as connection:
        stored = select_engagements(connection, caller().tenant_id)
        drafts = select_drafts(connection, caller().tenant_id)
        values = _select_backfill(connection, _projects_of(stored, drafts, now), now) | _select_maintenance(
            connection, app, stored, now
        )
        without_side = undecided.by_engagement if undecided else {}
        values |= engagements.select_engagement_rows(connection, stored, drafts, now, without_side=without_side)
    values |= {"site": tenant().display_url, "one": needs.place_of_people(undecided, values["engagements"])}
    values |= {"notice": notice, "needs": needs.needs_of(values, undecided), "counted": undecided is not None}
    # What refreshes by itself leaves the answer, and the jobs around it, where they are.
    near = notice.near or request.values.get("near", "")
    apart, well = jobs.arrange(values["lines"], request.values.get("kept", "") if near.startswith(jobs.PLACE) else "")
    values |= {"near": near, "apart": apart, "well": well, "kept": jobs.order_of(apart, well)}
    values |= {"fewest": FEWEST_MONTHS, "most": MOST_MONTHS}
    return "admin/content.html", values


def _projects_of(stored: Sequence[StoredEngagement], drafts: Sequence[Draft], now: Instant) -> set[str]:
    """Return the projects whose history is read: those of engagements, and of the drafts that the caller is shown."""
    shown = () if is_on_agency_side(stored, account(), now) else drafts
    keys = {key for item in stored for key in item.engagement.projects}
    return keys.union(*(draft.projects for draft in shown))


def _select_backfill(connection: Connection, keys: set[str], now: Instant) -> dict[str, Any]:
    tenant_id = caller().tenant_id
    rows = select_jobs(connection, tenant_id)
    listings = {(listing.kind, listing.project): listing for listing in select_listings(connection, tenant_id)}
    projects = {key: select_project(connection, tenant_id, key) for key in keys}
    names = {key: project.name if project else "" for key, project in projects.items()}
    reader = next((row for row in rows if row.name == READER), None)
    with_tickets = select_keys_with_tickets(connection, tenant_id, keys)
    histories = backfill.histories_of(names, listings, reader, now, stored=with_tickets)
    lines = jobs.lines_of(rows, now, jobs.select_pauses(connection, tenant_id, rows))
    return {
        "histories": histories,
        "sentence": backfill.sentence_of(histories),
        "news": backfill.news_of(histories),
        "lines": lines,
        "well_text": jobs.well_text,
        "no_job_ran": bool(lines) and not any(line.has_run for line in lines),
        "standstill": jobs.standstill_of(rows, now),
        "refreshes": _refreshes(histories, lines),
    }


def _refreshes(histories: Sequence[backfill.History], lines: Sequence[jobs.JobLine]) -> str:
    """Return why the page refreshes often: something "runs", or something "waits" to be begun; "" where it need not."""
    if any(line.runs for line in lines) or any(history.is_being_read for history in histories):
        return "runs"
    return "waits" if any(history.open for history in histories) else ""


def _select_maintenance(
    connection: Connection, app: Container, stored: Sequence[StoredEngagement], now: Instant
) -> dict[str, Any]:
    tenant_id = caller().tenant_id
    halts, spent = select_retry_after(connection, now, tenant_id), select_spent(connection, now // HOUR)
    alone = sum(tenant.state == "installed" and tenant.has_jira for tenant in select_tenants(connection)) == 1
    latest = select_latest(connection, tenant_id)
    choices, waiting = select_choices(connection, tenant_id), count_marked_by_project(connection, tenant_id)
    # An administrator on an agency's side reads nothing about another agency's engagement here either.
    shown = {view.engagement.key: view.engagement.name for view in standing_views(stored)}
    hidden = {item.engagement.key for item in stored} - shown.keys()
    # Only acts that the page has a text for are selected.
    acts = select_acts_named(connection, tenant_id, audit.ACTS.keys(), ACTS_SHOWN)
    acts = audit.acts_for(hidden, acts, is_agency=is_on_agency_side(stored, account(), now))
    displays = maintenance.displays_of(stored, choices, waiting)
    return {
        "months": select_months(connection, tenant_id, app.settings.retention_months),
        "budget": maintenance.budget_of(spent, app.settings.hourly_points, halts, now, alone=alone),
        "displays": displays,
        "display_texts": maintenance.display_texts(displays),
        "findings": [
            *maintenance.findings_of(select_site_health(connection, tenant_id), latest, now),
            check_unread(connection, tenant_id),
            check_mirror(connection, now, tenant_id),
            *maintenance.rooms_of(select_room_sizes(connection, tenant_id), shown, now),
        ],
        "audit_rows": audit.rows_of(acts, stored, now, select_objects(connection, tenant_id, acts, shown)),
    }
