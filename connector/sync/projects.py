"""The project of a listing as Jira has it now: open, archived, hidden from the app, deleted, or under another key."""

from sqlalchemy import Connection

from connector.jira.client import Body, JiraError
from connector.sync.listing_pages import update_listing
from connector.sync.source import Source
from mappings.events.errors import UnreadableBody
from mappings.events.rest import read_fields_list, read_statuses
from mappings.events.types import Instant, ProjectGone, ProjectSeen
from mappings.records.agreement.drafts import select_drafts
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.issues import select_issue_ids_of
from mappings.records.facts.projects import save_projects, select_project, select_project_key
from mappings.records.facts.reread_queue import save_rereads
from mappings.records.facts.site_names import save_field_names
from mappings.records.facts.statuses import save_statuses
from mappings.records.operations.sync_listings import Listing, State, save_listing, select_listing
from webhooks.rest_intake import save_rest_events

# How Jira answers for a project that the app cannot see; a search for it is refused as a query that is none.
UNSEEN = frozenset({400, 403, 404})


def select_projects(source: Source) -> list[str]:
    """Return the keys of the projects that engagements count, and those that are being set up, in order."""
    with source.engine.connect() as connection:
        stored = select_engagements(connection, source.tenant_id)
        drafts = select_drafts(connection, source.tenant_id)
    keys = {key for item in stored for key in item.engagement.projects}
    return sorted(keys.union(*(draft.projects for draft in drafts)))


def open_project(source: Source, listing: Listing) -> int | None:
    """Return the id of a listing's project, its key and name saved; None where the listing had to be closed.

    Raises JiraError.
    """
    project = _ask_project(source, listing)
    closed = "hidden" if project is None else _closed_for(source, listing, project)
    if closed is not None:
        update_listing(source, listing, state=closed, token=None)
        return None
    return None if project is None else int(project["id"])


def _ask_project(source: Source, listing: Listing) -> Body | None:
    try:
        project = source.ask(source.jira.fetch_project, listing.project)
    except JiraError as error:
        if error.status not in {403, 404}:
            raise
        take_project_gone(source, listing.project)
        return None
    archived = bool(project.get("archived"))
    name = str(project.get("name") or "")
    seen = ProjectSeen(source.clock(), str(project["id"]), str(project["key"]), name, archived)
    with source.engine.begin() as connection:
        _mark_renamed(connection, source, seen)
        save_projects(connection, source.tenant_id, [seen])
    return project


def _closed_for(source: Source, listing: Listing, project: Body) -> State | None:
    if project.get("archived"):
        # Its issues are in no search, and nothing of them changes: what is known of them stands.
        return "archived"
    key = str(project["key"])
    return "renamed" if key != listing.project and key in select_projects(source) else None


def _mark_renamed(connection: Connection, source: Source, seen: ProjectSeen) -> None:
    # Jira counts a new key of a project as no update of its issues, so they are read again.
    before = select_project_key(connection, source.tenant_id, seen.project_id)
    if before is not None and before != seen.key:
        ids = select_issue_ids_of(connection, source.tenant_id, before)
        save_rereads(connection, source.tenant_id, dict.fromkeys(ids, seen.at), "project renamed")


def known_id(source: Source, key: str) -> int:
    with source.engine.connect() as connection:
        project = select_project(connection, source.tenant_id, key)
    return int(project.project_id if project is not None else source.ask(source.jira.fetch_project, key)["id"])


def read_site_names(source: Source, since: Instant) -> None:
    with source.engine.connect() as connection:
        last = select_listing(connection, source.tenant_id, "names")
    # A listing whose first page is refused begins again, and must not ask for the whole list with each try.
    if last is not None and last.started >= since:
        return
    now = source.clock()
    fields = read_fields_list(source.ask(source.jira.fetch_fields))
    try:
        statuses = read_statuses(source.ask(source.jira.fetch_statuses))
    except UnreadableBody:
        statuses = ()
    with source.engine.begin() as connection:
        save_statuses(connection, source.tenant_id, statuses)
        save_field_names(connection, source.tenant_id, fields)
        save_listing(connection, source.tenant_id, Listing("names", "", state="done", started=now, changed_at=now))


def may_read(source: Source, project: str) -> bool:
    """Tell whether a project is there, not archived, and open to the app. Raises JiraError where Jira does not say."""
    try:
        body = source.ask(source.jira.fetch_project, project)
        return not body.get("archived") and source.ask(source.jira.fetch_may_browse, project)
    except JiraError as error:
        if error.status not in UNSEEN:
            raise
        return False


def take_project_gone(source: Source, key: str) -> bool:
    # Only what lies in the site's trash is deleted; a project that the app merely cannot see stays.
    with source.engine.connect() as connection:
        known = select_project(connection, source.tenant_id, key)
    if known is None:
        return False
    try:
        trashed = source.ask(source.jira.fetch_deleted_projects, key)
    except JiraError as error:
        if not error.permanent:
            raise
        return False
    if not any(str(body.get("id")) == known.project_id for body in trashed):
        return False
    now = source.clock()
    with source.engine.begin() as connection:
        gone = ProjectGone(now, known.project_id, known.key)
        save_rest_events(connection, source.tenant_id, [gone], digest=source.digest, now=now)
    return True
