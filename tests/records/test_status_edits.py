"""Who changed the status of which tickets when: the tickets asked for and no others, on both databases."""

from msgspec.structs import replace

from mappings.records.facts.issues import select_status_changes
from mappings.records.facts.rest_reads import save_issues_read
from tests.records.fact_builders import a_change, a_read, an_issue, at

POINTS = replace(a_change(2, 5), field="Story Points", field_id="customfield_10016")


def test_moves_are_those_of_the_tickets_and_the_time_asked_for(connection, ours):
    issue_read = a_read(an_issue(1), a_change(1, 3), POINTS, a_change(3, 8), a_change(4, 9))
    save_issues_read(connection, ours, [issue_read, a_read(an_issue(2), a_change(5, 3, issue=2))], at(60))
    assert select_status_changes(connection, ours, [1], start=at(3), end=at(8)) == {
        (1, at(3), "ada"),
        (1, at(8), "ada"),
    }
    assert select_status_changes(connection, ours, [], start=at(0), end=at(9)) == set()


def test_a_status_is_told_by_its_name_where_the_item_has_no_id(connection, ours):
    older = replace(a_change(1, 3), field="Status", field_id=None)
    save_issues_read(connection, ours, [a_read(an_issue(1), older, POINTS)], at(60))
    assert select_status_changes(connection, ours, [1], start=at(3), end=at(5)) == {(1, at(3), "ada")}
