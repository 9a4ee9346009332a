"""A made-up ticket as its history would tell it, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mappings.events.types import Account, Change, Comment, Instant, Issue, IssueRead, Status, Worklog

PROJECT = "SAMPLE"
PROJECT_ID = "1"
STATUSES: Mapping[str, Status] = {
    name: Status(str(number), name, category)
    for number, (name, category) in enumerate(
        (
            ("To Do", "new"),
            ("In Progress", "indeterminate"),
            ("In Review", "indeterminate"),
            ("With Legal", "indeterminate"),
            ("Done", "done"),
        ),
        start=1,
    )
}
TYPE_IDS: Mapping[str, str] = {"Task": "1", "Incident": "2"}
# Steps of one ticket, so that ids of different tickets never meet.
MOST_STEPS = 100
# Characters of a made-up comment: long enough to say something.
COMMENT_LENGTH = 240


@dataclass
class TicketLog:
    """A ticket in the making; each step is one entry of its history."""

    number: int
    created: Instant
    creator: str
    summary: str
    labels: tuple[str, ...] = ()
    type_name: str = "Task"
    changes: list[Change] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    steps: int = 0

    def _next_id(self) -> int:
        self.steps += 1
        return self.number * MOST_STEPS + self.steps

    def assign(self, at: Instant, by: str, holder: str) -> None:
        """Give the ticket to somebody."""
        before = next((change.new for change in reversed(self.changes) if change.field == "assignee"), None)
        change = Change(self.number, self._next_id(), 0, at, by, "assignee", "assignee", before, None, holder, None)
        self.changes.append(change)

    def move(self, at: Instant, by: str, name: str) -> None:
        """Move the ticket to a status."""
        moves = [change.new_text for change in self.changes if change.field == "status"]
        old, new = STATUSES[(moves or ["To Do"])[-1] or "To Do"], STATUSES[name]
        ends = (old.status_id, old.name, new.status_id, new.name)
        self.changes.append(Change(self.number, self._next_id(), 0, at, by, "status", "status", *ends))

    def comment(self, at: Instant, by: str) -> None:
        """Let somebody explain something on the ticket."""
        number = self._next_id()
        self.comments.append(Comment(number, self.number, by, at, at, COMMENT_LENGTH, digest=f"sample {number}"))

    def log(self, at: Instant, by: str, minutes: int) -> None:
        """Log work on the ticket."""
        self.worklogs.append(Worklog(self._next_id(), self.number, by, at, minutes * 60, at, at))

    def read(self, now: Instant) -> IssueRead:
        """Return the ticket as it stands now; what lies after now has not happened."""
        changes = tuple(change for change in self.changes if change.at <= now)
        comments = tuple(comment for comment in self.comments if comment.created <= now)
        worklogs = tuple(worklog for worklog in self.worklogs if worklog.started <= now)
        latest = {change.field: change for change in changes}
        status = STATUSES[(latest["status"].new_text if "status" in latest else None) or "To Do"]
        issue = Issue(
            self.number,
            f"{PROJECT}-{self.number}",
            self.created,
            max([self.created, *(change.at for change in changes)]),
            project_id=PROJECT_ID,
            project_key=PROJECT,
            type_id=TYPE_IDS[self.type_name],
            type_name=self.type_name,
            level=0,
            summary=self.summary,
            creator=self.creator,
            reporter=self.creator,
            assignee=latest["assignee"].new if "assignee" in latest else None,
            status=status,
            resolution="Done" if status.category == "done" else None,
            labels=self.labels,
            described=True,
        )
        return IssueRead(issue, changes, worklogs, comments, accounts=self._accounts(), statuses=(*STATUSES.values(),))

    def _accounts(self) -> tuple[Account, ...]:
        people = {self.creator, *(change.author for change in self.changes), *(each.author for each in self.comments)}
        people |= {change.new for change in self.changes if change.field == "assignee"}
        return tuple(Account(account) for account in sorted(filter(None, people)))
