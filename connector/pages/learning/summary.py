"""Where the viewer stands, and what is next, in two lines for the Overview; loaded after it, and for them alone."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request

from connector.container import container
from connector.jira.client import JiraError
from connector.pages.act import sees_own_ladder
from connector.pages.learning.listed_steps import NextStep
from connector.pages.learning.next_steps import NextSteps
from connector.pages.learning.own_evidence import select_own_views
from connector.pages.learning.rungs import RungRow, rungs_of, select_context
from connector.pages.learning.selected_steps import select_steps
from connector.pages.learning.standing_lines import sentence_of
from connector.pages.learning.targets import OwnTarget, targets_of
from connector.pages.tabs import frame_address
from connector.pages.visibility import browsable, refuse, require_view
from connector.web.gate import SHARED, Rule, tenant
from mappings.translation import gettext, ngettext

blueprint = Blueprint("learning_summary", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"learning_summary.show": SHARED}


@blueprint.get("/pages/learning/summary")
def show() -> str:
    with container().reader.connect() as connection:
        view = require_view(connection).as_shown
        if view.stored.generation is None or not sees_own_ladder(view):
            refuse(404, gettext("You have no ladder here and nobody to sign for."))
        context = select_context(connection, view)
        rows = rungs_of(context, select_own_views(context))
        steps = select_steps(context, rows)
        targets = targets_of(context, rows)
    shown = _shown(steps)
    row = _next_row(rows, shown, targets)
    return render_template(
        "learning/summary.html",
        lead=sentence_of(rows) if rows else "",
        reached=_reached_text(targets),
        row=row,
        is_enrolled=row is not None and row.key in targets,
        step=shown.get(row.key) if row else None,
        address=frame_address("learning", view.engagement, request.args.get("period", "")),
        site=tenant().display_url,
    )


def _shown(steps: NextSteps) -> dict[str, NextStep]:
    # Where Jira does not answer, no ticket is named; where one stands is still so.
    try:
        return steps.shown(browsable(container(), steps.labels.values()))
    except JiraError:
        return {}


def _reached_text(targets: Mapping[str, OwnTarget]) -> str:
    """Return that one is where was agreed on each objective for which one is enrolled; "" where on one is not."""
    whole = len(targets)
    if not whole or not all(target.is_reached for target in targets.values()):
        return ""
    if whole == 2:
        return gettext("Both objectives for which you are enrolled are at the agreed rung.")
    return ngettext(
        "The objective for which you are enrolled is at the agreed rung.",
        "All %(num)s objectives for which you are enrolled are at the agreed rung.",
        whole,
    )


def _next_row(rows: Sequence[RungRow], shown: dict[str, NextStep], targets: Mapping[str, OwnTarget]) -> RungRow | None:
    """Return the objective to go on with: one for which one is enrolled, where such a one leads on, else another.

    Of these it is one that has a ticket for it, else any; first those below what was agreed, then by the ticket.
    """
    below = {key for key, target in targets.items() if not target.is_reached}
    onward = sorted((row for row in rows if row.counts_from), key=lambda row: row.key not in below)
    likely = [row for row in onward if row.key in targets] or onward
    with_ticket = (row for row in likely if row.key in shown)
    return min(
        with_ticket,
        key=lambda row: (row.key not in below, shown[row.key].effort),
        default=likely[0] if likely else None,
    )
