"""A listing of a project, page by page: each page's facts, figures and place commit together."""

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.jira import JiraError
from connector.jira_reads import SearchPage
from connector.sync_parts import Batch, read_batch
from connector.sync_source import Source
from mappings.events.times import read_time
from mappings.events.vocabulary import Instant
from mappings.records.keeping import select_kept_from
from mappings.records.progress import Progress, delete_progress, save_progress
from mappings.records.rereads import save_rereads
from mappings.records.syncs import Listing, save_step
from webhooks.reading import take_reads

MINUTE: Instant = 60_000_000


def progress_name(listing: Listing) -> str:
    """Return how a listing's progress is named."""
    return f"sync {listing.project}" if listing.kind == "history" else f"sync {listing.project} ({listing.kind})"


def write_jql(source: Source, listing: Listing, project_id: int) -> str:
    """Return what finds the issues of a listing from its cursor on, oldest first.

    Minutes before now need no time zone, which absolute dates in JQL would take from the app's user. In order of
    creation, since that never changes, and, unlike comparing keys, needs no issue that may be gone by now.
    """
    now = source.clock()
    with source.engine.connect() as connection:
        kept_from = select_kept_from(connection, source.tenant_id) or 0
    bounds = [f"project = {project_id}"]
    bounds += [f"created >= -{_minutes(now, listing.cursor)}m"] if listing.cursor else []
    updated = max(listing.since, kept_from)
    bounds += [f"updated >= -{_minutes(now, updated)}m"] if updated else []
    return f"{' AND '.join(bounds)} ORDER BY created ASC, key ASC"


def _minutes(now: Instant, at: Instant) -> int:
    return max(0, now - at) // MINUTE + 2


def step_listing(source: Source, listing: Listing, project_id: int) -> Listing:
    """Read and save the next page; the listing is "checking" once all are in. Raises JiraError, StoreError.

    Where Jira gave the page but not all that belongs to it, what came is saved, the rest marked to be read again, and
    its word raised afterwards.
    """
    asked, started = source.asked, source.clock()
    jql, page = _next_page(source, listing, project_id)
    bodies = [one for one in page.issues if _created(one) >= listing.cursor] if listing.token is None else page.issues
    batch = read_batch(source, bodies)
    cursor = max([listing.cursor, *(read.issue.created for read in batch.reads)])
    done = listing.done + len(batch.reads) + batch.unread
    after = replace(
        listing,
        state="running" if page.token else "checking",
        jql=jql,
        token=page.token,
        cursor=cursor,
        done=done,
        total=max(listing.total, done),
        requests=listing.requests + source.asked - asked,
        changed_at=source.clock(),
    )
    with source.engine.begin() as connection:
        _save(connection, source, batch, started)
        keep_step(connection, source, after)
    if batch.trouble is not None:
        raise batch.trouble
    return after


def _next_page(source: Source, listing: Listing, project_id: int) -> tuple[str, SearchPage]:
    """Return the page that comes next. A token that Jira no longer takes gives way to the cursor."""
    if listing.token is not None:
        try:
            return listing.jql, source.ask(source.jira.fetch_page, listing.jql, token=listing.token)
        except JiraError as error:
            if error.status != 400:
                raise
    jql = write_jql(source, listing, project_id)
    return jql, source.ask(source.jira.fetch_page, jql)


def _created(body: dict[str, object]) -> Instant:
    fields = body.get("fields")
    text = fields.get("created") if isinstance(fields, dict) else None
    try:
        return read_time(str(text))
    except ValueError:
        return 1 << 62


def _save(connection: Connection, source: Source, batch: Batch, started: Instant) -> None:
    take_reads(connection, source.tenant_id, batch.reads, digest=source.digest, started=started, now=source.clock())
    if batch.short:
        save_rereads(connection, source.tenant_id, dict.fromkeys(batch.short, started), "only a part was read")


def keep_step(connection: Connection, source: Source, after: Listing) -> None:
    """Keep how far a listing is, and show it while it runs."""
    save_step(connection, source.tenant_id, after)
    name = progress_name(after)
    if after.state in {"running", "checking"}:
        now = source.clock()
        shown = Progress(name, after.done, max(after.done, after.total), after.cursor, after.started, now)
        save_progress(connection, source.tenant_id, shown)
    else:
        delete_progress(connection, source.tenant_id, name)
