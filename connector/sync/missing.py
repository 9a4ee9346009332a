"""Finds after a listing what Jira has and the database lacks, the reverse, and what changed its project or key."""

from collections.abc import Collection

from sqlalchemy import Connection

from connector.jira.client import Body
from connector.jira.issues import PAGE
from connector.jira.session import chunks
from connector.sync.issues import Batch, read_batch
from connector.sync.listing_pages import bounds_of, write_jql
from connector.sync.projects import may_read
from connector.sync.source import Source
from connector.sync.unread import Unread, fetch_whole_issues, save_batch
from mappings.events.types import Instant
from mappings.records.facts.issues import IssueLocation, select_issue_locations, select_project_locations
from mappings.records.facts.projects import select_project_key
from mappings.records.facts.reread_queue import delete_rereads, save_rereads
from mappings.records.operations.sync_listings import Listing
from mappings.records.operations.unread_issues import delete_unread, save_unread, select_unread_ids
from mappings.records.privacy.retention import select_retired
from webhooks.rest_intake import delete_absent_issues


def check_listing(source: Source, project_id: int) -> None:
    """Compare a listing of a project's ids with what is stored. Raises JiraError, StoreError.

    Listed and not stored, or stored in another project or under another key: marked to be read. Stored and not listed:
    read by id, since it moved, or the search lags, or it is gone. Issues older than the site's retention are left out.
    """
    started, whole = source.clock(), Listing("night", "")
    kept_from = bounds_of(source, whole).get("updated", 0)
    jql = f"{write_jql(source, whole, project_id)} ORDER BY key"
    named = {issue_id for page in source.each(source.jira.fetch_ids(jql)) for issue_id in page}
    with source.engine.connect() as connection:
        key = select_project_key(connection, source.tenant_id, str(project_id)) or ""
        stored = select_project_locations(connection, source.tenant_id, str(project_id), named)
        closed = select_retired(connection, source.tenant_id, named | stored.keys())
        # Of other projects, too: what keeps an issue from being read may go without any sign of change.
        unread = select_unread_ids(connection, source.tenant_id)
    wrong = unread | {issue_id for issue_id in named - closed if _misplaced(stored.get(issue_id), str(project_id), key)}
    if wrong:
        with source.engine.begin() as connection:
            save_rereads(connection, source.tenant_id, dict.fromkeys(wrong, started), "listed otherwise")
    within_retention = {issue_id for issue_id, placed in stored.items() if placed.updated >= kept_from}
    for chunk in chunks(sorted(within_retention - named - closed), PAGE):
        read_again(source, chunk, started)


def _misplaced(location: IssueLocation | None, project_id: str, key: str) -> bool:
    return location is None or location.project_id != project_id or location.key.rpartition("-")[0] != key


def read_again(source: Source, issue_ids: Collection[int], since: Instant | None = None) -> int:
    """Read issues by id and delete their marks; what Jira does not have is gone. Return how many it has.

    Raises JiraError: what came before it is saved.
    """
    started = source.clock() if since is None else since
    bodies, absent, unread = _ask_twice(source, issue_ids)
    batch = read_batch(source, bodies, unread)

    def save_marks(connection: Connection, saved: Batch) -> None:
        now, tenant_id = source.clock(), source.tenant_id
        if absent:
            delete_absent_issues(connection, tenant_id, absent, started=started, now=now)
        delete_rereads(connection, tenant_id, set(issue_ids) - set(saved.short), started)
        if saved.short:
            save_rereads(connection, tenant_id, dict.fromkeys(saved.short, source.clock()), "only a part was read")
        delete_unread(connection, tenant_id, set(issue_ids) - saved.unread.keys())
        save_unread(connection, tenant_id, saved.unread.values(), now)

    save_batch(source, batch, started, save_marks)
    if batch.error is not None:
        raise batch.error
    return len(bodies)


def _ask_twice(source: Source, issue_ids: Collection[int]) -> tuple[list[Body], set[int], Unread]:
    """Return the issues that Jira has, which stored ones it has no more, and which cannot be read."""
    # Jira answers alike where an issue is gone and where we may not see it for a moment. So nothing is gone by one
    # answer: its project has to be open to us, and the issue absent once more after that.
    bodies, unread = fetch_whole_issues(source, issue_ids)
    absent = set(issue_ids) - _ids(bodies) - unread.keys()
    with source.engine.connect() as connection:
        places = select_issue_locations(connection, source.tenant_id, absent)
    # One with a security level is never taken as gone by its absence: asking more tells nothing.
    known = {issue_id: place.project_id for issue_id, place in places.items() if place.project_id and not place.secured}
    readable = {project for project in sorted(set(known.values())) if may_read(source, project)}
    doubted = {issue_id for issue_id, project in known.items() if project in readable}
    if not doubted:
        return bodies, set(), unread
    again, unread_again = fetch_whole_issues(source, doubted)
    return bodies + again, doubted - _ids(again) - unread_again.keys(), unread | unread_again


def _ids(bodies: Collection[Body]) -> set[int]:
    return {int(body["id"]) for body in bodies}
