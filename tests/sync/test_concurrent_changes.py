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
from tests.sync.site import HOUR, Reading, backfilled, reading, turn
from tests.sync.test_missing import blind, first_project, now
from tests.sync.test_reconcile import DAY, free_issue, truth
from tests.webhooks.site import own_story, played_story

SEARCH = "search_and_reconsile_issues_using_jql_post"
MINUTE = HOUR // 60


@pytest.fixture
def fresh(migrated_url: str) -> Iterator[Reading]:
    """A small story of which nothing is read yet, on a site that gives ten issues a page."""
    with reading(migrated_url, own_story(30)) as site_reading:
        site_reading.site.page_limit = 10
        yield site_reading


@pytest.fixture
def site_reading(copy_filled: CopyFilled) -> Iterator[Reading]:
    """The same, read already, a day ago."""
    with backfilled(copy_filled) as read:
        read.site.page_limit = 10
        read.shift += DAY
        yield read


def history(site_reading: Reading, project: str, kind: str = "history") -> Listing | None:
    with site_reading.ground.engine.connect() as connection:
        return select_listing(connection, site_reading.ground.tenant_id, kind, project)  # type: ignore[arg-type]  # a test's word


def states(site_reading: Reading, projects: list[str]) -> set[str]:
    """How the histories of projects stand."""
    return {listing.state if (listing := history(site_reading, project)) else "never" for project in projects}


def at_call(site_reading: Reading, name: str, act: Callable[[], object], number: int = 1) -> None:
    """Do something before the nth call of a name."""
    seen = 0

    def look(asked: str) -> None:
        nonlocal seen
        seen += asked == name
        if asked == name and seen == number:
            act()

    site_reading.meanwhile = look


def steps(site_reading: Reading, project: str, count: int) -> None:
    source = site_reading.source()
    for _ in range(count):
        site_reading.shift += 1_000_000
        step_history(source, [project])


def test_a_pause_during_a_step_holds(fresh: Reading) -> None:
    project = fresh.projects()[0]
    steps(fresh, project, 1)
    at_call(fresh, SEARCH, lambda: turn(fresh.source(), project, "paused"))
    steps(fresh, project, 3)
    listing = history(fresh, project)
    assert listing is not None
    assert (listing.state, listing.done) == ("paused", 20)


def test_a_cancel_during_a_step_holds_and_leaves_nothing_in_sight(fresh: Reading) -> None:
    project = fresh.projects()[0]
    steps(fresh, project, 1)
    at_call(fresh, SEARCH, lambda: turn(fresh.source(), project, "cancelled"))
    steps(fresh, project, 2)
    listing = history(fresh, project)
    assert listing is not None
    assert listing.state == "cancelled"
    assert fresh.ground.rows("SELECT kind FROM progress WHERE tenant_id = :t") == []


def test_to_begin_anew_during_the_last_step_is_not_undone(fresh: Reading) -> None:
    project = fresh.projects()[0]
    steps(fresh, project, 1)
    at_call(fresh, SEARCH, lambda: begin_anew(fresh.source(), project))
    steps(fresh, project, 1)
    fresh.meanwhile = lambda name: None
    listing = history(fresh, project)
    assert listing is None or listing.done == 0
    fresh.backfill()
    assert fresh.known() == truth(fresh.site)


def test_a_slower_worker_does_not_set_the_others_place_back(fresh: Reading) -> None:
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


def test_two_workers_at_once_end_complete(fresh: Reading) -> None:
    sources = [fresh.source(), fresh.source()]
    left = 200
    while left and any(step_history(source, fresh.projects()) for source in sources):
        fresh.shift += 1_000_000
        left -= 1
    assert fresh.known() == truth(fresh.site)
    assert states(fresh, fresh.projects()) == {"done"}


def test_a_project_that_goes_out_of_sight_in_the_middle_keeps_no_other_waiting(fresh: Reading) -> None:
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


def test_a_page_token_that_expires_again_and_again_loses_nothing(fresh: Reading) -> None:
    fresh.meanwhile = lambda name: fresh.site.faults.expire_page_tokens() if name == SEARCH else None
    fresh.backfill()
    assert fresh.known() == truth(fresh.site)
    assert fresh.ground.rows("SELECT 1 FROM reread WHERE tenant_id = :t") == []


@pytest.mark.parametrize("apart", [-9 * MINUTE, 9 * MINUTE])
def test_a_token_that_expires_under_a_clock_that_is_off_loses_nothing(fresh: Reading, apart: int) -> None:
    fresh.site.clock = lambda: fresh.now() + apart
    fresh.meanwhile = lambda name: fresh.site.faults.expire_page_tokens() if name == SEARCH else None
    fresh.backfill()
    assert fresh.known() == truth(fresh.site)
    assert fresh.ground.rows("SELECT 1 FROM reread WHERE tenant_id = :t") == []


def test_what_changed_is_read_though_its_second_page_comes_hours_later(site_reading: Reading) -> None:
    site_reading.reconcile()
    site_reading.shift += HOUR
    for issue in sorted(site_reading.site.issues)[:35]:
        site_reading.site.edit(
            issue, by=site_reading.site.issue(issue).creator, at=now(site_reading), labels=("lately",)
        )
    site_reading.shift += HOUR
    at_call(site_reading, SEARCH, lambda: put_off(site_reading, 2 * HOUR), number=2)
    site_reading.until_through(lambda source: step_recent(source, site_reading.now()))
    rows = site_reading.ground.rows("SELECT issue_id, updated FROM issue WHERE tenant_id = :t")
    assert dict(rows) == {issue.id: issue.updated for issue in site_reading.site.issues.values()}


def put_off(site_reading: Reading, by: int) -> None:
    """A limit comes in between: the step ends, and is begun again later."""
    site_reading.shift += by
    raise JiraError("a limit of Jira holds", permanent=False, retry_after=by // 1_000_000, put_off=True)


def test_a_round_that_is_slow_comes_to_its_end(site_reading: Reading) -> None:
    site_reading.reconcile()
    site_reading.shift += HOUR
    site_reading.site.faults.clear()
    site_reading.meanwhile = lambda name: setattr(site_reading, "shift", site_reading.shift + 2 * MINUTE)
    site_reading.until_through(lambda source: step_recent(source, site_reading.now()))
    assert site_reading.calls("search/jql") == len(site_reading.projects())


def test_an_issue_that_moves_while_both_projects_are_listed_is_in_one_of_them(fresh: Reading) -> None:
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


def is_free(site_reading: Reading, issue: int) -> bool:
    held = site_reading.site.issue(issue)
    return held.parent is None and not site_reading.site.children_of(issue) and not site_reading.site.links_of(issue)


def key_of(site_reading: Reading, issue: int) -> str:
    return site_reading.site.projects[site_reading.site.issue(issue).project_id].key


def test_one_issue_whose_history_fails_keeps_no_other_from_being_whole(fresh: Reading) -> None:
    fresh.site.changelog_limit = 2
    long = sorted(i for i, this_issue in fresh.site.issues.items() if len(this_issue.histories) > 2)
    fresh.site.faults.fail(f"/issue/{long[0]}/changelog", status=500, times=10_000)
    fresh.backfill()
    with pytest.raises(JiraError):
        read_marked(fresh.source())
    rows = fresh.ground.rows("SELECT issue_id FROM issue WHERE tenant_id = :t AND complete = false")
    assert rows == [(long[0],)]


def test_a_site_whose_histories_all_fail_is_not_asked_for_each(fresh: Reading) -> None:
    fresh.site.changelog_limit = 0
    fresh.site.faults.fail("/changelog", status=500, times=10_000)
    with pytest.raises(JiraError):
        step_history(fresh.source(), fresh.projects())
    assert fresh.calls("/changelog") == SINGLE


def test_what_jira_does_not_embed_is_paged_whole(fresh: Reading) -> None:
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
    changes = fresh.ground.rows("SELECT history_id FROM change WHERE tenant_id = :t AND issue_id = :i", i=issue)
    assert {history.id for history in held.histories[-24:]} <= {history for (history,) in changes}


def counted(site_reading: Reading, table: str, issue: int) -> int:
    return int(
        site_reading.ground.rows(f"SELECT count(*) FROM {table} WHERE tenant_id = :t AND issue_id = :i", i=issue)[0][0]
    )


def test_a_history_that_is_embedded_whole_is_not_asked_for(fresh: Reading) -> None:
    fresh.site.changelog_limit = max(len(issue.histories) for issue in fresh.site.issues.values())
    fresh.backfill()
    assert fresh.calls("/changelog") == 0


def test_worklogs_of_one_instant_that_fill_a_page_do_not_stop_the_list(site_reading: Reading) -> None:
    with_place(site_reading)
    issue, at = free_issue(site_reading.site), now(site_reading)
    since = place_of(site_reading, "worklogs")
    same = {"values": [], "since": since // 1000, "until": since // 1000, "lastPage": False}
    site_reading.site.faults.answer("worklog/updated", same)
    made = site_reading.site.add_worklog(
        issue, by=site_reading.site.issue(issue).creator, at=at, started=at, seconds=60
    )
    site_reading.shift += HOUR
    site_reading.until_through(lambda source: read_worklogs(source, gone=False))
    assert site_reading.ground.rows("SELECT seconds FROM worklog WHERE worklog_id = :w", w=made) == [(60,)]


def with_place(site_reading: Reading) -> None:
    site_reading.until_through(lambda source: read_worklogs(source, gone=False))


def place_of(site_reading: Reading, kind: str) -> int:
    listing = history(site_reading, "", kind)
    assert listing is not None
    return listing.since


def test_a_worklog_told_before_its_issue_waits_for_it(fresh: Reading) -> None:
    issue, at = free_issue(fresh.site), now(fresh)
    fresh.listen()
    made = fresh.site.add_worklog(issue, by=fresh.site.issue(issue).creator, at=at, started=at, seconds=60)
    fresh.hear("worklog_created")
    assert fresh.known() == {}
    fresh.until_through(lambda source: read_worklogs(source, gone=False))
    fresh.backfill()
    rows = fresh.ground.rows("SELECT issue_id, seconds FROM worklog WHERE tenant_id = :t AND worklog_id = :w", w=made)
    assert rows == [(issue, 60)]


def test_more_failed_deliveries_of_one_instant_than_a_page_holds_are_all_taken(site_reading: Reading) -> None:
    at = now(site_reading) // 1000
    for n in range(250):
        failed = {"id": f"lost-{n}", "body": '{"webhookEvent":"x"}', "url": "https://x", "failureTime": at + n // 90}
        site_reading.site.failed_webhooks.append(failed)
    site_reading.until_through(read_failed_webhooks)
    assert site_reading.ground.waiting() == 250


def test_a_reconcile_of_a_project_out_of_sight_looks_as_far_back_when_it_is_in_sight_again(
    site_reading: Reading,
) -> None:
    issue = free_issue(site_reading.site)
    site_reading.reconcile()
    site_reading.shift += HOUR
    site_reading.site.edit(issue, by=site_reading.site.issue(issue).creator, at=now(site_reading), labels=("unheard",))
    may = site_reading.site.may
    blind(site_reading)
    site_reading.shift += HOUR
    site_reading.until_through(lambda source: step_recent(source, site_reading.now()))
    site_reading.site.may = may  # type: ignore[method-assign]  # what the app sees is the site's to say
    site_reading.shift += 3 * HOUR
    site_reading.site.faults.clear()
    site_reading.until_through(lambda source: step_recent(source, site_reading.now()))
    updated = site_reading.ground.rows("SELECT updated FROM issue WHERE tenant_id = :t AND issue_id = :i", i=issue)
    assert updated == [(site_reading.site.issue(issue).updated,)]
    assert site_reading.calls("search/jql") <= len(site_reading.projects()) + 1


def test_a_full_pass_reads_evenly_over_its_month(site_reading: Reading) -> None:
    site_reading.shift += 31 * DAY
    source = site_reading.source()
    while step_full(source, site_reading.now()):
        site_reading.shift += 1_000_000
    site_reading.site.faults.clear()
    site_reading.shift += 15 * DAY
    while step_full(source, site_reading.now()):
        site_reading.shift += 1_000_000
    half = sum(
        listing.done for project in site_reading.projects() if (listing := history(site_reading, project, "full"))
    )
    assert 0.4 * len(site_reading.site.issues) < half < 0.7 * len(site_reading.site.issues)


def test_a_project_known_under_two_keys_is_read_once(fresh: Reading) -> None:
    project = first_project(fresh)
    old = project.key
    fresh.site.rename_project_key(old, "NEWKEY", by=project.lead, at=now(fresh))
    name_both(fresh, old)
    fresh.until_through(lambda source: step_history(source, [old, "NEWKEY"]))
    of_old, of_new = history(fresh, old), history(fresh, "NEWKEY")
    assert of_old is not None
    assert of_new is not None
    assert (of_old.state, of_old.done, of_new.state) == ("renamed", 0, "done")


def name_both(site_reading: Reading, old: str) -> None:
    """The engagements name the project under the key it had and under the one it has."""
    agreed = played_story(30).engagements()
    site_reading.ground.agree(
        *(replace(each, projects=(*each.projects, "NEWKEY")) for each in agreed if old in each.projects)
    )
