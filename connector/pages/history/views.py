"""The History tab: quarters and weeks, what changed since, the review packs, and exit readiness by a date."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.prepared import select_prepared
from connector.figures.recorded import Recorded, freezes, select_exit_path, select_recorded, select_restatements
from connector.pages.act import has_agency_page
from connector.pages.history.changes import issues_of, reckoning
from connector.pages.history.exit import YEAR, default_date, fading_by, readiness
from connector.pages.history.known_now import select_known_now
from connector.pages.history.lead import lead_text
from connector.pages.history.quarters import quarter_rows
from connector.pages.history.weeks import left_out_text, week_rows
from connector.pages.periods import choose, quarters
from connector.pages.review.pdf import makes_pdf
from connector.pages.tabs import frame_address
from connector.pages.visibility import find_view, refuse, visible_tickets
from connector.pages.waiting.kinds import select_waiting_of
from connector.pages.waiting.model import WaitingContext
from connector.text import full_day, unit_name
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.formats.report.source import calendar_of
from mappings.measure.period.figures import Row
from mappings.records.facts.issues import select_labels
from mappings.records.figures.day_sums import select_sums
from mappings.records.figures.snapshots import SnapshotKind
from mappings.records.sql.scope import AgreementScope, Scope
from mappings.translation import gettext

blueprint = Blueprint("history", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"history.show": SHARED, "history.changes": SHARED, "history.exit_by": SHARED}


@blueprint.get("/pages/history")
def show() -> str:
    with container().reader.connect() as connection:
        return render_template("history/content.html", **history_values(connection, _require_measured(connection)))


def history_values(connection: Connection, view: EngagementView) -> dict[str, Any]:
    """Return all that the tab shows at once; what costs more loads after it."""
    engagement, rules = view.engagement, view.stored.rules
    calendar = calendar_of(engagement)
    today = calendar.day(container().clock())
    periods = quarters(engagement, today)
    recorded = _select_recorded(connection, view, "quarter", since=periods[-1].first, until=today)
    sums = _select_sums(connection, view, periods[-1].first, today)
    known = select_known_now(connection, view, periods, [item for item in periods if item.first not in recorded])
    coming = {period.first for period in periods if freezes(view.stored, calendar, period.first)}
    rows = quarter_rows(
        periods, recorded, sums, rules, known=known, coming=coming, today=today, begins=engagement.starts
    )
    chosen = next(row for row in rows if row.first == choose(periods, request.args.get("period")).first)
    # After its last day nothing is measured.
    until = today if engagement.ends is None else min(today, engagement.ends - timedelta(days=1))
    weeks = _select_recorded(connection, view, "week", since=chosen.first, until=chosen.last + timedelta(days=7))
    return {
        "key": engagement.key,
        "review": lambda period: frame_address("review", engagement, period),
        "agency": engagement.agency_name,
        "unit": unit_name(engagement.units.by, 0),
        "lead": lead_text(rows, today),
        "rows": rows,
        "scores": "scores" in view.sees,
        "weeks": week_rows(chosen, weeks, sums, until),
        "left_out": left_out_text(chosen, until),
        "chosen": chosen,
        "moved": [row for row in rows if row.changed],
        "forms": ("pdf", "csv", "json") if makes_pdf() else ("csv", "json"),
        "by": default_date(engagement, today),
        "today": today,
        "latest": today + YEAR,
        "unread": _select_unread(connection, view),
    }


def _select_unread(connection: Connection, view: EngagementView) -> str:
    """Return the key of the quarter whose review waits for the caller to read it, "" for none."""
    waiting = select_waiting_of("review", WaitingContext(connection, view, container().clock()))
    return next((item.query["period"] for item in waiting), "")


def _select_recorded(
    connection: Connection, view: EngagementView, kind: SnapshotKind, *, since: date, until: date
) -> Mapping[date, Recorded]:
    scope = AgreementScope(connection, caller().tenant_id, view.engagement.key)
    recorded = select_recorded(scope, kind, since=since, until=until)
    if "scores" not in view.sees:
        recorded = [replace(item, score=None, owners={}, dimensions=()) for item in recorded]
    return {item.first: item for item in recorded}


def _select_sums(connection: Connection, view: EngagementView, first: date, last: date) -> list[Row]:
    assert view.stored.generation is not None
    scope = Scope(connection, caller().tenant_id, view.engagement.key, view.stored.generation)
    return select_sums(scope, first, last).get("", [])


@blueprint.get("/pages/history/changes")
def changes() -> str:
    tenant_id = caller().tenant_id
    with container().reader.connect() as connection:
        view = _require_measured(connection)
        today = calendar_of(view.engagement).day(container().clock())
        period = choose(quarters(view.engagement, today), request.args.get("period"))
        recorded = _select_recorded(connection, view, "quarter", since=period.first, until=today).get(period.first)
        if recorded is None:
            refuse(404, gettext("This quarter is not frozen yet, so nothing changed since."))
        prepared = select_prepared(connection, tenant_id, view.stored)
        moved = select_restatements(connection, tenant_id, view.stored, prepared, recorded=recorded)
        labels = select_labels(connection, tenant_id, issues_of(moved))
    seen, reason = visible_tickets(view, labels)
    return render_template(
        "history/changes.html",
        reckoning=reckoning(recorded, moved, {issue: label for issue, label in labels.items() if issue in seen}),
        reason=reason(len(labels) - len(seen)) if len(seen) < len(labels) else "",
        agreed_anew=recorded.engagement_hash != view.stored.hash,
        agency=view.engagement.agency_name,
        unit=unit_name(view.engagement.units.by, 0),
        site=tenant().display_url,
    )


@blueprint.get("/pages/history/exit")
def exit_by() -> str:
    tenant_id, now = caller().tenant_id, container().clock()
    with container().reader.connect() as connection:
        view = _require_measured(connection)
        calendar = calendar_of(view.engagement)
        today = calendar.day(now)
        chosen = _read_date(today)
        prepared = select_prepared(connection, tenant_id, view.stored)
        path = select_exit_path(connection, tenant_id, view.stored, prepared, now=now)
    # Only the leads read there how many people and tickets an objective lacks.
    counts = "cells" in view.sees and has_agency_page(view)
    stands = readiness(view.engagement, path, chosen, today=today, calendar=calendar, counts=counts)
    fades = fading_by(view.stored.rules)
    return render_template("history/exit.html", stands=stands, chosen=full_day(chosen), fades=fades)


def _read_date(today: date) -> date:
    try:
        chosen = date.fromisoformat(request.args.get("by", ""))
    except ValueError:
        refuse(422, gettext("That is no day. Choose one from today to a year from now."))
    if not today <= chosen <= today + YEAR:
        refuse(422, gettext("Choose a day from %(day)s to a year from then.", day=full_day(today)))
    return chosen


def _require_measured(connection: Connection) -> EngagementView:
    view = find_view(connection)
    if view is None or view.stored.generation is None:
        refuse(404, gettext("No such engagement of yours."))
    return view.as_shown
