"""The teaching plan: each objective that the agency has still to teach, with the next ticket and the due date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connector.auth.access import EngagementView
from connector.figures.teaching import Teaching
from connector.pages.objectives.deadlines import objective_address
from connector.pages.objectives.due import Due, due_rows, is_near, reached_text, untold_sentence
from connector.pages.project.next_tickets import Next, rows_of
from connector.pages.project.tickets_missing import tickets_text
from connector.pages.terms import RUNG_WORDS
from connector.pages.together.viewer import Viewer
from connector.text import day, full_day
from mappings.measure.model.engagement import Objective
from mappings.measure.people.exit_plan import Shortfall
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext


@dataclass(frozen=True)
class Step:
    """An objective that is not taught yet. `reached` tells how far it is, in counts only where they may be seen.

    `needs` is what the nearest learner still has to do, "" where that may not be told or nothing is missing.
    """

    objective: str
    rung: str
    reached: str
    key: str
    summary: str
    move: str
    due: str
    days: int | None
    address: str
    needs: str

    @property
    def overdue(self) -> bool:
        return self.days is not None and self.days < 0


@dataclass(frozen=True)
class Plan:
    """The steps, how many of them are overdue or due soon, and how many have a next ticket.

    `untold` says of which objectives it is not told whether they are taught; "" where of each it is. `reached` says of
    how many it is known that they are, with that; "" where there is a step.
    """

    steps: tuple[Step, ...]
    untold: str
    reached: str

    @property
    def late(self) -> int:
        return sum(step.overdue for step in self.steps)

    @property
    def soon(self) -> int:
        return len(self._soon)

    @property
    def _soon(self) -> list[Step]:
        return [step for step in self.steps if is_near(step.days) and not step.overdue]

    @property
    def soon_text(self) -> str:
        """Return when those are due that are due soon: their day where it is the same, else with the nearest."""
        nearest = min(self._soon, key=lambda step: step.days or 0)
        if all(step.days == nearest.days for step in self._soon):
            return nearest.due
        return gettext("due soon, the nearest %(due)s", due=nearest.due)

    @property
    def ticketed(self) -> int:
        return sum(bool(step.key) for step in self.steps)


def plan_of(
    viewer: Viewer,
    people: PeopleFigures,
    teaching: Teaching,
    labels: Mapping[int, IssueLabel],
) -> Plan:
    """Return the plan by the openings, those that the viewer may browse, with names and counts by their role."""
    view, today = viewer.view, viewer.prepared.calendar.day(viewer.now)
    nearest = _nearest(view, teaching.openings, labels)
    dues = tuple(due_rows(view.engagement.objectives, people, today, counts="cells" in view.sees))
    objectives = {objective.key: objective for objective in view.engagement.objectives}
    steps = tuple(
        _step(viewer, objectives[due.key], due, nearest.get(due.key), needs=_needs(view, teaching.ways.get(due.key)))
        for due in dues
        if due.is_reached is False
    )
    counts = "cells" in view.sees
    reached = reached_text(dues, counts=counts) if not steps else ""
    return Plan(steps, untold_sentence(dues, counts=counts), reached)


def _nearest(
    view: EngagementView, openings: Sequence[TeachingOpportunity], labels: Mapping[int, IssueLabel]
) -> dict[str, Next]:
    first: dict[str, TeachingOpportunity] = {}
    for opening in openings:
        first.setdefault(opening.objective, opening)
    rows = rows_of(view, list(first.values()), dict(labels))
    return dict(zip(first, rows, strict=True))


def _needs(view: EngagementView, way: Shortfall | None) -> str:
    # It takes counts of people to tell.
    return tickets_text(way) if way and "cells" in view.sees else ""


def _step(viewer: Viewer, objective: Objective, due: Due, ticket: Next | None, *, needs: str) -> Step:
    key, summary, move = (ticket.key, ticket.summary, ticket.move) if ticket else ("", "", "")
    reached, by = due.people or due.coverage, _due_text(due, viewer.prepared.calendar.day(viewer.now))
    address, rung = objective_address(viewer.view, "", due.key), RUNG_WORDS[objective.rung]
    return Step(objective.name, rung, reached, key, summary, move, by, due.days, address, needs)


def _due_text(due: Due, today: date) -> str:
    if due.by is None:
        return gettext("no due date")
    if due.by > today:
        return gettext("due %(day)s", day=day(due.by) if due.by.year == today.year else full_day(due.by))
    return due.left
