"""What a sync may not bring back: what is older than the retention, and who was erased."""

from collections.abc import Iterator

import pytest

from connector.sync.catch_up import read_marked, read_worklogs
from connector.sync.steps import step_night
from mappings.records.facts.reread_queue import save_rereads
from tests.sync.site import HOUR, Reading, reading
from tests.sync.test_missing import first_project, now
from tests.sync.test_reconcile import DAY, free_issue
from tests.webhooks.site import VAULT, own_story
from webhooks.erasure import erase
from webhooks.retention import begin_retention, retention_step


@pytest.fixture
def site_reading(migrated_url: str) -> Iterator[Reading]:
    """A small story of which nothing is read yet."""
    with reading(migrated_url, own_story(30)) as opened_reading:
        yield opened_reading


def middle(site_reading: Reading) -> int:
    """An instant before which half of the issues changed last."""
    return sorted(issue.updated for issue in site_reading.site.issues.values())[len(site_reading.site.issues) // 2]


def let_go(site_reading: Reading, before: int) -> None:
    begin_retention(site_reading.ground.engine, site_reading.ground.tenant_id, before)
    while retention_step(site_reading.ground.engine, site_reading.ground.tenant_id, site_reading.now()):
        pass


def night(site_reading: Reading) -> None:
    site_reading.shift += DAY
    site_reading.site.faults.clear()
    site_reading.until_through(lambda source: step_night(source, site_reading.now()))
    site_reading.until_through(read_marked)


def test_a_history_leaves_out_what_is_older_than_the_retention(site_reading: Reading) -> None:
    let_go(site_reading, middle(site_reading))
    site_reading.backfill()
    young = {issue.id for issue in site_reading.site.issues.values() if issue.updated >= middle(site_reading)}
    assert set(site_reading.known()) == young


def test_no_night_asks_for_what_is_older_than_the_retention(site_reading: Reading) -> None:
    let_go(site_reading, middle(site_reading))
    site_reading.backfill()
    night(site_reading)
    # Each project: which tickets have the numbers after its highest, twice where one of these moved away. None is read.
    assert site_reading.calls("issue/bulkfetch") <= 2 * len(site_reading.projects())
    assert site_reading.calls("changelog") == 0


def test_no_night_asks_for_what_the_retention_let_go(site_reading: Reading) -> None:
    site_reading.backfill()
    let_go(site_reading, middle(site_reading))
    night(site_reading)
    # Each project: which tickets have the numbers after its highest, twice where one of these moved away. None is read.
    assert site_reading.calls("issue/bulkfetch") <= 2 * len(site_reading.projects())
    assert site_reading.calls("changelog") == 0
    assert facts_before(site_reading, middle(site_reading)) == []


def facts_before(site_reading: Reading, before: int) -> list[tuple[object, ...]]:
    """Worklogs and comments of issues that were let go."""
    old = [issue.id for issue in site_reading.site.issues.values() if issue.updated < before]
    gone = site_reading.ground.rows("SELECT issue_id FROM retired WHERE tenant_id = :t")
    issue_rows = site_reading.ground.rows(
        "SELECT issue_id FROM worklog WHERE tenant_id = :t UNION SELECT issue_id FROM comment"
    )
    return [row for row in issue_rows if row in gone and row[0] in old]


def test_a_listing_under_a_retention_knows_how_much_there_is(site_reading: Reading) -> None:
    let_go(site_reading, middle(site_reading))
    site_reading.backfill()
    rows = site_reading.ground.rows("SELECT done, total FROM sync WHERE tenant_id = :t AND kind = 'history'")
    assert all(done == total for done, total in rows)


def test_who_was_erased_comes_back_by_no_way_of_reading(site_reading: Reading) -> None:
    site_reading.backfill()
    issue, person = free_issue(site_reading.site), first_project(site_reading).lead
    assert {"account", "change"} <= set(places_of(site_reading, person))
    erase(site_reading.ground.engine, VAULT, site_reading.ground.tenant_id, account=person, now=site_reading.now())
    site_reading.shift += HOUR
    worklog = site_reading.site.add_worklog(
        issue, by=person, at=now(site_reading), started=now(site_reading), seconds=60
    )
    site_reading.site.add_comment(issue, by=person, at=now(site_reading), text="Again")
    site_reading.site.edit(issue, by=person, at=now(site_reading), assignee=person)
    with site_reading.ground.engine.begin() as connection:
        save_rereads(connection, site_reading.ground.tenant_id, {issue: site_reading.now()}, "test")
    site_reading.shift += HOUR
    site_reading.until_through(lambda source: read_worklogs(source, gone=False))
    assert site_reading.ground.rows("SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog) == [
        (1,)
    ]
    site_reading.reconcile()
    night(site_reading)
    assert places_of(site_reading, person) == []


def places_of(site_reading: Reading, person: str) -> list[str]:
    """The tables that name somebody, whatever the column."""
    tables = [row[0] for row in site_reading.ground.rows(tables_of(site_reading.ground.engine.dialect.name))]
    lines = []
    for table in sorted(tables):
        rows = site_reading.ground.rows(f'SELECT * FROM "{table}"')
        if any(person.encode() in as_bytes(value) for row in rows for value in row):
            lines.append(table)
    return lines


def tables_of(dialect: str) -> str:
    if dialect == "sqlite":
        return "SELECT name FROM sqlite_master WHERE type = 'table'"
    return "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
