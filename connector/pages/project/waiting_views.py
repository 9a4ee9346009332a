"""Settling things where they are listed: the question before, the act, and its undo; the page is shown anew."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from connector.auth.access import EngagementView
from connector.container import container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.act import Notice, require_may
from connector.pages.agency import content as agency
from connector.pages.project.views import render_content
from connector.pages.project.waiting_acts import ACTS, ListAct
from connector.pages.project.waiting_questions import QUESTIONS, question_values
from connector.pages.visibility import refuse, require_view
from connector.web.gate import CONTEXT, Rule, tenant
from mappings.translation import gettext

blueprint = Blueprint("waiting", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"waiting.ask": CONTEXT, "waiting.act": CONTEXT, "waiting.undo": CONTEXT}

# What the page shows, and the place in the list, which come along with each act.
CHOICE = ("project.key", "engagement", "period", "tab", "by", "unit", "at")
# The tab that lists what waits besides the Overview, and takes the answer to an act in its own place.
AGENCY = "agency"


@blueprint.get("/pages/waiting/<act>")
def ask(act: str) -> str:
    _, view = _require(act)
    if act not in QUESTIONS:
        refuse(404, gettext("There is nothing here that you may see."))
    try:
        with container().reader.connect() as connection:
            values = question_values(act, connection, view)
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    places = {
        "address": url_for("waiting.act", act=act, **_choice()),
        "choice": _choice(),
        "target": "#agency" if _is_on_agency() else "#content",
        "site": tenant().display_url,
    }
    return render_template(f"project/waiting/{act}.html", act=act, **places, **values)


@blueprint.post("/pages/waiting/<act>")
def act(act: str) -> str:
    row, view = _require(act)
    done = row.perform(view)
    undo: dict[str, Any] = {**_choice(), **done.undo} if done.undo is not None else {}
    return _render_with(act, done.text, url_for("waiting.undo", act=act, **undo) if undo else "")


@blueprint.post("/pages/waiting/<act>/undo")
def undo(act: str) -> str:
    row, view = _require(act)
    if row.undo is None:
        refuse(422, gettext("There is nothing to undo."))
    row.undo(view)
    return _render_with(act, gettext("Undone."))


def _render_with(act: str, text: str, undo_address: str = "") -> str:
    place = request.args.get("at", "")
    notice = Notice(text, undo_address, "waiting", int(place) if place.isdecimal() and len(place) < 5 else -1, act)
    return agency.render_content(notice) if _is_on_agency() else render_content(notice)


def _is_on_agency() -> bool:
    return request.args.get("tab") == AGENCY


def _choice() -> dict[str, Any]:
    return {name: request.args[name] for name in CHOICE if name in request.args}


def _require(act: str) -> tuple[ListAct, EngagementView]:
    row = ACTS.get(act) or refuse(404, gettext("There is nothing here that you may see."))
    with container().reader.connect() as connection:
        view = require_view(connection)
    require_may(view, row.permission)
    if view.stored.generation is None:
        refuse(404, empty_states.unmeasured_text(view.engagement.name))
    return row, view
