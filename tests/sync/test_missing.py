"""Nothing is taken as gone by one word, and what is gone does not come back."""

from collections.abc import Iterator

import pytest

from connector.sync.catch_up import read_marked, read_worklogs
from connector.sync.steps import step_history, step_night
from mappings.records.facts.reread_queue import save_rereads
from tests.jira.model import Project
from tests.jira.rest import search
from tests.sync.site import HOUR, Reading, reading
from tests.sync.test_reconcile import DAY, free_issue, truth
from tests.webhooks.site import told

NOTHING_FOUND = {"issues": [], "isLast": True}


@pytest.fixture
def one(migrated_url: str) -> Iterator[Reading]:
    """A small story that is read already, a day ago; each test changes its own site."""
    told.cache_clear()
    with reading(migrated_url, told(30)) as found:
        found.backfill()
        found.shift += DAY
        yield found
    told.cache_clear()


def now(one: Reading) -> int:
    return one.now() // 1000 * 1000


def night(one: Reading) -> None:
    one.until_through(lambda source: step_night(source, one.now()))
    one.until_through(read_marked)


def blind(one: Reading) -> None:
    """The app loses its permission to browse, everywhere."""
    one.site.may = lambda account, permission, project=None: False  # type: ignore[method-assign]  # what the app sees is the site's to say


def test_a_night_that_sees_nothing_deletes_nothing(one: Reading) -> None:
    before = one.known()
    one.meanwhile = lambda name: blind(one) if name == "search_and_reconsile_issues_using_jql_post" else None
    night(one)
    assert one.known() == before


def test_an_empty_search_and_an_empty_fetch_delete_nothing_while_jira_still_has_the_issues(one: Reading) -> None:
    before = one.known()
    one.site.faults.answer("search/jql", NOTHING_FOUND, times=2)
    one.site.faults.answer("issue/bulkfetch", NOTHING_FOUND, times=1)
    night(one)
    assert one.known() == before


def test_a_hint_that_cannot_be_followed_for_a_moment_deletes_nothing(one: Reading) -> None:
    issue, before = free_issue(one.site), one.known()
    with one.ground.engine.begin() as connection:
        save_rereads(connection, one.ground.tenant_id, {issue: one.now()}, "test")
    one.meanwhile = lambda name: blind(one) if name == "bulk_fetch_issues" else None
    one.until_through(read_marked)
    assert one.known() == before


def test_a_project_archived_during_its_listing_keeps_all_that_is_known(one: Reading) -> None:
    before = one.known()

    def archive(name: str) -> None:
        if name == "search_and_reconsile_issues_using_jql_post":
            for project in one.site.projects.values():
                project.archived = True
            one.site.faults.answer("search/jql", NOTHING_FOUND, times=9)
            one.site.faults.answer("issue/bulkfetch", NOTHING_FOUND, times=9)

    one.meanwhile = archive
    night(one)
    assert one.known() == before


def test_a_project_restored_from_the_trash_comes_back_whole(one: Reading) -> None:
    project = first_project(one)
    one.site.trash_project(project.key, by=project.lead, at=now(one))
    night(one)
    assert not set(truth(one.site)) <= set(one.known())
    one.shift += DAY
    one.site.restore_project(project.key, by=project.lead, at=now(one))
    night(one)
    assert one.known() == truth(one.site)


def test_a_project_restored_from_the_archive_is_read_on(one: Reading) -> None:
    project = first_project(one)
    one.site.archive_project(project.key, by=project.lead, at=now(one))
    one.reconcile()
    one.shift += 9 * DAY
    one.site.restore_project(project.key, by=project.lead, at=now(one))
    made = one.site.create_issue(project.key, "Task", "New again", by=project.lead, at=now(one))
    one.shift += HOUR
    one.reconcile()
    assert made.id in one.known()


def test_a_new_issue_that_the_search_does_not_know_yet_stays(one: Reading) -> None:
    project = first_project(one)
    one.site.search_lag = 2 * DAY
    one.listen()
    made = one.site.create_issue(project.key, "Task", "Just made", by=project.lead, at=now(one))
    one.hear("jira:issue_created")
    one.shift += HOUR
    night(one)
    assert made.id in one.known()
    one.site.search_lag = 0


def test_an_issue_deleted_during_its_listing_is_not_brought_back(one: Reading) -> None:
    issue = free_issue(one.site)
    one.listen()

    def delete_after_page(name: str) -> None:
        # The page is here, and its words of the issue are older than its deletion.
        if name == "search_and_reconsile_issues_using_jql_post" and issue in one.site.issues:
            one.site.delete_issue(issue, by=one.site.issue(issue).creator, at=now(one))
            one.hear("jira:issue_deleted")

    one.meanwhile = delete_after_page
    one.backfill()
    night(one)
    assert one.known() == truth(one.site)


def test_an_issue_deleted_unheard_during_its_listing_is_noticed_at_night(one: Reading) -> None:
    issue = free_issue(one.site)
    one.meanwhile = lambda name: (
        one.site.delete_issue(issue, by=one.site.issue(issue).creator, at=now(one))
        if name == "count_issues" and issue in one.site.issues
        else None
    )
    night(one)
    assert one.known() == truth(one.site)


def test_an_issue_with_a_level_that_hides_it_returns_when_the_level_goes(one: Reading) -> None:
    issue = free_issue(one.site)
    hidden = one.site.issues.pop(issue)
    night(one)
    assert issue not in one.known()
    one.site.issues[issue] = hidden
    one.shift += DAY
    night(one)
    assert one.known() == truth(one.site)


def test_late_words_of_a_worklog_deleted_before_we_had_it_do_not_revive_it(one: Reading) -> None:
    issue, at = free_issue(one.site), now(one)
    one.listen()
    worklog = one.site.add_worklog(issue, by=one.site.issue(issue).creator, at=at, started=at, seconds=60)
    one.site.delete_worklog(worklog, by=one.site.issue(issue).creator, at=at + 1_000_000)
    one.shift += HOUR
    one.until_through(lambda source: read_worklogs(source, gone=True))
    one.hear("worklog_created")
    assert one.ground.rows("SELECT 1 FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=worklog) == []


def test_a_project_of_more_than_one_page_of_ids_is_compared_whole(
    one: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_OF_IDS", 7)
    issue = free_issue(one.site)
    one.site.delete_issue(issue, by=one.site.issue(issue).creator, at=now(one))
    one.site.faults.clear()
    night(one)
    assert one.known() == truth(one.site)
    assert one.calls("search/jql") > len(one.known()) // 7


def test_a_renamed_key_has_each_issue_read_anew_once(one: Reading) -> None:
    project = first_project(one)
    one.site.rename_project_key(project.key, "NEWKEY", by=project.lead, at=now(one))
    one.reconcile()
    assert one.known() == truth(one.site)
    one.shift += DAY
    one.site.faults.clear()
    night(one)
    assert one.calls("bulkfetch") == 0


def first_project(one: Reading) -> Project:
    return next(iter(one.site.projects.values()))


def test_a_history_of_a_project_out_of_sight_is_read_once_it_is_back(migrated_url: str) -> None:
    told.cache_clear()
    with reading(migrated_url, told(30)) as one:
        may = one.site.may
        blind(one)
        one.backfill()
        one.reconcile()
        assert one.known() == {}
        one.site.may = may  # type: ignore[method-assign]  # what the app sees is the site's to say
        one.shift += 2 * HOUR
        one.until_through(lambda source: step_history(source, one.projects()))
        assert one.known() == truth(one.site)
    told.cache_clear()


def test_a_history_that_could_not_be_read_keeps_figures_incomplete(migrated_url: str) -> None:
    told.cache_clear()
    with reading(migrated_url, told(30)) as one:
        blind(one)
        one.backfill()
        names = one.ground.rows("SELECT kind, subject FROM progress WHERE tenant_id = :t")
        assert ("sync", "GROW") in names
    told.cache_clear()
