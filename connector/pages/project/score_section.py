"""The project page beyond units: the score where the viewer may see it, and what people can do."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from connector.actions.policy import LEAD
from connector.auth.access import EngagementView
from connector.container import Container
from connector.figures.people import load_weekly_people
from connector.figures.scores import select_score
from connector.pages.act import may_act, sees_own_ladder
from connector.pages.objectives.deadlines import deadlines_of
from connector.pages.objectives.due import due_rows
from connector.pages.periods import Period
from connector.pages.prepared import prepared_of
from connector.pages.project.coverage import exit_number, exit_sentence
from connector.pages.project.score_text import owners_of, score_number, start_value
from connector.pages.tabs import later_query
from connector.text import day
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.ruleset import hash_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import mark

FOR_LEADS = mark("Counts by rung are for the leads: coverage only")


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
    measured = view.stored.generation is not None
    later = later_query(view.engagement, section.period.key)
    # Loaded once for both parts.
    prepared = prepared_of(connection, view) if measured else None
    return {
        "score_link": section.url,
        "ruleset": rules.name,
        "ruleset_hash": hash_of(rules),
        "next_address": url_for("next_tickets.show", **later) if measured and "drilldown" in view.sees else "",
        # Who has a ladder and leads nothing reads what is theirs before the figures of both sides.
        "is_own_first": sees_own_ladder(view) and not may_act(view, LEAD),
        "own_address": url_for("learning_summary.show", **later) if measured and sees_own_ladder(view) else "",
        # Nothing is measured here but the people's figures of a week, which are stored once computed.
        **_people(connection, app, section, prepared),
        **_score(connection, section, prepared),
    }


def _people(
    connection: Connection, app: Container, section: Section, prepared: PreparedEngagement | None
) -> dict[str, Any]:
    view = section.view
    if prepared is None:
        return {"exit": exit_number(None), "exit_sentence": "", "deadlines": (), "people_day": ""}
    end = prepared.calendar.midnight(section.period.last + timedelta(days=1))
    people = load_weekly_people(
        app.engine, caller().tenant_id, view.stored, prepared, now=section.now, end=end, reader=app.reader
    )
    today = prepared.calendar.day(section.now)
    # Of a period that is over nothing is due: what is due now stands on the one that runs.
    runs = today <= section.period.last
    dues = due_rows(view.engagement.objectives, people, today, counts="cells" in view.sees) if runs else []
    counted = day(prepared.calendar.day(people.as_of))
    return {
        "exit": exit_number(people),
        "exit_sentence": exit_sentence(people, view.engagement.agency_name, counted),
        "deadlines": deadlines_of(view, dues, section.period.key),
        "people_day": counted,
    }


def _score(connection: Connection, section: Section, prepared: PreparedEngagement | None) -> dict[str, Any]:
    view = section.view
    if "scores" not in view.sees or prepared is None:
        return {"score": None, "owners": ()}
    end = section.period.last + timedelta(days=1)
    scores = select_score(connection, caller().tenant_id, view.stored, prepared, end=end, as_of=section.now)
    # Owners are compared with the half-year before only where its score is published.
    before = scores.before if scores.before.score.published else None
    rules = view.stored.rules
    return {
        "score": score_number(scores, rules),
        "owners": owners_of(scores.now, before, rules),
        "start_value": start_value(rules),
    }
