"""What Jira lets a person see: asked of Jira itself, remembered for at most a minute."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from connector.jira.client import JiraClient
from mappings.events.times import MINUTE
from mappings.events.types import Instant

ADMINISTER_PROJECT = "ADMINISTER_PROJECTS"
REMEMBERED_FOR = MINUTE
KEPT = 50_000


class Question(NamedTuple):
    """About whom, and about what kind of thing."""

    tenant_id: int
    account: str
    kind: Literal["project", "issue", "site", "project admin"]


class PermissionCache:
    """Answers by tenant, account and object. Safe for threads. Where Jira does not answer nobody sees anything."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock
        self._answers: OrderedDict[tuple[Question, int], tuple[Instant, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def may_browse_project(self, tenant_id: int, client: JiraClient, account: str, project_id: int) -> bool:
        """Tell whether the person may browse the project. Raises JiraError."""
        key = Question(tenant_id, account, "project")
        return project_id in self._answer(
            key, [project_id], lambda ids: client.fetch_permissions(account, projects=ids).projects
        )

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
        """Tell whether the person administers the site. Raises JiraError."""
        key = Question(tenant_id, account, "site")
        return bool(self._answer(key, [0], lambda ids: frozenset(ids if client.fetch_administers(account) else ())))

    def _answer(
        self, question: Question, ids: Collection[int], ask: Callable[[list[int]], frozenset[int]]
    ) -> frozenset[int]:
        now = self._clock()
        held = {each: self._answers.get((question, each)) for each in ids}
        known = {each: entry[1] for each, entry in held.items() if entry and now - entry[0] < REMEMBERED_FOR}
        missing = sorted(set(ids) - set(known))
        if missing:
            granted = ask(missing)
            answers = {each: each in granted for each in missing}
            self._remember({(question, each): (now, may) for each, may in answers.items()})
            known |= answers
        return frozenset(each for each, may in known.items() if may)

    def _remember(self, answers: dict[tuple[Question, int], tuple[Instant, bool]]) -> None:
        with self._lock:
            for key, answer in answers.items():
                self._answers[key] = answer
                self._answers.move_to_end(key)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
