"""The teaching plan: each objective that the agency has still to teach, with the next ticket and the due date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connector.auth.access import EngagementView
from connector.pages.objectives.due import reached_people
from connector.pages.project.next_tickets import Next, rows_of
from connector.pages.tabs import frame_address
from connector.pages.terms import COVERAGE_WORDS, RUNG_WORDS
from connector.pages.together.viewer import Viewer
from connector.text import day, full_day
from mappings.measure.model.engagement import Objective
from mappings.measure.people.standing import ObjectiveFigures, PeopleFigures
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, ngettext


@dataclass(frozen=True)
class Step:
    """An objective that is not taught yet. `reached` tells how far it is, in counts only where they may be seen.

    `choose` is where its open tickets are listed, for a step without a next ticket.
    """

    objective: str
    rung: str
    reached: str
    key: str
    summary: str
    move: str
    due: str
    overdue: bool
    choose: str


@dataclass(frozen=True)
class Plan:
    """The steps, how many of them are overdue, and how many have a next ticket."""

    steps: tuple[Step, ...]

    @property
    def late(self) -> int:
        return sum(step.overdue for step in self.steps)

    @property
    def ticketed(self) -> int:
        return sum(bool(step.key) for step in self.steps)


def plan_of(
    viewer: Viewer,
    people: PeopleFigures,
    openings: Sequence[TeachingOpportunity],
    labels: Mapping[int, IssueLabel],
) -> Plan:
    """Return the plan by the openings that the viewer may browse, with names and counts by their role."""
    view = viewer.view
    nearest = _nearest(view, openings, labels)
    figures = {item.key: item for item in people.objectives}
    steps = tuple(
        _step(viewer, objective, figures[objective.key], nearest.get(objective.key))
        for objective in view.engagement.objectives
        if objective.key in figures and not _is_reached(view, objective, figures[objective.key])
    )
    return Plan(steps)


def _nearest(
    view: EngagementView, openings: Sequence[TeachingOpportunity], labels: Mapping[int, IssueLabel]
) -> dict[str, Next]:
    first: dict[str, TeachingOpportunity] = {}
    for opening in openings:
        first.setdefault(opening.objective, opening)
    rows = rows_of(view, list(first.values()), dict(labels))
    return dict(zip(first, rows, strict=True))


def _is_reached(view: EngagementView, objective: Objective, figures: ObjectiveFigures) -> bool:
    people = _reached(view, objective, figures)
    # Of a group that is too small, or for who sees no counts, coverage alone is known.
    return figures.coverage == "covered" if people is None else people >= objective.people


def _reached(view: EngagementView, objective: Objective, figures: ObjectiveFigures) -> int | None:
    return reached_people(objective, figures) if "cells" in view.sees else None


def _step(viewer: Viewer, objective: Objective, figures: ObjectiveFigures, ticket: Next | None) -> Step:
    people, today = _reached(viewer.view, objective, figures), viewer.prepared.calendar.day(viewer.now)
    reached = COVERAGE_WORDS[figures.coverage]
    if people is not None:
        reached = ngettext(
            "%(reached)s of %(num)s person", "%(reached)s of %(num)s people", objective.people, reached=people
        )
    overdue = objective.by is not None and objective.by < today
    key, summary, move = (ticket.key, ticket.summary, ticket.move) if ticket else ("", "", "")
    due = _due_text(objective.by, today)
    choose = f"{frame_address('tickets', viewer.view.engagement, '')}&show=open&objective={objective.key}"
    return Step(objective.name, RUNG_WORDS[objective.rung], reached, key, summary, move, due, overdue, choose)


def _due_text(by: date | None, today: date) -> str:
    if by is None:
        return gettext("no due date")
    if by >= today:
        return gettext("due %(day)s", day=day(by) if by.year == today.year else full_day(by))
    return ngettext("%(num)s day overdue", "%(num)s days overdue", (today - by).days)
