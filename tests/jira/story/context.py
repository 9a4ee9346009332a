"""The table at which the story is written: dates, people and chance, from which scenes take what they need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any, TypeAlias

from tests.jira.story.actions import Action, CreateIssue, EditIssue
from tests.jira.story.clock import DAY, SECOND, WorkClock
from tests.jira.story.objectives import AGENCIES, GOALS, PROJECTS, SKILL_FIELD, Goal
from tests.jira.story.people import BOT, LEGAL, STRANGERS, Dates, Directory, account_of
from tests.jira.story.texts import brief_for, title_for
from tests.jira.story.ticket_builder import HandTag, Role, TicketBuilder

SIZES = (1, 1, 2, 2, 3, 3, 3, 5, 5, 8, 13, 0.5)
ORDINARY_TYPES = ("Task", "Task", "Story", "Bug")
FIVE_MINUTES = Fraction(1, 12)
UNPLANNED = ("Incident", "Sub-task")
HORIZON = 35
LONG_HORIZON = 90
PLAIN_LABELS = ("q3", "q4", "mobile", "desktop", "quick-win", "copy", "research")


Scene: TypeAlias = Callable[["SceneWriter", int], None]
"""Writes one ticket, or a few that belong together, beginning at an instant."""


class NobodyIsFree(Exception):
    """No member of a group stays with it for as long as the scene lasts: the scene wants another day."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How much was written at some moment, to take a scene back that does not fit."""

    actions: int
    sheets: int
    roles: int
    tags: int


class SceneWriter:
    """Writes scenes onto one timeline. `end` is the last instant at which anything may happen."""

    def __init__(
        self, rng: Random, clock: WorkClock, directory: Directory, dates: Dates, *, end: int, prefix: str = "t"
    ) -> None:
        self.rng, self.clock, self.directory, self.dates, self.end, self.prefix = (
            rng,
            clock,
            directory,
            dates,
            end,
            prefix,
        )
        self.start = clock.at(dates.first)
        self.lead, self.legal, self.bot = account_of("Maren Vogt"), account_of(LEGAL), account_of(BOT)
        self.strangers = directory.accounts(STRANGERS)
        self.scene = ""
        self.actions: list[Action] = []
        self.sheets: list[TicketBuilder] = []
        self.roles: list[Role] = []
        self.tags: list[HandTag] = []
        self.taught: list[tuple[str, str, str, int]] = []
        self.epics: dict[str, tuple[str, ...]] = {"GROW": (), "SHOP": ()}

    # Time and chance

    def hours(self, least: float, most: float) -> Fraction:
        """Some working hours between two bounds, in steps of five minutes."""
        return FIVE_MINUTES * self.rng.randint(round(least * 12), round(most * 12))

    def morning(self, day: date) -> int:
        """Some instant of a working day's first six hours."""
        opens, _ = self.clock.window(day)
        return opens + self.rng.randrange(6 * 3600 * 1000) * 1000

    def phase(self, at: int) -> float:
        """How far the half-year has gone, from 0 to 1."""
        return min(1.0, max(0.0, (at - self.start) / (182 * DAY)))

    # People

    def pick(self, group: Any, at: int, *, but: Sequence[str] = (), days: int = HORIZON) -> str:
        """Somebody who belongs to `group` from `at` on for `days`."""
        free = [account for account in self.directory.members(group, at, at + days * DAY) if account not in but]
        if not free:
            raise NobodyIsFree(group)
        return self.rng.choice(free)

    def learner(self, goal: Goal | None, at: int, *, days: int = HORIZON) -> str:
        """Somebody in-house for the goal: three in four times one of its learners."""
        free = self.directory.members("growth", at, at + days * DAY)
        enrolled = [account for account in self.directory.accounts(goal.learners if goal else ()) if account in free]
        return self.rng.choice(enrolled if enrolled and self.rng.random() < 0.75 else free)

    def carrier(self, goal: Goal, at: int) -> str:
        """Who carries the goal alone: the later in the story, the likelier somebody who was taught it."""
        free = self.directory.members("growth", at, at + HORIZON * DAY)
        ready = [
            account
            for engagement, key, account, done in self.taught
            if (engagement, key) == (goal.engagement, goal.key) and done < at and account in free
        ]
        return self.rng.choice(ready) if ready and self.rng.random() < 0.9 else self.learner(goal, at)

    def goal(self, engagement: str, *, project: str = "GROW", but: Sequence[Goal] = (), kind: str = "") -> Goal:
        """An objective of the engagement that lives in `project`, by a mark of some kind where one is asked for."""
        there = [goal for goal in GOALS[engagement] if goal.project == project and goal not in but]
        fitting = [goal for goal in there if not kind or any(mark.kind == kind for mark in goal.marks)]
        return self.rng.choice(fitting)

    def counts(self, engagement: str, project: str, at: int) -> bool:
        """Whether a ledger entry in `project` at `at` is the engagement's."""
        starts = self.dates.first if engagement == "growth-acme" else self.dates.bolt_starts
        return project in PROJECTS[engagement] and at >= self.clock.at(starts)

    # Tickets

    def open(self, at: int, by: str, goals: tuple[Goal, ...] = (), **opening: Any) -> TicketBuilder:
        """Create a ticket that carries the marks of its goals; `opening` overrides what chance would choose."""
        rng = self.rng
        project = opening.get("project", "GROW")
        chosen: dict[str, Any] = {
            "type_name": rng.choice(ORDINARY_TYPES),
            "points": rng.choice(SIZES),
            "labels": (rng.choice(PLAIN_LABELS),) if rng.random() < 0.4 else (),
            "components": (),
            "fields": (),
            "parent": rng.choice(self.epics[project]) if self.epics[project] and rng.random() < 0.3 else None,
            "description": brief_for(rng),
        }
        kind = opening.pop("marked_by", "")
        for goal in goals:
            self._mark(chosen, goal, kind)
        chosen["labels"] = (*chosen["labels"], *opening.pop("also", ()))
        chosen |= opening
        summary = chosen.pop("summary", None) or title_for(rng, chosen["type_name"])
        ref = f"{self.prefix}{len(self.sheets) + 1:04d}"
        project = chosen.pop("project", "GROW")
        sheet = TicketBuilder(self, CreateIssue(at, ref, by, project, summary=summary, **chosen), goals, self.scene)
        self.sheets.append(sheet)
        planned = project == "GROW" and sheet.status == "To Do" and chosen["type_name"] not in UNPLANNED
        if planned and rng.random() < 0.7:
            self._plan_sprint(sheet)
        return sheet

    def _plan_sprint(self, sheet: TicketBuilder) -> None:
        sprint = self.sprint_at(sheet.now)
        at = sheet.now + self.rng.randrange(20, 200) * SECOND
        self.actions.append(EditIssue(at, sheet.ref, self.lead, (("sprint", sprint),)))

    def sprint_at(self, at: int) -> int:
        """The number of the two-week sprint that runs at an instant."""
        return (self.clock.day(at) - self.dates.first).days // 14 + 1

    def _mark(self, chosen: dict[str, Any], goal: Goal, kind: str) -> None:
        free = [mark for mark in goal.marks if not (mark.kind == "field" and chosen["fields"])]
        mark = self.rng.choice([mark for mark in free if mark.kind == kind] or free)
        if mark.kind in ("type", "epic"):
            chosen["type_name" if mark.kind == "type" else "parent"] = mark.value
        elif mark.kind == "field":
            chosen["fields"] = (*chosen["fields"], (SKILL_FIELD, mark.value))
        else:
            chosen[f"{mark.kind}s"] = (*chosen[f"{mark.kind}s"], mark.value)

    def sub(self, parent: TicketBuilder, by: str, **opening: Any) -> TicketBuilder:
        """A sub-task, created now: its work counts for the parent, its own end for nothing."""
        opening = {"type_name": "Sub-task", "parent": parent.ref, "points": None, "labels": ()} | opening
        sheet = self.open(parent.now, by, project=parent.project, **opening)
        parent.subs.append(sheet)
        return sheet

    def remember(self, sheet: TicketBuilder) -> None:
        """Note who was taught what on a finished ticket, so that later scenes can let them carry it."""
        for entry in sheet.entries:
            if entry.sign > 0:
                rows = [account for account, kind in entry.bare if kind in ("shadowed", "assisted")]
                self.taught += [
                    (entry.engagement, goal, account, entry.at) for goal in entry.objectives for account in rows
                ]

    # Scenes

    def play_scene(self, name: str, scene: Scene, at: int) -> bool:
        """Write one scene that begins at `at`; takes it back and says False where it would not end in time."""
        before = Mark(len(self.actions), len(self.sheets), len(self.roles), len(self.tags))
        self.scene = name
        try:
            scene(self, at)
        except NobodyIsFree:
            self._take_back(before)
            return False
        if max(action.at for action in self.actions[before.actions :]) > self.end:
            self._take_back(before)
            return False
        for sheet in self.sheets[before.sheets :]:
            self.remember(sheet)
        return True

    def _take_back(self, before: Mark) -> None:
        del self.actions[before.actions :], self.sheets[before.sheets :]
        del self.roles[before.roles :], self.tags[before.tags :]


@dataclass(frozen=True, slots=True)
class Case:
    """Who meets on a ticket: somebody of an agency, somebody in-house, and what is to be learned."""

    writer: SceneWriter
    at: int
    engagement: str
    agency: str
    inhouse: str
    goals: tuple[Goal, ...]
    project: str

    def open(self, by: str | None = None, **opening: Any) -> TicketBuilder:
        """Create the ticket of this case, by the in-house lead where nobody is named."""
        opening.setdefault("project", self.project)
        return self.writer.open(self.at, by or self.writer.lead, self.goals, **opening)


def case(
    writer: SceneWriter,
    at: int,
    *,
    goals: int | None = None,
    crew: str | None = None,
    days: int = HORIZON,
    kind: str = "",
) -> Case:
    """Choose an agency (Bolt one time in seven, once it has begun), its goals and people.

    Without a word on `goals` some tickets have none: one in four at the start, one in twenty at the end.
    """
    rng = writer.rng
    bolt_is_in = at >= writer.clock.at(writer.dates.bolt_starts) - 5 * DAY
    crew = crew or ("bolt" if bolt_is_in and rng.random() < 1 / 7 else "acme")
    engagement = next(key for key, (agency, _) in AGENCIES.items() if agency == crew)
    project = "SHOP" if crew == "bolt" and goals is None and rng.random() < 0.35 else "GROW"
    wanted = (0 if rng.random() < 0.25 - 0.2 * writer.phase(at) else 1) if goals is None else goals
    chosen: tuple[Goal, ...] = ()
    for _ in range(wanted):
        chosen = (*chosen, writer.goal(engagement, project=project, but=chosen, kind=kind))
    inhouse = writer.learner(chosen[0] if chosen else None, at, days=days)
    agency = writer.pick(crew, at, days=days)
    return Case(writer, at, engagement, agency, inhouse, chosen, project)
