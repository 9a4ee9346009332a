"""Pages of single collections, of people and statuses: whole or refused, and one broken thing costs no other."""

import json
from typing import Any

import pytest

from mappings.events.errors import UnreadableBody
from mappings.events.rest import (
    read_accounts,
    read_changelog_page,
    read_comment_page,
    read_issue,
    read_worklog_page,
)
from mappings.events.text import measure_text
from mappings.events.types import Account
from mappings.events.webhook import read_body
from tests.events.payload import ADA, BO, changed, digest, payload

FIELDS = json.loads(payload("rest_issue__v3"))["fields"]
GONE: dict[str, Any] = {"errorMessages": ["Issue does not exist or you do not have permission to see it."]}
PEOPLE = [
    {"accountId": ADA, "accountType": "atlassian", "active": True, "displayName": "Ada Brandt"},
    {"accountId": BO, "accountType": "app", "active": False, "displayName": "Bo Lind"},
]
SEEN = (Account(ADA), Account(BO, "app", active=False))


@pytest.mark.parametrize("answer", [GONE, {}, json.dumps(GONE).encode(), {"values": None, "total": "x"}])
def test_an_answer_that_says_no_is_no_empty_page(answer: Any) -> None:
    with pytest.raises(UnreadableBody):
        read_worklog_page(answer, 10070)
    with pytest.raises(UnreadableBody):
        read_accounts(answer if answer != {"values": None, "total": "x"} else GONE)


def test_a_page_without_its_things_is_refused_by_name() -> None:
    with pytest.raises(UnreadableBody, match="values: missing"):
        read_changelog_page(GONE, 10070)
    with pytest.raises(UnreadableBody, match="comments: missing"):
        read_comment_page(GONE, 10070, digest)


def test_a_changelog_without_histories_is_not_an_empty_one() -> None:
    read = read_issue(changed("rest_issue__v3", lambda body: body.update(changelog={"startAt": 0})), digest)
    assert (read.partial, read.changes) == ({"changes"}, ())


def test_one_broken_thing_costs_no_other_of_its_page() -> None:
    page = json.loads(payload("rest_changelog__page"))
    page["values"].insert(0, {"id": "x"})
    refused: list[str] = []
    assert read_changelog_page(page, 10070, refused) == read_changelog_page(payload("rest_changelog__page"), 10070)
    assert refused == ["values[0].id: not an id"]
    with pytest.raises(UnreadableBody, match=r"values\[0\]\.id"):
        read_changelog_page(page, 10070)


def test_one_broken_comment_or_worklog_costs_no_other() -> None:
    refused: list[str] = []
    worklogs = {"worklogs": [None, *FIELDS["worklog"]["worklogs"]]}
    comments = {"comments": [*FIELDS["comment"]["comments"], {"id": "1", "body": 7}]}
    assert len(read_worklog_page(worklogs, 10070, refused)) == 1
    assert len(read_comment_page(comments, 10070, digest, refused)) == 1
    assert refused == ["worklogs[0]: missing", "comments[1].body: not a text or document"]


@pytest.mark.parametrize("answer", [PEOPLE, {"values": PEOPLE, "total": 2}, json.dumps(PEOPLE).encode()])
def test_people_are_read_without_their_names(answer: Any) -> None:
    assert read_accounts(answer) == SEEN


def test_one_person_is_read_alone() -> None:
    assert read_accounts(PEOPLE[1]) == SEEN[1:]


@pytest.mark.parametrize("answer", [[{"displayName": "Ada"}], [None], ["ada"], {"values": [{}]}, b"7", GONE])
def test_what_is_no_person_is_refused(answer: Any) -> None:
    with pytest.raises(UnreadableBody):
        read_accounts(answer)


@pytest.mark.parametrize("account", ["JIRAUSER10101", "[JIRAUSER10101, JIRAUSER10102]", "712020:" + "0a" * 16, BO, ADA])
def test_no_name_is_kept_of_a_field_of_people(account: str) -> None:
    def picks(body: dict[str, Any]) -> None:
        body["changelog"]["items"] = [
            {"field": "Reviewer", "fieldtype": "custom", "from": None, "to": account, "toString": "Ada Brandt"}
        ]

    seen, *_ = read_body(changed("jira_issue_updated__status", picks), digest)
    assert "Brandt" not in repr(seen)
    assert account in repr(seen)


def test_nul_in_an_account_is_refused_and_in_a_mention_left_out() -> None:
    with pytest.raises(UnreadableBody, match="not an account"):
        read_accounts([{"accountId": "ad\0a"}])
    assert measure_text({"type": "mention", "attrs": {"id": "ad\0a"}}).mentions == ("ada",)
