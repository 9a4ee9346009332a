"""A ticket in the making: each step emits what people do in Jira and, beside it, notes what that must measure to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.jira.story.actions import (
    AddComment,
    AddWorklog,
    CreateIssue,
    DeleteComment,
    DeleteIssue,
    DeleteWorklog,
    EditComment,
    EditIssue,
    EditWorklog,
    LinkIssues,
    MoveIssue,
    Transition,
)
from tests.jira.story.clock import DAY, HOUR, MINUTE, SECOND
from tests.jira.story.expected_figures import Entry, Evidence
from tests.jira.story.objectives import AGENCIES, PROJECTS, Goal
from tests.jira.story.people import SIDES
from tests.jira.story.texts import note_for

if TYPE_CHECKING:
    from tests.jira.story.context import SceneWriter

ACTIVE = frozenset({"In Progress", "Pairing"})
FINISHED = frozenset({"Done", "Won't do", "Closed"})
MOMENT = Fraction(1, 3_600_000)

Kinds = Mapping[str, str]
"""Account to kind of evidence."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """`hours` of active working time that one assignee (None: nobody) held the ticket, over by `finish`."""

    account: str | None
    start: int
    finish: int
    hours: Fraction


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody is named shadow, learner or mentor in Teachback's issue panel."""

    at: int
    ref: str
    objective: str | None
    account: str
    role: str


@dataclass(frozen=True, slots=True)
class HandTag:
    """Somebody tags a ticket with an objective in Teachback's issue panel."""

    at: int
    ref: str
    engagement: str
    objective: str
    by: str


class TicketBuilder:
    """One ticket of the story. `now` is the story's time on this ticket; steps move it forward."""

    def __init__(self, writer: "SceneWriter", opening: CreateIssue, goals: tuple[Goal, ...], scene: str) -> None:
        self.writer, self.ref, self.scene, self.goals = writer, opening.ref, scene, goals
        self.now, self.project, self.status = opening.at, opening.project, opening.status
        self.assignee, self.points, self.labels = opening.assignee, opening.points, opening.labels
        self.spells: list[Assignment] = []
        self.logs: dict[str, tuple[str, int, Fraction]] = {}
        self.texts: dict[str, str] = {}
        self.subs: list[TicketBuilder] = []
        self.entries: list[Entry] = []
        self.counted: dict[str, Entry] = {}
        self.hand: list[HandTag] = []
        self.paused = Fraction(0)
        self.gone = False
        self.facts: dict[str, Any] = {}
        writer.actions.append(opening)

    # Steps in Jira

    def to(self, status: str, by: str, resolution: str | None = None, **changes: Any) -> None:
        """Change the status, and in the same history whatever `changes` names."""
        self.status = status
        self._note(changes)
        self.writer.actions.append(Transition(self.now, self.ref, by, status, resolution, tuple(changes.items())))

    def edit(self, by: str, **changes: Any) -> None:
        """Change fields."""
        self._note(changes)
        self.writer.actions.append(EditIssue(self.now, self.ref, by, tuple(changes.items())))

    def _note(self, changes: Mapping[str, Any]) -> None:
        for name in ("assignee", "points", "labels"):
            if name in changes:
                setattr(self, name, changes[name])

    def start(self, account: str, status: str = "In Progress") -> None:
        """`account` takes the ticket and begins."""
        self.to(status, account, assignee=account)

    def assign(self, account: str | None, by: str | None = None) -> None:
        """Hand the ticket to somebody else while it goes on."""
        self.edit(by or self.assignee or self.writer.lead, assignee=account)

    def work(self, hours: Fraction) -> None:
        """Active time of the assignee, in whole working hours of the template."""
        if self.status not in ACTIVE:
            raise ValueError(f"{self.ref}: nobody works in {self.status}")
        clock = self.writer.clock
        start, finish = clock.walk(self.now, MOMENT), clock.walk(self.now, hours)
        self.spells.append(Assignment(self.assignee, start, finish, hours))
        self.now = finish

    def wait(self, hours: Fraction) -> None:
        """Working time in a status that is not active."""
        if self.status in ACTIVE:
            raise ValueError(f"{self.ref}: {self.status} is active")
        self.now = self.writer.clock.walk(self.now, hours)
        self.paused += hours if self.status == "Waiting for client" else 0

    def rest(self, days: int) -> None:
        """Days go by on a ticket that is done or not begun, and it is a working morning again."""
        jitter = self.writer.rng.randrange(2 * 60 * MINUTE // 1000) * 1000
        self.now = self.writer.clock.walk(self.now + days * DAY, MOMENT) + jitter

    def say(self, by: str, kind: str = "long", *, text: str | None = None, mentions: tuple[str, ...] = ()) -> str:
        """A comment some minutes after now; returns its name."""
        text = text or note_for(self.writer.rng, kind, list(self.texts.values()))
        name = f"{self.ref}/c{len(self.texts) + 1}"
        self.texts[name] = text
        self.writer.actions.append(AddComment(self._soon(), self.ref, name, by, text, mentions))
        return name

    def _soon(self) -> int:
        # Two comments of one moment keep their order and their day: a minute each, and never past the half hour
        return self.now + (len(self.texts) + 1) * MINUTE + self.writer.rng.randrange(1, 50_000) * 1000

    def resay(self, name: str, by: str, kind: str) -> None:
        """The author edits a comment."""
        text = note_for(self.writer.rng, kind, list(self.texts.values()))
        self.texts[name] = text
        self.writer.actions.append(EditComment(self.now, self.ref, name, by, text))

    def unsay(self, name: str, by: str) -> None:
        """The author deletes a comment."""
        self.writer.actions.append(DeleteComment(self.now, self.ref, name, by))

    def log(self, by: str, hours: Fraction) -> str:
        """A worklog of time that ended just now; returns its name."""
        name = f"{self.ref}/w{len(self.logs) + 1}"
        started = self.now - int(hours * HOUR) - 5 * SECOND
        self.logs[name] = (by, started, hours)
        self.writer.actions.append(AddWorklog(self.now, self.ref, name, by, started, int(hours * 3600)))
        return name

    def relog(self, name: str, hours: Fraction) -> None:
        """The author corrects a worklog."""
        by, started, _ = self.logs[name]
        self.logs[name] = (by, started, hours)
        self.writer.actions.append(EditWorklog(self.now, self.ref, name, by, int(hours * 3600)))

    def unlog(self, name: str) -> None:
        """The author deletes a worklog."""
        by, _, _ = self.logs.pop(name)
        self.writer.actions.append(DeleteWorklog(self.now, self.ref, name, by))

    def link(self, by: str, type_name: str, other: str) -> None:
        """Link this ticket outward to another."""
        self.writer.actions.append(LinkIssues(self.now, self.ref, by, type_name, other))

    def move(self, project: str, by: str) -> None:
        """Move to another project, where it gets a new key."""
        self.project = project
        self.writer.actions.append(MoveIssue(self.now, self.ref, by, project))

    def erase(self, by: str) -> None:
        """Delete the issue: whatever it counted is as if it had never been."""
        self.gone = True
        self.entries.clear()
        self.writer.actions.append(DeleteIssue(self.now, self.ref, by))

    # Steps in Teachback's panel

    def name_role(self, account: str, role: str) -> None:
        """Somebody in-house is named in the panel, for all objectives of the ticket."""
        self.writer.roles.append(Role(self.now, self.ref, None, account, role))

    def tag(self, goal: Goal, by: str) -> None:
        """Tag by hand: before done it counts, after done it is retro."""
        tag = HandTag(self.now, self.ref, goal.engagement, goal.key, by)
        self.writer.tags.append(tag)
        self.hand.append(tag)
        if self.status in FINISHED:
            self._add_late(goal, "late_by_hand")

    def label_late(self, goal: Goal, by: str) -> None:
        """Set a mapped label after done."""
        label = next(mark.value for mark in goal.marks if mark.kind == "label")
        self.edit(by, labels=(*self.labels, label))
        self._add_late(goal, "late")

    def _add_late(self, goal: Goal, field: str) -> None:
        for place, entry in enumerate(self.entries):
            if entry.engagement == goal.engagement:
                self.entries[place] = replace(entry, **{field: (*getattr(entry, field), (goal.key, self.now))})

    # The end, and what it must measure to

    def done(
        self, by: str | None = None, *, evidence: Kinds | None = None, bare: Kinds | None = None, **end: Any
    ) -> None:
        """The ticket is done; `evidence` is what the scene planted, `bare` the same where nobody set roles.

        `method` and `holder` name the fallback where nobody assigned has active time; `status` and `resolution`
        the end, if not Done; all else changes in the same history.
        """
        method, holder = end.pop("method", "active_time"), end.pop("holder", None)
        status, resolution = end.pop("status", "Done"), end.pop("resolution", "Done")
        self.to(status, by or self.assignee or self.writer.lead, resolution, **end)
        self.plant(evidence or {}, evidence or {} if bare is None else bare, method, holder)

    def plant(self, evidence: Kinds, bare: Kinds, method: str, holder: str | None = None) -> None:
        """Enter the ticket as done now in the ledger of each engagement that counts it."""
        for engagement in PROJECTS:
            if self.writer.counts(engagement, self.project, self.now):
                entry = self._entry(engagement, method, holder)
                entry = replace(entry, evidence=tuple(evidence.items()), bare=tuple(bare.items()))
                self.entries.append(entry)
                self.counted[engagement] = entry

    def reopen(self, by: str, status: str = "In Progress", **changes: Any) -> None:
        """Leave the done status again: what was counted is taken back now, as it was given."""
        self.to(status, by, **changes)
        for entry in self.counted.values():
            self.entries.append(replace(entry, sign=-1, at=self.now))
        self.counted.clear()

    def _entry(self, engagement: str, method: str, holder: str | None) -> Entry:
        active = self._active(engagement)
        none: Evidence = ()
        return Entry(
            engagement=engagement,
            sign=1,
            at=self.now,
            units=Fraction(str(self.points)) if self.points is not None else Fraction(0),
            sized=self.points is not None,
            method=method,
            shares=self._shares(engagement, method, holder),
            active=active,
            paused_on_client=self.paused,
            objectives=tuple(goal.key for goal in self.goals if goal.engagement == engagement),
            evidence=none,
            bare=none,
            tagged=tuple(tag.objective for tag in self.hand if tag.engagement == engagement),
        )

    def _active(self, engagement: str) -> dict[str, Fraction]:
        hours = dict.fromkeys((*SIDES, "unassigned"), Fraction(0))
        for spell in (*self.spells, *(spell for sub in self.subs for spell in sub.spells)):
            if spell.finish > self.now:
                raise ValueError(f"{self.ref}: somebody still works")
            hours[self._side_of(spell, engagement)] += spell.hours
        return hours

    def _side_of(self, spell: Assignment, engagement: str) -> str:
        directory, agency = self.writer.directory, AGENCIES[engagement][0]
        if spell.account is None or spell.account in directory.bots:
            return "unassigned"
        side = directory.side_at(spell.account, spell.start, agency)
        if side != directory.side_at(spell.account, spell.finish - 1000, agency):
            raise ValueError(f"{self.ref}: a template must cut where somebody changes sides")
        return side

    def _shares(self, engagement: str, method: str, holder: str | None) -> dict[str, Fraction]:
        weights = dict.fromkeys(SIDES, Fraction(0))
        if method == "active_time":
            weights |= {side: hours for side, hours in self._active(engagement).items() if side in weights}
        elif method == "worklog":
            for by, started, hours in self.logs.values():
                weights[self.writer.directory.side_at(by, started, AGENCIES[engagement][0])] += hours
        elif holder is not None:
            weights[self.writer.directory.side_at(holder, self.now, AGENCIES[engagement][0])] = Fraction(1)
        else:
            weights["unknown"] = Fraction(1)
        whole = sum(weights.values())
        return {side: weight / whole for side, weight in weights.items()}
