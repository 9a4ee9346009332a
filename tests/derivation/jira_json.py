"""Jira's JSON as plain tickets: what stands in the file of an import, and no more."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.derivation.comment_text import Words, read_words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Change:
    """One item of a changelog; `order` is time, then the history's number, then the place in it."""

    at: int
    history: int
    place: int
    by: str | None
    field: str
    field_id: str | None
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None

    @property
    def order(self) -> tuple[int, int, int]:
        return (self.at, self.history, self.place)


@dataclass(frozen=True)
class Comment:
    number: int
    by: str | None
    at: int
    words: Words


@dataclass(frozen=True)
class Worklog:
    by: str | None
    started: int
    seconds: int


@dataclass(frozen=True)
class Link:
    """`phrase` is how the link reads from this ticket: "is reviewed by"."""

    type_name: str
    phrase: str


@dataclass
class Issue:
    number: int
    key: str
    type_name: str
    level: int
    subtask: bool
    parent_number: int | None
    parent_key: str | None
    created: int
    creator: str | None
    assignee: str | None
    status: str
    fields: dict[str, Any]
    changes: list[Change]
    comments: list[Comment]
    worklogs: list[Worklog]
    links: list[Link]
    subtasks: list["Issue"] = field(default_factory=list)


@dataclass
class Jira:
    """A whole site: its tickets, what each status is called and was called, its category, and who is a bot."""

    issues: list[Issue]
    names: dict[str, set[str]]
    categories: dict[str, str]
    bots: set[str]


def microseconds(text: str) -> int:
    """An instant of Jira's as microseconds since 1970."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def read_site(lines: Iterable[str]) -> Jira:
    """All issues of a site, one JSON a line."""
    rows = [json.loads(line) for line in lines]
    issues = [read_issue(row) for row in rows]
    by_number = {issue.number: issue for issue in issues}
    for issue in issues:
        if issue.subtask and issue.parent_number in by_number:
            by_number[issue.parent_number].subtasks.append(issue)
    names: dict[str, set[str]] = {}
    for issue in rows:
        status = issue["fields"]["status"]
        names.setdefault(status["id"], set()).add(status["name"].casefold())
    for change in (change for issue in issues for change in issue.changes if change.field_id == "status"):
        names.setdefault(change.old or "", set()).add((change.old_text or "").casefold())
        names.setdefault(change.new or "", set()).add((change.new_text or "").casefold())
    categories = {status["id"]: status["statusCategory"]["key"] for status in (row["fields"]["status"] for row in rows)}
    return Jira(issues, names, categories, set(bots_in(rows)))


def bots_in(value: Any) -> Iterable[str]:
    """The accounts of type app, wherever they stand."""
    if isinstance(value, dict):
        if value.get("accountType") == "app":
            yield value["accountId"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from bots_in(part)


def account(value: Any) -> str | None:
    return value["accountId"] if value else None


def read_issue(record: dict[str, Any]) -> Issue:
    fields = record["fields"]
    kind, parent = fields["issuetype"], fields.get("parent")
    changes = [change for history in record["changelog"]["histories"] for change in read_history(history)]
    return Issue(
        number=int(record["id"]),
        key=record["key"],
        type_name=kind["name"],
        level=kind.get("hierarchyLevel", -1 if kind["subtask"] else 1 if kind["name"] == "Epic" else 0),
        subtask=kind["subtask"],
        parent_number=int(parent["id"]) if parent else None,
        parent_key=parent["key"] if parent else None,
        created=microseconds(fields["created"]),
        creator=account(fields.get("creator")),
        assignee=account(fields.get("assignee")),
        status=fields["status"]["id"],
        fields=fields,
        changes=sorted(changes, key=lambda change: change.order),
        comments=sorted(map(read_comment, fields["comment"]["comments"]), key=lambda row: (row.at, row.number)),
        worklogs=[
            Worklog(account(log["author"]), microseconds(log["started"]), log["timeSpentSeconds"])
            for log in fields["worklog"]["worklogs"]
        ],
        links=[read_link(link) for link in fields["issuelinks"]],
    )


def read_history(history: dict[str, Any]) -> list[Change]:
    at, number, by = microseconds(history["created"]), int(history["id"]), account(history.get("author"))
    return [
        Change(
            at, number, place, by, item["field"], item.get("fieldId"),
            item["from"], item["fromString"], item["to"], item["toString"],
        )
        for place, item in enumerate(history["items"])
    ]  # fmt: skip


def read_comment(record: dict[str, Any]) -> Comment:
    return Comment(
        int(record["id"]), account(record["author"]), microseconds(record["created"]), read_words(record["body"])
    )


def read_link(link: dict[str, Any]) -> Link:
    direction = "inward" if "inwardIssue" in link else "outward"
    return Link(link["type"]["name"].casefold(), link["type"][direction].casefold())
