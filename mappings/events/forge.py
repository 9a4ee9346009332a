"""Readers of Forge's product events: hints to read an issue again, and deletions.

A Forge event has no id, leaves out most fields and may be three minutes late, so nothing of an issue is taken from
it: the issue is queued to be read again by REST (Atlassian: Forge events reference, Jira).
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TypeAlias

import msgspec

from mappings.events.errors import UnknownEvent, UnreadableBody
from mappings.events.json_values import (
    Shape,
    check_object,
    read_account,
    read_id,
    read_json,
    read_name,
    read_needed,
    read_object,
    read_optional,
    read_short_id,
    read_text,
    refuse,
)
from mappings.events.types import (
    AccountGone,
    CommentGone,
    Event,
    Instant,
    IssueGone,
    IssueTouched,
    LinkGone,
    ProjectGone,
    ProjectSeen,
    WorklogGone,
)

PREFIX = "avi:"
MILLISECOND: Instant = 1000

Reader: TypeAlias = Callable[[Shape], tuple[Event, ...]]


def read_forge_event(raw: bytes) -> tuple[Event, ...]:
    """Read one event. Raises UnknownEvent for one that has no reader, UnreadableBody for what is not an event."""
    body = event_of(check_object(read_json(raw), ""))
    name = read_needed(body, "eventType", "")
    reader = READERS.get(name)
    if reader is None:
        raise UnknownEvent(name)
    return reader(body)


def event_of(body: Shape) -> Shape:
    # Some of Atlassian's documents show the event inside `payload`.
    inner = body.get("payload")
    return inner if isinstance(inner, dict) and "eventType" not in body else body


def is_forge_event(body: Shape) -> bool:
    name = event_of(body).get("eventType")
    return isinstance(name, str) and name.startswith(PREFIX)


def delivery_key(raw: bytes) -> str:
    """Return a key that is the same for each try of one event. Raises UnreadableBody."""
    body = dict(event_of(check_object(read_json(raw), "")))
    # Forge sends no id of a delivery, and marks a retry in the body.
    body.pop("retryContext", None)
    return sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()


def _at(body: Shape) -> Instant:
    # The event's time, which is milliseconds as text.
    text = read_text(body, "timestamp", "") or ""
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise UnreadableBody("not a time", "timestamp")
    return int(text) * MILLISECOND


def _read_issue_touched(body: Shape) -> tuple[Event, ...]:
    return (IssueTouched(_at(body), read_id(read_object(body, "issue", ""), "id", "issue")),)


def _read_issue_gone(body: Shape) -> tuple[Event, ...]:
    return (IssueGone(_at(body), read_id(read_object(body, "issue", ""), "id", "issue")),)


def _read_comment_gone(body: Shape) -> tuple[Event, ...]:
    comment, issue = read_object(body, "comment", ""), read_optional(body, "issue", "")
    issue_id = None if issue is None else read_id(issue, "id", "issue")
    return (CommentGone(_at(body), read_id(comment, "id", "comment"), issue_id),)


def _read_worklog_touched(body: Shape) -> tuple[Event, ...]:
    return (IssueTouched(_at(body), read_id(read_object(body, "worklog", ""), "issueId", "worklog")),)


def _read_worklog_gone(body: Shape) -> tuple[Event, ...]:
    worklog = read_object(body, "worklog", "")
    return (WorklogGone(_at(body), read_id(worklog, "id", "worklog"), read_id(worklog, "issueId", "worklog")),)


def _read_link_touched(body: Shape) -> tuple[Event, ...]:
    return _ends_touched(body, _link_of(body))


def _read_link_gone(body: Shape) -> tuple[Event, ...]:
    link = _link_of(body)
    return (LinkGone(_at(body), read_id(link, "id", "issuelink")), *_ends_touched(body, link))


def _link_of(body: Shape) -> Shape:
    return read_optional(body, "issueLink", "") or read_object(body, "issuelink", "")


def _ends_touched(body: Shape, link: Shape) -> tuple[Event, ...]:
    ends = ("sourceIssueId", "destinationIssueId")
    return tuple(IssueTouched(_at(body), read_id(link, end, "issuelink")) for end in ends)


def _project_of(body: Shape) -> tuple[str, str, str]:
    project = read_object(body, "project", "")
    project_id = read_short_id(project, "id", "project") or refuse(None, "missing", "project", "id")
    return project_id, read_needed(project, "key", "project"), read_name(project, "name", "project") or ""


def _read_project_seen(body: Shape) -> tuple[Event, ...]:
    return (ProjectSeen(_at(body), *_project_of(body)),)


def _read_project_archived(body: Shape) -> tuple[Event, ...]:
    return (ProjectSeen(_at(body), *_project_of(body), archived=True),)


def _read_project_gone(body: Shape) -> tuple[Event, ...]:
    # One event stands for the whole project: none follows for its issues, comments or worklogs.
    project_id, key, _ = _project_of(body)
    return (ProjectGone(_at(body), project_id, key),)


def _read_account_gone(body: Shape) -> tuple[Event, ...]:
    account_id = read_account(body, "user", "", accounts={})
    if account_id is None:
        raise UnreadableBody("missing", "user.accountId")
    return (AccountGone(_at(body), account_id),)


# The manifest subscribes to these events and no others.
READERS: Mapping[str, Reader] = {
    "avi:jira:created:issue": _read_issue_touched,
    "avi:jira:updated:issue": _read_issue_touched,
    "avi:jira:assigned:issue": _read_issue_touched,
    "avi:jira:commented:issue": _read_issue_touched,
    "avi:jira:deleted:issue": _read_issue_gone,
    "avi:jira:deleted:comment": _read_comment_gone,
    "avi:jira:created:worklog": _read_worklog_touched,
    "avi:jira:updated:worklog": _read_worklog_touched,
    "avi:jira:deleted:worklog": _read_worklog_gone,
    "avi:jira:created:issuelink": _read_link_touched,
    "avi:jira:deleted:issuelink": _read_link_gone,
    "avi:jira:created:project": _read_project_seen,
    "avi:jira:updated:project": _read_project_seen,
    "avi:jira:restored:project": _read_project_seen,
    "avi:jira:unarchived:project": _read_project_seen,
    "avi:jira:archived:project": _read_project_archived,
    "avi:jira:softdeleted:project": _read_project_gone,
    "avi:jira:deleted:project": _read_project_gone,
    "avi:jira:deleted:user": _read_account_gone,
}
