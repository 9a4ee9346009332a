"""What a sync may not bring back: what is older than the retention, and who was erased."""

from collections.abc import Iterator

import pytest

from connector.sync.catch_up import read_marked, read_worklogs
from connector.sync.steps import step_night
from mappings.records.facts.reread_queue import save_rereads
from tests.sync.site import HOUR, Reading, reading
from tests.sync.test_missing import first_project, now
from tests.sync.test_reconcile import DAY, free_issue
from tests.webhooks.site import VAULT, told
from webhooks.erasure import erase
from webhooks.retention import begin_retention, retention_step


@pytest.fixture
def one(migrated_url: str) -> Iterator[Reading]:
    """A small story of which nothing is read yet."""
    told.cache_clear()
    with reading(migrated_url, told(30)) as found:
        yield found
    told.cache_clear()


def middle(one: Reading) -> int:
    """An instant before which half of the issues changed last."""
    return sorted(issue.updated for issue in one.site.issues.values())[len(one.site.issues) // 2]


def let_go(one: Reading, before: int) -> None:
    begin_retention(one.ground.engine, one.ground.tenant_id, before)
    while retention_step(one.ground.engine, one.ground.tenant_id, one.now()):
        pass


def night(one: Reading) -> None:
    one.shift += DAY
    one.site.faults.clear()
    one.until_through(lambda source: step_night(source, one.now()))
    one.until_through(read_marked)


def test_a_history_leaves_out_what_is_older_than_the_retention(one: Reading) -> None:
    let_go(one, middle(one))
    one.backfill()
    young = {issue.id for issue in one.site.issues.values() if issue.updated >= middle(one)}
    assert set(one.known()) == young


def test_no_night_asks_for_what_is_older_than_the_retention(one: Reading) -> None:
    let_go(one, middle(one))
    one.backfill()
    night(one)
    assert one.calls("bulkfetch") == 0


def test_no_night_asks_for_what_the_retention_let_go(one: Reading) -> None:
    one.backfill()
    let_go(one, middle(one))
    night(one)
    assert one.calls("bulkfetch") == 0
    assert facts_before(one, middle(one)) == []


def facts_before(one: Reading, before: int) -> list[tuple[object, ...]]:
    """Worklogs and comments of issues that were let go."""
    old = [issue.id for issue in one.site.issues.values() if issue.updated < before]
    gone = one.ground.rows("SELECT issue_id FROM retired WHERE tenant_id = :t")
    found = one.ground.rows("SELECT issue_id FROM worklog WHERE tenant_id = :t UNION SELECT issue_id FROM comment")
    return [row for row in found if row in gone and row[0] in old]


def test_a_listing_under_a_retention_knows_how_much_there_is(one: Reading) -> None:
    let_go(one, middle(one))
    one.backfill()
    rows = one.ground.rows("SELECT done, total FROM sync WHERE tenant_id = :t AND kind = 'history'")
    assert all(done == total for done, total in rows)


def test_who_was_erased_comes_back_by_no_way_of_reading(one: Reading) -> None:
    one.backfill()
    issue, person = free_issue(one.site), first_project(one).lead
    assert {"account", "change"} <= set(places_of(one, person))
    erase(one.ground.engine, VAULT, one.ground.tenant_id, account=person, now=one.now())
    one.shift += HOUR
    worklog = one.site.add_worklog(issue, by=person, at=now(one), started=now(one), seconds=60)
    one.site.add_comment(issue, by=person, at=now(one), text="Again")
    one.site.edit(issue, by=person, at=now(one), assignee=person)
    with one.ground.engine.begin() as connection:
        save_rereads(connection, one.ground.tenant_id, {issue: one.now()}, "test")
    one.shift += HOUR
    one.until_through(lambda source: read_worklogs(source, gone=False))
    assert one.ground.rows("SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog) == [(1,)]
    one.reconcile()
    night(one)
    assert places_of(one, person) == []


def places_of(one: Reading, person: str) -> list[str]:
    """The tables that name somebody, whatever the column."""
    tables = [row[0] for row in one.ground.rows(tables_of(one.ground.engine.dialect.name))]
    found = []
    for table in sorted(tables):
        rows = one.ground.rows(f'SELECT * FROM "{table}"')
        if any(person.encode() in as_bytes(value) for row in rows for value in row):
            found.append(table)
    return found


def tables_of(dialect: str) -> str:
    if dialect == "sqlite":
        return "SELECT name FROM sqlite_master WHERE type = 'table'"
    return "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
