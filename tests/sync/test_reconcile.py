"""After a reconcile nothing is missed: what webhooks lost, moved, renamed, hid or deleted, on either database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from connector.jira.client import JiraError
from connector.sync.catch_up import read_failed_webhooks, read_marked, read_worklogs
from connector.sync.listings import begin_anew, time_left
from connector.sync.steps import step_full, step_history
from mappings.records.facts.reread_queue import save_rereads, select_rereads
from mappings.records.facts.tombstones import delete_issues, select_tombstones
from mappings.records.operations.sync_listings import select_listing
from tests.jira.site import Site
from tests.sync.site import HOUR, Reading, reading, turn
from tests.webhooks.site import told

DAY = 24 * HOUR


@pytest.fixture
def one(migrated_url: str) -> Iterator[Reading]:
    """A small story that is read already; each test changes its own site."""
    told.cache_clear()
    with reading(migrated_url, told(30)) as found:
        found.backfill()
        yield found
    told.cache_clear()


def keys(one: Reading) -> dict[int, str]:
    query = "SELECT issue_id, key FROM issue WHERE tenant_id = :t"
    return {row[0]: row[1] for row in one.ground.rows(query)}


def truth(site: Site) -> dict[int, str]:
    return {issue.id: issue.key for issue in site.issues.values()}


def free_issue(site: Site) -> int:
    """An issue that nothing hangs on but its own."""
    return next(
        issue.id
        for issue in sorted(site.issues.values(), key=lambda each: each.id)
        if issue.parent is None and not site.children_of(issue.id) and not site.links_of(issue.id) and issue.worklogs
    )


def test_a_backfill_has_every_issue(one: Reading) -> None:
    assert keys(one) == truth(one.site)


def test_a_deleted_issue_goes_with_the_next_reconcile(one: Reading) -> None:
    issue = free_issue(one.site)
    one.site.delete_issue(issue, by=one.site.issue(issue).creator, at=one.now() // 1000 * 1000)
    one.reconcile()
    assert keys(one) == truth(one.site)


def test_an_issue_that_the_app_no_longer_sees_for_its_level_stays(one: Reading) -> None:
    issue = free_issue(one.site)
    secured = "UPDATE issue SET secured = true WHERE tenant_id = :t AND issue_id = :i"
    with one.ground.engine.begin() as connection:
        connection.execute(text(secured), {"t": one.ground.tenant_id, "i": issue})
    del one.site.issues[issue]
    one.reconcile()
    assert issue in keys(one)


def test_an_archived_project_keeps_all_that_is_known(one: Reading) -> None:
    before, project = keys(one), next(iter(one.site.projects.values()))
    one.site.archive_project(project.key, by=project.lead, at=one.now() // 1000 * 1000)
    one.reconcile()
    assert keys(one) == before


def test_a_project_that_the_app_cannot_see_keeps_all_that_is_known(one: Reading) -> None:
    before = keys(one)
    one.site.faults.fail("/project/[A-Z]+$", status=404, times=20)
    one.reconcile()
    assert keys(one) == before


def test_a_key_that_was_renamed_reaches_every_issue(one: Reading) -> None:
    project = next(iter(one.site.projects.values()))
    one.site.rename_project_key(project.key, "NEWKEY", by=project.lead, at=one.now() // 1000 * 1000)
    one.reconcile()
    assert keys(one) == truth(one.site)


def test_an_issue_that_moved_is_where_it_is_now(one: Reading) -> None:
    issue = free_issue(one.site)
    held = one.site.issue(issue)
    here = one.site.projects[held.project_id].key
    other = next(key for key in one.projects() if key != here)
    one.site.move_issue(issue, other, by=held.creator, at=one.now() // 1000 * 1000)
    one.reconcile()
    assert keys(one) == truth(one.site)


def test_a_missing_issue_is_found_by_the_nightly_listing(one: Reading) -> None:
    issue = free_issue(one.site)
    with one.ground.engine.begin() as connection:
        delete_issues(connection, one.ground.tenant_id, [issue])
    one.reconcile()
    assert keys(one) == truth(one.site)


def test_a_lost_worklog_comes_by_its_own_list(one: Reading) -> None:
    issue = free_issue(one.site)
    at = one.now() // 1000 * 1000
    made = one.site.add_worklog(issue, by=one.site.issue(issue).creator, at=at, started=at, seconds=7200)
    one.shift += HOUR
    one.until_through(lambda source: read_worklogs(source, gone=False))
    found = one.ground.rows("SELECT seconds FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=made)
    assert found == [(7200,)]


def test_a_deleted_worklog_goes_by_its_own_list(one: Reading) -> None:
    issue = free_issue(one.site)
    worklog = next(iter(one.site.issue(issue).worklogs))
    one.site.delete_worklog(worklog, by=one.site.issue(issue).creator, at=one.now() // 1000 * 1000)
    one.shift += HOUR
    one.until_through(lambda source: read_worklogs(source, gone=True))
    assert not one.ground.rows("SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog)


def test_a_marked_issue_is_read_and_its_mark_goes(one: Reading) -> None:
    issue = free_issue(one.site)
    with one.ground.engine.begin() as connection:
        save_rereads(connection, one.ground.tenant_id, {issue: one.now()}, "test")
    one.until_through(read_marked)
    with one.ground.engine.connect() as connection:
        assert select_rereads(connection, one.ground.tenant_id, 10) == []


def test_a_delivery_that_jira_gave_up_is_taken_from_its_list(one: Reading) -> None:
    failed = {"id": "lost-1", "body": '{"webhookEvent":"x"}', "url": "https://x", "failureTime": one.now() // 1000}
    one.site.failed_webhooks.append(failed)
    one.until_through(read_failed_webhooks)
    one.until_through(read_failed_webhooks)
    assert one.ground.waiting() == 1


def test_a_pause_holds_until_it_is_taken_back(one: Reading) -> None:
    project, source = one.projects()[0], one.source()
    begin_anew(source, project)
    assert turn(source, project, "paused") is False
    one.site.faults.fail("search/jql", status=503)
    with pytest.raises(JiraError):
        step_history(source, [project])
    assert turn(source, project, "paused")
    assert step_history(source, [project]) is False
    assert turn(source, project, "running")
    one.until_through(lambda each: step_history(each, [project]))
    with one.ground.engine.connect() as connection:
        found = select_listing(connection, one.ground.tenant_id, "history", project)
    assert found is not None
    assert found.state == "done"


def test_a_cancelled_history_asks_nothing_more_and_goes_on_when_resumed(one: Reading) -> None:
    project, source = one.projects()[0], one.source()
    begin_anew(source, project)
    one.site.faults.fail("search/jql", status=503)
    with pytest.raises(JiraError):
        step_history(source, [project])
    assert turn(source, project, "cancelled")
    calls = len(one.site.faults.calls)
    assert step_history(source, [project]) is False
    assert len(one.site.faults.calls) == calls
    assert turn(source, project, "running")
    one.until_through(lambda each: step_history(each, [project]))
    with one.ground.engine.connect() as connection:
        found = select_listing(connection, one.ground.tenant_id, "history", project)
    assert found is not None
    assert (found.state, time_left(found, one.now())) == ("done", None)


def test_a_full_pass_waits_a_month_and_then_reads_all(one: Reading) -> None:
    source = one.source()
    assert step_full(source, one.now()) is False
    one.shift += 31 * DAY
    assert step_full(source, one.now()) is True


def test_a_deleted_issue_leaves_a_tombstone(one: Reading) -> None:
    issue = free_issue(one.site)
    one.site.delete_issue(issue, by=one.site.issue(issue).creator, at=one.now() // 1000 * 1000)
    one.reconcile()
    with one.ground.engine.connect() as connection:
        assert issue in select_tombstones(connection, one.ground.tenant_id, "issue", [issue])
