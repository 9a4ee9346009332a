"""What webhooks tell stands until REST says otherwise, in whatever order it comes."""

import pytest

from mappings.events.types import (
    Account,
    AccountGone,
    CommentGone,
    IssueGone,
    IssueSeen,
    IssueTouched,
    LinkGone,
    ProjectGone,
    ProjectSeen,
    Status,
    WorklogGone,
)
from mappings.records.facts.accounts import select_bots, select_people
from mappings.records.facts.projects import select_project
from mappings.records.facts.reread_queue import select_rereads
from mappings.records.facts.rest_reads import save_issues_read
from mappings.records.facts.statuses import select_status_book
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
def tell(connection, ours):
    return lambda *events: save_seen(connection, ours, events)


@pytest.fixture
def read(connection, ours):
    return lambda minute, *reads: save_issues_read(connection, ours, reads, at(minute))


@pytest.fixture
def ticket(connection, ours):
    return lambda number=1: the_ticket(connection, ours, number)


def test_events_tell_a_whole_ticket(tell, ticket):
    events = (
        seen(an_issue()),
        seen(an_issue(updated=1), a_change(1, 1)),
        part_seen(a_worklog(1, 2)),
        part_seen(a_comment(1, 3)),
    )
    assert tell(*events) == {1}
    stored_ticket = ticket()
    assert (stored_ticket.issue, stored_ticket.changes) == (an_issue(updated=1), (a_change(1, 1),))
    assert (stored_ticket.worklogs, stored_ticket.comments, stored_ticket.complete) == (
        (a_worklog(1, 2),),
        (a_comment(1, 3),),
        True,
    )


def test_redelivery_counts_once(connection, ours, tell):
    events = (seen(an_issue(updated=1), a_change(1, 1)), part_seen(a_worklog(1, 2)), part_seen(a_comment(1, 3)), tied())
    tell(*events)
    before = everything(connection, ours)
    tell(*events, *events)
    assert everything(connection, ours) == before


def test_an_older_body_does_not_replace_a_newer_one_but_its_change_counts(tell, ticket):
    tell(seen(an_issue(updated=5), a_change(2, 5)))
    tell(seen(an_issue(updated=1), a_change(1, 1)))
    assert ticket().issue.updated == at(5)
    assert [change.history_id for change in ticket().changes] == [1, 2]


def test_a_late_word_of_the_version_that_was_read_changes_nothing(tell, read, ticket):
    read(10, a_read(an_issue(updated=1, summary="as REST has it")))
    tell(seen(an_issue(updated=1, summary="as a webhook has it")))
    assert ticket().issue.summary == "as REST has it"


def test_items_of_one_history_are_known_by_content(tell, ticket):
    tell(seen(an_issue(updated=1), a_change(1, 1), a_change(1, 1, new="9"), a_change(1, 1)))
    assert [change.new for change in ticket().changes] in (["8", "9"], ["9", "8"])


@pytest.mark.parametrize("gone", [CommentGone(at(2), 1, 1), WorklogGone(at(2), 1, 1), LinkGone(at(2), 1)])
def test_a_deletion_wins_over_late_older_versions(tell, ticket, gone):
    parts = (part_seen(a_comment(1, 1)), part_seen(a_worklog(1, 1)), tied(1, 1))
    tell(seen(an_issue()), *parts)
    assert 1 in tell(gone)
    tell(*parts)
    stored_ticket = ticket()
    assert (bool(stored_ticket.comments), bool(stored_ticket.worklogs), bool(stored_ticket.links)).count(False) == 1


def test_a_deletion_wins_within_its_batch_too(tell, ticket):
    tell(
        CommentGone(at(2), 1, 1),
        WorklogGone(at(2), 1, 1),
        seen(an_issue()),
        part_seen(a_comment(1)),
        part_seen(a_worklog(1)),
    )
    assert (ticket().comments, ticket().worklogs) == ((), ())


def test_a_comment_that_is_deleted_without_its_issue_touches_the_issue_it_was_on(tell):
    tell(seen(an_issue()), part_seen(a_comment(1)))
    assert tell(CommentGone(at(2), 1, None)) == {1}


def test_a_deleted_issue_is_gone_with_all_that_hung_on_it(connection, ours, tell):
    tell(seen(an_issue(), a_change()), part_seen(a_worklog()), part_seen(a_comment()), seen(an_issue(2)), tied())
    assert tell(IssueGone(at(2), 1)) == {1, 2}
    rows = everything(connection, ours)
    assert [len(rows[name]) for name in ("issue", "change", "worklog", "comment", "link")] == [1, 0, 0, 0, 0]


def test_late_words_of_a_deleted_issue_are_not_heard(tell, ticket):
    tell(IssueGone(at(2), 1))
    tell(seen(an_issue(), a_change()), part_seen(a_worklog()), part_seen(a_comment()), seen(an_issue(2)), tied())
    assert (ticket(1), ticket(2).links) == (None, ())


def test_a_deleted_sub_task_touches_its_parent(tell, ticket):
    tell(seen(an_issue()), seen(an_issue(2, subtask=True, parent_id=1)))
    assert tell(IssueGone(at(2), 2)) == {1, 2}
    assert ticket().subtasks == ()


def test_a_sub_task_that_moves_touches_both_parents(tell):
    tell(seen(an_issue()), seen(an_issue(3)), seen(an_issue(2, subtask=True, parent_id=1)))
    assert tell(seen(an_issue(2, 5, subtask=True, parent_id=3))) == {1, 2, 3}


def test_a_worklog_waits_for_its_issue(tell, ticket):
    assert tell(part_seen(a_worklog())) == {1}
    assert ticket() is None
    assert tell(seen(an_issue())) == {1}
    assert ticket().worklogs == (a_worklog(),)


def test_a_link_is_seen_from_both_ends_and_rest_says_more_of_it(tell, read, ticket):
    tell(seen(an_issue()), seen(an_issue(2)))
    assert tell(tied()) == {1, 2}
    read(10, a_read(an_issue(), a_link()))
    tell(tied())
    assert (ticket(1).links[0].other_key, ticket(2).links[0].other_id) == ("GROW-2", 1)


def test_an_issue_first_seen_in_mid_life_is_half_known_and_to_be_read(connection, ours, tell, ticket):
    tell(seen(an_issue(1, 50), a_change(9, 50)))
    assert not ticket().complete
    assert select_rereads(connection, ours, 9) == [1]
    tell(seen(an_issue(1, 0)))
    assert ticket().complete


def test_a_read_makes_a_half_known_issue_whole(tell, read, ticket):
    tell(seen(an_issue(1, 50), a_change(9, 50)))
    read(60, a_read(an_issue(1, 50), a_change(9, 50)))
    tell(seen(an_issue(1, 70), a_change(10, 70)))
    assert ticket().complete


def test_a_deleted_project_goes_with_its_issues(connection, ours, tell, ticket):
    tell(ProjectSeen(at(0), "10000", "GROW", "Growth"), seen(an_issue()), seen(an_issue(2, project="WEB")))
    assert tell(ProjectGone(at(5), "10000", "GROW")) == {1}
    tell(seen(an_issue(1, 3)), seen(an_issue(3, 3)))
    assert (ticket(1), ticket(3), ticket(2) is None) == (None, None, False)
    assert select_project(connection, ours, "GROW") is None


def test_a_projects_name_outlives_the_events_of_its_tickets(connection, ours, tell):
    tell(seen(an_issue()))
    tell(ProjectSeen(at(2), "10000", "GROW", "Growth"))
    tell(seen(an_issue(1, 5)))
    known = select_project(connection, ours, "GROW")
    assert known is not None
    assert known.name == "Growth"
    tell(ProjectSeen(at(6), "10000", "GROW", "Growth team"), seen(an_issue(1, 7)))
    known = select_project(connection, ours, "GROW")
    assert known is not None
    assert known.name == "Growth team"


def test_a_restored_project_speaks_again(tell, ticket):
    tell(seen(an_issue()))
    tell(ProjectGone(at(5), "10000", "GROW"))
    tell(seen(an_issue(1, 10)))
    assert not ticket().complete


def test_a_hint_marks_the_issue_to_be_read_again(connection, ours, tell):
    assert tell(IssueTouched(at(3), 7), IssueTouched(at(1), 5), IssueTouched(at(4), 7)) == set()
    assert select_rereads(connection, ours, 9) == [5, 7]


def test_statuses_keep_every_name_they_carried(connection, ours, tell):
    renamed = an_issue(2, 9, created=9)
    tell(seen(an_issue(updated=1), a_change(1, 1)))
    tell(seen(type(renamed)(**{name: getattr(renamed, name) for name in renamed.__struct_fields__}
              | {"status": Status("3", "Cooking", "indeterminate")})))  # fmt: skip
    book = select_status_book(connection, ours)
    assert book.names == {"3": frozenset({"in progress", "cooking"}), "8": frozenset({"done"})}
    assert book.categories == {"3": "indeterminate"}


def test_apps_are_bots_and_people_are_counted_by_tickets(connection, ours, tell):
    people = (Account("ada"), Account("robot", "app"))
    tell(IssueSeen(at(0), an_issue(), (a_change(),), people), seen(an_issue(2), a_change(2, issue=2)))
    tell(AccountGone(at(9), "ada"))
    assert select_bots(connection, ours) == {"robot"}
    rows = [
        (person.account_id, person.kind, person.active, person.tickets) for person in select_people(connection, ours)
    ]
    assert rows == [("ada", "atlassian", False, 2), ("robot", "app", True, 0)]


def test_two_hundred_events_are_a_handful_of_statements(engine, connection, ours, statements):
    events = [seen(an_issue(n, 1), a_change(n, 1, issue=n)) for n in range(1, 101)]
    events += [part_seen(a_worklog(n, 1, issue=n)) for n in range(1, 51)] + [
        part_seen(a_comment(n, issue=n)) for n in range(51)
    ]
    with statements(engine) as ran:
        save_seen(connection, ours, events)
    assert len(ran) < 25
