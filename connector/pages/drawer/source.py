"""The source of a figure's drawer and file: which figure is asked for, and the rows and scores that it needs."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import request
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.marks import mark_rows, select_bulk, select_disputed
from connector.figures.people import load_weekly_people
from connector.figures.prepared import select_prepared
from connector.figures.scores import ON_TICKETS, scope_of, select_of_many, select_opportunity_rows, select_score
from connector.pages.drawer.date_ranges import read_quarter, read_span
from connector.pages.visibility import find_view, refuse
from connector.web.gate import caller
from mappings.formats.explain.index import explained, figure_named, is_divided, is_for_agency
from mappings.formats.explain.model import Explained
from mappings.formats.report.source import Carried, ReportSource
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.figures.entries import select_period
from mappings.translation import gettext

# What a viewer has to see for a figure, by the first part of its path in the report, or the last for an objective's. A
# figure that is not listed opens for nobody.
SIGHTS = {
    "units": "ratios",
    "taught_share": "ratios",
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
# The sections of the report that ledger entries add up to; the others come from the scores and from people.
FROM_ENTRIES = frozenset({"units", "taught_share"})


@dataclass(frozen=True)
class Question:
    """Which figure of which engagement and days is asked for; `objective` narrows it to the tickets that carry it."""

    view: EngagementView
    path: str
    first: date
    last: date
    objective: str | None

    @property
    def end(self) -> date:
        return self.last + timedelta(days=1)


def open_figure(connection: Connection) -> tuple[Question, ReportSource, Explained]:
    """Return what is asked for, what it comes from, and the figure opened."""
    question = read_question(connection)
    source = select_source(connection, question)
    return question, source, explained(source, question.path, question.objective)


def read_question(connection: Connection) -> Question:
    """Read which figure is asked for; an engagement or figure that the caller may not open is not found."""
    current = find_view(connection)
    if current is None:
        refuse(404, gettext("No such figure of an engagement of yours."))
    view = current.as_shown
    path = figure_named(request.args.get("figure", ""), view.engagement)
    if path is None or not may_open(view, path):
        refuse(404, gettext("No such figure of an engagement of yours."))
    objective = request.args.get("objective")
    if objective is not None and (not is_divided(path) or objective not in {o.key for o in view.engagement.objectives}):
        refuse(404, gettext("No such objective of this engagement."))
    # What is shown by objective, and the score, opens for quarters alone.
    whole_days = read_span() if section_of(path) in FROM_ENTRIES and objective is None else read_quarter()
    return Question(view, path, *whole_days, objective)


def may_open(view: EngagementView, path: str) -> bool:
    first, _, last = path.partition(".")
    sight = SIGHTS.get(last.rpartition(".")[2] if first == "objectives" else first)
    # Scores and people's figures exist once a generation is whole; units open before that, empty.
    if first not in FROM_ENTRIES and view.stored.generation is None:
        return False
    # An agency's people open no figure that would tell of another agency.
    return sight in view.sees and (not view.agency or is_for_agency(path))


def section_of(path: str) -> str:
    return path.partition(".")[0]


def select_source(connection: Connection, question: Question) -> ReportSource:
    """Return what the figure is explained from: no more than it needs, at one instant."""
    stored, now = question.view.stored, container().clock()
    empty = ReportSource(stored.engagement, stored.hash, question.first, question.end, now, (), rules=stored.rules)
    # Nothing is measured yet: the figure opens without tickets.
    if stored.generation is None:
        return empty
    prepared = select_prepared(connection, caller().tenant_id, stored)
    if section_of(question.path) in FROM_ENTRIES:
        return _with_rows(connection, question, empty, prepared)
    return _with_scores(connection, question, empty, prepared)


def _with_rows(
    connection: Connection, question: Question, source: ReportSource, prepared: PreparedEngagement
) -> ReportSource:
    scope = scope_of(connection, caller().tenant_id, question.view.stored)
    midnights = (prepared.calendar.midnight(day) for day in (source.start, source.end))
    entries = select_period(scope, *midnights)
    if not entries:
        return source
    disputed = select_disputed(scope.agreement, source.as_of)
    return replace(
        source, rows=mark_rows(entries, disputed, select_bulk(connection, scope.tenant_id, prepared, entries))
    )


def _with_scores(
    connection: Connection, question: Question, source: ReportSource, prepared: PreparedEngagement
) -> ReportSource:
    app, tenant_id, stored = container(), caller().tenant_id, question.view.stored
    scope, now = scope_of(connection, tenant_id, stored), source.as_of
    disputed = select_disputed(scope.agreement, now)
    scores = select_score(connection, tenant_id, stored, prepared, end=source.end, as_of=now, disputed=disputed)
    midnight = prepared.calendar.midnight(source.end)
    people = load_weekly_people(app.engine, tenant_id, stored, prepared, now=now, end=midnight, reader=app.reader)
    component = question.path.rpartition(".")[2]
    keys = [key for key in ON_TICKETS if key == {"proposal_rate": "proposals"}.get(component, component)]
    opportunities, of_many = (
        select_opportunity_rows(scope, prepared, scores, keys),
        select_of_many(scope, prepared, scores, keys),
    )
    # Built anew, not by replace(): its fields are checked with the types.
    return ReportSource(
        source.engagement,
        source.engagement_hash,
        source.start,
        source.end,
        now,
        (),
        rules=source.rules,
        scores=scores,
        carried=Carried(people),
        opportunities=opportunities,
        of_many=of_many,
    )
