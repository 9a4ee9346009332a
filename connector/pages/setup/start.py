"""Get started: the steps from an installed app to the first figure, for who may set an engagement up or leads one."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from connector.actions.draft_agreements import agreed_sides, draft_hash
from connector.actions.draft_roles import people_of
from connector.actions.engagement_setup import may_begin
from connector.actions.policy import SET_UP, may
from connector.jira.client import JiraError
from connector.pages.act import is_read_only
from connector.pages.setup.access import DraftView, find_administered, select_draft_views
from connector.pages.setup.agreement import undecided
from connector.pages.setup.histories import history_of
from connector.pages.sides_today import sponsors_of
from connector.sample.engagement import KEY
from connector.text import count
from connector.web.gate import caller, link
from mappings.formats.engagement_file.draft_sections import problems_of
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import Draft
from mappings.records.agreement.engagements import StoredEngagement, select_engagement, select_engagements
from mappings.records.operations.progress import select_all_progress
from mappings.records.operations.sync_listings import Listing, select_listings
from mappings.records.operations.tenants import select_sample_id
from mappings.translation import gettext, mark

# By the side that agreed alone.
AGREED: Mapping[LeadSide, str] = {
    "inhouse": mark("The in-house side agreed; it waits for the agency’s lead."),
    "agency": mark("The agency agreed; it waits for the in-house lead."),
}


def select_start(connection: Connection, project: str) -> dict[str, Any] | None:
    """Return what Get started shows on a project's page, None for who has no part in setting up. Raises JiraError."""
    if is_read_only():
        return None
    # Loaded once: who stands on an agency's side is asked of them for each draft.
    engagements = select_engagements(connection, caller().tenant_id)
    views = select_draft_views(connection, project, engagements)
    is_free = not any(project in stored.engagement.projects for stored in engagements)
    may_set_up = may_begin_on(connection, project, engagements)
    is_first = not views and is_free and may_set_up
    running = _select_running(connection, project, engagements)
    if not views and not is_first and not running:
        return None
    listings = {
        listing.project: listing
        for listing in select_listings(connection, caller().tenant_id)
        if listing.kind == "history"
    }
    sponsors = sponsors_of(engagements)
    drafts = [_draft_steps(view, listings, undecided(view.draft, sponsors)) for view in views]
    may_load = is_first or any(view.may_set_up for view in views)
    return {
        "project": project,
        "drafts": drafts,
        "may_begin": is_first,
        "may_begin_another": may_set_up and not is_first and not views,
        "running": running,
        "sample": _sample(connection) if may_load and link() is None else None,
    }


def _sample(connection: Connection) -> dict[str, Any]:
    """Return whether the sample data is loaded, and how much of it is measured, None for all."""
    sample_id = select_sample_id(connection, caller().tenant_id)
    if sample_id is None:
        return {"is_loaded": False, "share": None}
    stored = select_engagement(connection, sample_id, KEY)
    rows = [each for each in select_all_progress(connection, sample_id) if each.kind == "measure"]
    is_measured = stored is not None and stored.generation is not None
    share = next((100 * each.done // each.total for each in rows if each.total), 0)
    return {"is_loaded": True, "share": None if is_measured else share}


def find_start(connection: Connection, project: str) -> dict[str, Any] | None:
    """Return what Get started shows; None also where Jira does not answer."""
    try:
        return select_start(connection, project)
    except JiraError:
        return None


def may_begin_on(connection: Connection, project: str, engagements: Sequence[StoredEngagement]) -> bool:
    """Tell whether the caller may begin an engagement on a project. Raises JiraError."""
    administers = find_administered(connection, [project], engagements)
    return may_begin(connection, caller().tenant_id, administers)


def _select_running(
    connection: Connection, project: str, engagements: Sequence[StoredEngagement]
) -> list[tuple[str, str]]:
    """Return key and name of the project's engagements whose projects the caller administers, figures seen or not."""
    return [
        (stored.engagement.key, stored.engagement.name)
        for stored in engagements
        if project in stored.engagement.projects
        and may(SET_UP, find_administered(connection, stored.engagement.projects, engagements))
    ]


def _draft_steps(view: DraftView, listings: dict[str, Listing], to_decide: set[str]) -> dict[str, Any]:
    draft = view.draft
    sides = {person["account"] for person in people_of(draft) if person["side"] != "none"}
    objectives = draft.bodies["objectives"].get("objectives", ())
    bare = sum(not objective.get("mapping") for objective in objectives)
    return {
        "number": draft.number,
        "name": view.name,
        "may_set_up": view.may_set_up,
        "sided": count(len(sides), "person has a side", "people have a side"),
        "open": len(to_decide),
        "is_sided": bool(sides) and not to_decide,
        "objectives": count(len(objectives), "objective"),
        "bare": bare,
        "is_mapped": bool(objectives) and not bare,
        "agreed": _agreed_text(draft),
        "histories": [history_of(project, listings.get(project)) for project in draft.projects],
        "is_read": all(project in listings and listings[project].state == "done" for project in draft.projects),
    }


def _agreed_text(draft: Draft) -> str:
    """Return whose agreement a draft waits for: figures start with both."""
    agreed = agreed_sides(draft, "" if problems_of(draft.bodies) else draft_hash(draft))
    if len(agreed) == 1:
        return gettext(AGREED[agreed[0]])
    return gettext("Figures start once a lead of each side agreed at its end.")
