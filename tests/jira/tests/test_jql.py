"""The part of JQL that apps use means on the stand-in what it means in Jira."""

import pytest

from tests.jira.apps.rest_client import Visitor
from tests.jira.apps.signed_calls import an_app
from tests.jira.jql import read_jql
from tests.jira.jql_terms import find_issues
from tests.jira.small_site import BEGAN, HOUR, SECOND, Sample, sample

ISSUE, HIDDEN, SUBTASK = 10000, 10001, 10002
DAY = 24 * HOUR

FOUND = [
    ("project = GROW", [ISSUE, HIDDEN, SUBTASK]),
    ("project = 10000 AND status = Done", [ISSUE]),
    ("project in (GROW, OPS) and statusCategory = new", [HIDDEN, SUBTASK]),
    ("key in (GROW-1, GROW-3)", [ISSUE, SUBTASK]),
    ("id in (10000, 10002)", [ISSUE, SUBTASK]),
    ("issuetype = Sub-task", [SUBTASK]),
    ("type != Task AND project = GROW", [SUBTASK]),
    ("labels = taught", [ISSUE]),
    ("labels not in (taught)", []),
    ("labels is empty", [HIDDEN, SUBTASK]),
    ("NOT labels is empty", [ISSUE]),
    ("assignee = bo", [ISSUE]),
    ("assignee = currentUser()", []),
    ("creator = currentUser()", [ISSUE, HIDDEN]),
    ("assignee is not EMPTY", [ISSUE]),
    ("parent = GROW-1", [SUBTASK]),
    ("summary ~ deploy", [ISSUE]),
    ("(status = Done OR summary ~ 'written') AND project = GROW", [ISSUE]),
    ("issue.property[shadow].accounts = bo", [ISSUE]),
    ("issue.property[shadow].weight >= 2", [ISSUE]),
    ("issue.property[shadow].weight > 2", []),
    ("Objective = deploys", [ISSUE]),
    ("cf[10050] in (deploys, other)", [ISSUE]),
    ('"Story point estimate" > 4', [ISSUE]),
    ("updated >= '2026-01-01 07:00'", [ISSUE]),
    ("updated < '2026/01/01 07:00' AND project = GROW", [HIDDEN, SUBTASK]),
    ("created >= 2026-01-02", []),
    ("resolution = Done", [ISSUE]),
]


@pytest.fixture(scope="module")
def made() -> Sample:
    return sample()


@pytest.mark.parametrize(("jql", "ids"), FOUND)
def test_a_query_finds(made: Sample, jql: str, ids: list[int]) -> None:
    assert sorted(issue.id for issue in find_issues(made.site, jql, "ada")) == ids


@pytest.mark.parametrize(
    "jql",
    [
        "project = NOPE",
        "status = Nowhere",
        "key = GROW-404",
        "id in (10000, 77)",
        "flavour = sweet",
        "project = ",
        "project GROW",
        "project = GROW status = Done",
        "(project = GROW",
        "updated >= yesterday",
        "assignee = membersOf()",
        "project = GROW ORDER BY flavour",
        "project = GROW ORDER BY id, key, created, updated, status, priority, assignee, summary",
    ],
)
def test_what_is_no_query_here_is_a_400_with_a_reason(made: Sample, jql: str) -> None:
    assert Visitor(made.site).post("3/search/jql", {"jql": jql}, 400)["errorMessages"][0]


def test_relative_dates_count_from_the_sites_now(made: Sample) -> None:
    made.site.clock = lambda: BEGAN + 2 * DAY
    assert find_issues(made.site, "created >= -3d", "ada")
    assert not find_issues(made.site, "created >= -1d", "ada")
    assert not find_issues(made.site, "updated >= -90m", "ada")
    made.site.clock = None


def test_an_aliased_property_is_searched_by_its_alias(made: Sample) -> None:
    keyed = {"propertyKey": "shadow", "extractions": [{"objectName": "accounts", "type": "string", "alias": "who"}]}
    an_app(made.site).descriptor["modules"] = {"jiraEntityProperties": [{"keyConfigurations": [keyed]}]}
    assert [issue.id for issue in find_issues(made.site, "who = bo", "ada")] == [ISSUE]


def test_orders_apply_from_the_first_to_the_last(made: Sample) -> None:
    issues = find_issues(made.site, "project = GROW ORDER BY status DESC, id DESC", "ada")
    assert [issue.id for issue in issues] == [ISSUE, SUBTASK, HIDDEN]


def test_a_key_that_an_issue_once_had_still_finds_it() -> None:
    moved = sample()
    moved.site.move_issue(moved.issue, "OPS", by="ada", at=moved.site.now() + SECOND)
    assert [issue.id for issue in find_issues(moved.site, "key = GROW-1", "ada")] == [ISSUE]


def test_quotes_keep_what_would_else_be_a_word_of_the_language() -> None:
    query = read_jql('labels in (\'and\', "a \\"b\\"") order by created')
    assert query.where == read_jql('labels in ("and", \'a "b"\')').where
    assert query.orders == (("created", False),)
