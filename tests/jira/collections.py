"""The base of a site: its collections, the counters that give ids, its clock, and the stream of its events."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import partial, wraps
from threading import RLock
from typing import Any, Literal, TypeVar, cast
from uuid import NAMESPACE_URL, uuid5

from tests.jira.model import (
    Emitted,
    Field,
    Instant,
    Issue,
    IssueType,
    Link,
    LinkType,
    Listener,
    Named,
    NotHere,
    Project,
    Status,
    User,
)

TRACE: ContextVar[str | None] = ContextVar("trace", default=None)
"""What the present REST call asked to have echoed by the events that it causes."""

_Deed = TypeVar("_Deed", bound=Callable[..., Any])

FIRST_ID = 10000
SITE_ZONE = "Europe/Berlin"


def deed(act: _Deed) -> _Deed:
    """What changes a site happens one at a time, since its REST reads it from other threads."""

    @wraps(act)
    def alone(site: "Store", *given: Any, **named: Any) -> Any:
        with site.lock:
            return act(site, *given, **named)

    return cast("_Deed", alone)


class Store:
    """Collections by id. `base_url` is what `self` links, clientKey's site and JWT paths start from."""

    def __init__(self, name: str, base_url: str, *, seed: int = 1) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.cloud_id = str(uuid5(NAMESPACE_URL, f"cloud {name}"))
        self.zone = SITE_ZONE
        self.users: dict[str, User] = {}
        self.projects: dict[int, Project] = {}
        self.issues: dict[int, Issue] = {}
        self.issue_types: dict[int, IssueType] = {}
        self.statuses: dict[str, Status] = {}
        self.fields: dict[str, Field] = {}
        self.priorities: dict[str, Named] = {}
        self.resolutions: dict[str, Named] = {}
        self.components: dict[str, Named] = {}
        self.sprints: dict[int, Named] = {}
        self.levels: dict[str, Named] = {}
        self.link_types: dict[int, LinkType] = {}
        self.links: dict[int, Link] = {}
        self.comment_issue: dict[int, int] = {}
        self.worklog_issue: dict[int, int] = {}
        self.deleted_worklogs: list[tuple[int, Instant]] = []
        self.events: list[Emitted] = []
        self.recording = True
        self.jitter: tuple[int, int] = (2, 90)
        self.changelog_limit = 100
        self.comment_limit: int | None = None
        self.page_limit = 100
        self.clock: Callable[[], Instant] | None = None
        self.lock = RLock()
        self._latest: Instant = 0
        self._issue_keys: dict[str, int] = {}
        self._issue_links: dict[int, set[int]] = defaultdict(set)
        self._children: dict[int, set[int]] = defaultdict(set)
        self._counters: dict[str, int] = defaultdict(partial(int, FIRST_ID - 1))
        self._random = random.Random(seed)
        self._listeners: list[Listener] = []

    def __getstate__(self) -> dict[str, Any]:
        """What a copy takes over: all but the lock."""
        return {name: value for name, value in vars(self).items() if name != "lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, lock=RLock())

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with each Emitted from now on; it must not wait for an app, which may be asking REST."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        self._listeners = [known for known in self._listeners if known != listener]

    def now(self) -> Instant:
        """The site's clock where one is set, else the latest instant at which anything happened."""
        return max(self.clock(), self._latest) if self.clock else self._latest

    def next_id(self, kind: str) -> int:
        self._counters[kind] += 1
        return self._counters[kind]

    def touch(self, at: Instant) -> Instant:
        """Let the site's time reach `at`; refuses an instant that Jira could not have."""
        if at % 1000:
            raise ValueError(f"{at} is not a whole millisecond")
        self._latest = max(self._latest, at)
        return at

    def emit(
        self,
        name: str,
        at: Instant,
        body: Callable[[], Mapping[str, Any]],
        *,
        issue_id: int | None = None,
        flow: Literal["Primary", "Secondary"] = "Primary",
    ) -> None:
        """Send an event: `body` is only shaped where somebody records or listens. The jitter is drawn in any case."""
        sent = at + self._random.randint(*self.jitter) * 1000
        if not self.recording and not self._listeners:
            return
        whole = {"timestamp": sent // 1000, "webhookEvent": name, **body()}
        event = Emitted(self.next_id("event"), name, sent, whole, flow, issue_id, TRACE.get())
        if self.recording:
            self.events.append(event)
        for listener in self._listeners:
            listener(event)

    def user(self, account: str) -> User:
        if account not in self.users:
            raise NotHere(f"account {account}")
        return self.users[account]

    def issue(self, id_or_key: int | str) -> Issue:
        """By id, key or a key that the issue had before a move; keys in any case, as in Jira."""
        text = str(id_or_key)
        number = int(text) if text.isdecimal() else self._issue_keys.get(text.upper(), 0)
        if number not in self.issues:
            raise NotHere(f"issue {id_or_key}")
        return self.issues[number]

    def project(self, id_or_key: int | str) -> Project:
        text = str(id_or_key)
        for project in self.projects.values():
            if text in (str(project.id), project.key) or text in project.old_keys:
                return project
        raise NotHere(f"project {id_or_key}")

    def status_named(self, name: str) -> Status:
        for status in self.statuses.values():
            if status.name == name:
                return status
        raise NotHere(f"status {name}")

    def issue_type_named(self, name: str) -> IssueType:
        for kind in self.issue_types.values():
            if kind.name == name:
                return kind
        raise NotHere(f"issue type {name}")

    def links_of(self, issue_id: int) -> list[Link]:
        return [self.links[link_id] for link_id in sorted(self._issue_links[issue_id])]

    def children_of(self, issue_id: int) -> list[Issue]:
        known = (self.issues.get(child) for child in sorted(self._children.get(issue_id, ())))
        # What moved to another parent, or was deleted, is still in the index.
        return [issue for issue in known if issue is not None and issue.parent == issue_id]

    def note_child(self, issue_id: int, parent: int) -> None:
        """Let `children_of` find an issue without a look at all others."""
        self._children[parent].add(issue_id)
