"""What the project page says beyond units: the score where the viewer may see it, and who can carry what."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from connector.actions.policy import SIGN
from connector.auth.access import EngagementView
from connector.container import Container
from connector.figures.people import load_weekly_people
from connector.figures.scores import select_prepared, select_score
from connector.pages.act import has_leads_page, may_act, sees_own_ladder
from connector.pages.labels import RUNG_MEANINGS, RUNG_NAMES
from connector.pages.periods import Period
from connector.pages.project.coverage import carried_of, exit_number, exit_sentence
from connector.pages.project.score_text import owners_of, score_number
from connector.text import day
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.ruleset import hash_of

FOR_LEADS = "Counts by rung are for the leads: coverage only"


@dataclass(frozen=True)
class Place:
    """Whose sight, of which period, at which moment."""

    view: EngagementView
    period: Period
    now: Instant

    def url(self, figure: str) -> str:
        """Return the address of a figure of the score."""
        period: dict[str, Any] = {"from": str(self.period.first), "to": str(self.period.last)}
        return url_for("figures.show", engagement=self.view.engagement.key, figure=figure, **period)


def standing_of(connection: Connection, app: Container, place: Place) -> dict[str, Any]:
    """Return the score's and the people's part of the page; nothing is measured anew but what a week keeps."""
    view = place.view
    rules = view.stored.rules
    key, measured = view.engagement.key, view.stored.generation is not None
    return {
        "score_link": place.url,
        "ruleset": rules.name,
        "ruleset_hash": hash_of(rules),
        "held_back": f"Fewer than {rules.k} people: coverage only" if "cells" in view.sees else FOR_LEADS,
        "rung_names": tuple((name, RUNG_MEANINGS[rung]) for rung, name in RUNG_NAMES.items()),
        "next_address": url_for("next_tickets.show", engagement=key) if measured and "drilldown" in view.sees else "",
        "ladder_address": url_for("ladder.show", engagement=key) if measured and _has_ladder(view) else "",
        "between_address": url_for("leads.show", engagement=key) if measured and has_leads_page(view) else "",
        "ladder_name": "My ladder" if sees_own_ladder(view) else "Sign-off",
        **_people(connection, app, place),
        **_score(connection, place),
    }


def _has_ladder(view: EngagementView) -> bool:
    return sees_own_ladder(view) or may_act(view, SIGN)


def _people(connection: Connection, app: Container, place: Place) -> dict[str, Any]:
    view = place.view
    if view.stored.generation is None:
        return {"exit": exit_number(None), "exit_said": "", "carried": (), "people_day": ""}
    prepared = select_prepared(connection, caller().tenant_id, view.stored)
    end = prepared.calendar.midnight(place.period.last + timedelta(days=1))
    found = load_weekly_people(
        app.engine, caller().tenant_id, view.stored, prepared, now=place.now, end=end, reader=app.reader
    )
    return {
        "exit": exit_number(found),
        "exit_said": exit_sentence(found, view.engagement.agency_name),
        "carried": carried_of(view.engagement.objectives, found, counts="cells" in view.sees),
        "people_day": day(prepared.calendar.day(found.as_of)),
    }


def _score(connection: Connection, place: Place) -> dict[str, Any]:
    view = place.view
    if "scores" not in view.sees or view.stored.generation is None:
        return {"score": None, "owners": ()}
    end = place.period.last + timedelta(days=1)
    found = select_score(connection, caller().tenant_id, view.stored, end=end, as_of=place.now)
    before = found.before if found.before.score.published else None
    return {"score": score_number(found, view.stored.rules), "owners": owners_of(found.now, before)}
