"""What hangs on an issue: comments, worklogs, links and histories, each read the same from every door."""

import re

from mappings.events.fields import read_status
from mappings.events.items import History, read_items
from mappings.events.pieces import (
    Accounts,
    Shape,
    read_account,
    read_id,
    read_instant,
    read_needed,
    read_object,
    read_optional,
    read_seconds,
    read_text,
)
from mappings.events.refusals import UnreadableBody
from mappings.events.text import measure_text
from mappings.events.vocabulary import Change, Comment, Digest, Link, Status, Worklog

_ISSUE_IN_SELF = re.compile(r"/issue/(\d{1,18})/")


class Surroundings:
    """What reading an issue's parts needs and finds: the tenant's digest, the accounts and statuses met."""

    __slots__ = ("accounts", "digest", "statuses")

    def __init__(self, digest: Digest) -> None:
        self.digest = digest
        self.accounts: Accounts = {}
        self.statuses: dict[str, Status] = {}

    def note_status(self, value: object, field: str) -> None:
        """Keep a status for its category."""
        status = read_status(value, field)
        if status:
            self.statuses.setdefault(status.status_id, status)


def read_comment(value: object, issue_id: int | None, around: Surroundings, field: str) -> Comment:
    """Read a comment; without an `issue_id` its own address says whose it is."""
    shape = read_object(value, field)
    try:
        text = measure_text(shape.get("body"))
    except TypeError:
        raise UnreadableBody("not a text or document", f"{field}.body") from None
    created = read_instant(shape.get("created"), f"{field}.created")
    visibility = shape.get("visibility")
    return Comment(
        comment_id=read_id(shape.get("id"), f"{field}.id"),
        issue_id=issue_of(shape, field) if issue_id is None else issue_id,
        author=read_account(shape.get("author"), around.accounts, f"{field}.author"),
        created=created,
        updated=read_instant(shape["updated"], f"{field}.updated") if shape.get("updated") else created,
        length=text.length,
        cjk=text.cjk,
        digest=around.digest(text.folded) if text.folded else "",
        mentions=text.mentions,
        restricted=bool(visibility) or shape.get("jsdPublic") is False,
    )


def issue_of(shape: Shape, field: str) -> int:
    """Return the id of the issue that a part's address names."""
    address = shape.get("self")
    found = _ISSUE_IN_SELF.search(address) if isinstance(address, str) else None
    if not found:
        raise UnreadableBody("of no issue", field)
    return int(found[1])


def read_worklog(value: object, issue_id: int | None, around: Surroundings, field: str) -> Worklog:
    """Read a worklog. Its own `issueId` counts, else the `issue_id` it was asked of."""
    shape = read_object(value, field)
    created = read_instant(shape.get("created"), f"{field}.created")
    own = shape.get("issueId")
    if own is None:
        own = issue_of(shape, field) if issue_id is None else issue_id
    return Worklog(
        worklog_id=read_id(shape.get("id"), f"{field}.id"),
        issue_id=read_id(own, f"{field}.issueId"),
        author=read_account(shape.get("author"), around.accounts, f"{field}.author"),
        started=read_instant(shape.get("started"), f"{field}.started"),
        seconds=read_seconds(shape.get("timeSpentSeconds"), f"{field}.timeSpentSeconds"),
        created=created,
        updated=read_instant(shape["updated"], f"{field}.updated") if shape.get("updated") else created,
    )


def read_link(value: object, issue_id: int, around: Surroundings, field: str) -> Link:
    """Read one of `issuelinks`, as seen from the issue that shows it."""
    shape = read_object(value, field)
    kind = read_object(shape.get("type"), f"{field}.type")
    outward = shape.get("outwardIssue") is not None
    side = "outwardIssue" if outward else "inwardIssue"
    other = read_object(shape.get(side), f"{field}.{side}")
    note_brief(other, around, f"{field}.{side}")
    return Link(
        link_id=read_id(shape.get("id"), f"{field}.id"),
        issue_id=issue_id,
        other_id=None if other.get("id") is None else read_id(other["id"], f"{field}.{side}.id"),
        other_key=read_text(other.get("key"), f"{field}.{side}.key"),
        type_name=read_needed(kind.get("name"), f"{field}.type.name"),
        name=read_text(kind.get("outward" if outward else "inward"), f"{field}.type") or "",
        outward=outward,
    )


def note_brief(value: Shape, around: Surroundings, field: str) -> None:
    """Keep the status that an issue named beside another has."""
    fields = read_optional(value.get("fields"), f"{field}.fields")
    if fields:
        around.note_status(fields.get("status"), f"{field}.fields.status")


def read_history(value: object, issue_id: int, around: Surroundings, field: str) -> tuple[Change, ...]:
    """Read one history of a changelog, as changes in the order of its items."""
    shape = read_object(value, field)
    history = History(
        issue_id,
        read_id(shape.get("id"), f"{field}.id"),
        read_instant(shape.get("created"), f"{field}.created"),
        read_account(shape.get("author"), around.accounts, f"{field}.author"),
    )
    return read_items(shape.get("items"), history, f"{field}.items")
