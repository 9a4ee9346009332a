"""The rows of facts: how issues, changes, worklogs, comments and links are written, and what counts as newer."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from mappings.events.types import Change, Comment, Instant, Issue, Link, Worklog
from mappings.records.facts.issues import pack
from mappings.records.sql.bulk import insert_rows, save_rows
from mappings.records.tables import change, comment, issue, link, worklog

# A minute: what is younger than a read's start less this may be missing from the read (architecture).
MARGIN = 60_000_000

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


def digest_of(one: Change) -> int:
    """Return the content of a history item as a number: items are known by history and content (measurement (g) 15)."""
    field = one.field_id or one.field.casefold()
    text = "\x1f".join((field, one.old or one.old_text or "", one.new or one.new_text or ""))
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def change_row(tenant_id: int, one: Change, *, provisional: bool) -> Row:
    """Return a history item as its row."""
    place = (tenant_id, one.issue_id, one.history_id, digest_of(one), one.place, one.at, one.author)
    values = (one.field, one.field_id, one.old, one.old_text, one.new, one.new_text)
    return (*place, *values, provisional)


def worklog_row(tenant_id: int, one: Worklog) -> Row:
    """Return a worklog as its row."""
    return (tenant_id, one.worklog_id, one.issue_id, one.author, one.started, one.seconds, one.created, one.updated)


def comment_row(tenant_id: int, one: Comment, *, provisional: bool) -> Row:
    """Return a comment as its row."""
    head = (tenant_id, one.comment_id, one.issue_id, one.author, one.created, one.updated, one.length, one.cjk)
    return (*head, one.digest, "\n".join(one.mentions), one.restricted, provisional)


def link_row(tenant_id: int, one: Link, seen_at: Instant | None) -> Row:
    """Return a link as its row, with the instant a webhook told of it, None where REST did."""
    ends = (tenant_id, one.issue_id, one.link_id, one.other_id, one.other_key)
    return (*ends, one.type_name, one.name, one.outward, seen_at)


def save_issue_rows(connection: Connection, tenant_id: int, rows: Iterable[tuple[Issue, int | None, bool]]) -> None:
    """Write issues: (what they hold now, when the REST read of it started or None, whether the history is whole)."""
    save_rows(
        connection, issue, ISSUE, [_issue_row(tenant_id, one, started, complete=whole) for one, started, whole in rows]
    )


def _issue_row(tenant_id: int, one: Issue, read_started: int | None, *, complete: bool) -> Row:
    place = (tenant_id, one.issue_id, one.key, one.project_id, one.project_key, one.parent_id, one.subtask)
    return (*place, one.updated, read_started, complete, one.security is not None, one.summary, pack(one))


def insert_seen_changes(connection: Connection, rows: Sequence[Row]) -> None:
    """Write history items as webhooks tell them, where nothing is known of them yet."""
    insert_rows(connection, change, CHANGE, rows)


def save_seen_worklogs(connection: Connection, tenant_id: int, seen: Iterable[Worklog]) -> None:
    """Write worklogs as webhooks tell them; an older version changes nothing."""
    rows = [worklog_row(tenant_id, one) for one in seen]
    save_rows(connection, worklog, WORKLOG, rows, where='excluded."updated" >= "worklog"."updated"')


def save_seen_comments(connection: Connection, tenant_id: int, seen: Iterable[Comment]) -> None:
    """Write comments as webhooks tell them: a newer version, or one that REST has not given yet."""
    newer = 'excluded."updated" > "comment"."updated"'
    same = 'excluded."updated" = "comment"."updated" AND "comment"."provisional"'
    rows = [comment_row(tenant_id, one, provisional=True) for one in seen]
    save_rows(connection, comment, COMMENT, rows, where=f"{newer} OR ({same})")


def insert_seen_links(connection: Connection, tenant_id: int, seen: Iterable[tuple[Link, Instant]]) -> None:
    """Write links as webhooks tell them, by ids alone: a link never changes, and REST tells more of it."""
    insert_rows(connection, link, LINK, [link_row(tenant_id, one, at) for one, at in seen])
