"""Answers of REST, whichever version and edition gave them, are one issue whole."""

import json
from typing import Any

import pytest

from mappings.events.rest import (
    read_changelog_page,
    read_comment_page,
    read_issue,
    read_statuses,
    read_worklog_page,
)
from mappings.events.types import PROSE, Change, Comment, IssueRead, Link, Status, Worklog
from tests.events.payload import (
    ADA,
    ADA_SEEN,
    BO,
    BO_SEEN,
    CREATED,
    IN_PROGRESS,
    ISSUE,
    MINUTE,
    UPDATED,
    changed,
    changes,
    digest,
    payload,
)

DESCRIBED = Change(10070, 11000, 0, CREATED + 10 * MINUTE, BO, "description", "description", None, None, None, PROSE)
SAID = "please read first. Then we pair on the guide."
WHOLE = IssueRead(
    issue=ISSUE,
    changes=(*changes(UPDATED), DESCRIBED),
    worklogs=(Worklog(10900, 10070, ADA, CREATED - 60 * MINUTE, 5400, UPDATED, UPDATED),),
    comments=(Comment(10800, 10070, ADA, UPDATED, UPDATED, len(SAID), digest=digest(SAID), mentions=(BO,)),),
    links=(
        Link(10600, 10070, 10071, "GROW-8", "Blocks", "blocks", outward=True),
        Link(10601, 10070, 10072, "GROW-9", "Blocks", "is blocked by", outward=False),
    ),
    accounts=(BO_SEEN, ADA_SEEN),
    statuses=(IN_PROGRESS, Status("10000", "To Do", "new"), Status("10002", "Done", "done")),
)


@pytest.mark.parametrize("version", [2, 3])
def test_both_versions_say_the_same(version: int) -> None:
    assert read_issue(payload(f"rest_issue__v{version}"), digest) == WHOLE
    assert read_issue(json.loads(payload(f"rest_issue__v{version}")), digest) == WHOLE


def test_data_center_names_people_by_key_and_knows_no_levels() -> None:
    read = read_issue(payload("rest_issue__data_center"), digest)
    assert (read.issue.assignee, read.issue.level, read.issue.described) == ("JIRAUSER10101", None, False)
    assert read.changes[0].new == read.changes[0].new_text == "JIRAUSER10101"
    assert read.worklogs[0].issue_id == 10070
    assert read.comments[0].mentions == ("bo",)
    assert read.partial == {"worklogs", "links"}


@pytest.mark.parametrize(
    ("part", "name"),
    [("changelog", "changes"), ("worklog", "worklogs"), ("comment", "comments"), ("issuelinks", "links")],
)
def test_a_collection_that_is_not_there_is_not_an_empty_one(part: str, name: str) -> None:
    def drop(body: dict[str, Any]) -> None:
        (body if part == "changelog" else body["fields"]).pop(part)

    assert read_issue(changed("rest_issue__v3", drop), digest).partial == {name}


@pytest.mark.parametrize(("part", "name"), [("worklog", "worklogs"), ("comment", "comments")])
def test_a_page_shorter_than_its_total_is_a_part(part: str, name: str) -> None:
    read = read_issue(changed("rest_issue__v3", lambda body: body["fields"][part].update(total=21)), digest)
    assert read.partial == {name}
    assert len(getattr(read, name)) == 1


def test_a_changelog_shorter_than_its_total_is_a_part() -> None:
    read = read_issue(changed("rest_issue__v3", lambda body: body["changelog"].update(total=101)), digest)
    assert (read.partial, read.changes) == ({"changes"}, WHOLE.changes)


@pytest.mark.parametrize(
    ("path", "wrong", "message", "name"),
    [
        (("changelog", "histories", 0), {"created": "soon"}, "changelog.histories[0].created: not a time", "changes"),
        (("changelog", "histories", 0), {"items": [{}]}, "changelog.histories[0].items[0].field: missing", "changes"),
        (("fields", "comment", "comments", 0), {"body": 7}, "fields.comment.comments[0].body: not a text", "comments"),
        (("fields", "worklog", "worklogs", 0), {"timeSpentSeconds": None}, ".timeSpentSeconds: missing", "worklogs"),
        (("fields", "issuelinks", 0), {"type": None}, "fields.issuelinks[0].type: missing", "links"),
    ],
)
def test_one_broken_part_costs_no_other(path: tuple[Any, ...], wrong: Any, message: str, name: str) -> None:
    def breaks(body: Any) -> None:
        for step in path:
            body = body[step]
        body.update(wrong)

    read = read_issue(changed("rest_issue__v3", breaks), digest)
    assert len(read.refused) == 1
    assert message in read.refused[0]
    assert read.partial == {name}
    assert {part: len(getattr(read, part)) for part in PARTS if part != name} == {
        part: count for part, count in PARTS.items() if part != name
    }


PARTS = {"changes": 7, "worklogs": 1, "comments": 1, "links": 2}


@pytest.mark.parametrize("broken", [{}, {"total": 1}, {"histories": [], "total": 2}, 7])
def test_a_collection_without_its_things_is_no_empty_one(broken: object) -> None:
    assert read_issue(changed("rest_issue__v3", lambda body: body.update(changelog=broken)), digest).partial == {
        "changes"
    }


def test_a_page_of_a_changelog_is_the_same_changes() -> None:
    assert read_changelog_page(payload("rest_changelog__page"), 10070) == (DESCRIBED, *changes(UPDATED))


def test_pages_of_worklogs_and_comments_are_the_same_things() -> None:
    fields = json.loads(payload("rest_issue__v3"))["fields"]
    assert read_worklog_page(fields["worklog"], 10070) == WHOLE.worklogs
    assert read_comment_page(json.dumps(fields["comment"]).encode(), 10070, digest) == WHOLE.comments


def test_statuses_have_their_category_where_jira_knows_one() -> None:
    todo, progress, done, old = read_statuses(payload("rest_statuses__all"))
    assert (todo, progress) == (Status("10000", "To Do", "new"), IN_PROGRESS)
    assert (done.category, old) == ("done", Status("9", "Old", None))


def test_half_of_a_cut_emoji_costs_no_issue() -> None:
    body = payload("rest_issue__v3").replace(b"Interview five customers", b"Interview \\ud83d")
    read = read_issue(body, digest)
    assert (read.issue.summary, read.refused) == ("Interview ?", ())
