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
from tests.conftest import CopyFilled
from tests.jira.site import Site
from tests.sync.site import HOUR, Reading, backfilled, turn

DAY = 24 * HOUR


@pytest.fixture
def site_reading(copy_filled: CopyFilled) -> Iterator[Reading]:
    """A small story that is read already; each test changes its own site."""
    with backfilled(copy_filled) as opened_reading:
        yield opened_reading


def keys(site_reading: Reading) -> dict[int, str]:
    query = "SELECT issue_id, key FROM issue WHERE tenant_id = :t"
    return {row[0]: row[1] for row in site_reading.ground.rows(query)}


def truth(site: Site) -> dict[int, str]:
    return {issue.id: issue.key for issue in site.issues.values()}


def free_issue(site: Site) -> int:
    """An issue that nothing hangs on but its own."""
    return next(
        issue.id
        for issue in sorted(site.issues.values(), key=lambda each: each.id)
        if issue.parent is None and not site.children_of(issue.id) and not site.links_of(issue.id) and issue.worklogs
    )


def test_a_backfill_has_every_issue(site_reading: Reading) -> None:
    assert keys(site_reading) == truth(site_reading.site)


def test_a_deleted_issue_goes_with_the_next_reconcile(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    site_reading.site.delete_issue(
        issue, by=site_reading.site.issue(issue).creator, at=site_reading.now() // 1000 * 1000
    )
    site_reading.reconcile()
    assert keys(site_reading) == truth(site_reading.site)


def test_an_issue_that_the_app_no_longer_sees_for_its_level_stays(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    secured = "UPDATE issue SET secured = true WHERE tenant_id = :t AND issue_id = :i"
    with site_reading.ground.engine.begin() as connection:
        connection.execute(text(secured), {"t": site_reading.ground.tenant_id, "i": issue})
    del site_reading.site.issues[issue]
    site_reading.reconcile()
    assert issue in keys(site_reading)


def test_an_archived_project_keeps_all_that_is_known(site_reading: Reading) -> None:
    before, project = keys(site_reading), next(iter(site_reading.site.projects.values()))
    site_reading.site.archive_project(project.key, by=project.lead, at=site_reading.now() // 1000 * 1000)
    site_reading.reconcile()
    assert keys(site_reading) == before


def test_a_project_that_the_app_cannot_see_keeps_all_that_is_known(site_reading: Reading) -> None:
    before = keys(site_reading)
    site_reading.site.faults.fail("/project/[A-Z]+$", status=404, times=20)
    site_reading.reconcile()
    assert keys(site_reading) == before


def test_a_key_that_was_renamed_reaches_every_issue(site_reading: Reading) -> None:
    project = next(iter(site_reading.site.projects.values()))
    site_reading.site.rename_project_key(project.key, "NEWKEY", by=project.lead, at=site_reading.now() // 1000 * 1000)
    site_reading.reconcile()
    assert keys(site_reading) == truth(site_reading.site)


def test_an_issue_that_moved_is_where_it_is_now(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    held = site_reading.site.issue(issue)
    project_key = site_reading.site.projects[held.project_id].key
    other = next(key for key in site_reading.projects() if key != project_key)
    site_reading.site.move_issue(issue, other, by=held.creator, at=site_reading.now() // 1000 * 1000)
    site_reading.reconcile()
    assert keys(site_reading) == truth(site_reading.site)


def test_a_missing_issue_is_found_by_the_nightly_listing(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    with site_reading.ground.engine.begin() as connection:
        delete_issues(connection, site_reading.ground.tenant_id, [issue])
    site_reading.reconcile()
    assert keys(site_reading) == truth(site_reading.site)


def test_a_lost_worklog_comes_by_its_own_list(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    at = site_reading.now() // 1000 * 1000
    made = site_reading.site.add_worklog(
        issue, by=site_reading.site.issue(issue).creator, at=at, started=at, seconds=7200
    )
    site_reading.shift += HOUR
    site_reading.until_through(lambda source: read_worklogs(source, gone=False))
    issue_rows = site_reading.ground.rows(
        "SELECT seconds FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=made
    )
    assert issue_rows == [(7200,)]


def test_a_deleted_worklog_goes_by_its_own_list(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    worklog = next(iter(site_reading.site.issue(issue).worklogs))
    site_reading.site.delete_worklog(
        worklog, by=site_reading.site.issue(issue).creator, at=site_reading.now() // 1000 * 1000
    )
    site_reading.shift += HOUR
    site_reading.until_through(lambda source: read_worklogs(source, gone=True))
    assert not site_reading.ground.rows("SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog)


def test_a_marked_issue_is_read_and_its_mark_goes(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    with site_reading.ground.engine.begin() as connection:
        save_rereads(connection, site_reading.ground.tenant_id, {issue: site_reading.now()}, "test")
    site_reading.until_through(read_marked)
    with site_reading.ground.engine.connect() as connection:
        assert select_rereads(connection, site_reading.ground.tenant_id, 10) == []


def test_a_delivery_that_jira_gave_up_is_taken_from_its_list(site_reading: Reading) -> None:
    failed = {
        "id": "lost-1",
        "body": '{"webhookEvent":"x"}',
        "url": "https://x",
        "failureTime": site_reading.now() // 1000,
    }
    site_reading.site.failed_webhooks.append(failed)
    site_reading.until_through(read_failed_webhooks)
    site_reading.until_through(read_failed_webhooks)
    assert site_reading.ground.waiting() == 1


def test_a_pause_holds_until_it_is_taken_back(site_reading: Reading) -> None:
    project, source = site_reading.projects()[0], site_reading.source()
    begin_anew(source, project)
    assert turn(source, project, "paused") is False
    site_reading.site.faults.fail("search/jql", status=503)
    with pytest.raises(JiraError):
        step_history(source, [project])
    assert turn(source, project, "paused")
    assert step_history(source, [project]) is False
    assert turn(source, project, "running")
    site_reading.until_through(lambda each: step_history(each, [project]))
    with site_reading.ground.engine.connect() as connection:
        listing = select_listing(connection, site_reading.ground.tenant_id, "history", project)
    assert listing is not None
    assert listing.state == "done"


def test_a_cancelled_history_asks_nothing_more_and_goes_on_when_resumed(site_reading: Reading) -> None:
    project, source = site_reading.projects()[0], site_reading.source()
    begin_anew(source, project)
    site_reading.site.faults.fail("search/jql", status=503)
    with pytest.raises(JiraError):
        step_history(source, [project])
    assert turn(source, project, "cancelled")
    calls = len(site_reading.site.faults.calls)
    assert step_history(source, [project]) is False
    assert len(site_reading.site.faults.calls) == calls
    assert turn(source, project, "running")
    site_reading.until_through(lambda each: step_history(each, [project]))
    with site_reading.ground.engine.connect() as connection:
        listing = select_listing(connection, site_reading.ground.tenant_id, "history", project)
    assert listing is not None
    assert (listing.state, time_left(listing, site_reading.now())) == ("done", None)


def test_a_full_pass_waits_a_month_and_then_reads_all(site_reading: Reading) -> None:
    source = site_reading.source()
    assert step_full(source, site_reading.now()) is False
    site_reading.shift += 31 * DAY
    assert step_full(source, site_reading.now()) is True


def test_a_deleted_issue_leaves_a_tombstone(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    site_reading.site.delete_issue(
        issue, by=site_reading.site.issue(issue).creator, at=site_reading.now() // 1000 * 1000
    )
    site_reading.reconcile()
    with site_reading.ground.engine.connect() as connection:
        assert issue in select_tombstones(connection, site_reading.ground.tenant_id, "issue", [issue])
