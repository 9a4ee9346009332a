"""Cache of permissions: what Jira lets a person see, kept for at most a minute."""

import threading
from collections.abc import Callable, Collection
from typing import NamedTuple

from cachetools import TLRUCache

from connector.jira.client import JiraClient
from mappings.events.times import MINUTE
from mappings.events.types import Instant

ADMINISTER_PROJECT = "ADMINISTER_PROJECTS"
MAX_ANSWERS = 50_000


class Question(NamedTuple):
    """About whom, and about what kind of thing: "project", "issue", "site", "project admin", or "group" and a name."""

    tenant_id: int
    account: str
    kind: str


class Answer(NamedTuple):
    """What Jira answered about one object, and when it was asked."""

    asked_at: Instant
    granted: bool


class PermissionCache:
    """Answers by tenant, account and object. Safe for threads. Raises JiraError: without an answer nobody sees it."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock
        # The minute begins before the call, however long Jira takes to answer.
        self._answers: TLRUCache[tuple[Question, int], Answer] = TLRUCache(
            MAX_ANSWERS, ttu=lambda _, answer, __: answer.asked_at + MINUTE, timer=clock
        )
        self._lock = threading.Lock()

    def may_browse_project(self, tenant_id: int, client: JiraClient, account: str, project_id: int) -> bool:
        return project_id in self.fetch_browsable_projects(tenant_id, client, account, [project_id])

    def fetch_browsable_projects(
        self, tenant_id: int, client: JiraClient, account: str, project_ids: Collection[int]
    ) -> frozenset[int]:
        """Return those of the projects that the person may browse, asked in one call. Raises JiraError."""
        key = Question(tenant_id, account, "project")
        return self._answer(key, project_ids, lambda ids: client.fetch_permissions(account, projects=ids).projects)

    def known_browsable_projects(self, tenant_id: int, account: str, project_ids: Collection[int]) -> frozenset[int]:
        """Return those of the projects that Jira let the person browse in the last minute; it is not asked."""
        return self._granted(Question(tenant_id, account, "project"), project_ids)

    def may_administer_project(self, tenant_id: int, client: JiraClient, account: str, project_id: int) -> bool:
        """Tell whether the person administers the project. Raises JiraError."""
        key = Question(tenant_id, account, "project admin")
        return project_id in self._answer(
            key,
            [project_id],
            lambda ids: client.fetch_permissions(account, projects=ids, permission=ADMINISTER_PROJECT).projects,
        )

    def fetch_browsable(
        self, tenant_id: int, client: JiraClient, account: str, issue_ids: Collection[int]
    ) -> frozenset[int]:
        """Return those of the issues that the person may browse. Raises JiraError.

        Ask only for issues with a security level: the others follow their project (architecture, "The way of a page").
        """
        key = Question(tenant_id, account, "issue")
        return self._answer(key, issue_ids, lambda ids: client.fetch_permissions(account, issues=ids).issues)

    def may_administer(self, tenant_id: int, client: JiraClient, account: str) -> bool:
        key = Question(tenant_id, account, "site")
        return bool(self._answer(key, [0], lambda ids: frozenset(ids if client.fetch_administers(account) else ())))

    def is_in_group(self, tenant_id: int, client: JiraClient, account: str, group: str) -> bool:
        """Tell whether the person is in a Jira group, by its name. Raises JiraError."""
        key = Question(tenant_id, account, f"group {group}")
        return bool(self._answer(key, [0], lambda ids: frozenset(ids if group in client.fetch_groups(account) else ())))

    def _granted(self, question: Question, ids: Collection[int]) -> frozenset[int]:
        with self._lock:
            answers = {number: self._answers.get((question, number)) for number in ids}
        return frozenset(number for number, answer in answers.items() if answer is not None and answer.granted)

    def _answer(
        self, question: Question, ids: Collection[int], ask: Callable[[list[int]], frozenset[int]]
    ) -> frozenset[int]:
        now = self._clock()
        with self._lock:
            cached = {number: self._answers.get((question, number)) for number in ids}
        granted = {number for number, answer in cached.items() if answer is not None and answer.granted}
        missing = sorted(number for number, answer in cached.items() if answer is None)
        if missing:
            fresh = ask(missing) & set(missing)
            with self._lock:
                self._answers.update({(question, number): Answer(now, number in fresh) for number in missing})
            granted |= fresh
        return frozenset(granted)
