"""Types of facts and events, the same for webhooks, REST and files."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

# Facts and figures are trees of frozen structs, which cannot refer to themselves: with gc=False the garbage collector
# does not walk over the thousands of a batch (docs/speed.md).

# Microseconds since 1970-01-01T00:00Z. Jira gives milliseconds, so the last three digits are zero.
Instant: TypeAlias = int

# Keyed hash of a folded text: equal texts of one tenant have equal digests, and none can be reversed.
Digest: TypeAlias = Callable[[str], str]

# A field value longer than this, or with a line break, is prose: only its presence is kept.
TEXT_LIMIT = 255

# Replaces the text of a value that is not kept.
PROSE = "…"


class Status(Struct, frozen=True, gc=False):
    """A status of a site. `category` is Jira's key: new, indeterminate or done; None where unknown."""

    status_id: str
    name: str
    category: str | None


class Issue(Struct, frozen=True, gc=False):
    """An issue now. `fields` has each custom or system value as the texts that a mapping may name.

    `ids` are the ids of a field's values in the order of its texts, where all of them have one.
    """

    issue_id: int
    key: str
    created: Instant
    updated: Instant
    project_id: str | None = None
    project_key: str | None = None
    type_id: str | None = None
    type_name: str | None = None
    level: int | None = None
    subtask: bool = False
    parent_id: int | None = None
    parent_key: str | None = None
    summary: str = ""
    creator: str | None = None
    reporter: str | None = None
    assignee: str | None = None
    status: Status | None = None
    resolution: str | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    described: bool = False
    security: str | None = None
    fields: Mapping[str, tuple[str, ...]] = {}
    ids: Mapping[str, tuple[str, ...]] = {}


class Change(Struct, frozen=True, gc=False):
    """An item of a history. `old` and `new` are ids where Jira has ids; the texts are what Jira showed then."""

    issue_id: int
    history_id: int
    place: int
    at: Instant
    author: str | None
    field: str
    field_id: str | None = None
    old: str | None = None
    old_text: str | None = None
    new: str | None = None
    new_text: str | None = None


class Worklog(Struct, frozen=True, gc=False):
    worklog_id: int
    issue_id: int
    author: str | None
    started: Instant
    seconds: int
    created: Instant
    # The version of the worklog.
    updated: Instant


class Comment(Struct, frozen=True, gc=False):
    """A comment without its text: `length` in code points, `cjk` by docs/measurement.md (g) 12.

    `restricted`: Jira limits who may read it, so no drill-down shows it to others.
    """

    comment_id: int
    issue_id: int
    author: str | None
    created: Instant
    updated: Instant
    length: int
    cjk: bool = False
    digest: str = ""
    mentions: tuple[str, ...] = ()
    restricted: bool = False


class Link(Struct, frozen=True, gc=False):
    """A link as seen from `issue_id`; `name` is the phrase on this side, such as "is implemented by"."""

    link_id: int
    issue_id: int
    other_id: int | None
    other_key: str | None
    type_name: str
    name: str
    outward: bool


class Account(Struct, frozen=True, gc=False):
    """An account without its name: `kind` is Jira's accountType."""

    account_id: str
    kind: str = "atlassian"
    active: bool = True
    # On Data Center the name in mentions, where the account is a key.
    user_name: str | None = None


class IssueRead(Struct, frozen=True, gc=False):
    """A whole issue from one REST answer, which replaces what is stored.

    `partial` names the collections (changes, worklogs, comments, links) of which the answer had only a part, or none.
    `refused` has the path and reason of each part that could not be read, never content. `mirrored` is the hash of our
    property ("": none), None where the answer does not have it. `field_names` are the names of fields by id.
    """

    issue: Issue
    changes: tuple[Change, ...] = ()
    worklogs: tuple[Worklog, ...] = ()
    comments: tuple[Comment, ...] = ()
    links: tuple[Link, ...] = ()
    accounts: tuple[Account, ...] = ()
    statuses: tuple[Status, ...] = ()
    partial: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    mirrored: str | None = None
    field_names: Mapping[str, str] = {}


class IssueSeen(Struct, frozen=True, gc=False):
    """An issue in a webhook: its fields now, and the changes of the event (provisional)."""

    at: Instant
    issue: Issue
    changes: tuple[Change, ...] = ()
    accounts: tuple[Account, ...] = ()
    bulk: bool = False


class IssueGone(Struct, frozen=True, gc=False):
    at: Instant
    issue_id: int


class IssueTouched(Struct, frozen=True, gc=False):
    """A hint that an issue changed: it is read again."""

    at: Instant
    issue_id: int


class CommentSeen(Struct, frozen=True, gc=False):
    at: Instant
    comment: Comment
    accounts: tuple[Account, ...] = ()


class CommentGone(Struct, frozen=True, gc=False):
    """A deleted comment. `issue_id` is None where the body does not have it."""

    at: Instant
    comment_id: int
    issue_id: int | None


class WorklogSeen(Struct, frozen=True, gc=False):
    """A new or changed worklog; its issue may be unknown."""

    at: Instant
    worklog: Worklog
    accounts: tuple[Account, ...] = ()


class WorklogGone(Struct, frozen=True, gc=False):
    at: Instant
    worklog_id: int
    issue_id: int


class LinkSeen(Struct, frozen=True, gc=False):
    """A new link between two issues, by ids alone: `link` from the source, `mirror` from the other side."""

    at: Instant
    link: Link
    mirror: Link


class LinkGone(Struct, frozen=True, gc=False):
    at: Instant
    link_id: int


class ProjectSeen(Struct, frozen=True, gc=False):
    at: Instant
    project_id: str
    key: str
    name: str = ""
    archived: bool = False


class ProjectGone(Struct, frozen=True, gc=False):
    at: Instant
    project_id: str
    key: str


class AccountGone(Struct, frozen=True, gc=False):
    """A person was deleted from the site and is to be erased."""

    at: Instant
    account_id: str


class PropertySeen(Struct, frozen=True, gc=False):
    """The property that mirrors a ticket's objectives was set or removed (`digest` empty)."""

    at: Instant
    issue_id: int
    digest: str


Event: TypeAlias = (
    IssueSeen
    | IssueGone
    | IssueTouched
    | CommentSeen
    | CommentGone
    | WorklogSeen
    | WorklogGone
    | LinkSeen
    | LinkGone
    | ProjectSeen
    | ProjectGone
    | AccountGone
    | PropertySeen
)
