"""What the Objectives tab shows: the table of rungs, due dates, one objective opened, and its tickets of the period."""

from datetime import timedelta
from typing import Any

from flask import request, url_for
from sqlalchemy import Connection

from connector.actions.policy import LEAD, PROPOSE
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.people import load_weekly_people
from connector.pages.act import may_act
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
from connector.text import count, day, unit_name
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.figures.day_sums import select_sums
from mappings.records.sql.scope import AgreementScope, Scope
from mappings.translation import gettext, integer_text


def objectives_values(connection: Connection, view: EngagementView) -> dict[str, Any]:
    app, prepared = container(), prepared_of(connection, view)
    now, engagement, rules = app.clock(), view.engagement, view.stored.rules
    today = prepared.calendar.day(now)
    period = choose(quarters(engagement, today), request.args.get("period"))
    end = prepared.calendar.midnight(period.last + timedelta(days=1))
    people = load_weekly_people(
        app.engine, caller().tenant_id, view.stored, prepared, now=now, end=end, reader=app.reader
    )
    counts = "cells" in view.sees
    is_past, at = not period.runs, min(today, period.last)
    dues = due_rows(engagement.objectives, people, at, counts=counts, is_past=is_past)
    dues = dues if is_past else with_earliest(connection, view, prepared, dues, now=now)
    enrolled = {
        objective.key: enrolled_at(objective, prepared.affiliations, min(now, end), agency=view.agency)
        for objective in engagement.objectives
    }
    notes = {key: enrolled_text(own, caller().account or "") for key, own in enrolled.items()}
    table = coverage_rows(engagement.objectives, people, notes, counts=counts)
    selection = Selection(engagement, view.stored.hash, period, "week", today, view.agency, rules)
    scope = Scope(connection, caller().tenant_id, engagement.key, view.stored.shown_generation)
    without = count_without_objective(scope, period, prepared.calendar) if engagement.objectives else None
    opened = _opened(dues)
    query: dict[str, Any] = {"engagement": engagement.key, "period": period.key}
    return {
        "lead": due_sentence(dues, counts=counts),
        "rows": list(zip(table, dues, strict=True)),
        # A quarter that is over has its people and due dates as of its last day, and all else as of today.
        "end_day": day(at) if is_past else "",
        "people_day": day(prepared.calendar.day(people.as_of)),
        "names_learners": "names" in view.sees and rules.names,
        # Of an agency nobody is enrolled.
        "nobody_named": view.agency,
        "names_held": not counts or people.suppressed,
        "held_back": gettext("Fewer than %(k)s people: coverage only", k=rules.k) if counts else gettext(FOR_LEADS),
        "rung_names": tuple((RUNG_NAMES[rung], meaning) for rung, meaning in rung_meanings(rules).items()),
        "tints": {cell.tint for row in table for cell in row.cells or ()},
        "has_due": any(due.by for due in dues),
        "has_overdue": any(due.is_overdue for due in dues),
        "score_link": Section(view, period, now).url,
        "period": period,
        "tickets": objective_table(selection, select_sums(scope, period.first, period.last), notes),
        "without": without if without is None else integer_text(without),
        "unit_many": unit_name(engagement.units.by, 0),
        "without_link": _without_link(view, period),
        "figure_link": lambda key, figure="tickets": selection.url(figure=figure, objective=key),
        "open_link": lambda key: objective_address(view, period.key, key),
        "progress": url_for("objectives.progress", **query) if _shows_progress(view, people) else "",
        "nearest": _nearest_address(view, period, opened) if "drilldown" in view.sees else "",
        "change": url_for("settings.begin", **_settings_query(view)) if _may_change(view) else "",
        "signing": signing_address(view, period.key, opened.key) if opened and period.runs else "",
        "file_settings": file_settings(view, period, opened.key) if opened and opened.is_near and period.runs else "",
        "agency": engagement.agency_name,
        "stale_months": _stale_months(rules.grace_days),
        **_select_opened_values(connection, view, prepared, opened, now=now),
        **_select_confirm_values(connection, view, now),
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
        "confirm_link": lambda key: url_for("objectives.confirm", **content_query(view), confirm=key),
    }


def _shows_progress(view: EngagementView, people: PeopleFigures) -> bool:
    return "cells" in view.sees and not people.suppressed


def _may_change(view: EngagementView) -> bool:
    return may_act(view, PROPOSE) and view.stored.kept_in != "file"


def file_settings(view: EngagementView, period: Period, objective: str) -> str:
    """Return where leads read how a due date that a file keeps is changed; "" where it is changed on pages."""
    is_kept_as_file = view.stored.kept_in == "file"
    leads = may_act(view, PROPOSE) and sees_settings(view)
    if not (is_kept_as_file and leads):
        return ""
    return frame_address("settings", view.engagement, period.key, objective=objective)


def _settings_query(view: EngagementView) -> dict[str, Any]:
    project = request.args.get("project.key", "") or view.engagement.projects[0]
    return {"engagement": view.engagement.key, "project.key": project}


def _stale_months(days: int) -> str:
    return count(round(days / 30), "month")
