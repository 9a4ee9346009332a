"""The Objectives tab, and its pictures of progress, which load after it."""

from collections.abc import Sequence

from flask import Blueprint, render_template
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.burn_up import select_burn_up
from connector.pages.objectives.content import objectives_values
from connector.pages.objectives.due import due_rows
from connector.pages.objectives.progress import BurnUp, axis_labels, burn_ups, scale_of
from connector.pages.prepared import prepared_of
from connector.pages.visibility import find_view, refuse
from connector.web.gate import SHARED, Rule, caller
from mappings.translation import gettext

blueprint = Blueprint("objectives", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"objectives.show": SHARED, "objectives.progress": SHARED}


@blueprint.get("/pages/objectives")
def show() -> str:
    with container().reader.connect() as connection:
        values = objectives_values(connection, _require_measured(connection))
    return render_template("objectives/content.html", **values)


@blueprint.get("/pages/objectives/progress")
def progress() -> str:
    """Show how far each objective came, week by week: counts of people, for those alone who may see them."""
    with container().reader.connect() as connection:
        view = _require_measured(connection)
        if "cells" not in view.sees:
            refuse(404, gettext("Counts of people are for the leads of this engagement."))
        prepared, now = prepared_of(connection, view), container().clock()
        weeks = select_burn_up(connection, caller().tenant_id, view.stored, prepared, now=now)
    today = prepared.calendar.day(now)
    dues = due_rows(view.engagement.objectives, weeks[-1], today, counts=True)
    pictures = burn_ups(view.engagement, weeks, dues, today=today, calendar=prepared.calendar)
    labels = axis_labels(scale_of(view.engagement, today), today)
    return render_template("objectives/progress.html", pictures=pictures, labels=labels, table=_table(pictures))


def _table(pictures: Sequence[BurnUp]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the weeks as rows: all objectives have the same."""
    rows = zip(*(item.weeks for item in pictures), strict=True)
    return [(row[0][0], tuple(share for _, share in row)) for row in rows]


def _require_measured(connection: Connection) -> EngagementView:
    view = find_view(connection)
    if view is None or "coverage" not in view.sees or view.stored.generation is None:
        refuse(404, gettext("No such engagement of yours."))
    return view.as_shown
