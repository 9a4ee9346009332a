"""The teaching plan: each objective that the agency has still to teach, with the next ticket and the due date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connector.auth.access import EngagementView
from connector.pages.objectives.due import is_target_reached, reached_people, untold_sentence
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
    """The steps, how many of them are overdue, and how many have a next ticket.

    `untold` says of how many objectives it is not told whether they are taught; "" where of each it is.
    """

    steps: tuple[Step, ...]
    untold: str

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
    known = [objective for objective in view.engagement.objectives if objective.key in figures]
    taught = [is_target_reached(each, figures[each.key], _reached(view, each, figures[each.key])) for each in known]
    steps = tuple(
        _step(viewer, objective, figures[objective.key], nearest.get(objective.key))
        for objective, is_taught in zip(known, taught, strict=True)
        if is_taught is False
    )
    untold = taught.count(None)
    return Plan(steps, untold_sentence(untold, len(known)) if untold else "")


def _nearest(
    view: EngagementView, openings: Sequence[TeachingOpportunity], labels: Mapping[int, IssueLabel]
) -> dict[str, Next]:
    first: dict[str, TeachingOpportunity] = {}
    for opening in openings:
        first.setdefault(opening.objective, opening)
    rows = rows_of(view, list(first.values()), dict(labels))
    return dict(zip(first, rows, strict=True))


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
