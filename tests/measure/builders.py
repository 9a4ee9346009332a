"""Small builders: an engagement, and tickets told step by step as their history would have it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from mappings.events.types import Change, Comment, Instant, Issue, Status, Worklog
from mappings.measure.model.engagement import Affiliation, Engagement, Hours, Objective, TicketRule, Units, Workflow
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.model.ticket import BILLION, Entry, Evidence, Measured, Role, StatusBook, Tag, Ticket
from mappings.measure.score.ticket_view import TicketView
from mappings.measure.ticket.prepared import PreparedEngagement, prepare
from tests.measure.whole_measure import measure_ticket, view_ticket

POINTS = "customfield_10016"
ZONE = "Europe/Berlin"
HOUR = 3_600_000_000
DAY = 24 * HOUR

STATUSES = {
    "To Do": ("1", "new"),
    "In Progress": ("3", "indeterminate"),
    "In Review": ("4", "indeterminate"),
    "Waiting for client": ("5", "indeterminate"),
    "Waiting for agency": ("6", "indeterminate"),
    "Legal review": ("7", "indeterminate"),
    "Done": ("8", "done"),
    "Closed": ("9", "done"),
    "Cooking": ("10", "indeterminate"),
}
BOOK = StatusBook(
    names={number: frozenset({name.casefold()}) for name, (number, _) in STATUSES.items()},
    categories=dict(STATUSES.values()),
)
WORKFLOW = Workflow(
    active=("In Progress",),
    done=("Done", "Closed"),
    review=("In Review",),
    paused_on_client=("Waiting for client",),
    paused_on_agency=("Waiting for agency",),
    gatekeeper=("Legal review",),
)


def at(text: str, zone: str = ZONE) -> Instant:
    """'2026-03-02 09:00' or '2026-03-02' in a zone."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return int(wall.timestamp()) * 1_000_000


def stays(
    account: str, side: Any, start: str, end: str | None = None, *, org: str = "", source: str = "file"
) -> Affiliation:
    org = org or {"agency": "acme", "other": "bolt", "inhouse": "growth", "gatekeeper": "legal"}[side]
    return Affiliation(account, side, org, at(start), at(end) if end else None, source)


PEOPLE = (
    stays("ann", "agency", "2025-01-01"),
    stays("abe", "agency", "2025-01-01"),
    stays("ben", "inhouse", "2025-01-01"),
    stays("ina", "inhouse", "2025-01-01"),
    stays("gus", "gatekeeper", "2025-01-01"),
    stays("oli", "agency", "2025-01-01", org="bolt"),
)


def goal(key: str = "ab", **more: Any) -> Objective:
    return Objective(key, key.title(), TicketRule(labels=(key,)), **more)


def agree(**more: Any) -> Engagement:
    """An engagement of team growth and agency acme in project GROW, from 2025-01-01 on; story points count."""
    plain: dict[str, Any] = {
        "key": "growth-acme",
        "name": "Growth and Acme",
        "zone": ZONE,
        "starts": date(2025, 1, 1),
        "projects": ("GROW",),
        "agency": "acme",
        "agency_name": "Acme",
        "people": PEOPLE,
        "workflow": WORKFLOW,
        "units": Units("story_points", POINTS),
        "objectives": (goal(),),
    }
    return Engagement(**{**plain, **more})


def lens_of(book: StatusBook = BOOK, bots: frozenset[str] = frozenset(), **more: Any) -> PreparedEngagement:
    return prepare(agree(**more), book, bots)


def open_all_week(**more: Any) -> PreparedEngagement:
    """An engagement whose every hour is a business hour, for examples that speak of elapsed time."""
    hours = Hours(days=(1, 2, 3, 4, 5, 6, 7), start=0, end=1440)
    return lens_of(workflow=replace(WORKFLOW, hours=hours), **more)


@dataclass
class Story:
    """A ticket in the making. Each step is one history; `moment` is when, `by` who did it."""

    key: str = "GROW-1"
    created: str = "2026-03-02 09:00"
    assignee: str | None = None
    points: str | None = None
    labels: tuple[str, ...] = ()
    status: str = "To Do"
    creator: str = "ina"
    number: int = 1
    more: dict[str, Any] = field(default_factory=dict)
    zone: str = ZONE
    changes: list[Change] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    subtasks: list[Ticket] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    history: int = 100

    def __post_init__(self) -> None:
        self.now = {"status": self.status, "assignee": self.assignee, POINTS: self.points}

    def change(self, when: str | Instant, by: str, *items: tuple[str, str | None, str | None]) -> "Story":
        """One history of (field, old, new); for status and points the texts, for the assignee the account."""
        self.history += 1
        moment = at(when, self.zone) if isinstance(when, str) else when
        for place, (name, old, new) in enumerate(items):
            self.changes.append(self._item(moment, by, (name, old, new), place))
        return self

    def _item(self, moment: Instant, by: str, item: tuple[str, str | None, str | None], place: int) -> Change:
        name, old, new = item
        ids = (old, new) if name == "assignee" else (None, None)
        if name == "status":
            ids = (STATUSES[old or ""][0], STATUSES[new or ""][0])
        custom = name.startswith("customfield")
        field_id = None if name in {"Key", "IssueParentAssociation", "Story Points"} else name
        shown = "Story Points" if custom else name
        return Change(self.number, self.history, place, moment, by, shown, field_id, ids[0], old, ids[1], new)

    def move(self, status: str, when: str, by: str = "ina", *also: tuple[str, str | None, str | None]) -> "Story":
        old, self.now["status"] = self.now["status"], status
        return self.change(when, by, ("status", old, status), *also)

    def assign(self, account: str | None, when: str, by: str = "ina") -> "Story":
        old, self.now["assignee"] = self.now["assignee"], account
        return self.change(when, by, ("assignee", old, account))

    def size(self, points: str | None, when: str, by: str = "ina") -> "Story":
        old, self.now[POINTS] = self.now[POINTS], points
        return self.change(when, by, (POINTS, old, points))

    def log(self, account: str | None, hours: float, when: str | Instant) -> "Story":
        moment = at(when, self.zone) if isinstance(when, str) else when
        number = 10 * self.number + len(self.worklogs)
        self.worklogs.append(Worklog(number, self.number, account, moment, int(hours * 3600), moment, moment))
        return self

    def say(self, account: str, when: str | Instant, length: int = 60, **more: Any) -> "Story":
        moment = at(when, self.zone) if isinstance(when, str) else when
        number = 1000 * self.number + len(self.comments)
        words = {"digest": f"{self.number}-{number}", **more}
        self.comments.append(Comment(number, self.number, account, moment, moment, length, **words))
        return self

    def role(
        self, account: str, name: Any, since: str, until: str | None = None, objective: str | None = None
    ) -> "Story":
        self.roles.append(Role(account, name, at(since), at(until) if until else None, objective))
        return self

    def tag(self, objective: str, since: str, confirmed: str | None = None, until: str | None = None) -> "Story":
        ends = [at(text) if text else None for text in (until, confirmed)]
        self.tags.append(Tag(objective, at(since), "ina", *ends))
        return self

    def child(self, story: "Story") -> "Story":
        ticket = story.ticket()
        self.subtasks.append(replace(ticket, issue=replace(ticket.issue, subtask=True, level=-1)))
        return self

    def ticket(self, **more: Any) -> Ticket:
        now = self.now["status"] or ""
        number, category = STATUSES[now]
        points = self.now[POINTS]
        plain: dict[str, Any] = {
            "level": 0,
            "creator": self.creator,
            "assignee": self.now["assignee"],
            "status": Status(number, now, category),
            "labels": self.labels,
            "fields": {POINTS: (points,)} if points is not None else {},
        }
        created = at(self.created, self.zone)
        issue = Issue(self.number, self.key, created, created, **{**plain, **self.more})
        return Ticket(
            issue,
            tuple(self.changes),
            tuple(self.worklogs),
            tuple(self.comments),
            subtasks=tuple(self.subtasks),
            roles=tuple(self.roles),
            tags=tuple(self.tags),
            **more,
        )


def measure(story: Story, prepared: PreparedEngagement | None = None) -> Measured:
    return measure_ticket(prepared or lens_of(), story.ticket())


def entry(story: Story, prepared: PreparedEngagement | None = None) -> Entry:
    """The only entry of a ticket."""
    (measured_entry,) = measure(story, prepared).entries
    return measured_entry


def kinds(story: Story, prepared: PreparedEngagement | None = None) -> dict[str, int]:
    """Account to kind of evidence, for a ticket with one objective."""
    return {row.account: row.kind for row in measure(story, prepared).evidence}


def row(story: Story, account: str, prepared: PreparedEngagement | None = None) -> Evidence:
    (evidence_row,) = [row for row in measure(story, prepared).evidence if row.account == account]
    return evidence_row


def units(billionths: int) -> float:
    return billionths / BILLION


def hours(entry: Entry) -> dict[str, float]:
    names = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict", "unassigned")
    return {name: amount / HOUR for name, amount in zip(names, entry.active, strict=True) if amount}


def shares(entry: Entry) -> dict[str, float]:
    names = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict")
    total = sum(entry.weights)
    return {name: round(weight / total, 4) for name, weight in zip(names, entry.weights, strict=True) if weight}


def look(story: Story, prepared: PreparedEngagement | None = None) -> TicketView:
    """A ticket as the dimensions see it."""
    prepared, ticket = prepared or lens_of(), story.ticket()
    view = view_ticket(prepared, ticket, measure_ticket(prepared, ticket))
    assert view is not None
    return view


def xs(opportunities: list[Opportunity]) -> list[float]:
    return [float(row.x) for row in opportunities]
