"""What the Objectives tab shows: the table of rungs, due dates, one objective opened, and its tickets of the period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from sqlalchemy import Connection

from connector.actions.policy import LEAD, PROPOSE
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.people import load_weekly_people
from connector.pages.act import may_act, reads_plan
from connector.pages.enrolled import enrolled_at, enrolled_text
from connector.pages.labels import RUNG_NAMES, rung_meanings
from connector.pages.objectives.confirmations import counts_text, select_confirmations
from connector.pages.objectives.deadlines import objective_address
from connector.pages.objectives.definition import select_definition
from connector.pages.objectives.due import Due, due_rows, due_sentence
from connector.pages.objectives.earliest import signing_address, with_earliest
from connector.pages.objectives.ticket_sums import objective_table
from connector.pages.objectives.without_objective import count_without_objective
from connector.pages.periods import Period, choose, quarters
from connector.pages.prepared import prepared_of
from connector.pages.project.coverage import coverage_rows
from connector.pages.project.score_section import FOR_LEADS, Section
from connector.pages.project.scorecard import Selection
from connector.pages.tabs import frame_address, sees_settings
from connector.pages.tickets.filters import NO_OBJECTIVE
from connector.pages.together.content import side_of
from connector.text import day, unit_name
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.figures.day_sums import select_sums
from mappings.records.sql.scope import AgreementScope, Scope
from mappings.translation import gettext, integer_text


@dataclass(frozen=True)
class Look:
    """Whose objectives are looked at, in which quarter, and when."""

    connection: Connection
    view: EngagementView
    prepared: PreparedEngagement
    period: Period
    now: Instant

    @property
    def engagement(self) -> Engagement:
        return self.view.engagement

    @property
    def rules(self) -> Ruleset:
        return self.view.stored.rules

    @property
    def counts(self) -> bool:
        """Whether the reader is told how many people there are."""
        return "cells" in self.view.sees

    @property
    def is_past(self) -> bool:
        return not self.period.runs

    @property
    def today(self) -> date:
        return self.prepared.calendar.day(self.now)

    @property
    def last_day(self) -> date:
        """The day as of which people and due dates are shown."""
        return min(self.today, self.period.last)

    @property
    def end(self) -> Instant:
        return self.prepared.calendar.midnight(self.period.last + timedelta(days=1))

    @property
    def scope(self) -> Scope:
        return Scope(self.connection, caller().tenant_id, self.engagement.key, self.view.stored.shown_generation)


def objectives_values(connection: Connection, view: EngagementView) -> dict[str, Any]:
    look = _look_at(connection, view)
    people, notes = _load_people(look), _enrolled_notes(look)
    dues = _select_dues(look, people)
    opened = _opened(dues)
    return {
        "period": look.period,
        "agency": look.engagement.agency_name,
        **_table_values(look, people, dues, notes),
        **_select_ticket_values(look, notes),
        **_addresses(look, people, opened),
        **_select_opened_values(connection, view, look.prepared, opened, now=look.now),
        **_select_confirm_values(connection, view, look.now),
    }


def _look_at(connection: Connection, view: EngagementView) -> Look:
    prepared, now = prepared_of(connection, view), container().clock()
    period = choose(quarters(view.engagement, prepared.calendar.day(now)), request.args.get("period"))
    return Look(connection, view, prepared, period, now)


def _load_people(look: Look) -> PeopleFigures:
    app, stored = container(), look.view.stored
    return load_weekly_people(
        app.engine, caller().tenant_id, stored, look.prepared, now=look.now, end=look.end, reader=app.reader
    )


def _enrolled_notes(look: Look) -> dict[str, str]:
    """Return how many are enrolled for each objective, in words, as far as the reader may know."""
    at, people = min(look.now, look.end), look.prepared.affiliations
    return {
        objective.key: enrolled_text(
            enrolled_at(objective, people, at, agency=look.view.agency), caller().account or ""
        )
        for objective in look.engagement.objectives
    }


def _select_dues(look: Look, people: PeopleFigures) -> list[Due]:
    dues = due_rows(look.engagement.objectives, people, look.last_day, counts=look.counts, is_past=look.is_past)
    return dues if look.is_past else with_earliest(look.connection, look.view, look.prepared, dues, now=look.now)


def _table_values(look: Look, people: PeopleFigures, dues: list[Due], notes: Mapping[str, str]) -> dict[str, Any]:
    """Return who can carry what, with when it is due."""
    table = coverage_rows(look.engagement.objectives, people, notes, counts=look.counts)
    few = gettext("Fewer than %(k)s people: coverage only", k=look.rules.k)
    return {
        "lead": due_sentence(dues, counts=look.counts),
        "rows": list(zip(table, dues, strict=True)),
        # A quarter that is over has its people and due dates as of its last day, and all else as of today.
        "end_day": day(look.last_day) if look.is_past else "",
        "people_day": day(look.prepared.calendar.day(people.as_of)),
        "names_learners": "names" in look.view.sees and look.rules.names,
        # Of an agency nobody is enrolled.
        "nobody_named": look.view.agency,
        "names_held": not look.counts or people.suppressed,
        "held_back": few if look.counts else gettext(FOR_LEADS),
        "rung_names": tuple((RUNG_NAMES[rung], meaning) for rung, meaning in rung_meanings(look.rules).items()),
        "tints": {cell.tint for row in table for cell in row.cells or ()},
        "has_due": any(due.by for due in dues),
        "has_overdue": any(due.is_overdue for due in dues),
    }


def _select_ticket_values(look: Look, notes: Mapping[str, str]) -> dict[str, Any]:
    """Return the tickets of the quarter by objective, and what their figures open."""
    period, view = look.period, look.view
    selection = Selection(look.engagement, view.stored.hash, period, "week", look.today, view.agency, look.rules)
    sums = select_sums(look.scope, period.first, period.last)
    without = (
        count_without_objective(look.scope, period, look.prepared.calendar) if look.engagement.objectives else None
    )
    return {
        "tickets": objective_table(selection, sums, notes),
        "without": without if without is None else integer_text(without),
        "without_link": _without_link(view, period),
        "unit_many": unit_name(look.engagement.units.by, 0),
        "figure_link": lambda key, figure="tickets": selection.url(figure=figure, objective=key),
        "whole_link": lambda figure: selection.url(figure=figure),
        "score_link": Section(view, period, look.now).url,
    }


def _addresses(look: Look, people: PeopleFigures, opened: Due | None) -> dict[str, Any]:
    """Return where the tab's parts are asked and its acts begin; "" for what the reader has not."""
    view, period = look.view, look.period
    query: dict[str, Any] = {"engagement": look.engagement.key, "period": period.key}
    return {
        "open_link": lambda key: objective_address(view, period.key, key),
        "progress": url_for("objectives.progress", **query) if _shows_progress(view, people) else "",
        "nearest": _nearest_address(view, period, opened) if "drilldown" in view.sees and not reads_plan(view) else "",
        "plan_address": frame_address("agency", look.engagement, period.key) if reads_plan(view) else "",
        "plan_place": _plan_place(opened, period),
        "change": url_for("settings.begin", **_settings_query(view)) if _may_change(view) else "",
        "signing": signing_address(view, period.key, [opened.key], people) if opened and period.runs else "",
        "file_settings": file_settings(view, period, opened.key) if opened and opened.is_near and period.runs else "",
    }


def _without_link(view: EngagementView, period: Period) -> str:
    """Return where the finished tickets without objective are listed, for who may see tickets."""
    if "drilldown" not in view.sees:
        return ""
    return frame_address("tickets", view.engagement, period.key, objective=NO_OBJECTIVE)


def _select_opened_values(
    connection: Connection, view: EngagementView, prepared: PreparedEngagement, due: Due | None, *, now: Instant
) -> dict[str, Any]:
    """Return the definition of the objective that is opened, and how it stands."""
    if due is None:
        return {"opened": None, "asked": "", "opened_due": None}
    opened = next(item for item in view.engagement.objectives if item.key == due.key)
    enrolled = enrolled_at(opened, prepared.affiliations, now, agency=view.agency)
    return {
        "opened": select_definition(connection, view, opened, enrolled, now=now),
        "asked": opened.key if opened.key == request.args.get("objective") else "",
        "opened_due": due,
    }


def _opened(dues: list[Due]) -> Due | None:
    """Return the objective that is opened: the one asked for, else the first that is overdue, else the first."""
    asked = [due for due in dues if due.key == request.args.get("objective")]
    late = [due for due in dues if due.is_overdue]
    return next(iter([*asked, *late, *dues]), None)


def _nearest_address(view: EngagementView, period: Period, opened: Due | None) -> str:
    # Of one that is reached no ticket is missing; the tickets are today's, which what was reached then does not tell.
    lacks = opened and period.runs and not opened.is_reached
    query: dict[str, Any] = {"objective": opened.key} if opened and lacks else {}
    return url_for("next_tickets.show", engagement=view.engagement.key, period=period.key, all=1, **query)


def _plan_place(opened: Due | None, period: Period) -> str:
    """Return where the Agency tab says which tickets would help: in the plan of an objective that is not reached."""
    # The plan is of today: what was not reached then may have left it.
    in_plan = opened and period.runs and opened.is_reached is False
    return f"step-{opened.key}" if opened and in_plan else "nearest"


def content_query(view: EngagementView) -> dict[str, Any]:
    """Return what the tab was asked with, for its own acts, which answer with the same."""
    asked = {name: request.args[name] for name in ("project.key", "period", "objective") if request.args.get(name)}
    return {"engagement": view.engagement.key, **asked}


def _select_confirm_values(connection: Connection, view: EngagementView, now: Instant) -> dict[str, Any]:
    """Return what the viewer's own side has still to confirm; nothing where the viewer does not lead it."""
    if not may_act(view, LEAD):
        return {"confirmations": (), "unconfirmed": frozenset()}
    scope, own_side = AgreementScope(connection, caller().tenant_id, view.engagement.key), side_of(view)
    confirmations = select_confirmations(scope, view.engagement, now)[own_side]
    return {
        "confirmations": confirmations,
        "confirming": counts_text(view.engagement, view.stored.rules),
        "unconfirmed": {item.key for item in confirmations},
        "own_side": own_side,
        "confirm_link": lambda keys: url_for("objectives.confirm", **content_query(view), confirm=keys),
    }


def _shows_progress(view: EngagementView, people: PeopleFigures) -> bool:
    return "cells" in view.sees and not people.suppressed


def _may_change(view: EngagementView) -> bool:
    return may_act(view, PROPOSE) and view.stored.kept_in != "file"


def file_settings(view: EngagementView, period: Period, *objectives: str) -> str:
    """Return where leads read how due dates that a file keeps are changed; "" where they are changed on pages."""
    is_kept_as_file = view.stored.kept_in == "file"
    leads = may_act(view, PROPOSE) and sees_settings(view)
    if not (is_kept_as_file and leads):
        return ""
    return frame_address("settings", view.engagement, period.key, objective=",".join(objectives))


def _settings_query(view: EngagementView) -> dict[str, Any]:
    project = request.args.get("project.key", "") or view.engagement.projects[0]
    return {"engagement": view.engagement.key, "project.key": project}
