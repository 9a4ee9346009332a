"""Frozen periods beside what is known of them today."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from connector.figures.marks import mark_rows
from connector.figures.pair_views import select_views_of
from connector.figures.people import monday, select_demand
from connector.figures.scores import scope_of
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.report.json_report import issue_row
from mappings.formats.review.restated import Restatement, restatements
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.quarters import next_quarter
from mappings.measure.people.coverage import Coverage as CoverageState
from mappings.measure.people.exit_path import exit_path
from mappings.measure.people.exit_plan import ExitPlan
from mappings.measure.score.dimensions import Owner
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.figures.entries import select_period
from mappings.records.figures.snapshots import SnapshotKind, select_bodies, select_body, select_snapshots
from mappings.records.sql.scope import AgreementScope

# How far ahead somebody may ask, and how far back quarters are listed.
AHEAD = 365 * DAY
LISTED = timedelta(days=3 * 366)


class Named(Struct, frozen=True):
    name: str
    hash: str


class RecordedShare(Struct, frozen=True):
    """The taught share as it was frozen; numbers are None where it was not published."""

    n: int
    published: bool
    value: float | None = None
    low: float | None = None
    high: float | None = None


class RecordedUnits(Struct, frozen=True):
    agency: float
    taught: float


class RecordedScore(Struct, frozen=True):
    """The integration score as it was frozen."""

    published: bool
    value: float | None = None
    low: float | None = None
    high: float | None = None


class RecordedPart(Struct, frozen=True):
    """A part of the score as it was frozen; its value, 0 to 1, is None where it had too little evidence."""

    key: str
    value: float | None = None

    @property
    def points(self) -> float | None:
        """Its value as pages print it, 0 to 100."""
        return None if self.value is None else 100 * self.value


class RecordedDimension(Struct, frozen=True):
    components: tuple[RecordedPart, ...] = ()


class RecordedExit(Struct, frozen=True):
    one_holder: float | None = None
    two_holders: float | None = None


class Coverage(Struct, frozen=True):
    key: str
    coverage: CoverageState


class Recorded(Struct, frozen=True, rename={"first": "from", "end": "to"}):
    """The headlines of a frozen report: its tickets are not read."""

    first: date
    end: date
    as_of: str
    ruleset: Named
    engagement_hash: str
    complete: bool
    units: RecordedUnits
    taught_share: RecordedShare
    score: RecordedScore | None = None
    owners: Mapping[Owner, float | None] = {}
    dimensions: tuple[RecordedDimension, ...] = ()
    exit_coverage: RecordedExit | None = None
    objectives: tuple[Coverage, ...] = ()


_read = msgspec.json.Decoder(Recorded).decode


def select_recorded(scope: AgreementScope, kind: SnapshotKind, *, since: date, until: date) -> list[Recorded]:
    """Return the frozen periods that end after `since` and by `until`, newest first."""
    return [_read(body) for body in select_bodies(scope, kind, since=since, until=until).values()]


def select_reviewed(
    scope: AgreementScope, stored: StoredEngagement, calendar: Calendar, quarters: Iterable[date]
) -> list[date]:
    """Return those of some quarters, by first day, that have a review or will get one."""
    frozen = {item.end for item in select_snapshots(scope)}
    return [first for first in quarters if next_quarter(first) in frozen or freezes(stored, calendar, first)]


def freezes(stored: StoredEngagement, calendar: Calendar, first: date) -> bool:
    """Tell whether a quarter, by first day, is frozen by itself once it is over.

    What was over before the engagement was recorded never is.
    """
    return next_quarter(first) > calendar.day(stored.recorded_at)


def select_restatements(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    recorded: Recorded,
) -> list[Restatement]:
    """Return what moved the agency's units of a frozen quarter since, by cause."""
    scope, calendar = scope_of(connection, tenant_id, stored), prepared.calendar
    body = select_body(scope.agreement, "quarter", recorded.end)
    if body is None:
        return []
    rows: Sequence[Mapping[str, Any]] = msgspec.json.decode(body)["issues"]
    entries = select_period(scope, calendar.midnight(recorded.first), calendar.midnight(recorded.end))
    # What waits for a confirmation is not compared, so any instant will do.
    return restatements(rows, [issue_row(row, 0) for row in mark_rows(entries, {}, {})])


def select_exit_path(
    connection: Connection, tenant_id: int, stored: StoredEngagement, prepared: PreparedEngagement, *, now: Instant
) -> tuple[ExitPlan, ...]:
    """Return how coverage falls within a year if nobody does more, from last Monday on (measurement (d))."""
    start, scope = monday(prepared, now), scope_of(connection, tenant_id, stored)
    views = select_views_of(connection, tenant_id, stored, prepared, as_of=start)
    demand = select_demand(scope, prepared, start)
    opted_in = select_consents(scope.agreement, "distribution", as_of=start)
    return exit_path(prepared, views, demand, start=start, end=now + AHEAD, opted_in=opted_in)
