"""Behind the score and what people can carry: the rule, the inputs, what each ticket gives, what would move it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.marks import select_disputed
from connector.figures.people import weekly_people
from connector.figures.scores import ON_TICKETS, scope_of, select_chances, select_lens, select_of_many, select_score
from connector.pages.drawer.date_ranges import read_quarter
from connector.pages.drawer.units import SHOWN
from connector.pages.labels import COMPONENT_NAMES, DIMENSION_NAMES
from connector.pages.visibility import find_view, refuse, visible_tickets
from connector.text import count
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.formats.explain.index import explained, figure_named
from mappings.formats.explain.model import Explained, Line, points
from mappings.formats.report.source import Carried, ReportSource
from mappings.measure.model.ruleset import hash_of
from mappings.records.facts.issues import IssueLabel, select_labels

blueprint = Blueprint("opened", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"opened.show": SHARED}

SIGHTS: Mapping[str, str] = {
    "exit_coverage": "coverage",
    "coverage": "coverage",
    "independence": "ratios",
    "burn_up": "cells",
    "people_at_rung": "cells",
    "dimensions": "scores",
    "owners": "scores",
    "score": "scores",
    "learners_offered": "scores",
}
"""What a viewer has to see for a figure, by the first part of its place in the report, or the last for an objective's.

What stands in no line does not open here: units open into their own drawer.
"""


PART = re.compile(r"\b[a-z_]+(?=: |, weight | \(\d| (?:from )?\d)")
"""Where a line may name a part by its key: before its figure, its weight or what moves it."""
UNDATED = ".cocreation"
"""Its lines are objectives, dated by their first work: a ticket's day, which not everybody may know."""


@dataclass(frozen=True)
class Row:
    """A line of the drawer: a ticket with its title, or something else that gives the figure a part."""

    key: str
    title: str
    weight: str
    part: str
    ticket: bool = False


@blueprint.get("/pages/score")
def show() -> str:
    """Open a figure of the score, or of what people can carry."""
    with container().reader.connect() as connection:
        view, found, labels = select_opened(connection)
    seen, reason = visible_tickets(view, labels)
    rows, rest, hidden = rows_of(found, labels, seen)
    agreed = {"hash": view.stored.hash, "ruleset": view.stored.rules.name, "rules": hash_of(view.stored.rules)}
    shown = {"one": found, "rows": rows, "rest": rest, "hidden": hidden, "reason": reason}
    shown |= {"names": names_of(view, found.path), "word": lambda text: worded(text, names_of(view, ""))}
    return render_template("drawer/score.html", sum=total(found), site=tenant().display_url, **shown, **agreed)


def names_of(view: EngagementView, path: str) -> Mapping[str, str]:
    """Return what people call the parts of a figure: objectives, or dimensions and their components."""
    if path.startswith("exit_coverage") or path.endswith(".cocreation.cocreation"):
        return {one.key: one.name for one in view.engagement.objectives}
    return {**COMPONENT_NAMES, **DIMENSION_NAMES}


def worded(text: str, names: Mapping[str, str]) -> str:
    """Return a line of the file's words with the names of people for the keys in it."""
    return PART.sub(lambda found: names.get(found[0], found[0]), text)


def select_opened(connection: Connection) -> tuple[EngagementView, Explained, dict[int, IssueLabel]]:
    """Return the figure that is asked for, opened, and the tickets in it."""
    view, place = read_question(connection)
    found = explained(review_of(connection, view, place, read_quarter()), place)
    return view, found, select_labels(connection, caller().tenant_id, {one.issue_id for one in found.lines} - {0})


def read_question(connection: Connection) -> tuple[EngagementView, str]:
    """Read which figure is asked for; an engagement or figure that the caller may not see is not found."""
    found = find_view(connection)
    if found is None or found.stored.generation is None:
        refuse(404, "No such figure of an engagement of yours.")
    view = found.as_shown
    place = figure_named(request.args.get("figure", ""), view.engagement)
    if place is None or sight_of(place) not in view.sees:
        refuse(404, "No such figure of an engagement of yours.")
    return view, place


def sight_of(place: str) -> str | None:
    """Return what a viewer has to see for the figure at a place in the report; None where nobody opens it here."""
    first, _, last = place.partition(".")
    return SIGHTS.get(last.rpartition(".")[2] if first == "objectives" else first)


def review_of(connection: Connection, view: EngagementView, place: str, days: tuple[date, date]) -> ReportSource:
    """Return what the figure is explained from: no more than it needs."""
    app, tenant_id, stored = container(), caller().tenant_id, view.stored
    now, end = app.clock(), days[1] + timedelta(days=1)
    prepared, scope = select_lens(connection, tenant_id, stored), scope_of(connection, tenant_id, stored)
    disputed = select_disputed(scope.agreement, now)
    scores = select_score(connection, tenant_id, stored, end=end, as_of=now, disputed=disputed)
    midnight = prepared.calendar.midnight(end)
    people = weekly_people(app.engine, tenant_id, stored, prepared, now=now, end=midnight, reader=app.reader)
    review = ReportSource(stored.engagement, stored.hash, days[0], end, now, (), rules=stored.rules)
    component = place.rpartition(".")[2]
    keys = [key for key in ON_TICKETS if key == {"proposal_rate": "proposals"}.get(component, component)]
    chances, of_many = select_chances(scope, prepared, scores, keys), select_of_many(scope, prepared, scores, keys)
    return replace(review, scores=scores, carried=Carried(people), chances=chances, of_many=of_many)


def rows_of(
    found: Explained, labels: Mapping[int, IssueLabel], seen: frozenset[int]
) -> tuple[list[Row], Row | None, Row | None]:
    """Return the lines to show, newest first, those not listed as one, and those the viewer may not browse as one."""
    others = [one for one in found.lines if not one.issue_id]
    mine = [one for one in reversed(found.lines) if one.issue_id in seen]
    away = [one for one in found.lines if one.issue_id and one.issue_id not in seen]
    undated = found.path.endswith(UNDATED)
    rows = [Row(one.key, "" if undated else one.why, one.weight, points(one.contribution)) for one in others]
    rows += [
        Row(one.key, f"{labels[one.issue_id].summary} · {one.why}", one.weight, points(one.contribution), ticket=True)
        for one in mine[:SHOWN]
    ]
    return rows, _together(mine[SHOWN:], "more"), _together(away, "")


def _together(lines: Sequence[Line], word: str) -> Row | None:
    """Return one row for many lines, so that the rows add up; None where there is none."""
    if not lines:
        return None
    tickets = len({one.issue_id for one in lines})
    said = f"{tickets} {word}" if word else count(tickets, "ticket")
    return Row(said, "", "", points(sum(one.contribution for one in lines)))


def total(found: Explained) -> str:
    """Return what the rows add up to, empty where nothing does."""
    return "" if found.number is None else points(found.number)
