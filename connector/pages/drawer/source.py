"""The source of a figure's drawer and file: which figure is asked for, and the rows and scores that it needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.marks import mark_rows, select_bulk, select_bulk_of, select_disputed
from connector.figures.people import load_weekly_people
from connector.figures.prepared import select_prepared
from connector.figures.scores import ON_TICKETS, scope_of, select_of_many, select_opportunity_rows, select_score
from connector.pages.drawer.date_ranges import read_quarter, read_span
from connector.pages.empty_states import unmeasured_text
from connector.pages.unit_choice import chosen_unit
from connector.pages.visibility import find_view, refuse
from connector.web.gate import caller
from mappings.formats.explain.index import figure_named, is_divided, is_for_agency
from mappings.formats.explain.latest import ANY_OBJECTIVE
from mappings.formats.explain.score import scores_in
from mappings.formats.explain.units import UNSIZED
from mappings.formats.report.source import Carried, LatestSource, ReportSource
from mappings.measure.model.engagement import UnitsBy
from mappings.measure.period.figures import Row as DayRow
from mappings.measure.period.figures import figures
from mappings.measure.period.other_units import in_unit
from mappings.measure.score.latencies import LATENCIES
from mappings.measure.ticket.bulk_edits import SPAN
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_labels
from mappings.records.figures.day_sums import select_sums
from mappings.records.figures.entries import PeriodEntry, StoredEntry, select_entries, select_period, select_steps
from mappings.records.figures.ticket_pages import Choice, Place, Span, count_entries, select_finished_page
from mappings.records.sql.scope import Scope
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
# Up to so many done entries and reopenings of a period a page lists all of a figure's tickets: few are then never among
# "all that was before". Of a period with more, and of a part of the score, it lists so many of the latest.
WHOLE = 1_000
LATEST = 200
UNSIZED_ISSUES = f"units.{UNSIZED}"
# The components whose tickets are listed, where they are not the figure's own.
PARTS_OF: Mapping[str, tuple[str, ...]] = {"proposal_rate": ("proposals",), "early": ("earliness",)}
# The sections of the report that ledger entries add up to; the others come from the scores and from people.
FROM_ENTRIES = frozenset({"units", "taught_share"})


@dataclass(frozen=True)
class Question:
    """Which figure of which engagement and days is asked for, in which unit; `objective` narrows it to its tickets."""

    view: EngagementView
    path: str
    first: date
    last: date
    objective: str | None
    unit: UnitsBy

    @property
    def is_in_other_unit(self) -> bool:
        """Whether the reader chose another unit than the agreement's."""
        return self.unit != self.view.engagement.units.by

    @property
    def is_of_days(self) -> bool:
        """Whether the figure is of the days asked for: the score is of a window before their end, people of a day."""
        return section_of(self.path) in FROM_ENTRIES

    @property
    def end(self) -> date:
        return self.last + timedelta(days=1)


def read_question(connection: Connection) -> Question:
    """Read which figure is asked for; an engagement or figure that the caller may not open is not found."""
    current = find_view(connection)
    if current is None:
        refuse(404, gettext("No such figure of an engagement of yours."))
    view = current.as_shown
    if view.stored.generation is None:
        # Empty it would say that nothing was done.
        refuse(404, unmeasured_text(view.engagement.name))
    path = figure_named(request.args.get("figure", ""), view.engagement)
    if path is None or not may_open(view, path):
        refuse(404, gettext("No such figure of an engagement of yours."))
    objective = request.args.get("objective")
    if objective is not None and not _is_objective(view, path, objective):
        refuse(404, gettext("No such objective of this engagement."))
    # What is shown by objective, and the score, opens for quarters alone.
    whole_days = read_span() if section_of(path) in FROM_ENTRIES and objective is None else read_quarter()
    return Question(view, path, *whole_days, objective, _read_unit(view, path, objective))


def _is_objective(view: EngagementView, path: str, objective: str) -> bool:
    # Of all objectives together the sums tell units: a ticket with several is counted for each.
    if objective == ANY_OBJECTIVE:
        return path == "units.inhouse"
    return is_divided(path) and objective in {item.key for item in view.engagement.objectives}


def _read_unit(view: EngagementView, path: str, objective: str | None) -> UnitsBy:
    """Read the unit that was chosen for what was delivered; all other figures are in the agreement's alone."""
    own, unit = view.engagement.units.by, chosen_unit(view)
    if unit is None or (unit != own and (section_of(path) != "units" or objective is not None)):
        refuse(404, gettext("This figure is not counted in that unit."))
    return unit


def may_open(view: EngagementView, path: str) -> bool:
    first, _, last = path.partition(".")
    sight = SIGHTS.get(last.rpartition(".")[2] if first == "objectives" else first)
    # An agency's people open no figure that would tell of another agency.
    return sight in view.sees and (not view.agency or is_for_agency(path))


def section_of(path: str) -> str:
    return path.partition(".")[0]


def select_source(connection: Connection, question: Question) -> ReportSource:
    """Return what the figure is explained from on a page: no more than it needs, at one instant."""
    return source_of(select_figure(connection, question))


def source_of(figure: "Figure") -> ReportSource:
    """Return what the figure is explained from, by its rules that are read already."""
    return _with_rows(figure) if section_of(figure.question.path) in FROM_ENTRIES else _with_scores(figure)


def _empty_source(question: Question) -> ReportSource:
    """Return the source of a figure without anything in it."""
    stored = question.view.stored
    # A chosen unit takes the place of the agreement's in all that is explained.
    counted = replace(stored.engagement, units=replace(stored.engagement.units, by=question.unit))
    now, tells = container().clock(), SIGHTS["people_at_rung"] in question.view.sees
    days = (question.first, question.end)
    return ReportSource(counted, stored.hash, *days, now, (), rules=stored.rules, tells_targets=tells)


def select_figure(connection: Connection, question: Question) -> "Figure":
    """Return what is asked for with its rules; before a first measurement no figure is asked for."""
    prepared = select_prepared(connection, caller().tenant_id, question.view.stored)
    return Figure(connection, question, _empty_source(question), prepared)


@dataclass(frozen=True)
class Figure:
    """What is asked for, and the source without anything in it."""

    connection: Connection
    question: Question
    empty: ReportSource
    prepared: PreparedEngagement

    @property
    def scope(self) -> Scope:
        return scope_of(self.connection, caller().tenant_id, self.question.view.stored)

    @property
    def span(self) -> Span:
        midnight = self.prepared.calendar.midnight
        return Span(midnight(self.empty.start), midnight(self.empty.end))


def _with_rows(figure: Figure) -> ReportSource:
    scope, span, source = figure.scope, figure.span, figure.empty
    # How many tickets have no size is in no sum.
    is_whole = figure.question.path == UNSIZED_ISSUES or count_entries(scope, span, WHOLE + 1) <= WHOLE
    places = [] if is_whole else select_finished_page(scope, span, Choice(), LATEST + 1)
    if len(places) > LATEST:
        return _with_latest(figure, places[:LATEST])
    entries = in_chosen_unit(figure.question, select_period(scope, span.start, span.end))
    if not entries:
        return source
    disputed = select_disputed(scope.agreement, source.as_of)
    bulk = select_bulk(figure.connection, scope.tenant_id, figure.prepared, entries)
    return replace(source, rows=mark_rows(entries, disputed, bulk))


def _with_latest(figure: Figure, places: Sequence[Place]) -> ReportSource:
    scope, span, source = figure.scope, figure.span, figure.empty
    disputed = select_disputed(scope.agreement, source.as_of)
    # What is disputed is listed, too: figures without it are made from its rows.
    ids = {place.issue_id for place in places} | disputed.keys()
    entries = in_chosen_unit(figure.question, select_entries_of(figure, ids))
    # Whoever closed many tickets at once is found among all entries since shortly before the first that is listed.
    near = select_steps(scope, max(span.start, places[-1].at - SPAN), span.end)
    listed = {(entry.issue_id, entry.stored.entry.at) for entry in entries}
    bulk = select_bulk_of(figure.connection, scope.tenant_id, figure.prepared, near, asked=listed)
    return replace(with_sums(figure), rows=mark_rows(entries, disputed, bulk))


def with_sums(figure: Figure) -> LatestSource:
    """Return the source of a figure by its sums of days alone."""
    return _latest(figure, day_sums=select_unit_sums(figure.question, figure.scope))


def _latest(figure: Figure, **parts: Any) -> LatestSource:
    empty = figure.empty
    place = (empty.engagement, empty.engagement_hash, empty.start, empty.end, empty.as_of)
    return LatestSource(*place, (), rules=empty.rules, tells_targets=empty.tells_targets, **parts)


def select_unit_sums(question: Question, scope: Scope) -> dict[str, list[DayRow]]:
    """Return the sums of the days asked for, in the unit asked for."""
    return select_sums(scope, question.first, question.last, question.unit if question.is_in_other_unit else "")


def in_chosen_unit(question: Question, entries: Sequence[PeriodEntry]) -> list[PeriodEntry]:
    """Return entries in the unit asked for; those that were measured before it was kept are left out."""
    if not question.is_in_other_unit:
        return list(entries)
    pairs = [(entry, in_unit(entry.stored.entry, entry.stored.places, question.unit)) for entry in entries]
    return [replace(entry, stored=StoredEntry(pair[0], tuple(pair[1]))) for entry, pair in pairs if pair is not None]


def select_uncounted(connection: Connection, question: Question) -> int:
    """Return how many finished tickets of these days are missing in the unit asked for."""
    stored = question.view.stored
    if not question.is_in_other_unit:
        return 0
    scope, days = scope_of(connection, caller().tenant_id, stored), (question.first, question.last)
    sums = select_sums(scope, *days), select_unit_sums(question, scope)
    agreed, counted = (figures(rows.get("", ()), *days).sums for rows in sums)
    return agreed.tickets - counted.tickets


def select_entries_of(figure: Figure, ids: Collection[int]) -> list[PeriodEntry]:
    """Return the entries of some tickets in the days asked for, in order of time."""
    scope, span = figure.scope, figure.span
    labels = select_labels(figure.connection, scope.tenant_id, ids)
    entries = [
        PeriodEntry(issue_id, labels[issue_id].key, stored)
        for issue_id, own in select_entries(scope, labels).items()
        for stored in own
        if span.start <= stored.entry.at < span.end
    ]
    return sorted(entries, key=lambda entry: (entry.stored.entry.at, entry.issue_id, entry.stored.entry.number))


def _with_scores(figure: Figure) -> ReportSource:
    source, scope, prepared = with_people(figure), figure.scope, figure.prepared
    keys, limit = keys_of(figure.question.path), LATEST + 1
    by_quarter = LATENCIES if prepared.ruleset.works_council else ()
    rows = select_opportunity_rows(scope, prepared, scores_in(source), keys, latest=limit)
    cut = {key for key in keys if len(rows[key]) == limit and key not in by_quarter}
    return replace(
        source,
        opportunities={key: own[1:] if key in cut else own for key, own in rows.items()},
        of_many=select_of_many(scope, prepared, scores_in(source), keys),
        cut=frozenset({"proposals": "proposal_rate"}.get(key, key) for key in cut),
    )


def with_people(figure: Figure) -> LatestSource:
    """Return the source of a figure with the scores and what people can do, and without a ticket."""
    app, stored, source = container(), figure.question.view.stored, figure.empty
    scope, now, prepared = figure.scope, source.as_of, figure.prepared
    disputed = select_disputed(scope.agreement, now)
    scores = select_score(
        figure.connection, scope.tenant_id, stored, prepared, end=source.end, as_of=now, disputed=disputed
    )
    people = load_weekly_people(
        app.engine, scope.tenant_id, stored, prepared, now=now, end=figure.span.end, reader=app.reader
    )
    return _latest(figure, scores=scores, carried=Carried(people))


def keys_of(path: str) -> list[str]:
    """Return the components whose tickets a figure lists, in the order of its lines."""
    component = path.rpartition(".")[2]
    return [key for key in ON_TICKETS if key in PARTS_OF.get(component, (component,))]
