"""After a listing: what Jira has and we lack, what we have and Jira lacks, and what changed its place or key."""

from collections.abc import Collection

from connector.jira import JiraError
from connector.jira_base import lumps
from connector.jira_reads import PAGE
from connector.sync_parts import read_batch
from connector.sync_source import Source
from mappings.events.vocabulary import Instant, ProjectGone
from mappings.records.issue_places import Placed, select_places
from mappings.records.projects import select_project
from mappings.records.rereads import delete_rereads, save_rereads
from mappings.records.retention import select_retired
from webhooks.reading import take_absent, take_reads, take_told


def check_listing(source: Source, project_id: int, key: str) -> None:
    """Compare a listing of a project's ids with what is stored. Raises JiraError, StoreError.

    What is listed and not stored, or stored in another project or under a key of another, is marked to be read. What
    is stored and not listed is asked for by id: it moved, or the search lags, or it is gone.
    """
    started = source.clock()
    named = {one for page in source.each(source.jira.fetch_ids(f"project = {project_id} ORDER BY key")) for one in page}
    with source.engine.connect() as connection:
        project = select_project(connection, source.tenant_id, key)
        stored = select_places(connection, source.tenant_id, str(project_id), named)
        closed = select_retired(connection, source.tenant_id, named | stored.keys())
    current = project.key if project is not None else key
    wrong = {one for one in named - closed if _misplaced(stored.get(one), str(project_id), current)}
    if wrong:
        with source.engine.begin() as connection:
            save_rereads(connection, source.tenant_id, dict.fromkeys(wrong, started), "listed otherwise")
    absent = stored.keys() - named - closed
    for lump in lumps(sorted(absent), PAGE):
        read_again(source, lump, started)


def _misplaced(placed: Placed | None, project_id: str, key: str) -> bool:
    return placed is None or placed.project_id != project_id or placed.key.rpartition("-")[0] != key


def read_again(source: Source, issue_ids: Collection[int], since: Instant | None = None) -> int:
    """Read issues by id and take their marks away; what Jira does not have is gone. Return how many it has.

    Raises JiraError: what came before it is saved.
    """
    started = source.clock() if since is None else since
    bodies = source.ask(source.jira.fetch_issues, issue_ids)
    batch = read_batch(source, bodies)
    found = {int(body["id"]) for body in bodies}
    absent = set(issue_ids) - found
    with source.engine.begin() as connection:
        now, tenant_id = source.clock(), source.tenant_id
        take_reads(connection, tenant_id, batch.reads, digest=source.digest, started=started, now=now)
        if absent:
            take_absent(connection, tenant_id, absent, started=started, now=now)
        delete_rereads(connection, tenant_id, set(issue_ids) - set(batch.short), started)
        if batch.short:
            save_rereads(connection, tenant_id, dict.fromkeys(batch.short, started), "only a part was read")
    if batch.trouble is not None:
        raise batch.trouble
    return len(found)


def take_project_gone(source: Source, key: str) -> bool:
    """Take a project as deleted where it lies in the site's trash; one that the app merely cannot see stays."""
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
    if not any(str(one.get("id")) == known.project_id for one in trashed):
        return False
    now = source.clock()
    with source.engine.begin() as connection:
        gone = ProjectGone(now, known.project_id, known.key)
        take_told(connection, source.tenant_id, [gone], digest=source.digest, now=now)
    return True
