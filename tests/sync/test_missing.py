"""Nothing is taken as gone by one word, and what is gone does not come back."""

from collections.abc import Iterator

import pytest

from connector.sync.catch_up import read_marked, read_worklogs
from connector.sync.steps import step_history, step_night
from mappings.records.facts.reread_queue import save_rereads
from tests.conftest import CopyFilled
from tests.jira.model import Project
from tests.jira.rest import search
from tests.sync.site import HOUR, Reading, backfilled, reading
from tests.sync.test_reconcile import DAY, free_issue, truth
from tests.webhooks.site import own_story

NOTHING_FOUND = {"issues": [], "isLast": True}


@pytest.fixture
def site_reading(copy_filled: CopyFilled) -> Iterator[Reading]:
    """A small story that is read already, a day ago; each test changes its own site."""
    with backfilled(copy_filled) as opened_reading:
        opened_reading.shift += DAY
        yield opened_reading


def now(site_reading: Reading) -> int:
    return site_reading.now() // 1000 * 1000


def night(site_reading: Reading) -> None:
    site_reading.until_through(lambda source: step_night(source, site_reading.now()))
    site_reading.until_through(read_marked)


def blind(site_reading: Reading) -> None:
    """The app loses its permission to browse, everywhere."""
    site_reading.site.may = lambda account, permission, project=None: False  # type: ignore[method-assign]  # what the app sees is the site's to say


def test_a_night_that_sees_nothing_deletes_nothing(site_reading: Reading) -> None:
    before = site_reading.known()
    site_reading.meanwhile = lambda name: (
        blind(site_reading) if name == "search_and_reconsile_issues_using_jql_post" else None
    )
    night(site_reading)
    assert site_reading.known() == before


def test_an_empty_search_and_an_empty_fetch_delete_nothing_while_jira_still_has_the_issues(
    site_reading: Reading,
) -> None:
    before = site_reading.known()
    site_reading.site.faults.answer("search/jql", NOTHING_FOUND, times=2)
    site_reading.site.faults.answer("issue/bulkfetch", NOTHING_FOUND, times=1)
    night(site_reading)
    assert site_reading.known() == before


def test_a_hint_that_cannot_be_followed_for_a_moment_deletes_nothing(site_reading: Reading) -> None:
    issue, before = free_issue(site_reading.site), site_reading.known()
    with site_reading.ground.engine.begin() as connection:
        save_rereads(connection, site_reading.ground.tenant_id, {issue: site_reading.now()}, "test")
    site_reading.meanwhile = lambda name: blind(site_reading) if name == "bulk_fetch_issues" else None
    site_reading.until_through(read_marked)
    assert site_reading.known() == before


def test_a_project_archived_during_its_listing_keeps_all_that_is_known(site_reading: Reading) -> None:
    before = site_reading.known()

    def archive(name: str) -> None:
        if name == "search_and_reconsile_issues_using_jql_post":
            for project in site_reading.site.projects.values():
                project.archived = True
            site_reading.site.faults.answer("search/jql", NOTHING_FOUND, times=9)
            site_reading.site.faults.answer("issue/bulkfetch", NOTHING_FOUND, times=9)

    site_reading.meanwhile = archive
    night(site_reading)
    assert site_reading.known() == before


def test_a_project_restored_from_the_trash_comes_back_whole(site_reading: Reading) -> None:
    project = first_project(site_reading)
    site_reading.site.trash_project(project.key, by=project.lead, at=now(site_reading))
    night(site_reading)
    assert not set(truth(site_reading.site)) <= set(site_reading.known())
    site_reading.shift += DAY
    site_reading.site.restore_project(project.key, by=project.lead, at=now(site_reading))
    night(site_reading)
    assert site_reading.known() == truth(site_reading.site)


def test_a_project_restored_from_the_archive_is_read_on(site_reading: Reading) -> None:
    project = first_project(site_reading)
    site_reading.site.archive_project(project.key, by=project.lead, at=now(site_reading))
    site_reading.reconcile()
    site_reading.shift += 9 * DAY
    site_reading.site.restore_project(project.key, by=project.lead, at=now(site_reading))
    made = site_reading.site.create_issue(project.key, "Task", "New again", by=project.lead, at=now(site_reading))
    site_reading.shift += HOUR
    site_reading.reconcile()
    assert made.id in site_reading.known()


def test_a_new_issue_that_the_search_does_not_know_yet_stays(site_reading: Reading) -> None:
    project = first_project(site_reading)
    site_reading.site.search_lag = 2 * DAY
    site_reading.listen()
    made = site_reading.site.create_issue(project.key, "Task", "Just made", by=project.lead, at=now(site_reading))
    site_reading.hear("jira:issue_created")
    site_reading.shift += HOUR
    night(site_reading)
    assert made.id in site_reading.known()
    site_reading.site.search_lag = 0


def test_an_issue_deleted_during_its_listing_is_not_brought_back(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    site_reading.listen()

    def delete_after_page(name: str) -> None:
        # The page is here, and its words of the issue are older than its deletion.
        if name == "search_and_reconsile_issues_using_jql_post" and issue in site_reading.site.issues:
            site_reading.site.delete_issue(issue, by=site_reading.site.issue(issue).creator, at=now(site_reading))
            site_reading.hear("jira:issue_deleted")

    site_reading.meanwhile = delete_after_page
    site_reading.backfill()
    night(site_reading)
    assert site_reading.known() == truth(site_reading.site)


def test_an_issue_deleted_unheard_during_its_listing_is_noticed_at_night(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    site_reading.meanwhile = lambda name: (
        site_reading.site.delete_issue(issue, by=site_reading.site.issue(issue).creator, at=now(site_reading))
        if name == "count_issues" and issue in site_reading.site.issues
        else None
    )
    night(site_reading)
    assert site_reading.known() == truth(site_reading.site)


def test_an_issue_with_a_level_that_hides_it_returns_when_the_level_goes(site_reading: Reading) -> None:
    issue = free_issue(site_reading.site)
    hidden = site_reading.site.issues.pop(issue)
    night(site_reading)
    assert issue not in site_reading.known()
    site_reading.site.issues[issue] = hidden
    site_reading.shift += DAY
    night(site_reading)
    assert site_reading.known() == truth(site_reading.site)


def test_late_words_of_a_worklog_deleted_before_we_had_it_do_not_revive_it(site_reading: Reading) -> None:
    issue, at = free_issue(site_reading.site), now(site_reading)
    site_reading.listen()
    worklog = site_reading.site.add_worklog(
        issue, by=site_reading.site.issue(issue).creator, at=at, started=at, seconds=60
    )
    site_reading.site.delete_worklog(worklog, by=site_reading.site.issue(issue).creator, at=at + 1_000_000)
    site_reading.shift += HOUR
    site_reading.until_through(lambda source: read_worklogs(source, gone=True))
    site_reading.hear("worklog_created")
    assert site_reading.ground.rows("SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog) == []


def test_a_project_of_more_than_one_page_of_ids_is_compared_whole(
    site_reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_OF_IDS", 7)
    issue = free_issue(site_reading.site)
    site_reading.site.delete_issue(issue, by=site_reading.site.issue(issue).creator, at=now(site_reading))
    site_reading.site.faults.clear()
    night(site_reading)
    assert site_reading.known() == truth(site_reading.site)
    assert site_reading.calls("search/jql") > len(site_reading.known()) // 7


def test_a_renamed_key_has_each_issue_read_anew_once(site_reading: Reading) -> None:
    project = first_project(site_reading)
    site_reading.site.rename_project_key(project.key, "NEWKEY", by=project.lead, at=now(site_reading))
    site_reading.reconcile()
    assert site_reading.known() == truth(site_reading.site)
    site_reading.shift += DAY
    site_reading.site.faults.clear()
    night(site_reading)
    # Each project: which tickets have the numbers after its highest, twice where one of these moved away. None is read.
    assert site_reading.calls("issue/bulkfetch") <= 2 * len(site_reading.projects())
    assert site_reading.calls("changelog") == 0


def first_project(site_reading: Reading) -> Project:
    return next(iter(site_reading.site.projects.values()))


def test_a_history_of_a_project_out_of_sight_is_read_once_it_is_back(migrated_url: str) -> None:
    with reading(migrated_url, own_story(30)) as site_reading:
        may = site_reading.site.may
        blind(site_reading)
        site_reading.backfill()
        site_reading.reconcile()
        assert site_reading.known() == {}
        site_reading.site.may = may  # type: ignore[method-assign]  # what the app sees is the site's to say
        site_reading.shift += 2 * HOUR
        site_reading.until_through(lambda source: step_history(source, site_reading.projects()))
        assert site_reading.known() == truth(site_reading.site)


def test_a_history_that_could_not_be_read_keeps_figures_incomplete(migrated_url: str) -> None:
    with reading(migrated_url, own_story(30)) as site_reading:
        blind(site_reading)
        site_reading.backfill()
        names = site_reading.ground.rows("SELECT kind, subject FROM progress WHERE tenant_id = :t")
        assert ("sync", "GROW") in names
