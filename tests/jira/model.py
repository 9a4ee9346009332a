"""What a site holds: plain records, as Jira keeps them, before any answer or event is shaped from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as given
from typing import Any, Literal, TypeAlias

Instant: TypeAlias = int
"""Microseconds since 1970-01-01T00:00Z, a multiple of 1000: Jira has milliseconds."""

AccountKind: TypeAlias = Literal["atlassian", "app", "customer"]
Category: TypeAlias = Literal["new", "indeterminate", "done"]
Listener: TypeAlias = Callable[["Emitted"], None]

POINTS_FIELD = "customfield_10016"
SPRINT_FIELD = "customfield_10020"
RANK_FIELD = "customfield_10019"


class NotHere(Exception):
    """The site holds nothing under that name or id."""


@dataclass
class User:
    account: str
    name: str
    kind: AccountKind = "atlassian"
    active: bool = True
    zone: str = "Europe/Berlin"
    locale: str = "en_GB"
    closed: bool = False
    updated: Instant = 0
    email: str = ""


@dataclass
class Project:
    id: int
    key: str
    name: str
    lead: str
    private: bool = False
    archived: bool = False
    trashed: bool = False
    last_number: int = 0
    old_keys: list[str] = given(default_factory=list)
    properties: dict[str, Any] = given(default_factory=dict)


@dataclass(frozen=True)
class IssueType:
    id: int
    name: str
    level: int
    subtask: bool


@dataclass(frozen=True)
class Status:
    id: str
    name: str
    category: Category


@dataclass(frozen=True)
class Field:
    """A custom field. `kind` is one of number, string, text, option, options, user, users, date, datetime, labels."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True)
class Named:
    """Anything that Jira knows by an id and a name: priorities, resolutions, components, sprints, security levels."""

    id: int
    name: str


@dataclass(frozen=True)
class LinkType:
    id: int
    name: str
    outward: str
    inward: str


@dataclass(frozen=True)
class Item:
    """One field of one history. `extra` holds what Jira adds for some fields, such as tmpFromAccountId."""

    field: str
    field_id: str | None
    fieldtype: str
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None
    extra: Mapping[str, Any] = given(default_factory=dict)


@dataclass(frozen=True)
class History:
    id: int
    author: str
    created: Instant
    items: tuple[Item, ...]


@dataclass
class Comment:
    """`text` is wiki markup, mentions as [~accountid:...]; `role` limits who reads it, `internal` is JSM's note."""

    id: int
    issue_id: int
    author: str
    text: str
    created: Instant
    updated: Instant
    update_author: str
    role: str | None = None
    internal: bool = False


@dataclass
class Worklog:
    id: int
    issue_id: int
    author: str
    started: Instant
    seconds: int
    text: str
    created: Instant
    updated: Instant
    update_author: str


@dataclass(frozen=True)
class Link:
    """`source` <outward phrase> `target`: source 1 blocks target 2."""

    id: int
    type_id: int
    source: int
    target: int


@dataclass
class Issue:
    id: int
    key: str
    project_id: int
    type_id: int
    summary: str
    creator: str
    reporter: str
    created: Instant
    updated: Instant
    status_id: str
    status_since: Instant
    description: str | None = None
    assignee: str | None = None
    priority: str = "Medium"
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    parent: int | None = None
    security: str | None = None
    duedate: str | None = None
    timeoriginalestimate: int | None = None
    timeestimate: int | None = None
    resolution: str | None = None
    resolved: Instant | None = None
    sprints: tuple[int, ...] = ()
    fields: dict[str, Any] = given(default_factory=dict)
    old_keys: list[str] = given(default_factory=list)
    histories: list[History] = given(default_factory=list)
    comments: dict[int, Comment] = given(default_factory=dict)
    worklogs: dict[int, Worklog] = given(default_factory=dict)
    properties: dict[str, Any] = given(default_factory=dict)


@dataclass(frozen=True)
class Emitted:
    """One webhook event. `issue_id` lets JQL filters and secondary flow know its issue; `flow` is Primary or Secondary.

    `at` is when Jira sends it (microseconds), a few milliseconds after what it tells of. `trace` echoes what the app
    sent along with the REST call that caused it.
    """

    number: int
    name: str
    at: Instant
    body: Mapping[str, Any]
    flow: Literal["Primary", "Secondary"] = "Primary"
    issue_id: int | None = None
    trace: str | None = None


@dataclass
class Installed:
    """An app on a site. `secret` changes with every install; an uninstall leaves the row, not `enabled`."""

    key: str
    client_key: str
    secret: str
    base_url: str
    account: str
    descriptor: dict[str, Any]
    enabled: bool = True
    properties: dict[str, Any] = given(default_factory=dict)
