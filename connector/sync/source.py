"""Source: one tenant's Jira and database as a sync uses them, with a count of the calls."""

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
    """One tenant's Jira, asked for one purpose. `asked` counts the calls; `ask` and `each` raise JiraError."""

    engine: Engine = field(repr=False)
    tenant_id: int
    digest: Digest = field(repr=False)
    jira: JiraClient = field(repr=False)
    clock: Callable[[], Instant]
    connect: bool = True
    asked: int = 0

    def ask(self, method: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        self.asked += 1
        return method(*args, **options)

    def each(self, pages: Iterator[Any]) -> Iterator[Any]:
        for page in pages:
            self.asked += 1
            yield page
