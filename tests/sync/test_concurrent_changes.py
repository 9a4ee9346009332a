"""What happens between two requests of a sync: people's words, other workers, moves, limits, and clocks that differ."""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from connector.jira.client import JiraError
from connector.sync.catch_up import read_failed_webhooks, read_marked, read_worklogs
from connector.sync.issues import SINGLE
from connector.sync.listings import begin_anew, step
from connector.sync.steps import step_full, step_history, step_recent
from mappings.records.operations.sync_listings import Listing, select_listing
from tests.conftest import CopyFilled
from tests.sync.site import HOUR, SyncedSite, backfilled, open_synced_site, turn
from tests.sync.test_missing import blind, first_project, now
from tests.sync.test_reconcile import DAY, free_issue, truth
from tests.webhooks.site import own_story, played_story

SEARCH = "search_and_reconsile_issues_using_jql_post"
MINUTE = HOUR // 60


@pytest.fixture
def fresh(migrated_url: str) -> Iterator[SyncedSite]:
    """A small story of which nothing is read yet, on a site that gives ten issues a page."""
    with open_synced_site(migrated_url, own_story(30)) as synced_site:
        synced_site.site.page_limit = 10
        yield synced_site


@pytest.fixture
def synced_site(copy_filled: CopyFilled) -> Iterator[SyncedSite]:
    """The same, read already, a day ago."""
    with backfilled(copy_filled) as read:
        read.site.page_limit = 10
        read.shift += DAY
        yield read


def history(synced_site: SyncedSite, project: str, kind: str = "history") -> Listing | None:
    with synced_site.site_tenant.engine.connect() as connection:
        return select_listing(connection, synced_site.site_tenant.tenant_id, kind, project)  # type: ignore[arg-type]  # a test's word


def states(synced_site: SyncedSite, projects: list[str]) -> set[str]:
    """How the histories of projects stand."""
    return {listing.state if (listing := history(synced_site, project)) else "never" for project in projects}


def at_call(synced_site: SyncedSite, name: str, act: Callable[[], object], number: int = 1) -> None:
    """Do something before the nth call of a name."""
    seen = 0

    def look(asked: str) -> None:
        nonlocal seen
        seen += asked == name
        if asked == name and seen == number:
            act()

    synced_site.meanwhile = look


def steps(synced_site: SyncedSite, project: str, count: int) -> None:
    source = synced_site.source()
    for _ in range(count):
        synced_site.shift += 1_000_000
        step_history(source, [project])


def test_a_pause_during_a_step_holds(fresh: SyncedSite) -> None:
    project = fresh.projects()[0]
    steps(fresh, project, 1)
    at_call(fresh, SEARCH, lambda: turn(fresh.source(), project, "paused"))
    steps(fresh, project, 3)
    listing = history(fresh, project)
    assert listing is not None
    assert (listing.state, listing.done) == ("paused", 20)


def test_a_cancel_during_a_step_holds_and_leaves_nothing_in_sight(fresh: SyncedSite) -> None:
    project = fresh.projects()[0]
    steps(fresh, project, 1)
    at_call(fresh, SEARCH, lambda: turn(fresh.source(), project, "cancelled"))
    steps(fresh, project, 2)
    listing = history(fresh, project)
    assert listing is not None
    assert listing.state == "cancelled"
    assert fresh.site_tenant.rows("SELECT kind FROM progress WHERE tenant_id = :t") == []


def test_to_begin_anew_during_the_last_step_is_not_undone(fresh: SyncedSite) -> None:
    project = fresh.projects()[0]
    steps(fresh, project, 1)
    at_call(fresh, SEARCH, lambda: begin_anew(fresh.source(), project))
    steps(fresh, project, 1)
    fresh.meanwhile = lambda name: None
    listing = history(fresh, project)
    assert listing is None or listing.done == 0
    fresh.backfill()
    assert fresh.known() == truth(fresh.site)


def test_a_slower_worker_does_not_set_the_others_place_back(fresh: SyncedSite) -> None:
    project = fresh.projects()[0]
    steps(fresh, project, 1)
    stale = history(fresh, project)
    assert stale is not None
    steps(fresh, project, 3)
    fresh.shift += 1_000_000
    step(fresh.source(), stale)
    after = history(fresh, project)
    assert after is not None
    assert after.done == 40


def test_two_workers_at_once_end_complete(fresh: SyncedSite) -> None:
    sources = [fresh.source(), fresh.source()]
    left = 200
    while left and any(step_history(source, fresh.projects()) for source in sources):
        fresh.shift += 1_000_000
        left -= 1
    assert fresh.known() == truth(fresh.site)
    assert states(fresh, fresh.projects()) == {"done"}


def test_a_project_that_goes_out_of_sight_in_the_middle_keeps_no_other_waiting(fresh: SyncedSite) -> None:
    first, *others = fresh.projects()
    gone = next(project for project in fresh.site.projects.values() if project.key == first)
    steps(fresh, first, 2)
    may = fresh.site.may
    fresh.site.may = lambda account, permission, project=None: project is not gone and may(account, permission, project)  # type: ignore[method-assign]  # what the app sees is the site's to say
    fresh.site.faults.fail("search/jql", status=400, times=2)
    fresh.backfill()
    assert states(fresh, others) == {"done"}
    listing = history(fresh, first)
    assert listing is not None
    assert listing.state == "hidden"


def test_a_page_token_that_expires_again_and_again_loses_nothing(fresh: SyncedSite) -> None:
    fresh.meanwhile = lambda name: fresh.site.faults.expire_page_tokens() if name == SEARCH else None
    fresh.backfill()
    assert fresh.known() == truth(fresh.site)
    assert fresh.site_tenant.rows("SELECT 1 FROM reread WHERE tenant_id = :t") == []


@pytest.mark.parametrize("apart", [-9 * MINUTE, 9 * MINUTE])
def test_a_token_that_expires_under_a_clock_that_is_off_loses_nothing(fresh: SyncedSite, apart: int) -> None:
    fresh.site.clock = lambda: fresh.now() + apart
    fresh.meanwhile = lambda name: fresh.site.faults.expire_page_tokens() if name == SEARCH else None
    fresh.backfill()
    assert fresh.known() == truth(fresh.site)
    assert fresh.site_tenant.rows("SELECT 1 FROM reread WHERE tenant_id = :t") == []


def test_what_changed_is_read_though_its_second_page_comes_hours_later(synced_site: SyncedSite) -> None:
    synced_site.reconcile()
    synced_site.shift += HOUR
    for issue in sorted(synced_site.site.issues)[:35]:
        synced_site.site.edit(issue, by=synced_site.site.issue(issue).creator, at=now(synced_site), labels=("lately",))
    synced_site.shift += HOUR
    at_call(synced_site, SEARCH, lambda: put_off(synced_site, 2 * HOUR), number=2)
    synced_site.until_through(lambda source: step_recent(source, synced_site.now()))
    rows = synced_site.site_tenant.rows("SELECT issue_id, updated FROM issue WHERE tenant_id = :t")
    assert dict(rows) == {issue.id: issue.updated for issue in synced_site.site.issues.values()}


def put_off(synced_site: SyncedSite, by: int) -> None:
    """A limit comes in between: the step ends, and is begun again later."""
    synced_site.shift += by
    raise JiraError("a limit of Jira holds", permanent=False, retry_after=by // 1_000_000, put_off=True)


def test_a_round_that_is_slow_comes_to_its_end(synced_site: SyncedSite) -> None:
    synced_site.reconcile()
    synced_site.shift += HOUR
    synced_site.site.faults.clear()
    synced_site.meanwhile = lambda name: setattr(synced_site, "shift", synced_site.shift + 2 * MINUTE)
    synced_site.until_through(lambda source: step_recent(source, synced_site.now()))
    assert synced_site.calls("search/jql") == len(synced_site.projects())


def test_an_issue_that_moves_while_both_projects_are_listed_is_in_one_of_them(fresh: SyncedSite) -> None:
    last = fresh.projects()[-1]
    issue = next(i for i in sorted(fresh.site.issues, reverse=True) if is_free(fresh, i) and key_of(fresh, i) == last)
    first = fresh.projects()[0]
    fresh.until_through(lambda source: step_history(source, [first]))
    # Listed as none of the first, and none of the last by the time that one is listed: its old key finds it.
    fresh.site.move_issue(issue, first, by=fresh.site.issue(issue).creator, at=now(fresh))
    fresh.backfill()
    assert fresh.known() == truth(fresh.site)
    fresh.shift += HOUR
    fresh.reconcile()
    assert fresh.known() == truth(fresh.site)


def is_free(synced_site: SyncedSite, issue: int) -> bool:
    held = synced_site.site.issue(issue)
    return held.parent is None and not synced_site.site.children_of(issue) and not synced_site.site.links_of(issue)


def key_of(synced_site: SyncedSite, issue: int) -> str:
    return synced_site.site.projects[synced_site.site.issue(issue).project_id].key


def test_one_issue_whose_history_fails_keeps_no_other_from_being_whole(fresh: SyncedSite) -> None:
    fresh.site.changelog_limit = 2
    long = sorted(i for i, this_issue in fresh.site.issues.items() if len(this_issue.histories) > 2)
    fresh.site.faults.fail(f"/issue/{long[0]}/changelog", status=500, times=10_000)
    fresh.backfill()
    with pytest.raises(JiraError):
        read_marked(fresh.source())
    rows = fresh.site_tenant.rows("SELECT issue_id FROM issue WHERE tenant_id = :t AND complete = false")
    assert rows == [(long[0],)]


def test_a_site_whose_histories_all_fail_is_not_asked_for_each(fresh: SyncedSite) -> None:
    fresh.site.changelog_limit = 0
    fresh.site.faults.fail("/changelog", status=500, times=10_000)
    with pytest.raises(JiraError):
        step_history(fresh.source(), fresh.projects())
    assert fresh.calls("/changelog") == SINGLE


def test_what_jira_does_not_embed_is_paged_whole(fresh: SyncedSite) -> None:
    issue, at = free_issue(fresh.site), now(fresh)
    fresh.site.changelog_limit, fresh.site.comment_limit = 1, 3
    for n in range(24):
        by = fresh.site.issue(issue).creator
        fresh.site.add_worklog(issue, by=by, at=at + n * 1000, started=at, seconds=60 + n)
        fresh.site.add_comment(issue, by=by, at=at + n * 1000, text=f"Word {n}")
        fresh.site.edit(issue, by=by, at=at + n * 1000, labels=(f"label{n}",))
    fresh.backfill()
    held = fresh.site.issue(issue)
    assert counted(fresh, "worklog", issue) == len(held.worklogs)
    assert counted(fresh, "comment", issue) == len(held.comments)
    changes = fresh.site_tenant.rows("SELECT history_id FROM change WHERE tenant_id = :t AND issue_id = :i", i=issue)
    assert {history.id for history in held.histories[-24:]} <= {history for (history,) in changes}


def counted(synced_site: SyncedSite, table: str, issue: int) -> int:
    return int(
        synced_site.site_tenant.rows(f"SELECT count(*) FROM {table} WHERE tenant_id = :t AND issue_id = :i", i=issue)[
            0
        ][0]
    )


def test_a_history_that_is_embedded_whole_is_not_asked_for(fresh: SyncedSite) -> None:
    fresh.site.changelog_limit = max(len(issue.histories) for issue in fresh.site.issues.values())
    fresh.backfill()
    assert fresh.calls("/changelog") == 0


def test_worklogs_of_one_instant_that_fill_a_page_do_not_stop_the_list(synced_site: SyncedSite) -> None:
    with_place(synced_site)
    issue, at = free_issue(synced_site.site), now(synced_site)
    since = place_of(synced_site, "worklogs")
    same = {"values": [], "since": since // 1000, "until": since // 1000, "lastPage": False}
    synced_site.site.faults.answer("worklog/updated", same)
    made = synced_site.site.add_worklog(issue, by=synced_site.site.issue(issue).creator, at=at, started=at, seconds=60)
    synced_site.shift += HOUR
    synced_site.until_through(lambda source: read_worklogs(source, gone=False))
    assert synced_site.site_tenant.rows("SELECT seconds FROM worklog WHERE worklog_id = :w", w=made) == [(60,)]


def with_place(synced_site: SyncedSite) -> None:
    synced_site.until_through(lambda source: read_worklogs(source, gone=False))


def place_of(synced_site: SyncedSite, kind: str) -> int:
    listing = history(synced_site, "", kind)
    assert listing is not None
    return listing.since


def test_a_worklog_told_before_its_issue_waits_for_it(fresh: SyncedSite) -> None:
    issue, at = free_issue(fresh.site), now(fresh)
    fresh.listen()
    made = fresh.site.add_worklog(issue, by=fresh.site.issue(issue).creator, at=at, started=at, seconds=60)
    fresh.hear("worklog_created")
    assert fresh.known() == {}
    fresh.until_through(lambda source: read_worklogs(source, gone=False))
    fresh.backfill()
    rows = fresh.site_tenant.rows(
        "SELECT issue_id, seconds FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=made
    )
    assert rows == [(issue, 60)]


def test_more_failed_deliveries_of_one_instant_than_a_page_holds_are_all_taken(synced_site: SyncedSite) -> None:
    at = now(synced_site) // 1000
    for n in range(250):
        failed = {"id": f"lost-{n}", "body": '{"webhookEvent":"x"}', "url": "https://x", "failureTime": at + n // 90}
        synced_site.site.failed_webhooks.append(failed)
    synced_site.until_through(read_failed_webhooks)
    assert synced_site.site_tenant.waiting() == 250


def test_a_reconcile_of_a_project_out_of_sight_looks_as_far_back_when_it_is_in_sight_again(
    synced_site: SyncedSite,
) -> None:
    issue = free_issue(synced_site.site)
    synced_site.reconcile()
    synced_site.shift += HOUR
    synced_site.site.edit(issue, by=synced_site.site.issue(issue).creator, at=now(synced_site), labels=("unheard",))
    may = synced_site.site.may
    blind(synced_site)
    synced_site.shift += HOUR
    synced_site.until_through(lambda source: step_recent(source, synced_site.now()))
    synced_site.site.may = may  # type: ignore[method-assign]  # what the app sees is the site's to say
    synced_site.shift += 3 * HOUR
    synced_site.site.faults.clear()
    synced_site.until_through(lambda source: step_recent(source, synced_site.now()))
    updated = synced_site.site_tenant.rows("SELECT updated FROM issue WHERE tenant_id = :t AND issue_id = :i", i=issue)
    assert updated == [(synced_site.site.issue(issue).updated,)]
    assert synced_site.calls("search/jql") <= len(synced_site.projects()) + 1


def test_a_full_pass_reads_evenly_over_its_month(synced_site: SyncedSite) -> None:
    synced_site.shift += 31 * DAY
    source = synced_site.source()
    while step_full(source, synced_site.now()):
        synced_site.shift += 1_000_000
    synced_site.site.faults.clear()
    synced_site.shift += 15 * DAY
    while step_full(source, synced_site.now()):
        synced_site.shift += 1_000_000
    half = sum(listing.done for project in synced_site.projects() if (listing := history(synced_site, project, "full")))
    assert 0.4 * len(synced_site.site.issues) < half < 0.7 * len(synced_site.site.issues)


def test_a_project_known_under_two_keys_is_read_once(fresh: SyncedSite) -> None:
    project = first_project(fresh)
    old = project.key
    fresh.site.rename_project_key(old, "NEWKEY", by=project.lead, at=now(fresh))
    name_both(fresh, old)
    fresh.until_through(lambda source: step_history(source, [old, "NEWKEY"]))
    of_old, of_new = history(fresh, old), history(fresh, "NEWKEY")
    assert of_old is not None
    assert of_new is not None
    assert (of_old.state, of_old.done, of_new.state) == ("renamed", 0, "done")


def name_both(synced_site: SyncedSite, old: str) -> None:
    """The engagements name the project under the key it had and under the one it has."""
    agreed = played_story(30).engagements()
    synced_site.site_tenant.agree(
        *(replace(each, projects=(*each.projects, "NEWKEY")) for each in agreed if old in each.projects)
    )
