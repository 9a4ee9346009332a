"""Open tickets that could teach: a part of the project page that loads after it, since each open ticket is read."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from connector.actions.policy import FILE_FEEDBACK
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.teaching import Teaching, select_teaching
from connector.jira.client import JiraError
from connector.pages.act import may_act
from connector.pages.prepared import prepared_of
from connector.pages.project.held_tickets import comment_notes, held_of, own_notes, own_of
from connector.pages.project.next_rows import Next, by_whose, rows_of, with_instead
from connector.pages.project.opening_gap import Gap, add_text, gap_of, own_gap, shadowing_of, untagged_gap
from connector.pages.project.own_moves import reads_as_learner, select_own_moves
from connector.pages.tabs import frame_address
from connector.pages.visibility import browsable, require_view
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.records.facts.issues import select_labels
from mappings.translation import ngettext

blueprint = Blueprint("next_tickets", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"next_tickets.show": SHARED}

SHOWN = 6
# How many the Overview has room for.
NEAREST = 3


@blueprint.get("/pages/next")
def show() -> str:
    app, who, period = container(), caller(), request.args.get("period", "")
    with app.reader.connect() as connection:
        view = require_view(connection).as_shown
        teaching = _select(connection, view, viewer=who.account or "")
        opportunities, held = teaching.openings, teaching.gap.held if teaching.gap and view.agency else ()
        notes = comment_notes(prepared_of(connection, view), held, app.clock()) if held else {}
        mine = _own_notes(connection, view, teaching)
        ids = {opportunity.issue_id for opportunity in opportunities}
        labels = select_labels(connection, who.tenant_id, ids | notes.keys() | mine.keys())
        moves = select_own_moves(connection, view, opportunities)
    try:
        seen = browsable(app, labels.values())
    except JiraError:
        return render_template("project/next_tickets.html", away=True)
    taught = any(opportunity.part != "alone" for opportunity in opportunities)
    browsed = [opportunity for opportunity in opportunities if opportunity.issue_id in seen]
    helped = {opportunity.objective for opportunity in browsed}
    gap = Gap() if taught else gap_of(view, teaching, period, helped)
    hidden = len({opportunity.issue_id for opportunity in opportunities} - seen)
    rows = rows_of(view, browsed, labels, moves)
    rows.sort(key=lambda row: not row.is_assigned)
    besides = ngettext(
        "%(num)s ticket besides, which you may not browse.",
        "%(num)s tickets besides, which you may not browse.",
        hidden,
    )
    return render_template(
        "project/next_tickets.html",
        gap=gap,
        held=held_of(labels, {key: note for key, note in notes.items() if key in seen}),
        mine=own_of(labels, {key: note for key, note in mine.items() if key in seen}),
        own=own_gap(view, teaching, period, request.args.get("objective", "")),
        hidden=besides if hidden else "",
        **_row_values(view, with_instead(rows), period),
        **_ways_on(view, period),
    )


def _row_values(view: EngagementView, rows: Sequence[Next], period: str) -> dict[str, object]:
    """Return the rows for which there is room, and where the others are."""
    shows_all = bool(request.args.get("all"))
    most = SHOWN if shows_all else NEAREST
    shown = rows[:most]
    return {
        "rows": shown,
        "alone": by_whose([row for row in shown if row.is_alone]),
        "more": len(rows) - most,
        "all_address": "" if shows_all else frame_address("objectives", view.engagement, period),
        "planned": "planned" in request.args,
        "site": tenant().display_url,
    }


def _ways_on(view: EngagementView, period: str) -> dict[str, object]:
    """Return what whoever reads it could do for more tickets, and where."""
    return {
        "agency": view.engagement.agency_name,
        "add": add_text(view),
        "shadowing": shadowing_of(view, period),
        "mine_address": frame_address("tickets", view.engagement, period, show="open", mine="1"),
        "untagged": untagged_gap("", view, period),
        "ask_address": _ask_address(view, period),
    }


def _own_notes(connection: Connection, view: EngagementView, teaching: Teaching) -> Mapping[int, str]:
    if not teaching.mine or not reads_as_learner(view):
        return {}
    return own_notes(prepared_of(connection, view), teaching.mine, caller().account or "", container().clock())


def _ask_address(view: EngagementView, period: str) -> str:
    """Return where an agency asks the in-house team for a ticket; "" for everybody else."""
    asks = view.agency and may_act(view, FILE_FEEDBACK)
    return frame_address("agency", view.engagement, period) if asks else ""


def _select(connection: Connection, view: EngagementView, *, viewer: str) -> Teaching:
    if view.stored.generation is None:
        return Teaching()
    tenant_id, now = caller().tenant_id, container().clock()
    return select_teaching(connection, tenant_id, view.stored, prepared_of(connection, view), now=now, viewer=viewer)
