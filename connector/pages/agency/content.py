"""The Agency tab's content, for people of the agency and in-house leads."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from flask import render_template, request, url_for
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.actions.actor import Actor
from connector.actions.feedback import last_open_day, open_quarters
from connector.actions.policy import DISPUTE, FILE_FEEDBACK, REPLY, Permission
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.people import load_weekly_people
from connector.figures.recorded import select_reviewed
from connector.figures.teaching import Teaching, select_teaching
from connector.jira.client import JiraError
from connector.pages.act import Notice, has_agency_page, may_act, perform, require_may
from connector.pages.agency.disputed import LISTED, Case, cases_of
from connector.pages.agency.figures import AgencyFigures, select_agency_figures
from connector.pages.agency.open_asks import lists_agency_waits, lists_asks, wait_texts
from connector.pages.agency.plan import Plan
from connector.pages.agency.steps import plan_of
from connector.pages.agency.undoable import own_notice
from connector.pages.commented import untold_text
from connector.pages.drawer.open_proposals import OpenProposals, open_proposals_of, select_open_proposals
from connector.pages.objectives.content import file_settings
from connector.pages.objectives.earliest import signing_address
from connector.pages.periods import Period, choose, quarters
from connector.pages.project.frame import read_frame
from connector.pages.project.next_rows import browsed_of, issues_of
from connector.pages.project.next_tickets import planned_place
from connector.pages.project.score_text import ComponentLine
from connector.pages.project.untagged_tickets import with_untagged
from connector.pages.tabs import later_query, project_of
from connector.pages.together import texts
from connector.pages.together.content import select_viewer
from connector.pages.together.viewer import Viewer
from connector.pages.visibility import browsable, refuse, require_view
from connector.pages.waiting.kinds import select_waiting
from connector.text import day, full_day
from connector.web.gate import tenant
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.report.source import calendar_of
from mappings.measure.model.quarters import quarter_name
from mappings.measure.people.standing import PeopleFigures
from mappings.records.agreement.disputes import select_disputes
from mappings.records.agreement.replies import select_reply
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, mark

# What the in-house team did, by its part, around how much of it: two of these stand in one sentence.
CLIENT_TEXTS: Mapping[str, str] = {
    "reviews_in_time": mark("took up %(counted)s reviews in time"),
    "questions_answered": mark("answered %(counted)s questions in time"),
    "brief_stable": mark("left the brief as it was on %(counted)s tickets"),
    "feedback_acted_on": mark("acted in time on %(counted)s items of feedback"),
    "learners_offered": mark("enrolled learners for the objectives of %(counted)s tickets"),
}
MOST_SAID = 2

Action: TypeAlias = Callable[[Actor], Notice]


def perform_action(permission: Permission, act: Action) -> str:
    with container().reader.connect() as connection:
        view = read_measured(connection)
    require_may(view, permission)
    return render_content(perform(view, act))


def read_measured(connection: Connection) -> EngagementView:
    view = require_view(connection)
    if view.stored.generation is None or not has_agency_page(view):
        refuse(404, gettext("Only the agency and the in-house leads of this engagement see this part."))
    return view


def render_content(notice: Notice | None = None) -> str:
    """Return the tab with the notice about an act; without one, with what can still be undone."""
    with container().reader.connect() as connection:
        view = read_measured(connection)
        values = _select_values(connection, view.as_shown)
    may = {
        "filing": may_act(view, FILE_FEEDBACK),
        "replying": may_act(view, REPLY),
        "disputing": may_act(view, DISPUTE),
    }
    shown = own_notice(view, values["items"], values["cases"]) if notice is None else notice
    return render_template("agency/page.html", notice=shown, key=view.engagement.key, **may, **values)


class Named(NamedTuple):
    """The tickets that the tab names: those open to teach on, disputed, or undecided; `away`: Jira does not answer."""

    teaching: Teaching
    cases: Sequence[Case]
    proposals: OpenProposals
    labels: Mapping[int, IssueLabel]
    away: bool


def _select_values(connection: Connection, view: EngagementView) -> dict[str, Any]:
    viewer = select_viewer(connection, view)
    today = calendar_of(view.engagement).day(viewer.now)
    period = choose(quarters(view.engagement, today), request.values.get("period"))
    people, named = _load_people(viewer), _select_named(connection, viewer)
    plan = plan_of(viewer, people, named.teaching, named.labels)
    figures = select_agency_figures(viewer, period, people)
    return {
        "agency": view.engagement.agency_name,
        "client_lines": _client_lines(figures),
        "plan": plan,
        "waiting": _waiting(viewer, named),
        "untold": untold_text(view, (ticket.is_by_commenter for step in plan.owed for ticket in step.listed)),
        "people_day": day(viewer.prepared.calendar.day(people.as_of)),
        "figures": figures,
        "period": period,
        "cases": named.cases,
        "proposals": named.proposals,
        "listed_days": LISTED // DAY,
        "away": named.away,
        "site": tenant().display_url,
        **_feedback_values(viewer),
        **_addresses(view, period, plan, people, named=named),
        **_next_values(connection, viewer, period, planned=_planned(plan) if plan.steps else None),
    }


def _load_people(viewer: Viewer) -> PeopleFigures:
    app, stored = container(), viewer.view.stored
    return load_weekly_people(app.engine, viewer.tenant_id, stored, viewer.prepared, now=viewer.now, reader=app.reader)


def _select_named(connection: Connection, viewer: Viewer) -> Named:
    """Return the tickets that the viewer may browse, of those that could teach and of those disputed."""
    stored, prepared = viewer.view.stored, viewer.prepared
    teaching = select_teaching(connection, viewer.tenant_id, stored, prepared, now=viewer.now, viewer=viewer.account)
    teaching = with_untagged(connection, viewer.view, teaching)
    disputes = select_disputes(viewer.scope, start=viewer.now - LISTED, end=viewer.now)
    open_tickets = issues_of(teaching.openings) | {item.issue_id for item in teaching.led}
    limits = _select_proposals(viewer)
    issues = open_tickets | {dispute.issue_id for dispute in disputes} | limits.keys()
    labels = select_labels(connection, viewer.tenant_id, issues)
    seen = _browsable(labels)
    shown = seen or frozenset()
    openings = browsed_of(teaching.openings, shown)
    cases = cases_of(viewer, disputes, labels, shown)
    led = tuple(item for item in teaching.led if item.issue_id in shown)
    proposals = open_proposals_of(prepared, limits, labels, shown)
    return Named(replace(teaching, openings=openings, led=led), cases, proposals, labels, seen is None)


def _select_proposals(viewer: Viewer) -> dict[int, Instant]:
    """Return the proposals without a decision, for whoever reads what they count in."""
    if "scores" not in viewer.view.sees:
        return {}
    generation = viewer.stored.shown_generation
    return select_open_proposals(Scope(viewer.connection, viewer.tenant_id, viewer.key, generation), viewer.now)


def _waiting(viewer: Viewer, named: Named) -> dict[str, str]:
    """Return by its key whom each ticket of the plan waits for that waits."""
    texts = wait_texts(viewer.view, viewer.prepared, named.teaching.waiting, viewer.now)
    return {named.labels[issue_id].key: text for issue_id, text in texts.items() if issue_id in named.labels}


def _feedback_values(viewer: Viewer) -> dict[str, Any]:
    """Return what the agency filed, what it is answered, and what it can be about."""
    items = texts.items_of(viewer)
    return {
        "items": items,
        "acted_days": viewer.prepared.ruleset.acted_days,
        "filed": texts.filed_text(viewer, items),
        "about": texts.ABOUT_NAMES,
        "replies": _replies(viewer),
    }


def _addresses(
    view: EngagementView, period: Period, plan: Plan, people: PeopleFigures, *, named: Named
) -> dict[str, str]:
    """Return where the tab's parts are asked, and where what is behind is settled; "" for what the reader has not."""
    query = later_query(view.engagement, period.key)
    return {
        "asks_address": url_for("agency_asks.show", **query) if lists_asks(view) else "",
        "own_asks_address": url_for("agency_asks.show_own", **query) if lists_agency_waits(view) else "",
        "fallen_address": _fallen_address(view, people),
        "signing": signing_address(view, period.key, plan.behind_keys, people, learners=_named_in(plan, named)),
        "file_settings": file_settings(view, period, *plan.behind_keys),
    }


def _named_in(plan: Plan, named: Named) -> dict[str, str]:
    """Return by objective the learner whom the plan names for a ticket, where only what is done alone is missing."""
    alone = [item for item in named.teaching.openings if item.part == "alone" and len(item.learners) == 1]
    taught = {step.objective_key for step in plan.left_to_team}
    return {item.objective: item.learners[0] for item in alone if item.objective in taught}


def _fallen_address(view: EngagementView, people: PeopleFigures) -> str:
    """Return where it loads who left a count: it looks at all weeks, and counts people."""
    if "cells" not in view.sees or people.suppressed:
        return ""
    return url_for("objectives.progress", engagement=view.engagement.key, only="fallen")


def _planned(plan: Plan) -> str:
    return ",".join(planned_place(ticket.key, step.objective_key) for step in plan.steps for ticket in step.listed)


def _next_values(connection: Connection, viewer: Viewer, period: Period, *, planned: str | None) -> dict[str, Any]:
    """Return what somebody of the agency can do next; nothing for an in-house lead, who reads it on the Overview.

    `planned` tells the part which tickets the plan above it names, and for which objectives; None without a plan.
    """
    view = viewer.view
    if not view.agency:
        return {"next_address": ""}
    address = url_for("next_tickets.show", **later_query(view.engagement, period.key), planned=planned, all=1)
    frame = read_frame(container(), project_of(view.engagement), [view])
    waiting = select_waiting(connection, view, viewer.now)
    return {
        "next_address": address,
        "today_text": frame.today_text,
        "waits": [frame.waiting_link(tab, item) for tab, item in waiting.items],
        "upcoming": waiting.upcoming,
    }


def _browsable(labels: dict[int, IssueLabel]) -> frozenset[int] | None:
    # None where Jira does not answer, so that the page can say so.
    try:
        return browsable(container(), labels.values())
    except JiraError:
        return None


def _client_lines(figures: AgencyFigures) -> list[tuple[ComponentLine, str]]:
    """Return what the sentence says of the in-house team, each with its words: where least is done comes first.

    What lacks nothing is said only where nothing else is.
    """
    if figures.client is None:
        return []
    lines = [*figures.client.lines, *filter(None, [figures.client.beside])]
    counted = sorted((line for line in lines if line.now is not None), key=lambda line: line.now or 0)
    lacking = [line for line in counted if not line.is_full]
    return [(line, CLIENT_TEXTS[line.key]) for line in (lacking or counted[-1:])[:MOST_SAID]]


def _replies(viewer: Viewer) -> list[dict[str, str]]:
    """Return the reply on each open quarter and the day it was saved, newest first: "" where there is none.

    A quarter that has no review and will get none takes no reply; one that was written is still read.
    """
    calendar = viewer.prepared.calendar
    open_now = sorted(open_quarters(viewer.view.engagement, calendar.day(viewer.now)), reverse=True)
    reviewed = select_reviewed(viewer.scope, viewer.view.stored, calendar, open_now)
    replies = []
    for quarter in open_now:
        reply = select_reply(viewer.scope, quarter)
        if reply is None and quarter not in reviewed:
            continue
        saved = viewer.date_text(reply.at) if reply else ""
        text = reply.text if reply else ""
        until = full_day(last_open_day(quarter))
        place = {"quarter": quarter.isoformat(), "name": quarter_name(quarter), "until": until}
        replies.append({**place, "text": text, "saved": saved})
    return replies
