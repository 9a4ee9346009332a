"""One engagement file beside the site it speaks of: what every other part of the derivation looks things up in."""

from dataclasses import dataclass, field
from typing import Any

from tests.derivation.affiliations import ALWAYS, People
from tests.derivation.business_hours import Hours, Zone
from tests.derivation.jira_json import Change, Issue, Jira
from tests.derivation.ruleset import Rules
from tests.derivation.statements import Statements

KINDS_OF_STATUS = ("active", "review", "paused_on_client", "paused_on_agency", "gatekeeper", "done")
BY_CATEGORY = {"done": "done", "indeterminate": "active"}


@dataclass
class Panel:
    """What people set in Teachback itself, by number of the ticket."""

    roles: dict[int, list[tuple[str, str, int, int | None]]] = field(default_factory=dict)
    """(account, role, from, until)"""
    tags: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    """(objective, at)"""
    explained: dict[int, list[tuple[str, str, int, int | None]]] = field(default_factory=dict)
    """Teach-backs: (objective, learner, at, when somebody else accepted it)"""
    confirmed: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    """(objective, at): the other side's word for what was set late"""
    statements: Statements = field(default_factory=Statements)


class Agreed:
    """An engagement, its site and its panel."""

    def __init__(self, file: dict[str, Any], jira: Jira, panel: Panel, rules: Rules | None = None) -> None:
        self.file, self.jira, self.panel, self.rules = file, jira, panel, rules or Rules()
        self.zone = Zone(file["engagement"]["timezone"])
        self.people = People(file, self.zone, jira.bots)
        self.workflow = file["workflow"]
        self.hours = Hours(self.zone, self.workflow.get("business_hours", {}))
        self.objectives = file.get("objectives", [])
        self.signals = file.get("signals", {})
        self.projects = set(file["engagement"]["projects"])
        self.starts = self.zone.at(file["engagement"]["starts"])
        ends = file["engagement"].get("ends")
        self.ends = self.zone.at(ends) if ends else ALWAYS
        self.kinds = {status: self.kind_of(status) for status in jira.names}

    def kind_of(self, status: str) -> str:
        """What a status is: by any name it ever had, else by its category (measurement (g) 4)."""
        for kind in KINDS_OF_STATUS:
            if self.jira.names[status] & {name.casefold() for name in self.workflow.get(kind, ())}:
                return kind
        return BY_CATEGORY.get(self.jira.categories.get(status, ""), "")

    def counts(self, issue: Issue) -> bool:
        return issue.level == 0


class Track:
    """The values of one field over time; each is good from its change on."""

    def __init__(self, start: Any, changes: list[tuple[Change, Any]]) -> None:
        self.start, self.changes = start, changes

    def at(self, instant: int) -> Any:
        """The value when all changes of the instant itself have happened."""
        return next((value for change, value in reversed(self.changes) if change.at <= instant), self.start)

    def before_instant(self, instant: int) -> Any:
        """The value when no change of the instant has happened yet."""
        return next((value for change, value in reversed(self.changes) if change.at < instant), self.start)

    def before(self, order: tuple[int, int]) -> Any:
        """The value before a history (time, number)."""
        earlier = (value for change, value in reversed(self.changes) if (change.at, change.history) < order)
        return next(earlier, self.start)


def track_ids(issue: Issue, field_id: str, current: Any) -> Track:
    """A field whose `from` and `to` are ids."""
    changes = [change for change in issue.changes if change.field_id == field_id]
    return Track(changes[0].old if changes else current, [(change, change.new) for change in changes])


def track_texts(issue: Issue, field_id: str, current: Any) -> Track:
    """A field whose `fromString` and `toString` are its values; by its name only where the item has no id."""
    changes = [change for change in issue.changes if (change.field_id or change.field) == field_id]
    return Track(changes[0].old_text if changes else current, [(change, change.new_text) for change in changes])


def track_key(issue: Issue) -> Track:
    return track_texts(issue, "Key", issue.key)


def project_at(issue: Issue, at: int) -> str:
    return str(track_key(issue).at(at)).rpartition("-")[0]


def track_status(issue: Issue) -> Track:
    return track_ids(issue, "status", issue.status)


def track_assignee(issue: Issue) -> Track:
    return track_ids(issue, "assignee", issue.assignee)


def first_active(agreed: Agreed, issue: Issue) -> int | None:
    """The first entry of the ticket or a sub-task into an active status (measurement (g) 5)."""
    rows = []
    for part in (issue, *issue.subtasks):
        track = track_status(part)
        entries = [(part.created, track.start), *((change.at, value) for change, value in track.changes)]
        rows += [at for at, status in entries if agreed.kinds[status] == "active"][:1]
    return min(rows, default=None)
