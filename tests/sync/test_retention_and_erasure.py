"""What a sync may not bring back: what is older than the retention, and who was erased."""

from collections.abc import Iterator

import pytest

from connector.sync.catch_up import read_marked, read_worklogs
from connector.sync.steps import step_night
from mappings.records.facts.reread_queue import save_rereads
from tests.sync.site import HOUR, SyncedSite, open_synced_site
from tests.sync.test_missing import first_project, now
from tests.sync.test_reconcile import DAY, free_issue
from tests.webhooks.site import VAULT, own_story
from webhooks.erasure import erase
from webhooks.retention import begin_retention, retention_step


@pytest.fixture
def synced_site(migrated_url: str) -> Iterator[SyncedSite]:
    """A small story of which nothing is read yet."""
    with open_synced_site(migrated_url, own_story(30)) as opened_reading:
        yield opened_reading


def middle(synced_site: SyncedSite) -> int:
    """An instant before which half of the issues changed last."""
    return sorted(issue.updated for issue in synced_site.site.issues.values())[len(synced_site.site.issues) // 2]


def let_go(synced_site: SyncedSite, before: int) -> None:
    begin_retention(synced_site.site_tenant.engine, synced_site.site_tenant.tenant_id, before)
    while retention_step(synced_site.site_tenant.engine, synced_site.site_tenant.tenant_id, synced_site.now()):
        pass


def night(synced_site: SyncedSite) -> None:
    synced_site.shift += DAY
    synced_site.site.faults.clear()
    synced_site.until_through(lambda source: step_night(source, synced_site.now()))
    synced_site.until_through(read_marked)


def test_a_history_leaves_out_what_is_older_than_the_retention(synced_site: SyncedSite) -> None:
    let_go(synced_site, middle(synced_site))
    synced_site.backfill()
    young = {issue.id for issue in synced_site.site.issues.values() if issue.updated >= middle(synced_site)}
    assert set(synced_site.known()) == young


def test_no_night_asks_for_what_is_older_than_the_retention(synced_site: SyncedSite) -> None:
    let_go(synced_site, middle(synced_site))
    synced_site.backfill()
    night(synced_site)
    # Each project: which tickets have the numbers after its highest, twice where one of these moved away. None is read.
    assert synced_site.calls("issue/bulkfetch") <= 2 * len(synced_site.projects())
    assert synced_site.calls("changelog") == 0


def test_no_night_asks_for_what_the_retention_let_go(synced_site: SyncedSite) -> None:
    synced_site.backfill()
    let_go(synced_site, middle(synced_site))
    night(synced_site)
    # Each project: which tickets have the numbers after its highest, twice where one of these moved away. None is read.
    assert synced_site.calls("issue/bulkfetch") <= 2 * len(synced_site.projects())
    assert synced_site.calls("changelog") == 0
    assert facts_before(synced_site, middle(synced_site)) == []


def facts_before(synced_site: SyncedSite, before: int) -> list[tuple[object, ...]]:
    """Worklogs and comments of issues that were let go."""
    old = [issue.id for issue in synced_site.site.issues.values() if issue.updated < before]
    gone = synced_site.site_tenant.rows("SELECT issue_id FROM retired WHERE tenant_id = :t")
    issue_rows = synced_site.site_tenant.rows(
        "SELECT issue_id FROM worklog WHERE tenant_id = :t UNION SELECT issue_id FROM comment"
    )
    return [row for row in issue_rows if row in gone and row[0] in old]


def test_a_listing_under_a_retention_knows_how_much_there_is(synced_site: SyncedSite) -> None:
    let_go(synced_site, middle(synced_site))
    synced_site.backfill()
    rows = synced_site.site_tenant.rows("SELECT done, total FROM sync WHERE tenant_id = :t AND kind = 'history'")
    assert all(done == total for done, total in rows)


def test_who_was_erased_comes_back_by_no_way_of_reading(synced_site: SyncedSite) -> None:
    synced_site.backfill()
    issue, person = free_issue(synced_site.site), first_project(synced_site).lead
    assert {"account", "change"} <= set(places_of(synced_site, person))
    erase(
        synced_site.site_tenant.engine, VAULT, synced_site.site_tenant.tenant_id, account=person, now=synced_site.now()
    )
    synced_site.shift += HOUR
    worklog = synced_site.site.add_worklog(issue, by=person, at=now(synced_site), started=now(synced_site), seconds=60)
    synced_site.site.add_comment(issue, by=person, at=now(synced_site), text="Again")
    synced_site.site.edit(issue, by=person, at=now(synced_site), assignee=person)
    with synced_site.site_tenant.engine.begin() as connection:
        save_rereads(connection, synced_site.site_tenant.tenant_id, {issue: synced_site.now()}, "test")
    synced_site.shift += HOUR
    synced_site.until_through(lambda source: read_worklogs(source, gone=False))
    assert synced_site.site_tenant.rows(
        "SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog
    ) == [(1,)]
    synced_site.reconcile()
    night(synced_site)
    assert places_of(synced_site, person) == []


def places_of(synced_site: SyncedSite, person: str) -> list[str]:
    """The tables that name somebody, whatever the column."""
    tables = [row[0] for row in synced_site.site_tenant.rows(tables_of(synced_site.site_tenant.engine.dialect.name))]
    lines = []
    for table in sorted(tables):
        rows = synced_site.site_tenant.rows(f'SELECT * FROM "{table}"')
        if any(person.encode() in as_bytes(value) for row in rows for value in row):
            lines.append(table)
    return lines


def tables_of(dialect: str) -> str:
    if dialect == "sqlite":
        return "SELECT name FROM sqlite_master WHERE type = 'table'"
    return "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
