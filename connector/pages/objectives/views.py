"""The Objectives tab, what a lead confirms on it, and its pictures of progress, which load after it."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import Connection

from connector.actions import feedback
from connector.actions.actor import Actor
from connector.actions.policy import LEAD
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.burn_up import select_burn_up
from connector.pages.act import Notice, perform, require_may
from connector.pages.objectives.content import content_query, objectives_values
from connector.pages.objectives.due import due_rows
from connector.pages.objectives.progress import BurnUp, axis_labels, burn_ups, scale_of
from connector.pages.objectives.several import confirm_waiting, confirmed_text
from connector.pages.periods import choose, quarters
from connector.pages.prepared import prepared_of
from connector.pages.visibility import find_view, refuse
from connector.web.gate import CONTEXT, SHARED, Rule, caller
from mappings.events.types import Instant
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import gettext

blueprint = Blueprint("objectives", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "objectives.show": SHARED,
    "objectives.confirm": CONTEXT,
    "objectives.undo_confirm": CONTEXT,
    "objectives.progress": SHARED,
}


@blueprint.get("/pages/objectives")
def show() -> str:
    return _content(Notice())


@blueprint.post("/pages/objectives/confirm")
def confirm() -> str:
    view, keys = _view_for_leads(), request.args.getlist("confirm")
    return _content(perform(view, lambda actor: _confirm(actor, view, keys)))


def _confirm(actor: Actor, view: EngagementView, keys: Sequence[str]) -> Notice:
    """Confirm one objective, which has to wait still, or those of several that do."""
    if len(keys) == 1:
        feedback.confirm_agreement(actor, keys[0])
        name = next(item.name for item in actor.stored.engagement.objectives if item.key == keys[0])
        text = gettext("Confirmed for your side: %(name)s.", name=name)
    else:
        keys = confirm_waiting(actor, keys)
        text = confirmed_text(len(keys))
    return Notice(text, url_for("objectives.undo_confirm", **content_query(view), confirm=keys))


@blueprint.post("/pages/objectives/undo-confirm")
def undo_confirm() -> str:
    view, keys = _view_for_leads(), request.args.getlist("confirm")

    def act(actor: Actor) -> Notice:
        for key in keys:
            feedback.undo_agreement(actor, key)
        return Notice(gettext("Undone."))

    return _content(perform(view, act))


def _view_for_leads() -> EngagementView:
    with container().reader.connect() as connection:
        view = _require_measured(connection)
    require_may(view, LEAD)
    return view


def _content(notice: Notice) -> str:
    with container().reader.connect() as connection:
        values = objectives_values(connection, _require_measured(connection))
    return render_template("objectives/content.html", notice=notice, **values)


@blueprint.get("/pages/objectives/progress")
def progress() -> str:
    """Show how far each objective came, week by week: counts of people, for those alone who may see them."""
    with container().reader.connect() as connection:
        view = _require_measured(connection)
        if "cells" not in view.sees:
            refuse(404, gettext("Counts of people are for the leads of this engagement."))
        prepared, now = prepared_of(connection, view), container().clock()
        at, end = _day_and_end(view, prepared, now)
        weeks = select_burn_up(connection, caller().tenant_id, view.stored, prepared, now=now, end=end)
    dues = due_rows(view.engagement.objectives, weeks[-1], at, counts=True, is_past=end is not None)
    pictures = burn_ups(view.engagement, weeks, dues, at=at, calendar=prepared.calendar)
    if request.args.get("only") == "fallen":
        # Where all are there again nothing is owed.
        owed = [item for item in pictures if not item.due.is_reached]
        return render_template("objectives/fallen.html", pictures=owed)
    labels = axis_labels(scale_of(view.engagement, at), at)
    places = {"pictures": pictures, "labels": labels, "table": _table(pictures), "is_past": end is not None}
    return render_template("objectives/progress.html", **places)


def _day_and_end(view: EngagementView, prepared: PreparedEngagement, now: Instant) -> tuple[date, Instant | None]:
    """Return the day as of which progress is asked for, and where that is over the instant at which its period ended.

    Without a period it is today, however long the engagement has ended.
    """
    today = prepared.calendar.day(now)
    period = choose(quarters(view.engagement, today), request.args.get("period"))
    if period.runs or not request.args.get("period"):
        return today, None
    return period.last, prepared.calendar.midnight(period.end)


def _table(pictures: Sequence[BurnUp]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the weeks as rows: all objectives have the same."""
    rows = zip(*(item.weeks for item in pictures), strict=True)
    return [(row[0][0], tuple(share for _, share in row)) for row in rows]


def _require_measured(connection: Connection) -> EngagementView:
    view = find_view(connection)
    if view is None or "coverage" not in view.sees or view.stored.generation is None:
        refuse(404, gettext("No such engagement of yours."))
    return view.as_shown
