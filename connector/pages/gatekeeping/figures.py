"""The drawers of the Gatekeeping tab's figures and counts, and their files, from what the tab is computed from."""

from datetime import date
from functools import partial
from statistics import median

from flask import request
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.gatekeepers.dimension import Gatekeeping, select_gatekeeping
from connector.figures.gatekeepers.ticket import Answer
from connector.figures.prepared import select_prepared
from connector.figures.scores import scope_of
from connector.pages.drawer.date_ranges import read_quarter
from connector.pages.drawer.figure_file import FigureFile, select_file
from connector.pages.drawer.source import Question, select_source
from connector.pages.drawer.ticket_lines import Explain
from connector.pages.drawer.views import Opened, select_line_labels
from connector.pages.gatekeeping.picks import PICKS, explain_pick
from connector.pages.gatekeeping.viewer import Viewer, answer_words
from connector.pages.visibility import account, browsable_tickets, has_open_project, refuse, select_gatekept
from connector.text import THIN, number
from connector.web.gate import caller
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.formats.explain.gatekeepers import (
    back_text,
    explain_early,
    explain_first_pass,
    passes_text,
    statuses_text,
)
from mappings.formats.explain.model import Explained, Line, day_of
from mappings.formats.explain.score import scores_in, window_inputs
from mappings.formats.export.figure import Value
from mappings.formats.report.source import ReportSource
from mappings.measure.model.affiliation import Affiliations
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_labels
from mappings.translation import gettext, mark

FIGURES = ("early", "answers", "first_pass", *PICKS)
ENDPOINTS = ("gatekeeping.figure", "gatekeeping.export")
IN_TIME = mark("answers in time")
MET_OF = mark("%(met)s of %(all)s within %(limit)s")
RULE = mark(
    "The median of your answers: each time that you moved a ticket out of %(status)s in this window, and how long it "
    "had been there, in business hours."
)
# Where there are more tickets than are read.
LATEST_RULE = mark(
    "The median of your answers: each time that you moved one of the latest %(tickets)s tickets out of %(status)s in "
    "this window, and how long it had been there, in business hours."
)


def viewer_of(prepared: PreparedEngagement, now: Instant, team: str = "") -> Viewer:
    agreed = prepared.engagement
    texts = statuses_text(agreed), back_text(agreed), passes_text(agreed)
    return Viewer(team, prepared.calendar, prepared.ruleset, now, *texts)


def viewer_in(view: EngagementView, prepared: PreparedEngagement, now: Instant) -> Viewer:
    """Return who reads the tab, with the name of their team where all gatekeepers are of it."""
    engagement = view.engagement
    affiliation = Affiliations(engagement.people, engagement.agency).at(account(), now)
    teams = {item.org for item in engagement.people if item.side == "gatekeeper"}
    # The figures count whoever of the gatekeepers was there first, of any team.
    is_only = affiliation is not None and teams == {affiliation.org}
    return viewer_of(prepared, now, affiliation.org if affiliation and is_only else "")


def addresses(view: EngagementView, first: date, last: date) -> dict[str, dict[str, str]]:
    """Return by figure what its drawer is asked for; nothing is asked for before it is measured."""
    if view.stored.generation is None:
        return {}
    days = {"from": str(first), "to": str(last)}
    return {figure: {"engagement": view.engagement.key, "figure": figure, **days} for figure in FIGURES}


def open_gatekeeping(connection: Connection, view: EngagementView) -> Opened:
    """Return the figure that the call asks for, of a gatekeeper's engagement."""
    question = _read_question(view)
    source = select_source(connection, question)
    figure = _explain_of(connection, question)(source)
    labels = select_line_labels(connection, figure)
    return Opened(question, source, figure, labels, *browsable_tickets(labels), ENDPOINTS)


def select_gatekeeping_file(connection: Connection, view: EngagementView) -> FigureFile:
    """Return the file of the figure that the call asks for."""
    question = _read_question(view)
    return select_file(connection, question, _explain_of(connection, question), find_gatekept)


def find_gatekept(connection: Connection) -> EngagementView | None:
    """Return the engagement that the call asks for, where the caller is a gatekeeper of it and may browse of it."""
    key = request.args.get("engagement", "")
    view = next((item for item in select_gatekept(connection) if item.engagement.key == key), None)
    return view if view is not None and has_open_project(connection, view.engagement) else None


def _read_question(view: EngagementView) -> Question:
    name = request.args.get("figure", "")
    if name not in FIGURES or view.stored.generation is None:
        refuse(404, gettext("No such figure of an engagement of yours."))
    return Question(view, f"gatekeeping.{name}", *read_quarter(), None, view.engagement.units.by)


def _explain_of(connection: Connection, question: Question) -> Explain:
    name = question.path.removeprefix("gatekeeping.")
    if name == "answers" or name in PICKS:
        return partial(_explain_answers if name == "answers" else _explain_pick, connection, question)
    return partial(explain_early if name == "early" else explain_first_pass, path=question.path)


def _select_data(connection: Connection, question: Question) -> tuple[Viewer, Gatekeeping]:
    prepared = select_prepared(connection, caller().tenant_id, question.view.stored)
    viewer = viewer_in(question.view, prepared, container().clock())
    scope = scope_of(connection, caller().tenant_id, question.view.stored)
    end = prepared.calendar.midnight(question.end)
    return viewer, select_gatekeeping(scope, prepared, viewer=account(), end=end, now=viewer.now)


def _explain_pick(connection: Connection, question: Question, source: ReportSource) -> Explained:
    viewer, data = _select_data(connection, question)
    labels = select_labels(connection, caller().tenant_id, {item.issue_id for item in data.asked})
    return explain_pick(viewer, source, data, labels, path=question.path)


def _explain_answers(connection: Connection, question: Question, source: ReportSource) -> Explained:
    viewer, data = _select_data(connection, question)
    answers = data.answers
    labels = select_labels(connection, caller().tenant_id, {answer.issue_id for answer in answers})
    # Of a median the order tells where it comes from, so the longest is the first: lines are listed from their end.
    by_hours = sorted(answers, key=lambda answer: (-answer.took, answer.at))
    lines = tuple(
        _line(viewer, source, answer, labels[answer.issue_id].key, middle=_middle(place, len(answers)))
        for place, answer in enumerate(answers if viewer.rules.works_council else by_hours)
    )
    met = sum(line.contribution for line in lines)
    in_time = gettext(MET_OF, met=number(met), all=len(answers), limit=viewer.limit)
    return Explained(
        path=question.path,
        title=gettext("Your answers"),
        value=_value(viewer, answers, met),
        # In works-council mode the figure itself is how many were in time.
        small="" if viewer.rules.works_council else gettext("the median; %(in_time)s", in_time=in_time),
        rule=_rule(viewer, data),
        rule_id="gatekeeper_answers@1",
        formula="",
        inputs=tuple(window_inputs(source, scores_in(source).window)),
        unit=IN_TIME,
        number=met,
        lines=lines,
        moves=_moves(viewer, answers),
        columns=(mark("Hours"), mark("In time")),
        order="" if viewer.rules.works_council else mark("the shortest first"),
        day_words=mark("answered %(day)s"),
    )


def _moves(viewer: Viewer, answers: tuple[Answer, ...]) -> tuple[str, ...]:
    in_time = gettext("An answer within %(limit)s counts as in time.", limit=viewer.limit)
    # In works-council mode an answer is only met or not met (measurement (f)).
    if viewer.rules.works_council or not answers:
        return (in_time,)
    hours = median(answer.took for answer in answers) / HOUR
    return in_time, gettext("An answer in under %(hours)s lowers the median.", hours=f"{number(hours)}{THIN}h")


def _rule(viewer: Viewer, data: Gatekeeping) -> str:
    if data.tickets <= len(data.asked):
        return gettext(RULE, status=viewer.status)
    return gettext(LATEST_RULE, status=viewer.status, tickets=len(data.asked))


def _middle(place: int, answers: int) -> str:
    # Of an even number the median is half way between two.
    if place not in {(answers - 1) // 2, answers // 2}:
        return ""
    return gettext("the middle, by time") if answers % 2 else gettext("one of the two in the middle, by time")


def _line(viewer: Viewer, source: ReportSource, answer: Answer, key: str, *, middle: str) -> Line:
    is_met, day = float(answer.took <= viewer.rules.review_hours * HOUR), day_of(answer.at, source)
    # In works-council mode an answer is only met or not met (measurement (f)).
    if viewer.rules.works_council:
        return Line(answer.issue_id, key, key, is_met, why=answer_words(viewer, answer.took), day=day)
    return Line(answer.issue_id, key, key, is_met, answer.took / HOUR, "h", middle, day)


def _value(viewer: Viewer, answers: tuple[Answer, ...], met: float) -> Value:
    if not answers:
        return Value("–", unit="h")
    # In works-council mode an answer is only met or not met (measurement (f)).
    if viewer.rules.works_council:
        places = {"met": number(met), "all": len(answers), "limit": viewer.limit}
        return Value(gettext(MET_OF, **places), met, unit=IN_TIME)
    hours = median(answer.took for answer in answers) / HOUR
    return Value(f"{number(hours)}{THIN}h", hours, unit="h")
