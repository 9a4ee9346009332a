"""The teaching plan: each objective that the agency has still to teach, with the next ticket and the due date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf

from connector.auth.access import EngagementView
from connector.figures.alone_steps import Way
from connector.figures.teaching import Teaching
from connector.pages.agency.led_tickets import NONE_LED, Led, StepTicket, led_of
from connector.pages.objectives.deadlines import objective_address
from connector.pages.objectives.due import Due, due_rows, is_near, reached_text, untold_sentence
from connector.pages.objectives.earliest import earliest_of
from connector.pages.project.coverage import numeral
from connector.pages.project.next_rows import Next, rows_of
from connector.pages.project.opening_gap import Gap, add_text, lacking_of, untagged_gap
from connector.pages.project.tickets_missing import way_text
from connector.pages.terms import RUNG_WORDS
from connector.pages.together.viewer import Viewer
from connector.text import count, day, full_day
from mappings.measure.model.engagement import Objective
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, ngettext

NOTHING = Gap()


@dataclass(frozen=True)
class Step:
    """An objective that is not taught yet. `reached` tells how far it is, in counts only where they may be seen.

    `needs` is what the nearest learner still has to do, "" where that may not be told or nothing is missing; `earliest`
    the first day on which it can be there by that, where that is later than it is due. `tickets` are the next one and,
    where too few are left to drive without the agency, one of those. `lacks` says why there is no ticket, `missing`
    that there are too few to drive without the agency. `is_taught`: by what may be told, what is left is for the
    in-house team alone. `is_alone`: the shortest way is a learner's without the agency, none of whose tickets helps.
    `led` are these tickets.
    """

    objective_key: str
    objective: str
    rung: str
    reached: str
    tickets: tuple[StepTicket, ...]
    due: str
    days: int | None
    address: str
    needs: str
    earliest: date | None
    lacks: Gap
    is_taught: bool = False
    is_alone: bool = False
    missing: Gap = NOTHING
    led: Led = NONE_LED

    @property
    def listed(self) -> tuple[StepTicket, ...]:
        return (*self.tickets, *self.led.rows)

    @property
    def overdue(self) -> bool:
        return self.days is not None and self.days < 0


@dataclass(frozen=True)
class Plan:
    """The steps, how many of them are overdue or due soon, and how many have a next ticket.

    `untold` says of which objectives it is not told whether they are taught; "" where of each it is. `reached` says of
    how many it is known that they are, with that; "" where there is a step. `tells_taught`: the viewer may read which
    of the steps are taught.
    """

    steps: tuple[Step, ...]
    untold: str
    reached: str
    tells_taught: bool

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
    def _behind(self) -> list[Step]:
        return [step for step in self.steps if step.earliest and not step.overdue]

    @property
    def behind_keys(self) -> tuple[str, ...]:
        """Return the keys of the objectives of which the nearest learner comes too late."""
        return tuple(step.objective_key for step in self._behind)

    @property
    def behind(self) -> str:
        """Return of how many that are not overdue the nearest learner comes too late by tickets, as a sentence."""
        late = [step.earliest for step in self._behind if step.earliest]
        if not late:
            return ""
        if len(late) == len(self.steps):
            return _none_before(len(late), min(late))
        return ngettext(
            "By tickets %(count)s of the objectives cannot be reached in time.",
            "By tickets %(count)s of the objectives cannot be reached in time.",
            len(late),
            count=numeral(len(late)),
        )

    @property
    def due_text(self) -> str:
        """Return when the steps are due: their day where it is the same, else that of the first."""
        first = min(self.steps, key=lambda step: step.days if step.days is not None else inf)
        if all(step.due == first.due for step in self.steps):
            return first.due
        return gettext("the first %(due)s", due=first.due)

    @property
    def owed(self) -> tuple[Step, ...]:
        """Return the steps that are not known to be taught."""
        return tuple(step for step in self.steps if not step.is_taught)

    @property
    def leaves(self) -> bool:
        """Whether something owed is for a learner to drive without the agency."""
        return any(step.is_alone or any(ticket.is_alone for ticket in step.tickets) for step in self.owed)

    @property
    def left_to_team(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_taught)

    @property
    def taught(self) -> int:
        return sum(step.is_taught for step in self.steps)

    @property
    def left(self) -> str:
        """Return how many objectives the agency has to teach, and of how many a learner who drives alone is nearer.

        Who may not read which those are reads how many are not reached.
        """
        count, alone = len(self.owed), sum(step.is_alone for step in self.owed)
        not_reached = gettext("%(count)s not reached", count=count)
        if not self.tells_taught:
            return not_reached
        if alone and alone == count:
            return gettext("%(count)s not reached · nearest way: a learner drives alone", count=count)
        to_teach = gettext("%(count)s left to teach", count=count - alone)
        return f"{to_teach} · {not_reached}" if alone else to_teach

    @property
    def taught_text(self) -> str:
        """Return how many of the steps are taught, as a sentence; "" where none is, or each."""
        if not self.taught or self.taught == len(self.steps):
            return ""
        return ngettext(
            "%(count)s of the objectives is taught: what is left is for the in-house team.",
            "%(count)s of the objectives are taught: what is left is for the in-house team.",
            self.taught,
            count=numeral(self.taught).capitalize(),
        )

    @property
    def ticketed(self) -> int:
        return sum(bool(step.tickets) for step in self.steps)


def _none_before(steps: int, first: date) -> str:
    if steps == 1:
        return gettext("By tickets it cannot be reached before %(day)s.", day=day(first))
    if steps == 2:
        return gettext("By tickets neither can be reached before %(day)s.", day=day(first))
    return gettext("By tickets none of them can be reached before %(day)s.", day=day(first))


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
        _too_few(viewer.view, to_leave or ticket),
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
    return StepTicket(row.key, row.summary, text, row.is_alone)


def _too_few(view: EngagementView, ticket: Next | None) -> Gap:
    return untagged_gap(f"{ticket.lacks} {add_text(view)}", view, "") if ticket and ticket.lacks else NOTHING


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
        return gettext("due %(day)s", day=day(due.by) if due.by.year == today.year else full_day(due.by))
    return due.left
