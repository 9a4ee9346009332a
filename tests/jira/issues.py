"""Issues of a site: created, edited, moved through their workflow, moved between projects, deleted."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.jira.catalog import Catalog
from tests.jira.changes import change, change_resolution, item
from tests.jira.collections import deed
from tests.jira.events import comment_body, created_changelog, issue_body, link_body, worklog_body
from tests.jira.model import POINTS_FIELD, History, Instant, Issue, IssueType, Item, Project, Status
from tests.jira.projects import Projects

SET_AT_CREATION = (
    "status",
    "reporter",
    "assignee",
    "parent",
    "description",
    "labels",
    "components",
    "security",
    "priority",
    "duedate",
    "timeoriginalestimate",
)


class Issues(Catalog, Projects):
    """Each act writes at most one history and sends at most one issue event."""

    @deed
    def create_issue(
        self,
        project_key: str,
        type_name: str,
        summary: str,
        *,
        by: str,
        at: Instant,
        points: float | None = None,
        fields: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> Issue:
        """Without `status` it is in the site's first. `values` are the names in SET_AT_CREATION; parent is an id.

        Jira writes no history for a creation; only the event carries one, whose id REST never shows.
        """
        if unknown := set(values) - set(SET_AT_CREATION):
            raise TypeError(f"an issue has no {', '.join(sorted(unknown))} at creation")
        given = {name: value for name, value in values.items() if value is not None}
        status = self.status_named(given.pop("status", next(iter(self.statuses.values())).name))
        made = self._new_issue(self.project(project_key), self.issue_type_named(type_name), status, by, at)
        made.summary = summary
        extra = {**(fields or {}), **({POINTS_FIELD: points} if points is not None else {})}
        change(self, made, {**given, "fields": extra})
        number = self.next_id("history")
        self.emit(
            "jira:issue_created",
            at,
            lambda: issue_body(self, made, by, "issue_created", created_changelog(self, made, number)),
            issue_id=made.id,
        )
        return made

    def _new_issue(self, project: Project, kind: IssueType, status: Status, by: str, at: Instant) -> Issue:
        made = Issue(
            id=self.next_id("issue"),
            key=self._next_key(project),
            project_id=project.id,
            type_id=kind.id,
            summary="",
            creator=by,
            reporter=by,
            created=self.touch(at),
            updated=at,
            status_id=status.id,
            status_since=at,
        )
        self.issues[made.id] = made
        self._issue_keys[made.key] = made.id
        return made

    @deed
    def edit(self, issue_id: int, *, by: str, at: Instant, bulk: bool = False, **changes: Any) -> int | None:
        """One history with an item for each change; returns its id, None where nothing changed and nothing is sent."""
        issue = self.issue(issue_id)
        only_assigned = set(changes) == {"assignee"}
        items = change(self, issue, changes)
        return self._write(issue, items, by, at, "issue_assigned" if only_assigned else "issue_updated", bulk)

    @deed
    def transition(
        self, issue_id: int, status_name: str, *, by: str, at: Instant, resolution: str | None = None, **changes: Any
    ) -> int | None:
        """Into a status; a resolution that is given is set, and one that stands is cleared on leaving done."""
        issue, target = self.issue(issue_id), self.status_named(status_name)
        items = self._resolve(issue, target, resolution, at) + change(self, issue, changes)
        return self._write(issue, items + self._enter(issue, target, at), by, at, "issue_generic")

    @deed
    def move_issue(
        self, issue_id: int, project_key: str, *, by: str, at: Instant, status: str | None = None, **changes: Any
    ) -> int | None:
        """To another project: a new key, under which and under the old one it is found."""
        issue, target = self.issue(issue_id), self.project(project_key)
        source = self.projects[issue.project_id]
        items = change(self, issue, changes)
        items.append(item("project", (str(source.id), source.name), (str(target.id), target.name)))
        if status:
            items += self._enter(issue, self.status_named(status), at)
        issue.project_id = target.id
        issue.old_keys.append(issue.key)
        issue.key = self._next_key(target)
        self._issue_keys[issue.key] = issue.id
        items.append(Item("Key", None, "jira", None, issue.old_keys[-1], None, issue.key))
        return self._write(issue, items, by, at, "issue_moved")

    @deed
    def delete_issue(self, issue_id: int, *, by: str, at: Instant) -> None:
        """With its sub-tasks. What hung on it is told by the secondary flow."""
        issue = self.issue(issue_id)
        for child in self.children_of(issue.id):
            if self.issue_types[child.type_id].subtask:
                self.delete_issue(child.id, by=by, at=at)
        self.touch(at)
        self.emit("jira:issue_deleted", at, lambda: issue_body(self, issue, by, None, None), issue_id=issue.id)
        self._send_what_hung(issue, by, at)
        self.deleted_worklogs += [(worklog_id, at) for worklog_id in issue.worklogs]
        self.forget_issues({issue.id})

    def write_history(self, issue: Issue, items: Iterable[Item], by: str, at: Instant) -> History:
        """Add a history without sending an event."""
        history = History(self.next_id("history"), by, self.touch(at), tuple(items))
        issue.histories.append(history)
        issue.updated = max(issue.updated, at)
        return history

    def _write(
        self, issue: Issue, items: list[Item], by: str, at: Instant, name: str, bulk: bool = False
    ) -> int | None:
        if not items:
            return None
        history = self.write_history(issue, items, by, at)
        flow = "Secondary" if bulk else "Primary"
        self.emit(
            "jira:issue_updated",
            at,
            lambda: issue_body(self, issue, by, name, history, bulk=bulk),
            issue_id=issue.id,
            flow=flow,  # type: ignore[arg-type]  # a literal chosen by a condition
        )
        return history.id

    def _resolve(self, issue: Issue, target: Status, resolution: str | None, at: Instant) -> list[Item]:
        if resolution is None and target.category == "done":
            return []
        items = change_resolution(self, issue, self.resolution(resolution).name if resolution else None)
        issue.resolved = (at if issue.resolution else None) if items else issue.resolved
        return items

    def _enter(self, issue: Issue, target: Status, at: Instant) -> list[Item]:
        source = self.statuses[issue.status_id]
        if source == target:
            return []
        issue.status_id = target.id
        issue.status_since = at if source.category != target.category else issue.status_since
        return [item("status", (source.id, source.name), (target.id, target.name))]

    def _next_key(self, project: Project) -> str:
        project.last_number += 1
        return f"{project.key}-{project.last_number}"

    def _send_what_hung(self, issue: Issue, by: str, at: Instant) -> None:
        trail = [("comment_deleted", comment_body(self, comment)) for comment in issue.comments.values()]
        trail += [("worklog_deleted", worklog_body(self, worklog, by)) for worklog in issue.worklogs.values()]
        trail += [("issuelink_deleted", link_body(self, link)) for link in self.links_of(issue.id)]
        for name, body in trail:
            self.emit(name, at, lambda body=body: body, issue_id=issue.id, flow="Secondary")  # type: ignore[misc]  # bound per turn
