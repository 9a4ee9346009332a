"""Nothing is taken as gone by one word, and what is gone does not come back."""

from collections.abc import Iterator

import pytest

from connector.sync.catch_up import read_marked, read_worklogs
from connector.sync.steps import step_history, step_night
from mappings.records.facts.reread_queue import save_rereads
from tests.conftest import CopyFilled
from tests.jira.model import Project
from tests.jira.rest import search
from tests.sync.site import HOUR, SyncedSite, backfilled, open_synced_site
from tests.sync.test_reconcile import DAY, free_issue, truth
from tests.webhooks.site import own_story

NOTHING_FOUND = {"issues": [], "isLast": True}


@pytest.fixture
def synced_site(copy_filled: CopyFilled) -> Iterator[SyncedSite]:
    """A small story that is read already, a day ago; each test changes its own site."""
    with backfilled(copy_filled) as opened_reading:
        opened_reading.shift += DAY
        yield opened_reading


def now(synced_site: SyncedSite) -> int:
    return synced_site.now() // 1000 * 1000


def night(synced_site: SyncedSite) -> None:
    synced_site.until_through(lambda source: step_night(source, synced_site.now()))
    synced_site.until_through(read_marked)


def blind(synced_site: SyncedSite) -> None:
    """The app loses its permission to browse, everywhere."""
    synced_site.site.may = lambda account, permission, project=None: False  # type: ignore[method-assign]  # what the app sees is the site's to say


def test_a_night_that_sees_nothing_deletes_nothing(synced_site: SyncedSite) -> None:
    before = synced_site.known()
    synced_site.meanwhile = lambda name: (
        blind(synced_site) if name == "search_and_reconsile_issues_using_jql_post" else None
    )
    night(synced_site)
    assert synced_site.known() == before


def test_an_empty_search_and_an_empty_fetch_delete_nothing_while_jira_still_has_the_issues(
    synced_site: SyncedSite,
) -> None:
    before = synced_site.known()
    synced_site.site.faults.answer("search/jql", NOTHING_FOUND, times=2)
    synced_site.site.faults.answer("issue/bulkfetch", NOTHING_FOUND, times=1)
    night(synced_site)
    assert synced_site.known() == before


def test_a_hint_that_cannot_be_followed_for_a_moment_deletes_nothing(synced_site: SyncedSite) -> None:
    issue, before = free_issue(synced_site.site), synced_site.known()
    with synced_site.site_tenant.engine.begin() as connection:
        save_rereads(connection, synced_site.site_tenant.tenant_id, {issue: synced_site.now()}, "test")
    synced_site.meanwhile = lambda name: blind(synced_site) if name == "bulk_fetch_issues" else None
    synced_site.until_through(read_marked)
    assert synced_site.known() == before


def test_a_project_archived_during_its_listing_keeps_all_that_is_known(synced_site: SyncedSite) -> None:
    before = synced_site.known()

    def archive(name: str) -> None:
        if name == "search_and_reconsile_issues_using_jql_post":
            for project in synced_site.site.projects.values():
                project.archived = True
            synced_site.site.faults.answer("search/jql", NOTHING_FOUND, times=9)
            synced_site.site.faults.answer("issue/bulkfetch", NOTHING_FOUND, times=9)

    synced_site.meanwhile = archive
    night(synced_site)
    assert synced_site.known() == before


def test_a_project_restored_from_the_trash_comes_back_whole(synced_site: SyncedSite) -> None:
    project = first_project(synced_site)
    synced_site.site.trash_project(project.key, by=project.lead, at=now(synced_site))
    night(synced_site)
    assert not set(truth(synced_site.site)) <= set(synced_site.known())
    synced_site.shift += DAY
    synced_site.site.restore_project(project.key, by=project.lead, at=now(synced_site))
    night(synced_site)
    assert synced_site.known() == truth(synced_site.site)


def test_a_project_restored_from_the_archive_is_read_on(synced_site: SyncedSite) -> None:
    project = first_project(synced_site)
    synced_site.site.archive_project(project.key, by=project.lead, at=now(synced_site))
    synced_site.reconcile()
    synced_site.shift += 9 * DAY
    synced_site.site.restore_project(project.key, by=project.lead, at=now(synced_site))
    made = synced_site.site.create_issue(project.key, "Task", "New again", by=project.lead, at=now(synced_site))
    synced_site.shift += HOUR
    synced_site.reconcile()
    assert made.id in synced_site.known()


def test_a_new_issue_that_the_search_does_not_know_yet_stays(synced_site: SyncedSite) -> None:
    project = first_project(synced_site)
    synced_site.site.search_lag = 2 * DAY
    synced_site.listen()
    made = synced_site.site.create_issue(project.key, "Task", "Just made", by=project.lead, at=now(synced_site))
    synced_site.hear("jira:issue_created")
    synced_site.shift += HOUR
    night(synced_site)
    assert made.id in synced_site.known()
    synced_site.site.search_lag = 0


def test_an_issue_deleted_during_its_listing_is_not_brought_back(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    synced_site.listen()

    def delete_after_page(name: str) -> None:
        # The page is here, and its words of the issue are older than its deletion.
        if name == "search_and_reconsile_issues_using_jql_post" and issue in synced_site.site.issues:
            synced_site.site.delete_issue(issue, by=synced_site.site.issue(issue).creator, at=now(synced_site))
            synced_site.hear("jira:issue_deleted")

    synced_site.meanwhile = delete_after_page
    synced_site.backfill()
    night(synced_site)
    assert synced_site.known() == truth(synced_site.site)


def test_an_issue_deleted_unheard_during_its_listing_is_noticed_at_night(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    synced_site.meanwhile = lambda name: (
        synced_site.site.delete_issue(issue, by=synced_site.site.issue(issue).creator, at=now(synced_site))
        if name == "count_issues" and issue in synced_site.site.issues
        else None
    )
    night(synced_site)
    assert synced_site.known() == truth(synced_site.site)


def test_an_issue_with_a_level_that_hides_it_returns_when_the_level_goes(synced_site: SyncedSite) -> None:
    issue = free_issue(synced_site.site)
    hidden = synced_site.site.issues.pop(issue)
    night(synced_site)
    assert issue not in synced_site.known()
    synced_site.site.issues[issue] = hidden
    synced_site.shift += DAY
    night(synced_site)
    assert synced_site.known() == truth(synced_site.site)


def test_late_words_of_a_worklog_deleted_before_we_had_it_do_not_revive_it(synced_site: SyncedSite) -> None:
    issue, at = free_issue(synced_site.site), now(synced_site)
    synced_site.listen()
    worklog = synced_site.site.add_worklog(
        issue, by=synced_site.site.issue(issue).creator, at=at, started=at, seconds=60
    )
    synced_site.site.delete_worklog(worklog, by=synced_site.site.issue(issue).creator, at=at + 1_000_000)
    synced_site.shift += HOUR
    synced_site.until_through(lambda source: read_worklogs(source, gone=True))
    synced_site.hear("worklog_created")
    assert (
        synced_site.site_tenant.rows("SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog) == []
    )


def test_a_project_of_more_than_one_page_of_ids_is_compared_whole(
    synced_site: SyncedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_OF_IDS", 7)
    issue = free_issue(synced_site.site)
    synced_site.site.delete_issue(issue, by=synced_site.site.issue(issue).creator, at=now(synced_site))
    synced_site.site.faults.clear()
    night(synced_site)
    assert synced_site.known() == truth(synced_site.site)
    assert synced_site.calls("search/jql") > len(synced_site.known()) // 7


def test_a_renamed_key_has_each_issue_read_anew_once(synced_site: SyncedSite) -> None:
    project = first_project(synced_site)
    synced_site.site.rename_project_key(project.key, "NEWKEY", by=project.lead, at=now(synced_site))
    synced_site.reconcile()
    assert synced_site.known() == truth(synced_site.site)
    synced_site.shift += DAY
    synced_site.site.faults.clear()
    night(synced_site)
    # Each project: which tickets have the numbers after its highest, twice where one of these moved away. None is read.
    assert synced_site.calls("issue/bulkfetch") <= 2 * len(synced_site.projects())
    assert synced_site.calls("changelog") == 0


def first_project(synced_site: SyncedSite) -> Project:
    return next(iter(synced_site.site.projects.values()))


def test_a_history_of_a_project_out_of_sight_is_read_once_it_is_back(migrated_url: str) -> None:
    with open_synced_site(migrated_url, own_story(30)) as synced_site:
        may = synced_site.site.may
        blind(synced_site)
        synced_site.backfill()
        synced_site.reconcile()
        assert synced_site.known() == {}
        synced_site.site.may = may  # type: ignore[method-assign]  # what the app sees is the site's to say
        synced_site.shift += 2 * HOUR
        synced_site.until_through(lambda source: step_history(source, synced_site.projects()))
        assert synced_site.known() == truth(synced_site.site)


def test_a_history_that_could_not_be_read_keeps_figures_incomplete(migrated_url: str) -> None:
    with open_synced_site(migrated_url, own_story(30)) as synced_site:
        blind(synced_site)
        synced_site.backfill()
        names = synced_site.site_tenant.rows("SELECT kind, subject FROM progress WHERE tenant_id = :t")
        assert ("sync", "GROW") in names
