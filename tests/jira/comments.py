"""Comments and worklogs of issues: what people write and the time they log."""

from collections.abc import Mapping

from tests.jira.changes import change_remaining, item
from tests.jira.collections import deed
from tests.jira.events import comment_body, commented_body, issue_body, worklog_body
from tests.jira.issues import Issues
from tests.jira.model import Comment, History, Instant, Issue, Item, Worklog

ONLY_WHEN_CREATED = {"isFromIssueLimitTransformation": False}


class Comments(Issues):
    """Jira sends two events for each: the comment's or worklog's own, and an update of its issue."""

    @deed
    def add_comment(
        self,
        issue_id: int,
        *,
        by: str,
        at: Instant,
        text: str,
        mentions: tuple[str, ...] = (),
        role: str | None = None,
        internal: bool = False,
    ) -> int:
        """`text` is wiki markup; people in `mentions` whom it does not name are named at its front."""
        issue = self.issue(issue_id)
        words = with_mentions(text, mentions)
        made = Comment(self.next_id("comment"), issue.id, by, words, self.touch(at), at, by, role, internal)
        issue.comments[made.id] = made
        self.comment_issue[made.id] = issue.id
        self._send_comment("comment_created", "issue_commented", made, by, at)
        return made.id

    @deed
    def edit_comment(self, comment_id: int, *, by: str, at: Instant, text: str, mentions: tuple[str, ...] = ()) -> None:
        comment = self.comment(comment_id)
        comment.text, comment.updated, comment.update_author = with_mentions(text, mentions), self.touch(at), by
        self._send_comment("comment_updated", "issue_comment_edited", comment, by, at)

    @deed
    def delete_comment(self, comment_id: int, *, by: str, at: Instant) -> None:
        comment = self.comment(comment_id)
        self.touch(at)
        del self.issues[comment.issue_id].comments[comment_id]
        self._send_comment("comment_deleted", "issue_comment_deleted", comment, by, at)
        del self.comment_issue[comment_id]

    def comment(self, comment_id: int) -> Comment:
        return self.issues[self.comment_issue[comment_id]].comments[comment_id]

    @deed
    def add_worklog(
        self, issue_id: int, *, by: str, at: Instant, started: Instant, seconds: int, text: str = ""
    ) -> int:
        """`started` is when the work began, by its author's word; it may lie far before `at`."""
        issue = self.issue(issue_id)
        made = Worklog(self.next_id("worklog"), issue.id, by, started, seconds, text, self.touch(at), at, by)
        before = spent_on(issue)
        issue.worklogs[made.id] = made
        self.worklog_issue[made.id] = issue.id
        history = self.write_history(issue, self._time_items(issue, before), by, at)
        self._send_worklog("worklog_created", "issue_worklogged", made, history, ONLY_WHEN_CREATED)
        return made.id

    @deed
    def edit_worklog(
        self,
        worklog_id: int,
        *,
        by: str,
        at: Instant,
        seconds: int | None = None,
        started: Instant | None = None,
        text: str | None = None,
    ) -> None:
        worklog = self.worklog(worklog_id)
        issue = self.issues[worklog.issue_id]
        before = spent_on(issue)
        worklog.seconds = worklog.seconds if seconds is None else seconds
        worklog.started = worklog.started if started is None else started
        worklog.text = worklog.text if text is None else text
        worklog.updated, worklog.update_author = self.touch(at), by
        items = [*self._time_items(issue, before), *worklog_items(worklog)]
        history = self.write_history(issue, items, by, at)
        self._send_worklog("worklog_updated", "issue_worklog_updated", worklog, history)

    @deed
    def delete_worklog(self, worklog_id: int, *, by: str, at: Instant) -> None:
        worklog = self.worklog(worklog_id)
        issue = self.issues[worklog.issue_id]
        before = spent_on(issue)
        del issue.worklogs[worklog_id]
        self.deleted_worklogs.append((worklog_id, at))
        items = [*self._time_items(issue, before), *worklog_items(worklog, gone=True)]
        history = self.write_history(issue, items, by, at)
        self._send_worklog("worklog_deleted", "issue_worklog_deleted", worklog, history)
        del self.worklog_issue[worklog_id]

    def worklog(self, worklog_id: int) -> Worklog:
        return self.issues[self.worklog_issue[worklog_id]].worklogs[worklog_id]

    def _time_items(self, issue: Issue, before: int) -> list[Item]:
        after = spent_on(issue)
        items = []
        if issue.timeestimate is not None:
            items += change_remaining(self, issue, max(0, issue.timeestimate - (after - before)))
        if before == after:
            return items
        ends = [(str(seconds), str(seconds)) if seconds else (None, None) for seconds in (before, after)]
        return [*items, item("timespent", ends[0], ends[1])]

    def _send_comment(self, name: str, type_name: str, comment: Comment, by: str, at: Instant) -> None:
        issue = self.issues[comment.issue_id]
        issue.updated = max(issue.updated, at)
        self.emit(name, at, lambda: comment_body(self, comment), issue_id=issue.id)
        self.emit(
            "jira:issue_updated",
            at,
            lambda: commented_body(self, issue, by, type_name, comment),
            issue_id=issue.id,
        )

    def _send_worklog(
        self, name: str, type_name: str, worklog: Worklog, history: History, more: Mapping[str, bool] | None = None
    ) -> None:
        issue = self.issues[worklog.issue_id]
        at, by = history.created, history.author
        self.emit(name, at, lambda: {**worklog_body(self, worklog, by), **(more or {})}, issue_id=issue.id)
        self.emit(
            "jira:issue_updated",
            at,
            lambda: issue_body(self, issue, by, type_name, history),
            issue_id=issue.id,
        )


def spent_on(issue: Issue) -> int:
    """Seconds logged on the issue itself."""
    return sum(worklog.seconds for worklog in issue.worklogs.values())


def with_mentions(text: str, mentions: tuple[str, ...]) -> str:
    marks = [f"[~accountid:{account}]" for account in mentions]
    return " ".join([mark for mark in marks if mark not in text] + [text])


def worklog_items(worklog: Worklog, gone: bool = False) -> list[Item]:
    """Jira names the worklog only when it is changed or deleted, and its time only when it is deleted."""
    number, text = str(worklog.id), str(worklog.seconds)
    named = [Item("WorklogId", None, "jira", number, number, None, None)]
    return named + ([Item("WorklogTimeSpent", None, "jira", text, text, None, None)] if gone else [])
