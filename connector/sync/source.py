"""Where a sync reads from and saves to: one tenant's Jira and records, the time, and how often Jira was asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Engine

from connector.jira.client import JiraClient
from mappings.events.types import Digest, Instant

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Source:
    """One tenant's Jira, asked for one purpose. `asked` counts the calls since it was made."""

    engine: Engine = field(repr=False)
    tenant_id: int
    digest: Digest = field(repr=False)
    jira: JiraClient = field(repr=False)
    clock: Callable[[], Instant]
    connect: bool = True
    asked: int = 0

    def ask(self, method: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """Ask Jira once, and count it. Raises JiraError."""
        self.asked += 1
        return method(*args, **options)

    def each(self, pages: Iterator[Any]) -> Iterator[Any]:
        """Give page after page, each of them counted. Raises JiraError."""
        for page in pages:
            self.asked += 1
            yield page
