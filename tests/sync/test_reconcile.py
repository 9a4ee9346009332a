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
from tests.sync.site import HOUR, SyncedSite, backfilled, turn

DAY = 24 * HOUR


@pytest.fixture
def synced_site(copy_filled: CopyFilled) -> Iterator[SyncedSite]:
    """A small story that is read already; each test changes its own site."""
    with backfilled(copy_filled) as opened_reading:
        yield opened_reading


def keys(synced_site: SyncedSite) -> dict[int, str]:
    query = "SELECT issue_id, key FROM issue WHERE tenant_id = :t"
    return {row[0]: row[1] for row in synced_site.site_tenant.rows(query)}


def truth(site: Site) -> dict[int, str]:
    return {issue.id: issue.key for issue in site.issues.values()}


def free_issue(site: Site) -> int:
    """An issue that nothing hangs on but its own."""
    return next(
        issue.id
        for issue in sorted(site.issues.values(), key=lambda each: each.id)
        if issue.parent is None and not site.children_of(issue.id) and not site.links_of(issue.id) and issue.worklogs
    )


def test_a_backfill_has_every_issue(synced_site: SyncedSite) -> None:
    assert keys(synced_site) == truth(synced_site.site)


def test_a_deleted_issue_goes_with_the_next_reconcile(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    synced_site.site.delete_issue(issue, by=synced_site.site.issue(issue).creator, at=synced_site.now() // 1000 * 1000)
    synced_site.reconcile()
    assert keys(synced_site) == truth(synced_site.site)


def test_an_issue_that_the_app_no_longer_sees_for_its_level_stays(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    secured = "UPDATE issue SET secured = true WHERE tenant_id = :t AND issue_id = :i"
    with synced_site.site_tenant.engine.begin() as connection:
        connection.execute(text(secured), {"t": synced_site.site_tenant.tenant_id, "i": issue})
    del synced_site.site.issues[issue]
    synced_site.reconcile()
    assert issue in keys(synced_site)


def test_an_archived_project_keeps_all_that_is_known(synced_site: SyncedSite) -> None:
    before, project = keys(synced_site), next(iter(synced_site.site.projects.values()))
    synced_site.site.archive_project(project.key, by=project.lead, at=synced_site.now() // 1000 * 1000)
    synced_site.reconcile()
    assert keys(synced_site) == before


def test_a_project_that_the_app_cannot_see_keeps_all_that_is_known(synced_site: SyncedSite) -> None:
    before = keys(synced_site)
    synced_site.site.faults.fail("/project/[A-Z]+$", status=404, times=20)
    synced_site.reconcile()
    assert keys(synced_site) == before


def test_a_key_that_was_renamed_reaches_every_issue(synced_site: SyncedSite) -> None:
    project = next(iter(synced_site.site.projects.values()))
    synced_site.site.rename_project_key(project.key, "NEWKEY", by=project.lead, at=synced_site.now() // 1000 * 1000)
    synced_site.reconcile()
    assert keys(synced_site) == truth(synced_site.site)


def test_an_issue_that_moved_is_where_it_is_now(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    held = synced_site.site.issue(issue)
    project_key = synced_site.site.projects[held.project_id].key
    other = next(key for key in synced_site.projects() if key != project_key)
    synced_site.site.move_issue(issue, other, by=held.creator, at=synced_site.now() // 1000 * 1000)
    synced_site.reconcile()
    assert keys(synced_site) == truth(synced_site.site)


def test_a_missing_issue_is_found_by_the_nightly_listing(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    with synced_site.site_tenant.engine.begin() as connection:
        delete_issues(connection, synced_site.site_tenant.tenant_id, [issue])
    synced_site.reconcile()
    assert keys(synced_site) == truth(synced_site.site)


def test_a_lost_worklog_comes_by_its_own_list(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    at = synced_site.now() // 1000 * 1000
    made = synced_site.site.add_worklog(
        issue, by=synced_site.site.issue(issue).creator, at=at, started=at, seconds=7200
    )
    synced_site.shift += HOUR
    synced_site.until_through(lambda source: read_worklogs(source, gone=False))
    issue_rows = synced_site.site_tenant.rows(
        "SELECT seconds FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=made
    )
    assert issue_rows == [(7200,)]


def test_a_deleted_worklog_goes_by_its_own_list(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    worklog = next(iter(synced_site.site.issue(issue).worklogs))
    synced_site.site.delete_worklog(
        worklog, by=synced_site.site.issue(issue).creator, at=synced_site.now() // 1000 * 1000
    )
    synced_site.shift += HOUR
    synced_site.until_through(lambda source: read_worklogs(source, gone=True))
    assert not synced_site.site_tenant.rows("SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog)


def test_a_marked_issue_is_read_and_its_mark_goes(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    with synced_site.site_tenant.engine.begin() as connection:
        save_rereads(connection, synced_site.site_tenant.tenant_id, {issue: synced_site.now()}, "test")
    synced_site.until_through(read_marked)
    with synced_site.site_tenant.engine.connect() as connection:
        assert select_rereads(connection, synced_site.site_tenant.tenant_id, 10) == []


def test_a_delivery_that_jira_gave_up_is_taken_from_its_list(synced_site: SyncedSite) -> None:
    failed = {
        "id": "lost-1",
        "body": '{"webhookEvent":"x"}',
        "url": "https://x",
        "failureTime": synced_site.now() // 1000,
    }
    synced_site.site.failed_webhooks.append(failed)
    synced_site.until_through(read_failed_webhooks)
    synced_site.until_through(read_failed_webhooks)
    assert synced_site.site_tenant.waiting() == 1


def test_a_pause_holds_until_it_is_taken_back(synced_site: SyncedSite) -> None:
    project, source = synced_site.projects()[0], synced_site.source()
    begin_anew(source, project)
    assert turn(source, project, "paused") is False
    synced_site.site.faults.fail("search/jql", status=503)
    with pytest.raises(JiraError):
        step_history(source, [project])
    assert turn(source, project, "paused")
    assert step_history(source, [project]) is False
    assert turn(source, project, "running")
    synced_site.until_through(lambda each: step_history(each, [project]))
    with synced_site.site_tenant.engine.connect() as connection:
        listing = select_listing(connection, synced_site.site_tenant.tenant_id, "history", project)
    assert listing is not None
    assert listing.state == "done"


def test_a_cancelled_history_asks_nothing_more_and_goes_on_when_resumed(synced_site: SyncedSite) -> None:
    project, source = synced_site.projects()[0], synced_site.source()
    begin_anew(source, project)
    synced_site.site.faults.fail("search/jql", status=503)
    with pytest.raises(JiraError):
        step_history(source, [project])
    assert turn(source, project, "cancelled")
    calls = len(synced_site.site.faults.calls)
    assert step_history(source, [project]) is False
    assert len(synced_site.site.faults.calls) == calls
    assert turn(source, project, "running")
    synced_site.until_through(lambda each: step_history(each, [project]))
    with synced_site.site_tenant.engine.connect() as connection:
        listing = select_listing(connection, synced_site.site_tenant.tenant_id, "history", project)
    assert listing is not None
    assert (listing.state, time_left(listing, synced_site.now())) == ("done", None)


def test_a_full_pass_waits_a_month_and_then_reads_all(synced_site: SyncedSite) -> None:
    source = synced_site.source()
    assert step_full(source, synced_site.now()) is False
    synced_site.shift += 31 * DAY
    assert step_full(source, synced_site.now()) is True


def test_a_deleted_issue_leaves_a_tombstone(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    synced_site.site.delete_issue(issue, by=synced_site.site.issue(issue).creator, at=synced_site.now() // 1000 * 1000)
    synced_site.reconcile()
    with synced_site.site_tenant.engine.connect() as connection:
        assert issue in select_tombstones(connection, synced_site.site_tenant.tenant_id, "issue", [issue])
