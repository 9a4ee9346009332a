"""What webhooks tell and what REST answers of one story is the same, whoever comes first."""

import json
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from mappings.events.rest import read_issue
from mappings.events.types import Change, CommentSeen, Event, IssueRead, IssueSeen, LinkSeen, WorklogSeen
from mappings.events.webhook import read_body
from tests.events.payload import digest
from tests.jira.dump import issue_lines
from tests.jira.site import Site
from tests.jira.story.story import plan, play, populate


@pytest.fixture(scope="module")
def site() -> Site:
    made = Site("Growth", "https://growth.atlassian.net")
    story = plan(7, tickets=60)
    populate(made, story)
    made.recording = True
    play(made, story)
    return made


@pytest.fixture(scope="module")
def events(site: Site) -> list[Event]:
    return [event for this_event in site.events for event in read_body(json.dumps(this_event.body).encode(), digest)]


@pytest.fixture(scope="module", params=[2, 3])
def reads(site: Site, request: pytest.FixtureRequest) -> list[IssueRead]:
    return [read_issue(line.encode(), digest) for line in issue_lines(site, version=request.param)]


def without_time(changes: tuple[Change, ...]) -> Iterator[tuple[tuple[int, int], Change]]:
    """An event's time is that of its sending, a little later than the history's."""
    for change in changes:
        yield (change.history_id, change.place), replace(change, at=0)


def test_every_issue_is_read_whole(reads: list[IssueRead]) -> None:
    assert len(reads) > 60
    assert not any(read.refused or read.partial for read in reads)


def test_changes_are_the_same(events: list[Event], reads: list[IssueRead]) -> None:
    heard = dict(pair for event in events if isinstance(event, IssueSeen) for pair in without_time(event.changes))
    answered = dict(pair for read in reads for pair in without_time(read.changes))
    answered_changes = {
        key: change for key, change in answered.items() if change.field != "Link"
    }  # links send no issue_updated
    assert len(answered_changes) > 300
    assert {key: heard[key] for key in answered_changes} == answered_changes


def test_an_event_is_no_earlier_than_its_history(events: list[Event], reads: list[IssueRead]) -> None:
    written = {change.history_id: change.at for read in reads for change in read.changes}
    for event in events:
        for change in event.changes if isinstance(event, IssueSeen) else ():
            assert 0 <= change.at - written.get(change.history_id, change.at) < 10_000_000


def test_comments_measure_the_same(events: list[Event], reads: list[IssueRead]) -> None:
    heard = {event.comment.comment_id: event.comment for event in events if isinstance(event, CommentSeen)}
    answered = {comment.comment_id: comment for read in reads for comment in read.comments}
    assert len(answered) > 40
    assert {key: heard[key] for key in answered} == answered


def test_worklogs_are_the_same(events: list[Event], reads: list[IssueRead]) -> None:
    heard = {event.worklog.worklog_id: event.worklog for event in events if isinstance(event, WorklogSeen)}
    answered = {worklog.worklog_id: worklog for read in reads for worklog in read.worklogs}
    assert answered
    assert {key: heard[key] for key in answered} == answered


def test_links_are_the_same_on_both_sides(events: list[Event], reads: list[IssueRead]) -> None:
    heard = {(side.issue_id, side.link_id): side for event in events if isinstance(event, LinkSeen)
            for side in (event.link, event.mirror)}  # fmt: skip
    answered = {(link.issue_id, link.link_id): replace(link, other_key=None) for read in reads for link in read.links}
    assert answered
    assert {key: heard[key] for key in answered} == answered


def test_the_last_word_of_the_events_is_the_issue_of_rest(events: list[Event], reads: list[IssueRead]) -> None:
    last = {event.issue.issue_id: event.issue for event in events if isinstance(event, IssueSeen)}
    same = [read for read in reads if last[read.issue.issue_id] == read.issue]
    assert len(same) > 0.8 * len(reads)  # the rest was linked or got a sub-task later, which sends no issue_updated
    for read in reads:
        heard, answered = last[read.issue.issue_id], read.issue
        assert replace(heard, updated=0, fields={}) == replace(answered, updated=0, fields={})
