"""Readers of webhook bodies, from old Servers to Cloud, as events."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from mappings.events.errors import UnknownEvent, UnreadableBody
from mappings.events.fields import read_fields
from mappings.events.forge import is_forge_event, read_forge_event
from mappings.events.issue_parts import Surroundings, issue_of, read_comment, read_worklog, worklog_issue
from mappings.events.issue_property import PROPERTY, value_hash
from mappings.events.items import History, changed_at, read_items_apart
from mappings.events.json_values import (
    Accounts,
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
    refuse,
)
from mappings.events.times import read_time
from mappings.events.types import (
    AccountGone,
    Change,
    CommentGone,
    CommentSeen,
    Digest,
    Event,
    Instant,
    IssueGone,
    IssueSeen,
    IssueTouched,
    Link,
    LinkGone,
    LinkSeen,
    ProjectGone,
    ProjectSeen,
    PropertySeen,
    WorklogGone,
    WorklogSeen,
)

Reader: TypeAlias = Callable[[Shape, Digest], tuple[Event, ...]]


def read_body(raw: bytes, digest: Digest) -> tuple[Event, ...]:
    """Read a webhook body; an event in IGNORED gives no events.

    Raises UnknownEvent for an event without a reader, and UnreadableBody for what is not Jira's or cut off.
    """
    body = check_object(read_json(raw), "")
    if body.get("webhookEvent") is None and is_forge_event(body):
        return read_forge_event(raw)
    name = _event_name(body)
    reader = READERS.get(name)
    if reader:
        return reader(body, digest)
    if name in IGNORED:
        return ()
    raise UnknownEvent(name)


def _event_name(body: Shape) -> str:
    if body.get("webhookEvent") is None and isinstance(body.get("issue"), dict):
        # Old Servers, and workflow functions, send issues without a name.
        return "jira:issue_updated"
    return read_needed(body, "webhookEvent", "")


def _at(body: Shape, *fallbacks: object) -> Instant:
    # When Jira sent the body, or else the first of `fallbacks`; at last a time without an offset.
    for value in (body.get("timestamp"), *fallbacks):
        try:
            return read_time(value)
        except (ValueError, OverflowError):
            continue
    try:
        return read_time(body.get("timestamp"), local=True)
    except (ValueError, OverflowError):
        raise UnreadableBody("not a time", "timestamp") from None


def _read_issue_seen(body: Shape, digest: Digest) -> tuple[Event, ...]:
    shape = read_object(body, "issue", "")
    fields = read_object(shape, "fields", "issue")
    at = _at(body, fields.get("updated"), fields.get("created"))
    if fields.get("created") is None:
        return (IssueTouched(at, read_id(shape, "id", "issue")),)
    accounts: Accounts = {}
    read_account(body, "user", "", accounts=accounts)
    # A changelog that comes with a creation is no change (docs/measurement.md (g) 3).
    issue = read_fields(shape, accounts, "issue")
    bulk = body.get("bulkOperationMetaData") is not None
    return (IssueSeen(at, issue, accounts=tuple(accounts.values()), bulk=bulk),)


def _read_issue_updated(body: Shape, digest: Digest) -> tuple[Event, ...]:
    seen, *_ = _read_issue_seen(body, digest)
    if not isinstance(seen, IssueSeen):
        return (seen,)
    refused: list[str] = []
    changes = _read_changelog(body, seen, refused)
    events: list[Event] = [IssueSeen(seen.at, seen.issue, changes, seen.accounts, seen.bulk)]
    has_comment = isinstance(body.get("comment"), dict)
    if has_comment and body.get("issue_event_type_name") == "issue_comment_deleted":
        events.append(CommentGone(seen.at, read_id(body["comment"], "id", "comment"), seen.issue.issue_id))
    elif has_comment:
        events += _read_update_comment(body, seen, digest, refused)
    # An edit that does not tell what changed, or tells it unreadably.
    if refused or not (changes or has_comment):
        events.append(IssueTouched(seen.at, seen.issue.issue_id))
    return tuple(events)


def _read_changelog(body: Shape, seen: IssueSeen, refused: list[str]) -> tuple[Change, ...]:
    changelog = read_optional(body, "changelog", "")
    if changelog is None:
        return ()
    if changelog.get("id") is None:
        refused.append("changelog.id: missing")
        return ()
    author = read_account(body, "user", "", accounts={})
    at = changed_at(seen.issue.updated, sent=seen.at)
    history = History(seen.issue.issue_id, read_id(changelog, "id", "changelog"), at, author)
    return read_items_apart(changelog, history, "changelog", refused)


def _read_update_comment(body: Shape, seen: IssueSeen, digest: Digest, refused: list[str]) -> list[Event]:
    around = Surroundings(digest)
    try:
        comment = read_comment(body["comment"], seen.issue.issue_id, around, "comment")
    except UnreadableBody as refusal:
        refused.append(str(refusal))
        return []
    return [CommentSeen(seen.at, comment, tuple(around.accounts.values()))]


def _read_issue_gone(body: Shape, digest: Digest) -> tuple[Event, ...]:
    shape = read_object(body, "issue", "")
    fields = shape.get("fields")
    updated = fields.get("updated") if isinstance(fields, dict) else None
    return (IssueGone(_at(body, updated), read_id(shape, "id", "issue")),)


def _read_comment_seen(body: Shape, digest: Digest) -> tuple[Event, ...]:
    shape = read_object(body, "comment", "")
    around = Surroundings(digest)
    comment = read_comment(shape, _issue_beside(body), around, "comment")
    return (CommentSeen(_at(body, shape.get("updated")), comment, tuple(around.accounts.values())),)


def _read_comment_gone(body: Shape, digest: Digest) -> tuple[Event, ...]:
    shape = read_object(body, "comment", "")
    issue_id = _issue_beside(body)
    if issue_id is None:
        try:
            issue_id = issue_of(shape, "comment")
        except UnreadableBody:
            issue_id = None
    return (CommentGone(_at(body, shape.get("updated")), read_id(shape, "id", "comment"), issue_id),)


def _issue_beside(body: Shape) -> int | None:
    issue = read_optional(body, "issue", "")
    return None if issue is None or issue.get("id") is None else read_id(issue, "id", "issue")


def _read_worklog_seen(body: Shape, digest: Digest) -> tuple[Event, ...]:
    around = Surroundings(digest)
    worklog = read_worklog(body.get("worklog"), None, around, "worklog")
    return (WorklogSeen(_at(body, body["worklog"].get("updated")), worklog, tuple(around.accounts.values())),)


def _read_worklog_gone(body: Shape, digest: Digest) -> tuple[Event, ...]:
    shape = read_object(body, "worklog", "")
    at, worklog_id = _at(body, shape.get("updated")), read_id(shape, "id", "worklog")
    return (WorklogGone(at, worklog_id, worklog_issue(shape, "worklog")),)


def _read_link_seen(body: Shape, digest: Digest) -> tuple[Event, ...]:
    shape = read_object(body, "issueLink", "")
    kind = read_object(shape, "issueLinkType", "issueLink")
    at, link_id = _at(body), read_id(shape, "id", "issueLink")
    source = read_id(shape, "sourceIssueId", "issueLink")
    target = read_id(shape, "destinationIssueId", "issueLink")
    if kind.get("isSubTaskLinkType") is True:
        # REST has no link between a sub-task and its parent: the sub-task is read again.
        return (IssueTouched(at, target),)
    type_name = read_needed(kind, "name", "issueLink.issueLinkType")
    outward = read_name(kind, "outwardName", "issueLink.issueLinkType") or ""
    inward = read_name(kind, "inwardName", "issueLink.issueLinkType") or ""
    link = Link(link_id, source, target, None, type_name, outward, outward=True)
    return (LinkSeen(at, link, Link(link_id, target, source, None, type_name, inward, outward=False)),)


def _read_link_gone(body: Shape, digest: Digest) -> tuple[Event, ...]:
    shape = read_object(body, "issueLink", "")
    return (LinkGone(_at(body), read_id(shape, "id", "issueLink")),)


def _project(body: Shape) -> tuple[Instant, str, str, str]:
    shape = read_object(body, "project", "")
    project_id = read_short_id(shape, "id", "project") or refuse(None, "missing", "project", "id")
    key = read_needed(shape, "key", "project")
    return _at(body), project_id, key, read_name(shape, "name", "project") or ""


def _read_project_seen(body: Shape, digest: Digest) -> tuple[Event, ...]:
    return (ProjectSeen(*_project(body)),)


def _read_project_archived(body: Shape, digest: Digest) -> tuple[Event, ...]:
    return (ProjectSeen(*_project(body), archived=True),)


def _read_project_gone(body: Shape, digest: Digest) -> tuple[Event, ...]:
    return (ProjectGone(*_project(body)[:3]),)


def _read_account_gone(body: Shape, digest: Digest) -> tuple[Event, ...]:
    account_id = read_account(body, "user", "", accounts={})
    if account_id is None:
        raise UnreadableBody("missing", "user.accountId")
    return (AccountGone(_at(body), account_id),)


def _read_property_set(body: Shape, digest: Digest) -> tuple[Event, ...]:
    mirrored = _property_of(body)
    # Atlassian does not document this body: without the value it says nothing.
    value = {} if mirrored is None else mirrored.get("value")
    return () if mirrored is None or value is None else _property_seen(body, value_hash(value))


def _read_property_gone(body: Shape, digest: Digest) -> tuple[Event, ...]:
    return () if _property_of(body) is None else _property_seen(body, "")


def _property_of(body: Shape) -> Shape | None:
    mirrored = read_optional(body, "property", "")
    return mirrored if mirrored is not None and mirrored.get("key") == PROPERTY else None


def _property_seen(body: Shape, value: str) -> tuple[Event, ...]:
    issue_id = _issue_beside(body)
    return () if issue_id is None else (PropertySeen(_at(body), issue_id, value),)


# The reader of each event.
READERS: Mapping[str, Reader] = {
    "jira:issue_created": _read_issue_seen,
    "jira:issue_updated": _read_issue_updated,
    "jira:issue_deleted": _read_issue_gone,
    "comment_created": _read_comment_seen,
    "comment_updated": _read_comment_seen,
    "comment_deleted": _read_comment_gone,
    "worklog_created": _read_worklog_seen,
    "worklog_updated": _read_worklog_seen,
    "worklog_deleted": _read_worklog_gone,
    "issuelink_created": _read_link_seen,
    "issuelink_deleted": _read_link_gone,
    "project_created": _read_project_seen,
    "project_updated": _read_project_seen,
    "project_restored_deleted": _read_project_seen,
    "project_restored_archived": _read_project_seen,
    "project_archived": _read_project_archived,
    "project_soft_deleted": _read_project_gone,
    "project_deleted": _read_project_gone,
    "user_deleted": _read_account_gone,
    "issue_property_set": _read_property_set,
    "issue_property_deleted": _read_property_gone,
}

# Events that change no figure: changes of an issue come in its own events.
IGNORED: frozenset[str] = frozenset(
    {
        "attachment_created", "attachment_deleted",
        "issuetype_created", "issuetype_updated", "issuetype_deleted",
        "jira:version_created", "jira:version_updated", "jira:version_deleted", "jira:version_released",
        "jira:version_unreleased", "jira:version_moved",
        "filter_created", "filter_updated", "filter_deleted",
        "user_created", "user_updated",
        "option_voting_changed", "option_watching_changed", "option_unassigned_issues_changed",
        "option_subtasks_changed", "option_attachments_changed", "option_issuelinks_changed",
        "option_timetracking_changed", "option_timetracking_provider_changed",
        "sprint_created", "sprint_updated", "sprint_started", "sprint_closed", "sprint_deleted",
        "board_created", "board_updated", "board_deleted", "board_configuration_changed",
        "jira_expression_evaluation_failed",
        "app_access_to_objects_blocked", "app_access_to_objects_in_container_blocked",
    }
)  # fmt: skip
