"""The job that writes objectives as a property on each ticket, a hundred at once, so that JQL finds them."""

from collections.abc import Mapping

from connector.container import Container
from connector.jira.client import JiraClient, JiraError
from connector.jira.halves import fetch_halved
from connector.jira.properties import ISSUES_AT_ONCE, Ended
from mappings.events.issue_property import PROPERTY, status_of, status_property, value_hash
from mappings.events.types import Instant
from mappings.records.operations.counters import save_count
from mappings.records.operations.issue_properties import (
    INDEXED_PLATFORMS,
    Mirrored,
    delete_mirrored,
    save_refused,
    save_sent,
    save_settled,
    save_task,
    save_written,
    select_marked,
    select_under_way,
)
from mappings.records.operations.tenants import select_tenant
from webhooks.issue_property import Value, select_values, wait_after

# How soon (µs) a task of Jira's that still runs is looked at again.
AGAIN = 10_000_000


def mirror(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    """Write the properties of the next issues that changed, or check those under way. Raises JiraError, StoreError."""
    with container.reader.connect() as connection:
        tenant = select_tenant(connection, tenant_id)
        under_way = select_under_way(connection, tenant_id, ISSUES_AT_ONCE)
    if tenant is None or tenant.platform not in INDEXED_PLATFORMS:
        return None
    if under_way:
        return _check_task(container, tenant_id, container.jira(tenant_id, background=True), under_way)
    # Jira makes the status beside the context's title of a property only for Connect (docs/decisions.md).
    status_key = status_property(container.settings.app_key) if tenant.platform == "connect" else ""
    return _write_next(container, tenant_id, now, status_key)


def _check_task(container: Container, tenant_id: int, jira: JiraClient, issues: Mapping[int, Mirrored]) -> Instant:
    # Jira calls a task complete that left issues out which it could not edit. What does not stand there is sent anew
    # after a while, and later and later.
    ended = _fetch_end(jira, next(iter(issues.values())).task or "")
    if ended is None:
        return container.clock() + AGAIN
    # A value that cannot be read is none of ours: it counts as not taken, of its issue alone.
    values, _ = fetch_halved(lambda part: list(jira.fetch_properties(PROPERTY, part).items()), issues.keys())
    held = {i: value_hash(value) for i, value in values}
    now = container.clock()
    taken = {i: row for i, row in issues.items() if row.sent and held.get(i) == row.sent}
    refused = {i: wait_after(row, now, taken=False) for i, row in issues.items() if row.sent and i not in taken}
    with container.engine.begin() as connection:
        save_task(connection, tenant_id, issues.keys(), None)
        save_written(connection, tenant_id, taken)
        save_settled(connection, tenant_id, {i: row.written_at for i, row in taken.items()})
        save_refused(connection, tenant_id, refused)
        if ended == "failed":
            save_count(connection, tenant_id, "failed property task", 1)
        if refused:
            save_count(connection, tenant_id, "property not taken", len(refused))
    return now


def _fetch_end(jira: JiraClient, task: str) -> Ended | None:
    # A task that Jira no longer knows counts as failed: what it wrote is read back anyway.
    try:
        return jira.fetch_task(task)
    except JiraError as error:
        if error.status != 404:
            raise
        return "failed"


def _write_next(container: Container, tenant_id: int, now: Instant, status_key: str) -> Instant | None:
    with container.reader.connect() as connection:
        marked = select_marked(connection, tenant_id, ISSUES_AT_ONCE, now)
        values = select_values(connection, tenant_id, marked.keys())
    if not marked:
        return None
    changed = {i: value for i, value in values.items() if _differs(marked[i], value)}
    with container.engine.begin() as connection:
        same = values.keys() - changed.keys()
        save_settled(connection, tenant_id, {i: marked[i].marked_at for i in same})
        delete_mirrored(connection, tenant_id, marked.keys() - values.keys())
        sent = {i: (value_hash(value), marked[i].marked_at) for i, value in changed.items()}
        save_sent(connection, tenant_id, sent, now=now)
    if changed:
        written = {i: _properties_of(value, status_key) for i, value in changed.items()}
        task = container.jira(tenant_id, background=True).save_properties(written)
        with container.engine.begin() as connection:
            save_task(connection, tenant_id, changed.keys(), task)
    return now


def _properties_of(value: Value, status_key: str) -> dict[str, object]:
    # Both in one call: the status says nothing that the property does not say, so it changes only with it.
    return {PROPERTY: value} | ({status_key: status_of(value)} if status_key else {})


def _differs(known: Mirrored, value: Value) -> bool:
    # A ticket that never had the property needs no empty one.
    if known.written is None and not any(value.values()):
        return False
    return known.written != value_hash(value)
