"""What waits for a side now: parts of the Agency tab that load after it, since open tickets are read."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.agency.content import read_measured
from connector.pages.agency.open_asks import (
    MOST_READ,
    OpenAsks,
    lists_agency_waits,
    lists_asks,
    select_agency_waits,
    select_open_asks,
)
from connector.pages.together.content import select_viewer
from connector.pages.together.viewer import Viewer
from connector.pages.visibility import Reason, refuse, visible_tickets
from connector.pages.waiting.request_words import touch_text
from connector.text import number
from connector.web.gate import SHARED, Rule, tenant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.reciprocity import Answer
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, ngettext

blueprint = Blueprint("agency_asks", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"agency_asks.show": SHARED, "agency_asks.show_own": SHARED}

# How many are named before the others are opened.
NAMED = 5


@dataclass(frozen=True)
class AskRow:
    key: str
    summary: str
    request: str
    is_late: bool = False


@blueprint.get("/pages/agency/asks")
def show() -> str:
    with container().reader.connect() as connection:
        viewer, scope = _select_place(connection, lists_asks)
        asks = select_open_asks(scope, viewer.prepared)
        labels = select_labels(connection, viewer.tenant_id, asks.requests.keys())
    seen, reason = visible_tickets(viewer.view, labels)
    rows = [_row(viewer, labels[issue_id], asks) for issue_id in asks.requests if issue_id in seen]
    late_rule = _late_rule(viewer.prepared.ruleset) if any(row.is_late for row in rows) else ""
    lead = " ".join(filter(None, [_lead(len(asks.requests)), _cut_text(is_cut=asks.is_cut)]))
    return _render(lead, rows, _hidden_text(asks.requests.keys() - seen, reason), key="asks", late_rule=late_rule)


@blueprint.get("/pages/agency/own-asks")
def show_own() -> str:
    """Return what waits for the agency: nothing counts how long it does, so none of it is late."""
    with container().reader.connect() as connection:
        viewer, scope = _select_place(connection, lists_agency_waits)
        waits = select_agency_waits(scope, viewer.prepared, viewer.now)
        labels = select_labels(connection, viewer.tenant_id, waits.since.keys())
    seen, reason = visible_tickets(viewer.view, labels)
    rows = [
        AskRow(labels[issue_id].key, labels[issue_id].summary, gettext("since %(day)s", day=viewer.date_text(at)))
        for issue_id, at in waits.since.items()
        if issue_id in seen
    ]
    own = _own_lead(len(waits.since), viewer.view.engagement.agency_name)
    lead = " ".join(filter(None, [own, _cut_text(is_cut=waits.is_cut)])) if waits.since else ""
    return _render(lead, rows, _hidden_text(waits.since.keys() - seen, reason), key="own-asks")


def _select_place(connection: Connection, lists: Callable[[EngagementView], bool]) -> tuple[Viewer, Scope]:
    view = read_measured(connection).as_shown
    if not lists(view):
        refuse(404, gettext("Which tickets wait is not listed in this engagement."))
    viewer = select_viewer(connection, view)
    return viewer, Scope(connection, viewer.tenant_id, viewer.key, viewer.stored.shown_generation)


def _render(lead: str, rows: Sequence[AskRow], hidden: str, *, key: str, late_rule: str = "") -> str:
    return render_template(
        "agency/asks.html",
        key=key,
        lead=lead,
        rows=rows[:NAMED],
        others=rows[NAMED:],
        late_rule=late_rule,
        hidden=hidden,
        site=tenant().display_url,
    )


def _row(viewer: Viewer, label: IssueLabel, asks: OpenAsks) -> AskRow:
    request = asks.requests[label.issue_id]
    touch = touch_text(request, asks.tickets[label.issue_id], viewer.date_text)
    text = _request_text(request, viewer.date_text(request.at), touch)
    return AskRow(label.key, label.summary, text, request.is_late(viewer.now))


def _request_text(request: Answer, since: str, touch: str) -> str:
    """Return what waits, and whether somebody in-house touched it since, which answers it by the figures."""
    if not request.is_question:
        return ", ".join(filter(None, [gettext("in review since %(day)s", day=since), touch]))
    question = gettext("a question since %(day)s", day=since)
    if not touch:
        return question
    return gettext("%(question)s, %(touch)s; its status still waits", question=question, touch=touch)


def _late_rule(rules: Ruleset) -> str:
    return gettext(
        "Late: a question that nobody in-house touched within %(question)s business hours, a review within %(review)s.",
        question=number(rules.question_hours),
        review=number(rules.review_hours),
    )


def _lead(number: int) -> str:
    if not number:
        return gettext("No open ticket waits for the in-house team now.")
    return ngettext(
        "%(num)s open ticket waits for the in-house team now.",
        "%(num)s open tickets wait for the in-house team now.",
        number,
    )


def _own_lead(number: int, agency: str) -> str:
    return ngettext(
        "%(num)s open ticket waits for %(agency)s now.",
        "%(num)s open tickets wait for %(agency)s now.",
        number,
        agency=agency,
    )


def _cut_text(*, is_cut: bool) -> str:
    if not is_cut:
        return ""
    return gettext(
        "Looked at: the %(num)s open tickets with an objective, and as many without, that changed last.", num=MOST_READ
    )


def _hidden_text(hidden: Collection[int], reason: Reason) -> str:
    if not hidden:
        return ""
    more = ngettext("%(num)s of them is not listed.", "%(num)s of them are not listed.", len(hidden))
    return f"{more} {reason(len(hidden))}"
