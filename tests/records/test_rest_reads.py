"""One REST read of an issue gives the facts of REST alone, whatever came before (architecture)."""

import pytest

from mappings.events.types import CommentGone, IssueGone, LinkGone, WorklogGone
from mappings.records.facts.rest_reads import save_enumerated, save_issues_read
from mappings.records.facts.tombstones import select_tombstones
from mappings.records.facts.webhook_events import save_seen
from tests.records.fact_builders import (
    a_change,
    a_comment,
    a_link,
    a_read,
    a_worklog,
    an_issue,
    at,
    everything,
    part_seen,
    seen,
    the_ticket,
    tied,
)


@pytest.fixture
def read(connection, ours):
    return lambda minute, *reads: save_issues_read(connection, ours, reads, at(minute))


@pytest.fixture
def tell(connection, ours):
    return lambda *events: save_seen(connection, ours, events)


@pytest.fixture
def ticket(connection, ours):
    return lambda number=1: the_ticket(connection, ours, number)


def test_what_was_read_is_what_is_measured(read, ticket):
    parts = (a_change(1, 1), a_worklog(1, 2), a_comment(1, 3, mentions=("bob", "eve"), restricted=True), a_link(1))
    assert read(10, a_read(an_issue(updated=3), *parts)) == {1}
    stored_ticket = ticket()
    assert stored_ticket.issue == an_issue(updated=3)
    assert (*stored_ticket.changes, *stored_ticket.worklogs, *stored_ticket.comments, *stored_ticket.links) == parts
    assert stored_ticket.complete


PARTS = (a_change(1, 1), a_worklog(1, 2), a_comment(1, 3), a_link(1))


def test_a_read_that_says_what_is_stored_changes_no_issue(read):
    read(10, a_read(an_issue(updated=3), *PARTS))
    assert read(20, a_read(an_issue(updated=3), *PARTS)) == set()


@pytest.mark.parametrize(
    "other",
    [
        a_read(an_issue(updated=3, summary="Renamed"), *PARTS),
        a_read(an_issue(updated=3), *PARTS[1:]),
        a_read(an_issue(updated=3), *PARTS, a_change(2, 2)),
        a_read(an_issue(updated=3), *PARTS, a_worklog(2, 2)),
        a_read(an_issue(updated=3), *PARTS[:2], a_comment(1, 4, restricted=True), a_link(1)),
        a_read(an_issue(updated=3), *PARTS[:3], a_link(1, other=3, key="GROW-3")),
        a_read(an_issue(updated=3), *PARTS, partial=frozenset({"changes"})),
    ],
)
def test_whatever_a_read_says_otherwise_changes_its_issue(read, other):
    read(10, a_read(an_issue(updated=3), *PARTS))
    assert read(20, other) == {1}


def test_a_read_that_confirms_what_webhooks_told_changes_no_issue(read, tell):
    tell(seen(an_issue()), seen(an_issue(updated=3), a_change(1, 1)))
    tell(part_seen(a_worklog(1, 2)), part_seen(a_comment(1, 3)))
    assert read(20, a_read(an_issue(updated=3), *PARTS[:3])) == set()


def test_a_worklog_that_moved_changes_both_issues(read):
    read(10, a_read(an_issue(1), a_worklog(1, 2)), a_read(an_issue(2)))
    assert read(20, a_read(an_issue(1)), a_read(an_issue(2), a_worklog(1, 2, issue=2))) == {1, 2}


def test_a_part_of_a_subtask_changes_its_parent(read):
    child = an_issue(2, subtask=True, parent_id=1)
    read(10, a_read(an_issue(1)), a_read(child))
    assert read(20, a_read(an_issue(1)), a_read(child, a_worklog(1, 2, issue=2))) == {1, 2}


def test_changes_come_in_order_of_time_history_and_place(read, ticket):
    changes = [a_change(3, 1), a_change(2, 5), a_change(1, 5), a_change(4, 0)]
    read(10, a_read(an_issue(), *changes))
    assert [change.history_id for change in ticket().changes] == [4, 3, 1, 2]


def test_what_a_read_does_not_name_is_gone(read, ticket):
    read(10, a_read(an_issue(), a_change(1, 1), a_worklog(1, 1), a_comment(1, 1), a_link(1)))
    read(20, a_read(an_issue()))
    assert (ticket().changes, ticket().worklogs, ticket().comments, ticket().links) == ((), (), (), ())


def test_what_is_newer_than_the_read_stays(read, tell, ticket):
    tell(
        seen(an_issue(updated=9.5), a_change(1, 9.5)),
        part_seen(a_worklog(1, 9.5)),
        part_seen(a_comment(1, 9.5)),
        tied(1, 9.5),
    )
    read(10, a_read(an_issue()))
    stored_ticket = ticket()
    assert (
        len(stored_ticket.changes),
        len(stored_ticket.worklogs),
        len(stored_ticket.comments),
        len(stored_ticket.links),
    ) == (1, 1, 1, 1)
    assert stored_ticket.issue.updated == at(9.5)
    read(10.6, a_read(an_issue()))
    stored_ticket = ticket()
    assert (stored_ticket.changes, stored_ticket.worklogs, stored_ticket.comments, stored_ticket.links) == (
        (),
        (),
        (),
        (),
    )
    assert stored_ticket.issue.updated == at(0)


def test_rest_gives_a_history_its_time(read, tell, ticket):
    tell(seen(an_issue(updated=1.001), a_change(1, 1.001)))
    read(10, a_read(an_issue(updated=1), a_change(1, 1)))
    tell(seen(an_issue(updated=1.001), a_change(1, 1.001)))
    assert [change.at for change in ticket().changes] == [at(1)]


def test_rest_measures_a_comment_until_a_later_version_is_told(read, tell, ticket):
    tell(part_seen(a_comment(1, 1, length=77)))
    read(10, a_read(an_issue(), a_comment(1, 1, length=80)))
    tell(part_seen(a_comment(1, 1, length=77)))
    assert ticket().comments[0].length == 80
    tell(part_seen(a_comment(1, 11, length=20)))
    assert ticket().comments[0].length == 20


def test_a_version_told_within_the_minute_wins_over_the_read(read, tell, ticket):
    tell(part_seen(a_worklog(1, 9.8, seconds=60)), part_seen(a_comment(1, 9.8, length=9)))
    read(10, a_read(an_issue(), a_worklog(1, 5), a_comment(1, 5)))
    assert (ticket().worklogs[0].seconds, ticket().comments[0].length) == (60, 9)


def test_a_part_of_a_collection_only_adds(read, ticket):
    read(10, a_read(an_issue(), a_change(1, 1), a_worklog(1, 1), a_comment(1, 1)))
    partial = frozenset({"changes", "worklogs", "comments"})
    read(20, a_read(an_issue(), a_change(2, 2), a_worklog(2, 2), a_comment(2, 2), partial=partial))
    stored_ticket = ticket()
    assert (len(stored_ticket.changes), len(stored_ticket.worklogs), len(stored_ticket.comments)) == (2, 2, 2)
    assert not stored_ticket.complete


def test_an_older_read_changes_nothing(read, ticket):
    read(20, a_read(an_issue(updated=15), a_worklog(2, 15)))
    read(10, a_read(an_issue(updated=5), a_worklog(1, 5)))
    assert ticket().issue.updated == at(15)
    assert [worklog.worklog_id for worklog in ticket().worklogs] == [2]


def test_reading_the_same_again_writes_the_same(connection, ours, read):
    whole = a_read(an_issue(), a_change(1, 1), a_worklog(1, 1), a_comment(1, 1), a_link(1))
    read(10, whole)
    before = everything(connection, ours)
    read(10, whole, whole)
    assert everything(connection, ours) == before


@pytest.mark.parametrize("kind", ["issue", "comment", "worklog", "link"])
def test_a_read_revives_what_was_deleted_a_minute_before_it(connection, ours, kind, read, tell, ticket):
    whole = a_read(an_issue(), a_comment(1), a_worklog(1), a_link(1))
    gone = {"issue": IssueGone(at(9.5), 1), "comment": CommentGone(at(9.5), 1, 1)}
    gone |= {"worklog": WorklogGone(at(9.5), 1, 1), "link": LinkGone(at(9.5), 1)}
    read(1, whole)
    tell(gone[kind])
    read(10, whole)
    assert ticket() is None or not all((ticket().comments, ticket().worklogs, ticket().links))
    read(10.5, whole)
    assert all((ticket().comments, ticket().worklogs, ticket().links))
    assert select_tombstones(connection, ours, kind, [1]) == {}


def test_a_sub_task_counts_for_its_parent(read, ticket):
    child = an_issue(2, subtask=True, parent_id=1)
    assert read(10, a_read(an_issue())) == {1}
    assert read(10, a_read(child, a_worklog(2, issue=2))) == {1, 2}
    assert [subtask.issue.issue_id for subtask in ticket().subtasks] == [2]
    assert ticket().subtasks[0].worklogs == (a_worklog(2, issue=2),)


def test_a_sub_task_that_moves_touches_both_parents(read, ticket):
    read(10, a_read(an_issue()), a_read(an_issue(3)), a_read(an_issue(2, subtask=True, parent_id=1)))
    assert read(20, a_read(an_issue(2, 15, subtask=True, parent_id=3))) == {1, 2, 3}
    assert (ticket(1).subtasks, len(ticket(3).subtasks)) == ((), 1)


def test_an_epic_is_not_touched_by_its_stories(read):
    assert read(10, a_read(an_issue(2, parent_id=1))) == {2}


def test_an_enumeration_takes_what_it_does_not_name(connection, ours, read, ticket):
    read(10, a_read(an_issue(1)), a_read(an_issue(2)), a_read(an_issue(3, project="WEB")))
    assert save_enumerated(connection, ours, "GROW", [1], started=at(20)) == {2}
    assert (ticket(1) is None, ticket(2), ticket(3) is None) == (False, None, False)


def test_an_enumeration_leaves_what_changed_or_was_read_since(connection, ours, read, ticket):
    read(10, a_read(an_issue(1, 19.5)))
    read(21, a_read(an_issue(2)))
    assert save_enumerated(connection, ours, "GROW", [], started=at(20)) == set()


def test_an_issue_that_moved_away_is_found_in_its_new_project(connection, ours, read, ticket):
    read(10, a_read(an_issue(1)))
    save_enumerated(connection, ours, "GROW", [], started=at(20))
    read(20, a_read(an_issue(1, 15, project="WEB")))
    assert ticket().issue.key == "WEB-1"


def test_a_late_event_does_not_bring_back_what_an_enumeration_took(connection, ours, read, tell, ticket):
    read(10, a_read(an_issue(1)))
    save_enumerated(connection, ours, "GROW", [], started=at(20))
    tell(seen(an_issue(1, 5), a_change(1, 5)), part_seen(a_worklog(1, 5)))
    assert ticket() is None


def test_a_thousand_issues_are_a_handful_of_statements(engine, connection, ours, statements):
    reads = [a_read(an_issue(n), a_change(n, issue=n), a_worklog(n, issue=n)) for n in range(1, 1001)]
    with statements(engine) as ran:
        save_issues_read(connection, ours, reads, at(10))
    assert len(ran) < 30
