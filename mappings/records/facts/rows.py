"""How issues, changes, worklogs, comments and links are written as rows, and which of two versions is newer."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from mappings.events.times import MINUTE
from mappings.events.types import Change, Comment, Instant, Issue, Link, Worklog
from mappings.records.facts.issues import pack
from mappings.records.sql.bulk import insert_rows, save_rows
from mappings.records.tables import change, comment, issue, link, worklog

# A minute: what is younger than a read's start less this may be missing from the read (architecture).
MARGIN = MINUTE

ISSUE = (
    "tenant_id", "issue_id", "key", "project_id", "project_key", "parent_id", "subtask", "updated", "read_started",
    "complete", "secured", "summary", "body",
)  # fmt: skip
CHANGE = (
    "tenant_id", "issue_id", "history_id", "digest", "place", "at", "author", "field", "field_id", "old", "old_text",
    "new", "new_text", "provisional",
)  # fmt: skip
WORKLOG = ("tenant_id", "worklog_id", "issue_id", "author", "started", "seconds", "created", "updated")
COMMENT = (
    "tenant_id", "comment_id", "issue_id", "author", "created", "updated", "length", "cjk", "digest", "mentions",
    "restricted", "provisional",
)  # fmt: skip
LINK = ("tenant_id", "issue_id", "link_id", "other_id", "other_key", "type_name", "name", "outward", "seen_at")

# A row of one of these tables, its columns in the order above.
Row = tuple[Any, ...]


def digest_of(change: Change) -> int:
    """Return the content of a history item as a signed 64-bit number (docs/measurement.md (g) 15)."""
    field = change.field_id or change.field.casefold()
    # Jira gives one item different ids in webhooks and in REST, so items are identified by history and content.
    text = "\x1f".join((field, change.old or change.old_text or "", change.new or change.new_text or ""))
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def change_row(tenant_id: int, change: Change, *, provisional: bool) -> Row:
    place = (tenant_id, change.issue_id, change.history_id, digest_of(change), change.place, change.at, change.author)
    values = (change.field, change.field_id, change.old, change.old_text, change.new, change.new_text)
    return (*place, *values, provisional)


def worklog_row(tenant_id: int, worklog: Worklog) -> Row:
    return (
        tenant_id,
        worklog.worklog_id,
        worklog.issue_id,
        worklog.author,
        worklog.started,
        worklog.seconds,
        worklog.created,
        worklog.updated,
    )


def comment_row(tenant_id: int, comment: Comment, *, provisional: bool) -> Row:
    head = (
        tenant_id,
        comment.comment_id,
        comment.issue_id,
        comment.author,
        comment.created,
        comment.updated,
        comment.length,
        comment.cjk,
    )
    return (*head, comment.digest, "\n".join(comment.mentions), comment.restricted, provisional)


def link_row(tenant_id: int, link: Link, seen_at: Instant | None) -> Row:
    # A link as its row; `seen_at` is None where REST gave it.
    ends = (tenant_id, link.issue_id, link.link_id, link.other_id, link.other_key)
    return (*ends, link.type_name, link.name, link.outward, seen_at)


def save_issue_rows(connection: Connection, tenant_id: int, rows: Iterable[tuple[Issue, int | None, bool]]) -> None:
    """Save issues: (issue, when its REST read started or None, whether its history is complete)."""
    save_rows(
        connection,
        issue,
        ISSUE,
        [_issue_row(tenant_id, facts, started, complete=whole) for facts, started, whole in rows],
    )


def _issue_row(tenant_id: int, issue: Issue, read_started: int | None, *, complete: bool) -> Row:
    place = (tenant_id, issue.issue_id, issue.key, issue.project_id, issue.project_key, issue.parent_id, issue.subtask)
    return (*place, issue.updated, read_started, complete, issue.security is not None, issue.summary, pack(issue))


def insert_seen_changes(connection: Connection, rows: Sequence[Row]) -> None:
    # Insert history items from webhooks; one that is stored already is left as it is.
    insert_rows(connection, change, CHANGE, rows)


def save_seen_worklogs(connection: Connection, tenant_id: int, seen: Iterable[Worklog]) -> None:
    # Save worklogs from webhooks; an older version changes nothing.
    rows = [worklog_row(tenant_id, version) for version in seen]
    save_rows(connection, worklog, WORKLOG, rows, where='excluded."updated" >= "worklog"."updated"')


def save_seen_comments(connection: Connection, tenant_id: int, seen: Iterable[Comment]) -> None:
    # REST also gives who may see a comment: its row is replaced by a webhook only for a newer version.
    newer = 'excluded."updated" > "comment"."updated"'
    same = 'excluded."updated" = "comment"."updated" AND "comment"."provisional"'
    rows = [comment_row(tenant_id, version, provisional=True) for version in seen]
    save_rows(connection, comment, COMMENT, rows, where=f"{newer} OR ({same})")


def insert_seen_links(connection: Connection, tenant_id: int, seen: Iterable[tuple[Link, Instant]]) -> None:
    # A link never changes, so the first row is enough until REST gives the rest of it.
    insert_rows(connection, link, LINK, [link_row(tenant_id, side, at) for side, at in seen])
