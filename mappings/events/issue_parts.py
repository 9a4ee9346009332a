"""Readers of an issue's parts: comments, worklogs, links and histories."""

import re

from mappings.events.errors import UnreadableBody
from mappings.events.fields import read_status
from mappings.events.items import History, read_items
from mappings.events.json_values import (
    Accounts,
    Shape,
    check_object,
    read_account,
    read_id,
    read_instant,
    read_name,
    read_needed,
    read_object,
    read_optional,
    read_seconds,
)
from mappings.events.text import measure_text
from mappings.events.types import Change, Comment, Digest, Link, Status, Worklog

_ISSUE_IN_SELF = re.compile(r"/issue/(\d{1,18})/")


class Surroundings:
    """State of reading an issue: the tenant's digest, and the accounts and statuses that were read."""

    __slots__ = ("accounts", "digest", "statuses")

    def __init__(self, digest: Digest, accounts: Accounts | None = None) -> None:
        self.digest = digest
        self.accounts: Accounts = {} if accounts is None else accounts
        self.statuses: dict[str, Status] = {}

    def add_status(self, shape: Shape, path: str) -> None:
        status = read_status(shape, "status", path)
        if status:
            self.statuses.setdefault(status.status_id, status)


def read_comment(value: object, issue_id: int | None, around: Surroundings, field: str) -> Comment:
    """Read a comment; without an `issue_id` its own address names the issue."""
    shape = check_object(value, field)
    try:
        text = measure_text(shape.get("body"))
    except TypeError:
        raise UnreadableBody("not a text or document", f"{field}.body") from None
    visibility = shape.get("visibility")
    return Comment(
        comment_id=read_id(shape, "id", field),
        issue_id=issue_of(shape, field) if issue_id is None else issue_id,
        author=read_account(shape, "author", field, accounts=around.accounts),
        created=read_instant(shape, "created", field),
        updated=read_instant(shape, "updated" if shape.get("updated") else "created", field),
        length=text.length,
        cjk=text.cjk,
        digest=around.digest(text.folded) if text.folded else "",
        mentions=text.mentions,
        restricted=bool(visibility) or shape.get("jsdPublic") is False,
    )


def issue_of(shape: Shape, field: str) -> int:
    """Return the id of the issue in a part's address."""
    address = shape.get("self")
    match = _ISSUE_IN_SELF.search(address) if isinstance(address, str) else None
    if not match:
        raise UnreadableBody("of no issue", field)
    return int(match[1])


def read_worklog(value: object, issue_id: int | None, around: Surroundings, field: str) -> Worklog:
    """Read a worklog. Its own `issueId` counts, otherwise `issue_id`."""
    shape = check_object(value, field)
    return Worklog(
        worklog_id=read_id(shape, "id", field),
        issue_id=worklog_issue(shape, field, issue_id),
        author=read_account(shape, "author", field, accounts=around.accounts),
        started=read_instant(shape, "started", field),
        seconds=read_seconds(shape, "timeSpentSeconds", field),
        created=read_instant(shape, "created", field),
        updated=read_instant(shape, "updated" if shape.get("updated") else "created", field),
    )


def worklog_issue(shape: Shape, field: str, issue_id: int | None = None) -> int:
    # A worklog's issue: by its `issueId`, the issue it was asked of, or its address.
    if shape.get("issueId") is not None:
        return read_id(shape, "issueId", field)
    return issue_of(shape, field) if issue_id is None else issue_id


def read_link(value: object, issue_id: int, around: Surroundings, field: str) -> Link:
    shape = check_object(value, field)
    kind = read_object(shape, "type", field)
    outward = shape.get("outwardIssue") is not None
    side = "outwardIssue" if outward else "inwardIssue"
    other = read_object(shape, side, field)
    add_linked_status(other, around, f"{field}.{side}")
    return Link(
        link_id=read_id(shape, "id", field),
        issue_id=issue_id,
        other_id=None if other.get("id") is None else read_id(other, "id", f"{field}.{side}"),
        other_key=read_name(other, "key", f"{field}.{side}"),
        type_name=read_needed(kind, "name", f"{field}.type"),
        name=read_name(kind, "outward" if outward else "inward", f"{field}.type") or "",
        outward=outward,
    )


def add_linked_status(value: Shape, around: Surroundings, field: str) -> None:
    fields = read_optional(value, "fields", field)
    if fields:
        around.add_status(fields, f"{field}.fields")


def read_history(value: object, issue_id: int, around: Surroundings, field: str) -> tuple[Change, ...]:
    shape = check_object(value, field)
    history = History(
        issue_id,
        read_id(shape, "id", field),
        read_instant(shape, "created", field),
        read_account(shape, "author", field, accounts=around.accounts),
    )
    return read_items(shape, history, field)
