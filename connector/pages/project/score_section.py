"""The project page beyond units: the score where the viewer may see it, and what people can do."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from connector.actions.policy import LEAD
from connector.auth.access import EngagementView
from connector.container import Container
from connector.figures.people import load_site_people
from connector.figures.scores import select_score
from connector.pages.act import may_act, sees_own_ladder
from connector.pages.objectives.deadlines import deadlines_of
from connector.pages.objectives.due import due_rows
from connector.pages.objectives.earliest import with_earliest
from connector.pages.periods import Period
from connector.pages.prepared import prepared_of
from connector.pages.project.coverage import counted_day, exit_number, exit_sentence
from connector.pages.project.quarter_change import exit_change
from connector.pages.project.score_text import (
    owners_of,
    score_number,
    start_value,
)
from connector.pages.project.score_window import change_text, window_days, window_note
from connector.pages.tabs import later_query
from connector.text import unit_name
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.formats.explain.pulses import counted_names
from mappings.measure.model.ruleset import hash_of
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import mark

FOR_LEADS = mark("Counts by rung are for the leads; here you read coverage")


@dataclass(frozen=True)
class Section:
    """A viewer, the period shown, and the instant."""

    view: EngagementView
    period: Period
    now: Instant

    def url(self, figure: str) -> str:
        period: dict[str, Any] = {"from": str(self.period.first), "to": str(self.period.last)}
        return url_for("figures.show", engagement=self.view.engagement.key, figure=figure, **period)


def section_values(connection: Connection, app: Container, section: Section) -> dict[str, Any]:
    """Return the score's and the people's part of the page."""
    view = section.view
    rules = view.stored.rules
    is_own_first = sees_own_ladder(view) and not may_act(view, LEAD)
    measured = view.stored.generation is not None
    later = later_query(view.engagement, section.period.key)
    # Loaded once for both parts.
    prepared = prepared_of(connection, view) if measured else None
    # Nothing is measured here but the people's figures of a week, which are stored once computed.
    people, before = (None, None) if prepared is None else _load_people(app, section, prepared)
    return {
        "score_link": section.url,
        "ruleset": rules.name,
        "ruleset_hash": hash_of(rules),
        "next_address": url_for("next_tickets.show", **later) if measured and "drilldown" in view.sees else "",
        # Who has a ladder and leads nothing reads what is theirs before the figures of both sides.
        "is_own_first": is_own_first,
        # A lead whom nothing enrols reads first what the team is to learn on.
        "is_own_last": not is_own_first and not _is_learner(view),
        "own_address": url_for("learning_summary.show", **later) if measured and sees_own_ladder(view) else "",
        "exit_change": exit_change(people, before, section.period.first) if people else "",
        **_people_values(connection, section, prepared, people),
        **_score_values(connection, section, prepared, people),
    }


def _is_learner(view: EngagementView) -> bool:
    return any(caller().account in objective.learners for objective in view.engagement.objectives)


def _load_people(
    app: Container, section: Section, prepared: PreparedEngagement
) -> tuple[PeopleFigures, PeopleFigures | None]:
    """Return the people's figures of the period, and of the quarter before where the engagement had begun."""
    period, stored = section.period, section.view.stored
    days = [period.end, *([period.first] if stored.engagement.starts < period.first else [])]
    asked = [(stored, prepared, prepared.calendar.midnight(day)) for day in days]
    people, *before = load_site_people(app.engine, caller().tenant_id, asked, now=section.now, reader=app.reader)
    return people, before[0] if before else None


def _people_values(
    connection: Connection, section: Section, prepared: PreparedEngagement | None, people: PeopleFigures | None
) -> dict[str, Any]:
    view = section.view
    if prepared is None or people is None:
        return {"exit": exit_number(None), "exit_sentence": "", "deadlines": (), "people_day": ""}
    today = prepared.calendar.day(section.now)
    # Of a period that is over nothing is due: what is due now stands on the one that runs.
    runs = today <= section.period.last
    counts = "cells" in view.sees
    dues = due_rows(view.engagement.objectives, people, today, counts=counts) if runs else []
    dues = with_earliest(connection, view, prepared, dues, now=section.now)
    counted = counted_day(prepared.calendar.day(people.as_of), section.period.last, runs=runs)
    return {
        "exit": exit_number(people),
        "exit_sentence": exit_sentence(people, view.engagement.agency_name, counted),
        "deadlines": deadlines_of(view, dues, section.period.key, counts=counts),
        "people_day": counted,
    }


def _score_values(
    connection: Connection, section: Section, prepared: PreparedEngagement | None, people: PeopleFigures | None
) -> dict[str, Any]:
    view, end = section.view, section.period.end
    if "scores" not in view.sees or prepared is None or people is None:
        return {"score": None, "owners": ()}
    calendar, unit = prepared.calendar, unit_name(view.engagement.units.by, 0)
    scores = select_score(connection, caller().tenant_id, view.stored, prepared, end=end, as_of=section.now)
    # Owners are compared with the window before only where its score is published.
    before = scores.before if scores.before.score.published else None
    rules, pulses = view.stored.rules, counted_names(view.engagement, scores.window)
    return {
        "score": score_number(scores, rules) | {"note": change_text(scores, calendar)},
        "window_note": window_note(scores, calendar, section.period, unit),
        "earlier_days": window_days(scores.earlier, calendar) if scores.earlier else "",
        "owners": owners_of(scores.now, before, rules, is_of_few=people.suppressed, pulses=pulses),
        "start_value": start_value(rules),
    }
