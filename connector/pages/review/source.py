"""A review for its reader: the frozen quarter that they ask for, and what both sides wrote about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.actions.policy import ACT_ON_FEEDBACK, FILE_FEEDBACK, LEAD, may
from connector.auth.access import EngagementView
from connector.figures.frozen import select_frozen_quarters, select_readings, select_review_source
from connector.figures.written import (
    disputed_tickets,
    select_replies,
    select_review_asks,
    select_statements,
    select_told,
)
from connector.pages.visibility import find_view, refuse, visible_tickets
from connector.web.gate import caller, link
from mappings.events.types import Instant
from mappings.formats.review.pack import Pack, Source, reader_of, review_pack
from mappings.measure.model.quarters import quarter_name
from mappings.measure.model.ruleset import Ruleset
from mappings.records.facts.issues import select_labels
from mappings.records.figures.snapshots import Snapshot
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, mark

NOT_FROZEN = mark("No such review: a quarter’s review is ready once the quarter is over and frozen.")


@dataclass(frozen=True)
class Review:
    """A review as its reader may see it, its rules, and the quarter of which it is."""

    view: EngagementView
    snapshot: Snapshot
    pack: Pack
    rules: Ruleset
    readings: Mapping[str, Instant]


def quarter_key(first: date) -> str:
    """Return the key of a quarter in addresses and file names, such as 2026Q3."""
    name, year = quarter_name(first).split()
    return f"{year}{name}"


def require_review(connection: Connection) -> Review:
    """Return the review that the call asks for; one that the caller may not see is not found."""
    return find_review(connection, require_figures(connection)) or refuse(404, gettext(NOT_FROZEN))


def require_figures(connection: Connection) -> EngagementView:
    """Return the engagement that the call asks for; one whose figures the caller may not see is not found."""
    return find_view(connection) or refuse(404, gettext("No such engagement of yours."))


def find_review(connection: Connection, view: EngagementView) -> Review | None:
    """Return the review of the quarter that the call asks for; None where it is not frozen."""
    snapshot = find_quarter(connection, view)
    source = None if snapshot is None else select_review_source(connection, caller().tenant_id, view.stored, snapshot)
    if snapshot is None or source is None:
        return None
    written = _select_written(connection, view, source)
    pack = review_pack(replace(source, written=written), reader_of(view.sees, agency=view.agency))
    readings = select_readings(connection, caller().tenant_id, view.engagement.key, snapshot)
    return Review(view, snapshot, pack, source.rules, readings)


def find_quarter(connection: Connection, view: EngagementView) -> Snapshot | None:
    """Return the frozen quarter that the call asks for; None where it is not frozen."""
    quarters = select_frozen_quarters(connection, caller().tenant_id, view.stored)
    return next((item for item in quarters if quarter_key(item.first) == request.args.get("period")), None)


def _select_written(connection: Connection, view: EngagementView, source: Source) -> Mapping[str, Sequence[Any]]:
    scope = AgreementScope(connection, caller().tenant_id, view.engagement.key)
    first, end = (date.fromisoformat(source.report[key]) for key in ("from", "to"))
    written: dict[str, Sequence[Any]] = {
        "statements": select_statements(scope, view.engagement, first),
        "replies": select_replies(scope, view.engagement, first),
        **select_review_asks(scope, view.engagement, first),
        "disputes": _select_disputes(connection, view, source.report),
    }
    # Only the leads and the agency read the words of feedback, and nobody by a link.
    if link() is None and any(may(permission, view.roles) for permission in (FILE_FEEDBACK, ACT_ON_FEEDBACK, LEAD)):
        written["feedback"] = select_told(scope, view.engagement, first, end)
    return written


def _select_disputes(connection: Connection, view: EngagementView, report: Mapping[str, Any]) -> list[dict[str, Any]]:
    disputed = {int(row["id"]) for row in report["issues"] if "disputed" in row}
    return disputed_tickets(report, _browsable(connection, view, disputed))


def _browsable(connection: Connection, view: EngagementView, issues: Iterable[int]) -> frozenset[int]:
    wanted = frozenset(issues)
    if not wanted:
        return frozenset()
    return visible_tickets(view, select_labels(connection, caller().tenant_id, wanted))[0]
