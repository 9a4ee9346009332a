"""The life of a ticket as Jira tells it: one webhook for each step of its history, oldest first."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import cycle, groupby, islice
from typing import Any

from msgspec.structs import replace

from mappings.events.types import Change, Comment, Instant, Issue, Link, Worklog
from mappings.measure.model.ticket import Ticket
from tests.measure.builders import POINTS, STATUSES

Shape = dict[str, Any]
CATEGORIES = dict(STATUSES.values())
LATEST = 4_000_000_000_000_000
BY_ID = {"status", "assignee"}
"""Fields whose changelog says who or what by an id."""


class WebhookWriter:
    """Shapes bodies; `bots` are the accounts that Jira calls apps."""

    def __init__(self, bots: frozenset[str] = frozenset()) -> None:
        self.bots = bots

    def life(self, ticket: Ticket) -> list[bytes]:
        """All webhooks of a ticket and its sub-tasks, in the order of time."""
        moments = [
            *self._told(ticket),
            *(moment for part in ticket.subtasks for moment in self._told(below(part, ticket))),
        ]
        return [json.dumps(body).encode() for _, body in sorted(moments, key=lambda moment: moment[0])]

    def whole(self, ticket: Ticket) -> list[bytes]:
        """A ticket and its sub-tasks as REST gives each of them: its fields now, with changelog, worklogs, comments."""
        parts = (ticket, *(below(part, ticket) for part in ticket.subtasks))
        return [json.dumps(self._read(part)).encode() for part in parts]

    def _read(self, ticket: Ticket) -> Shape:
        issue, now = ticket.issue, 1 << 62
        histories = [
            {
                "id": str(number),
                "created": time_text(at),
                "author": self._person(rows[0].author),
                "items": [item(row) for row in rows],
            }
            for (at, number), group in groupby(ticket.changes, key=lambda row: (row.at, row.history_id))
            if (rows := list(group))
        ]
        fields = self._fields(ticket, now) | {
            "updated": time_text(max([issue.created, *(change.at for change in ticket.changes)])),
            "worklog": page("worklogs", [self._worklog(worklog)["worklog"] for worklog in ticket.worklogs]),
            "comment": page("comments", [self._comment(comment)["comment"] for comment in ticket.comments]),
            "issuelinks": [linked(link) for link in ticket.links],
        }
        changelog = page("histories", histories)
        return {"id": str(issue.issue_id), "key": issue.key, "fields": fields, "changelog": changelog}

    def _told(self, ticket: Ticket) -> Iterator[tuple[Instant, Shape]]:
        issue = ticket.issue
        yield issue.created, self._issue("jira:issue_created", ticket, issue.created, issue.creator)
        for (at, number), items in groupby(ticket.changes, key=lambda row: (row.at, row.history_id)):
            rows = list(items)
            body = self._issue("jira:issue_updated", ticket, at, rows[0].author)
            yield at, {**body, "changelog": {"id": str(number), "items": [item(row) for row in rows]}}
        for comment in ticket.comments:
            yield comment.created, self._comment(comment)
        for worklog in ticket.worklogs:
            yield worklog.started, self._worklog(worklog)
        for link in ticket.links:
            yield issue.created, link_made(link, issue.created)

    def _issue(self, name: str, ticket: Ticket, at: Instant, by: str | None) -> Shape:
        key = value_at(ticket.changes, "Key", at, ticket.issue.key)
        issue = {"id": str(ticket.issue.issue_id), "key": key, "fields": self._fields(ticket, at)}
        return {"timestamp": at // 1000, "webhookEvent": name, "user": self._person(by), "issue": issue}

    def _fields(self, ticket: Ticket, at: Instant) -> Shape:
        issue = ticket.issue
        status = value_at(ticket.changes, "status", at, issue.status.status_id if issue.status else None) or ""
        name = next(name for name, (number, _) in STATUSES.items() if number == status)
        points = value_at(ticket.changes, POINTS, at, next(iter(issue.fields.get(POINTS, ())), None))
        return {
            **shape_of(issue),
            "created": time_text(issue.created),
            "updated": time_text(max(issue.created, min(at, LATEST))),
            "creator": self._person(issue.creator),
            "assignee": self._person(value_at(ticket.changes, "assignee", at, issue.assignee)),
            "status": {"id": status, "name": name, "statusCategory": {"key": CATEGORIES[status]}},
            POINTS: number_of(points),
        }

    def _person(self, account: str | None) -> Shape | None:
        kind = "app" if account in self.bots else "atlassian"
        return None if account is None else {"accountId": account, "accountType": kind, "active": True}

    def _comment(self, comment: Comment) -> Shape:
        mentions = "".join(f"[~accountid:{account}] " for account in comment.mentions)
        shape = {
            "id": str(comment.comment_id),
            "author": self._person(comment.author),
            "body": mentions + words(comment),
            "created": time_text(comment.created),
            "updated": time_text(comment.updated),
            "jsdPublic": not comment.restricted,
        }
        body = {"timestamp": comment.created // 1000, "webhookEvent": "comment_created", "comment": shape}
        return {**body, "issue": {"id": str(comment.issue_id)}}

    def _worklog(self, worklog: Worklog) -> Shape:
        shape = {
            "id": str(worklog.worklog_id),
            "issueId": str(worklog.issue_id),
            "author": self._person(worklog.author),
            "started": time_text(worklog.started),
            "timeSpentSeconds": worklog.seconds,
            "created": time_text(worklog.created),
            "updated": time_text(worklog.updated),
        }
        return {"timestamp": worklog.created // 1000, "webhookEvent": "worklog_created", "worklog": shape}


def page(name: str, values: list[Shape]) -> Shape:
    return {name: values, "startAt": 0, "maxResults": len(values), "total": len(values)}


def linked(link: Link) -> Shape:
    side = "outwardIssue" if link.outward else "inwardIssue"
    kind = {"id": "1", "name": link.type_name, "inward": link.name, "outward": link.name}
    return {"id": str(link.link_id), "type": kind, side: {"id": str(link.other_id), "key": link.other_key}}


def value_at(changes: Iterable[Change], field: str, at: Instant, now: str | None) -> str | None:
    """What a field held at an instant, told backwards from what it holds now."""
    mine = [change for change in changes if field in {change.field_id, change.field}]
    ids = field in BY_ID
    earlier = [change.new if ids else change.new_text for change in mine if change.at <= at]
    first = [change.old if ids else change.old_text for change in mine]
    return [now, *first[:1], *earlier][-1]


def below(subtask: Ticket, parent: Ticket) -> Ticket:
    """A sub-task that says whose it is."""
    named = {"parent_id": parent.issue.issue_id, "parent_key": parent.issue.key}
    return replace(subtask, issue=replace(subtask.issue, **named))


def shape_of(issue: Issue) -> Shape:
    """The fields that the stories never change step by step."""
    level = {} if issue.level is None else {"hierarchyLevel": issue.level}
    return {
        "issuetype": {"id": "1", "name": issue.type_name or "Task", "subtask": issue.subtask, **level},
        "project": {"id": "1", "key": issue.key.rpartition("-")[0]},
        "parent": None if issue.parent_key is None else {"id": str(issue.parent_id or 1), "key": issue.parent_key},
        "summary": issue.summary or "Some work",
        "description": "What to do" if issue.described else None,
        "labels": list(issue.labels),
        "components": [{"name": component} for component in issue.components],
        "resolution": issue.resolution and {"name": issue.resolution},
        **{name: list(texts) for name, texts in issue.fields.items() if name != POINTS},
    }


def item(change: Change) -> Shape:
    by_key = {"field": change.field, "fieldtype": "jira", "from": change.old, "fromString": change.old_text}
    by_key |= {"to": change.new, "toString": change.new_text}
    return by_key if change.field_id is None else {**by_key, "fieldId": change.field_id}


def link_made(link: Link, at: Instant) -> Shape:
    kind = {"id": 1, "name": link.type_name, "outwardName": link.name, "inwardName": link.name}
    ends = (link.issue_id, link.other_id or 0) if link.outward else (link.other_id or 0, link.issue_id)
    shape = {"id": link.link_id, "sourceIssueId": ends[0], "destinationIssueId": ends[1], "issueLinkType": kind}
    return {"timestamp": at // 1000, "webhookEvent": "issuelink_created", "issueLink": shape}


def words(comment: Comment) -> str:
    """A text of as many code points as was counted, the same for the same digest alone."""
    first = ord("\u4e00") if comment.cjk else ord("a")
    letters = (chr(first + byte % 26) for byte in sha256(comment.digest.encode()).digest())
    return "".join(islice(cycle(letters), comment.length))


def number_of(points: str | None) -> float | str | None:
    """A number where the text is one; a site whose field of that name holds texts gives texts."""
    return float(points) if points and re.fullmatch(r"[0-9]+(\.[0-9]+)?", points) else points


def time_text(at: Instant) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
