"""The steps of the sync jobs: each reads one page and returns when to go on."""

from connector.container import Container
from connector.sync.catch_up import read_failed_webhooks as read_failed
from connector.sync.catch_up import read_marked, read_worklogs
from connector.sync.listings import (
    NIGHT,
    OVERLAP,
    ROUND,
    begin_listing,
    has_history,
    last_start,
    next_history,
    select_projects,
    step,
)
from connector.sync.moved import read_counted_elsewhere
from connector.sync.source import Source
from mappings.events.times import MINUTE
from mappings.events.types import Instant
from mappings.records.operations.jira_quota import Purpose
from mappings.records.operations.sync_listings import OPEN, Kind, Listing, select_listing
from mappings.records.operations.tenants import select_digest, select_tenant

# How long what changed lately needs not be read again.
FRESH: Instant = 30 * MINUTE


def source_of(container: Container, tenant_id: int, purpose: Purpose) -> Source | None:
    """Return what a tenant's sync reads from; None where there is no Jira to ask, as with a file."""
    with container.reader.connect() as connection:
        tenant = select_tenant(connection, tenant_id)
        if tenant is None or tenant.state != "installed" or not tenant.has_jira:
            return None
        digest = select_digest(connection, tenant_id, container.vault)
    jira = container.jira(tenant_id, background=True, purpose=purpose)
    return Source(container.engine, tenant_id, digest, jira, container.clock, connect=tenant.platform == "connect")


def sync_step(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    source = source_of(container, tenant_id, "history")
    return _next_step(now, more=source is not None and step_history(source, select_projects(source)))


def _next_step(now: Instant, *, more: bool) -> Instant | None:
    return now if more else None


def step_history(source: Source, projects: list[str]) -> bool:
    listing = next_history(source, projects)
    if listing is None:
        return False
    after = step(source, listing)
    return after.state in OPEN or next_history(source, projects) is not None


def reconcile(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    source = source_of(container, tenant_id, "work")
    return _next_step(now, more=source is not None and (step_recent(source, now) or step_others(source, now)))


def step_recent(source: Source, now: Instant, *, fresh: Instant | None = None) -> bool:
    """Read a page of what changed lately, of one project; True while there is more.

    A listing that began at `fresh` or later is enough; by default, one of half an hour ago.
    """
    # With less than half an hour a round of many projects, or one that is put off, would never come to its end.
    enough = now - FRESH if fresh is None else fresh
    for project in _select_begun_projects(source):
        since = last_start(source, "recent", project)
        if _is_current(source, "recent", project, enough) or since is None:
            continue
        step(source, begin_listing(source, "recent", project, since=since - OVERLAP))
        return True
    return False


def step_others(source: Source, now: Instant, *, fresh: Instant | None = None) -> bool:
    """Read what no listing of a project shows; True while there is more. `fresh` is as in step_recent."""
    more = step_worklogs(source)
    if not more:
        read_counted_elsewhere(source, now - FRESH if fresh is None else fresh)
    return more


def step_worklogs(source: Source) -> bool:
    more = [read_worklogs(source, gone=gone) for gone in (False, True)]
    return any(more)


def nightly(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    source = source_of(container, tenant_id, "work")
    return _next_step(now, more=source is not None and step_night(source, now))


def step_night(source: Source, now: Instant, *, fresh: Instant | None = None) -> bool:
    enough = now - NIGHT // 4 if fresh is None else fresh
    for project in _select_begun_projects(source):
        if not _is_current(source, "night", project, enough):
            step(source, begin_listing(source, "night", project, since=now - NIGHT))
            return True
    return False


def full_pass(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    # Spread evenly over 30 days, so that no hour costs more than its share of the points.
    source = source_of(container, tenant_id, "rolling")
    return _next_step(now, more=source is not None and step_full(source, now))


def step_full(source: Source, now: Instant) -> bool:
    for project in _select_begun_projects(source):
        listing = _due_full(source, project, now)
        if listing is not None:
            step(source, listing)
            return True
    return False


def _due_full(source: Source, project: str, now: Instant) -> Listing | None:
    with source.engine.connect() as connection:
        full = select_listing(connection, source.tenant_id, "full", project)
        history = select_listing(connection, source.tenant_id, "history", project)
    last = full or history
    if last is None or (history is not None and history.state in OPEN):
        return None
    if last.kind == "history" or last.state not in OPEN:
        # The first round begins with the backfill's end, so that nothing is read twice within a month.
        return begin_listing(source, "full", project) if now - last.started >= ROUND else None
    behind = last.done * ROUND <= (now - last.started) * max(last.total, 1)
    return last if behind else None


def reread(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    source = source_of(container, tenant_id, "work")
    return _next_step(now, more=source is not None and read_marked(source))


def read_failed_webhooks(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    # Only Connect apps may ask for them.
    source = source_of(container, tenant_id, "work")
    return _next_step(now, more=source is not None and source.connect and read_failed(source))


def _select_begun_projects(source: Source) -> list[str]:
    return [project for project in select_projects(source) if has_history(source, project)]


def _is_current(source: Source, kind: Kind, project: str, since: Instant) -> bool:
    # One that is closed must not run; one that is open is not through yet.
    with source.engine.connect() as connection:
        listing = select_listing(connection, source.tenant_id, kind, project)
    return listing is not None and listing.state not in OPEN and listing.started >= since
