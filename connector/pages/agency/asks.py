"""What waits for the in-house team now: a part of the Agency tab that loads after it, since open tickets are read."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.agency.content import read_measured
from connector.pages.agency.open_asks import MOST_READ, OpenAsks, lists_asks, select_open_asks
from connector.pages.together.content import select_viewer
from connector.pages.together.viewer import Viewer
from connector.pages.visibility import refuse, visible_tickets
from connector.pages.waiting.request_words import touch_text
from connector.text import number
from connector.web.gate import SHARED, Rule, tenant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.reciprocity import Answer
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, ngettext

blueprint = Blueprint("agency_asks", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"agency_asks.show": SHARED}

# How many are named before the others are opened.
NAMED = 5


@dataclass(frozen=True)
class AskRow:
    key: str
    summary: str
    request: str
    is_late: bool


@blueprint.get("/pages/agency/asks")
def show() -> str:
    with container().reader.connect() as connection:
        viewer = select_viewer(connection, _read_listing(connection))
        scope = Scope(connection, viewer.tenant_id, viewer.key, viewer.stored.shown_generation)
        asks = select_open_asks(scope, viewer.prepared)
        labels = select_labels(connection, viewer.tenant_id, asks.requests.keys())
    seen, reason = visible_tickets(viewer.view, labels)
    rows = [_row(viewer, labels[issue_id], asks) for issue_id in asks.requests if issue_id in seen]
    return render_template(
        "agency/asks.html",
        lead=" ".join(filter(None, [_lead(len(asks.requests)), _cut_text(asks)])),
        rows=rows[:NAMED],
        others=rows[NAMED:],
        late_rule=_late_rule(viewer.prepared.ruleset) if any(row.is_late for row in rows) else "",
        hidden=_hidden_text(asks.requests.keys() - seen, reason),
        site=tenant().display_url,
    )


def _read_listing(connection: Connection) -> EngagementView:
    view = read_measured(connection).as_shown
    return view if lists_asks(view) else refuse(404, gettext("Which tickets wait is not listed in this engagement."))


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


def _cut_text(asks: OpenAsks) -> str:
    if not asks.is_cut:
        return ""
    return gettext(
        "Looked at: the %(num)s open tickets with an objective, and as many without, that changed last.", num=MOST_READ
    )


def _hidden_text(hidden: Collection[int], reason: str) -> str:
    if not hidden:
        return ""
    more = ngettext("%(num)s of them is not listed.", "%(num)s of them are not listed.", len(hidden))
    return f"{more} {reason}"
