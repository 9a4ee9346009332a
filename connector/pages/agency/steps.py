"""How the steps of the teaching plan are chosen: by what is due, and by the tickets that bring somebody nearer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from connector.auth.access import EngagementView
from connector.figures.alone_steps import Way
from connector.figures.teaching import Teaching
from connector.pages.agency.led_tickets import NONE_LED, StepTicket, led_of
from connector.pages.agency.plan import NOTHING, Plan, Step
from connector.pages.objectives.deadlines import objective_address
from connector.pages.objectives.due import Due, due_rows, reached_text, untold_sentence
from connector.pages.objectives.earliest import earliest_of
from connector.pages.project.next_rows import Next, rows_of
from connector.pages.project.opening_gap import Gap, add_text, lacking_of, untagged_gap
from connector.pages.project.tickets_missing import way_text
from connector.pages.terms import RUNG_WORDS
from connector.pages.together.viewer import Viewer
from connector.text import count, day, day_beside
from mappings.measure.model.engagement import Objective
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext


def plan_of(
    viewer: Viewer,
    people: PeopleFigures,
    teaching: Teaching,
    labels: Mapping[int, IssueLabel],
) -> Plan:
    """Return the plan by the openings, those that the viewer may browse, with names and counts by their role."""
    view, today = viewer.view, viewer.prepared.calendar.day(viewer.now)
    nearest = _nearest(view, teaching.openings, labels)
    taught = {key for key, ticket in nearest.items() if not ticket.is_alone}
    alone = [opening for opening in teaching.openings if opening.part == "alone" and opening.objective in taught]
    to_leave = _nearest(view, alone, labels) if alone else {}
    dues = tuple(due_rows(view.engagement.objectives, people, today, counts="cells" in view.sees))
    objectives = {objective.key: objective for objective in view.engagement.objectives}
    steps = tuple(
        _step(viewer, (objectives[due.key], due), (nearest.get(due.key), to_leave.get(due.key)), (teaching, labels))
        for due in dues
        if due.is_reached is False
    )
    counts = "cells" in view.sees
    reached = reached_text(dues, counts=counts) if not steps else ""
    return Plan(steps, untold_sentence(dues, counts=counts), reached, tells_taught=counts)


def _nearest(
    view: EngagementView, openings: Sequence[TeachingOpportunity], labels: Mapping[int, IssueLabel]
) -> dict[str, Next]:
    first: dict[str, TeachingOpportunity] = {}
    for opening in openings:
        first.setdefault(opening.objective, opening)
    rows = rows_of(view, list(first.values()), dict(labels))
    return dict(zip(first, rows, strict=True))


def _step(
    viewer: Viewer,
    of: tuple[Objective, Due],
    tickets: tuple[Next | None, Next | None],
    open_tickets: tuple[Teaching, Mapping[int, IssueLabel]],
) -> Step:
    (ticket, to_leave), (teaching, labels) = tickets, open_tickets
    (objective, due), today = of, viewer.prepared.calendar.day(viewer.now)
    # It takes counts of people to tell.
    way = teaching.ways.get(due.key) if "cells" in viewer.view.sees else None
    rules = viewer.prepared.rules_of(due.key)
    earliest = earliest_of(way.tickets, due, rules, today) if way else None
    # The agency has no ticket on which it would bring somebody nearer.
    is_alone = way is not None and way.is_alone and (ticket is None or ticket.is_alone)
    is_taught = is_alone and way is not None and way.is_taught
    return Step(
        objective.key,
        objective.name,
        RUNG_WORDS[objective.rung],
        due.people or due.coverage,
        _step_tickets(ticket, to_leave, way),
        _due_text(due, today),
        due.days,
        objective_address(viewer.view, "", due.key),
        _needs(way, earliest, rules) if way else "",
        earliest,
        NOTHING if ticket else lacking_of(viewer.view, teaching, due.key),
        is_taught,
        is_alone,
        _too_few(viewer.view, teaching, to_leave or ticket, due.key),
        # What is taught is no longer the agency's to do.
        NONE_LED if is_taught else led_of(viewer, teaching.led, labels, due.key),
    )


def _step_tickets(ticket: Next | None, to_leave: Next | None, way: Way | None) -> tuple[StepTicket, ...]:
    rows = [_step_ticket(row) for row in (ticket, to_leave) if row]
    # Where what is left is to be driven alone, a ticket to teach on does not shorten it.
    if ticket and to_leave and way is not None and "independent" in way.tickets:
        teaches = gettext("%(move)s. This teaches, but does not count towards driving alone.", move=ticket.move)
        rows = [rows[1], replace(rows[0], text=teaches)]
    return tuple(rows)


def _step_ticket(row: Next) -> StepTicket:
    text = gettext("Leave to a learner. %(move)s", move=row.move) if row.is_alone else row.move
    return StepTicket(row.key, row.summary, text, row.is_alone, further=row.further)


def _too_few(view: EngagementView, teaching: Teaching, ticket: Next | None, key: str) -> Gap:
    if not ticket or not ticket.lacks:
        return NOTHING
    return untagged_gap(f"{ticket.lacks} {add_text(view, teaching)}", view, "", key)


def _needs(way: Way, earliest: date | None, rules: Ruleset) -> str:
    """Return what the nearest learner still has to do, and from when on that can be there where it is too late."""
    text = gettext("The nearest learner still needs %(tickets)s.", tickets=way_text(way))
    if earliest is None:
        return text
    apart = count(rules.span_days, "day")
    return gettext(
        "%(needs)s The first and the last driven alone lie %(days)s apart: %(day)s at the earliest.",
        needs=text,
        day=day(earliest),
        days=apart,
    )


def _due_text(due: Due, today: date) -> str:
    if due.by is None:
        return gettext("no due date")
    if due.by > today:
        return gettext("due %(day)s", day=day_beside(due.by, today))
    return due.left
