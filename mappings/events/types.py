"""One vocabulary for what happened in Jira, whichever door told us."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

# Microseconds since 1970-01-01T00:00Z. Jira gives milliseconds, so the last three digits are zero.
Instant: TypeAlias = int

# Keyed hash of a folded text: equal texts of one tenant give equal digests, and nothing can be read back.
Digest: TypeAlias = Callable[[str], str]

# A field value longer than this, or with a line break, is prose: its presence is kept, its text is not.
TEXT_LIMIT = 255

# Stands for the text of a value that was not kept.
PROSE = "…"


class Status(Struct, frozen=True):
    """A status as one site knows it. `category` is Jira's key: new, indeterminate, done, or None where unknown."""

    status_id: str
    name: str
    category: str | None


class Issue(Struct, frozen=True):
    """What an issue holds now. `fields` keeps each custom or system value as the texts a mapping may name.

    `ids` are the ids of the values of a field, in the order of its texts, where all of them have one.
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


class Change(Struct, frozen=True):
    """One item of one history. `old`/`new` are ids where Jira has ids; the texts are what Jira showed then."""

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


class Worklog(Struct, frozen=True):
    """Time somebody logged. `updated` is its version."""

    worklog_id: int
    issue_id: int
    author: str | None
    started: Instant
    seconds: int
    created: Instant
    updated: Instant


class Comment(Struct, frozen=True):
    """A comment without its words: `length` in code points by measurement (g) 12, `cjk` where the 15 rule applies.

    `restricted` is true where Jira limits who may read it, so that no drill-down shows it to others.
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


class Link(Struct, frozen=True):
    """A link as seen from `issue_id`; `name` is the phrase on this side, such as "is implemented by"."""

    link_id: int
    issue_id: int
    other_id: int | None
    other_key: str | None
    type_name: str
    name: str
    outward: bool


class Account(Struct, frozen=True):
    """What a body says of a person without naming them: kind is Jira's accountType."""

    account_id: str
    kind: str = "atlassian"
    active: bool = True
    # On Data Center, what mentions call a person whose account is a key.
    user_name: str | None = None


class IssueRead(Struct, frozen=True):
    """An issue whole, as one REST answer gives it: nothing else is true of it, but what is newer than the read.

    `complete` is false where the changelog is shorter than its `total`; `partial` names the collections
    (changes, worklogs, comments, links) of which the answer held only a part, or none. `refused` says of each part
    that could not be read where it stands and why, never what it holds. `mirrored` is the hash of our own property
    ("": none there), None where the answer does not tell. `field_names` are the names of fields by id, where the
    answer brings them.
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


class IssueSeen(Struct, frozen=True):
    """An issue as a webhook shows it: its fields now, and the changes that came with the event (provisional)."""

    at: Instant
    issue: Issue
    changes: tuple[Change, ...] = ()
    accounts: tuple[Account, ...] = ()
    bulk: bool = False


class IssueGone(Struct, frozen=True):
    """An issue was deleted."""

    at: Instant
    issue_id: int


class IssueTouched(Struct, frozen=True):
    """A hint that an issue changed, without saying how: it is to be read again."""

    at: Instant
    issue_id: int


class CommentSeen(Struct, frozen=True):
    """A comment was written or edited."""

    at: Instant
    comment: Comment
    accounts: tuple[Account, ...] = ()


class CommentGone(Struct, frozen=True):
    """A comment was deleted. `issue_id` is None where the body does not say."""

    at: Instant
    comment_id: int
    issue_id: int | None


class WorklogSeen(Struct, frozen=True):
    """A worklog was written or edited; its issue may not be known yet."""

    at: Instant
    worklog: Worklog
    accounts: tuple[Account, ...] = ()


class WorklogGone(Struct, frozen=True):
    """A worklog was deleted."""

    at: Instant
    worklog_id: int
    issue_id: int


class LinkSeen(Struct, frozen=True):
    """A link was made between two issues, named by id alone: `link` as the source sees it, `mirror` as the other."""

    at: Instant
    link: Link
    mirror: Link


class LinkGone(Struct, frozen=True):
    """A link was removed."""

    at: Instant
    link_id: int


class ProjectSeen(Struct, frozen=True):
    """A project was created, renamed or restored."""

    at: Instant
    project_id: str
    key: str
    name: str = ""
    archived: bool = False


class ProjectGone(Struct, frozen=True):
    """A project was deleted with everything in it."""

    at: Instant
    project_id: str
    key: str


class AccountGone(Struct, frozen=True):
    """A person was deleted from the site: erase."""

    at: Instant
    account_id: str


class PropertySeen(Struct, frozen=True):
    """The property that mirrors a ticket's objectives was set, or taken away (`digest` empty)."""

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
