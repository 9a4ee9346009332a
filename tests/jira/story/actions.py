"""What people do in the story: each action is one call on the stand-in's site, at its instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Ids = dict[str, int]
"""What the site gave each reference: an issue's, comment's or worklog's id. Plain enough to keep as JSON."""


class Action(Protocol):
    """One thing that somebody does at an instant, in microseconds."""

    @property
    def at(self) -> int: ...

    @property
    def ref(self) -> str: ...

    def apply(self, site: Any, ids: Ids, /) -> None: ...


@dataclass(frozen=True, slots=True)
class CreateIssue:
    at: int
    ref: str
    by: str
    project: str
    type_name: str
    summary: str
    parent: str | None = None
    status: str = "To Do"
    assignee: str | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    points: float | None = None
    description: str | None = None
    security: str | None = None
    fields: tuple[tuple[str, str], ...] = ()

    def apply(self, site: Any, ids: Ids) -> None:
        issue = site.create_issue(
            self.project,
            self.type_name,
            self.summary,
            by=self.by,
            at=self.at,
            parent=ids[self.parent] if self.parent else None,
            status=self.status,
            assignee=self.assignee,
            labels=self.labels,
            components=self.components,
            points=self.points,
            description=self.description,
            security=self.security,
            fields=dict(self.fields),
        )
        ids[self.ref] = issue.id


@dataclass(frozen=True, slots=True)
class EditIssue:
    at: int
    ref: str
    by: str
    changes: tuple[tuple[str, Any], ...]

    def apply(self, site: Any, ids: Ids) -> None:
        site.edit(ids[self.ref], by=self.by, at=self.at, **dict(self.changes))


@dataclass(frozen=True, slots=True)
class Transition:
    at: int
    ref: str
    by: str
    status: str
    resolution: str | None = None
    changes: tuple[tuple[str, Any], ...] = ()

    def apply(self, site: Any, ids: Ids) -> None:
        changes: Mapping[str, Any] = dict(self.changes)
        site.transition(ids[self.ref], self.status, by=self.by, at=self.at, resolution=self.resolution, **changes)


@dataclass(frozen=True, slots=True)
class AddComment:
    at: int
    ref: str
    name: str
    by: str
    text: str
    mentions: tuple[str, ...] = ()

    def apply(self, site: Any, ids: Ids) -> None:
        ids[self.name] = site.add_comment(ids[self.ref], by=self.by, at=self.at, text=self.text, mentions=self.mentions)


@dataclass(frozen=True, slots=True)
class EditComment:
    at: int
    ref: str
    name: str
    by: str
    text: str

    def apply(self, site: Any, ids: Ids) -> None:
        site.edit_comment(ids[self.name], by=self.by, at=self.at, text=self.text)


@dataclass(frozen=True, slots=True)
class DeleteComment:
    at: int
    ref: str
    name: str
    by: str

    def apply(self, site: Any, ids: Ids) -> None:
        site.delete_comment(ids[self.name], by=self.by, at=self.at)


@dataclass(frozen=True, slots=True)
class AddWorklog:
    at: int
    ref: str
    name: str
    by: str
    started: int
    seconds: int

    def apply(self, site: Any, ids: Ids) -> None:
        ids[self.name] = site.add_worklog(
            ids[self.ref], by=self.by, at=self.at, started=self.started, seconds=self.seconds
        )


@dataclass(frozen=True, slots=True)
class EditWorklog:
    at: int
    ref: str
    name: str
    by: str
    seconds: int

    def apply(self, site: Any, ids: Ids) -> None:
        site.edit_worklog(ids[self.name], by=self.by, at=self.at, seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class DeleteWorklog:
    at: int
    ref: str
    name: str
    by: str

    def apply(self, site: Any, ids: Ids) -> None:
        site.delete_worklog(ids[self.name], by=self.by, at=self.at)


@dataclass(frozen=True, slots=True)
class LinkIssues:
    """`ref` is the outward issue: "ref implements other"."""

    at: int
    ref: str
    by: str
    type_name: str
    other: str

    def apply(self, site: Any, ids: Ids) -> None:
        site.link(self.type_name, ids[self.ref], ids[self.other], by=self.by, at=self.at)


@dataclass(frozen=True, slots=True)
class MoveIssue:
    at: int
    ref: str
    by: str
    project: str

    def apply(self, site: Any, ids: Ids) -> None:
        site.move_issue(ids[self.ref], self.project, by=self.by, at=self.at)


@dataclass(frozen=True, slots=True)
class DeleteIssue:
    at: int
    ref: str
    by: str

    def apply(self, site: Any, ids: Ids) -> None:
        site.delete_issue(ids[self.ref], by=self.by, at=self.at)


@dataclass(frozen=True, slots=True)
class CloseAccount:
    """`ref` is the account that leaves the site."""

    at: int
    ref: str

    def apply(self, site: Any, _: Ids) -> None:
        site.close_account(self.ref, at=self.at)
