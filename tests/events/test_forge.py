"""Forge's events: hints to read again, deletions, and one key for all tries of one event."""

import json
from typing import Any

import pytest

from mappings.events.errors import UnknownEvent, UnreadableBody
from mappings.events.forge import READERS, delivery_key
from mappings.events.types import (
    AccountGone,
    CommentGone,
    IssueGone,
    IssueTouched,
    LinkGone,
    ProjectGone,
    ProjectSeen,
    WorklogGone,
)
from mappings.events.webhook import read_body

AT = 1_790_000_000_123


def body(name: str, **parts: Any) -> bytes:
    event = {"eventType": name, "timestamp": str(AT), "selfGenerated": False, "atlassianId": "712020:aaaa", **parts}
    return json.dumps(event).encode()


ISSUE = {"id": "10001", "key": "GROW-1", "fields": {"summary": "A page", "issuetype": {"name": "Story"}}}
LINK = {"id": "7", "sourceIssueId": "10001", "destinationIssueId": "10002", "issueLinkType": {"id": "1"}}
PROJECT = {"id": "10000", "key": "GROW", "name": "Growth"}
TIME = AT * 1000

EVENTS: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "avi:jira:created:issue": ({"issue": ISSUE}, (IssueTouched(TIME, 10001),)),
    "avi:jira:updated:issue": ({"issue": ISSUE, "changelog": {"items": []}}, (IssueTouched(TIME, 10001),)),
    "avi:jira:assigned:issue": ({"issue": ISSUE}, (IssueTouched(TIME, 10001),)),
    "avi:jira:commented:issue": ({"issue": ISSUE, "comment": {"id": "5"}}, (IssueTouched(TIME, 10001),)),
    "avi:jira:deleted:issue": ({"issue": ISSUE}, (IssueGone(TIME, 10001),)),
    "avi:jira:deleted:comment": ({"issue": ISSUE, "comment": {"id": "5"}}, (CommentGone(TIME, 5, 10001),)),
    "avi:jira:created:worklog": ({"worklog": {"id": "9", "issueId": "10001"}}, (IssueTouched(TIME, 10001),)),
    "avi:jira:updated:worklog": ({"worklog": {"id": "9", "issueId": "10001"}}, (IssueTouched(TIME, 10001),)),
    "avi:jira:deleted:worklog": ({"worklog": {"id": "9", "issueId": "10001"}}, (WorklogGone(TIME, 9, 10001),)),
    "avi:jira:created:issuelink": (
        {"issueLink": LINK}, (IssueTouched(TIME, 10001), IssueTouched(TIME, 10002)),
    ),
    "avi:jira:deleted:issuelink": (
        {"issueLink": LINK}, (LinkGone(TIME, 7), IssueTouched(TIME, 10001), IssueTouched(TIME, 10002)),
    ),
    "avi:jira:created:project": ({"project": PROJECT}, (ProjectSeen(TIME, "10000", "GROW", "Growth"),)),
    "avi:jira:updated:project": ({"project": PROJECT}, (ProjectSeen(TIME, "10000", "GROW", "Growth"),)),
    "avi:jira:restored:project": ({"project": PROJECT}, (ProjectSeen(TIME, "10000", "GROW", "Growth"),)),
    "avi:jira:unarchived:project": ({"project": PROJECT}, (ProjectSeen(TIME, "10000", "GROW", "Growth"),)),
    "avi:jira:archived:project": (
        {"project": PROJECT}, (ProjectSeen(TIME, "10000", "GROW", "Growth", archived=True),),
    ),
    "avi:jira:softdeleted:project": ({"project": PROJECT}, (ProjectGone(TIME, "10000", "GROW"),)),
    "avi:jira:deleted:project": ({"project": PROJECT}, (ProjectGone(TIME, "10000", "GROW"),)),
    "avi:jira:deleted:user": ({"user": {"accountId": "712020:aaaa"}}, (AccountGone(TIME, "712020:aaaa"),)),
}  # fmt: skip


def test_every_reader_has_a_case() -> None:
    assert set(EVENTS) == set(READERS)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_says_what_to_read_again_or_what_is_gone(name: str) -> None:
    parts, events = EVENTS[name]
    assert read_body(body(name, **parts), str) == events
    wrapped = json.dumps({"payload": json.loads(body(name, **parts))}).encode()
    assert read_body(wrapped, str) == events


def test_a_retry_has_the_key_of_the_first_try() -> None:
    first = body("avi:jira:updated:issue", issue=ISSUE)
    again = body("avi:jira:updated:issue", issue=ISSUE, retryContext={"retryCount": 1, "retryReason": "TIMEOUT_ERROR"})
    assert delivery_key(first) == delivery_key(again)
    assert delivery_key(first) != delivery_key(body("avi:jira:updated:issue", issue=ISSUE | {"id": "10002"}))


def test_an_event_without_reader_is_named() -> None:
    with pytest.raises(UnknownEvent, match="avi:jira:viewed:issue"):
        read_body(body("avi:jira:viewed:issue", issue=ISSUE), str)


@pytest.mark.parametrize(
    ("parts", "path"),
    [({}, "issue"), ({"issue": {}}, "issue.id"), ({"issue": ISSUE, "timestamp": "soon"}, "timestamp")],
)
def test_a_broken_event_is_refused_by_its_path(parts: dict[str, Any], path: str) -> None:
    with pytest.raises(UnreadableBody, match=path):
        read_body(body("avi:jira:updated:issue", **parts), str)
