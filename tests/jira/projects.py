"""Projects of a site: made, renamed, put aside, brought back, deleted."""

from tests.jira.collections import deed
from tests.jira.events import project_body
from tests.jira.model import Instant, Project
from tests.jira.people import People


class Projects(People):
    """Each act sends its project_* event; none of them writes into an issue's changelog, as in Jira."""

    @deed
    def add_project(self, key: str, name: str, *, lead: str, private: bool = False) -> Project:
        """Every person of the site browses and works in it, unless it is `private`: then only whom `grant` names."""
        made = Project(self.next_id("project"), key, name, lead, private)
        self.projects[made.id] = made
        self.emit("project_created", self.now(), lambda: project_body(self, made, lead))
        return made

    @deed
    def rename_project_key(self, key: str, new_key: str, *, by: str, at: Instant) -> None:
        """Every issue takes the new key; the old ones still resolve, and no changelog says so."""
        project = self.project(key)
        project.old_keys.append(project.key)
        project.key = new_key
        for issue in self.issues.values():
            if issue.project_id == project.id:
                issue.old_keys.append(issue.key)
                issue.key = f"{new_key}-{issue.key.rpartition('-')[2]}"
                self._issue_keys[issue.key] = issue.id
        self._send("project_updated", project, by, at)

    @deed
    def rename_project(self, key: str, name: str, *, by: str, at: Instant) -> None:
        project = self.project(key)
        project.name = name
        self._send("project_updated", project, by, at)

    @deed
    def archive_project(self, key: str, *, by: str, at: Instant) -> None:
        project = self.project(key)
        project.archived = True
        self._send("project_archived", project, by, at)

    @deed
    def restore_project(self, key: str, *, by: str, at: Instant) -> None:
        """Back from the archive or from the trash."""
        project = self.project(key)
        name = "project_restored_deleted" if project.trashed else "project_restored_archived"
        project.archived = project.trashed = False
        self._send(name, project, by, at)

    @deed
    def trash_project(self, key: str, *, by: str, at: Instant) -> None:
        """What "move to trash" does: gone for everybody, until it is restored or deleted."""
        project = self.project(key)
        project.trashed = True
        self._send("project_soft_deleted", project, by, at)

    @deed
    def delete_project(self, key: str, *, by: str, at: Instant) -> None:
        """Delete for good, with its issues, for which no event is sent."""
        project = self.project(key)
        self._send("project_deleted", project, by, at)
        doomed = {issue.id for issue in self.issues.values() if issue.project_id == project.id}
        self.forget_issues(doomed)
        del self.projects[project.id]

    def forget_issues(self, doomed: set[int]) -> None:
        """Take issues and what hangs on them out of every collection."""
        for issue_id in doomed:
            issue = self.issues.pop(issue_id)
            for link in self.links_of(issue_id):
                del self.links[link.id]
                self._issue_links[link.source].discard(link.id)
                self._issue_links[link.target].discard(link.id)
            for comment_id in issue.comments:
                del self.comment_issue[comment_id]
            for worklog_id in issue.worklogs:
                del self.worklog_issue[worklog_id]

    def _send(self, name: str, project: Project, by: str, at: Instant) -> None:
        self.touch(at)
        self.emit(name, at, lambda: project_body(self, project, by))
