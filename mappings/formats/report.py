"""The report as JSON, "teachback-report/1": the figures of a period with every ledger entry behind them."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from msgspec import Struct

from mappings.events.vocabulary import Instant
from mappings.measure.calendar import Calendar
from mappings.measure.engagement import RUNGS, SIDES, Engagement
from mappings.measure.period import Figures, figures_of, is_settled
from mappings.measure.ruleset import DAY, DEFAULT, HOUR, Ruleset, hash_of
from mappings.measure.shares import INHOUSE
from mappings.measure.ticket import BILLION, Entry

FORMAT = "teachback-report/1"
REST = ("other", "unknown", "conflict")
"""To an agency these are one key: nothing may tell it that another agency exists."""

Report = dict[str, Any]


class Row(Struct, frozen=True):
    """A ledger entry with its ticket; `handed` is what of its in-house parts is handed over, () for nothing."""

    issue_id: int
    key: str
    entry: Entry
    handed: tuple[int, ...] = ()


class Review(Struct, frozen=True):
    """What a report is made from: an engagement under its hash, `[start, end)` in its zone, and the entries in it.

    `whole` is false while history is importing, a changelog is shorter than its total, or a ticket is not measured.
    """

    engagement: Engagement
    engagement_hash: str
    start: date
    end: date
    as_of: Instant
    rows: Sequence[Row]
    whole: bool = True
    rules: Ruleset = DEFAULT


def report(review: Review) -> Report:
    """Return the report in the order of keys of product.md; units and hours at full precision.

    What this release does not measure yet has no key: there is no made-up figure.
    """
    engagement = review.engagement
    return {
        "format": FORMAT,
        "engagement": engagement.key,
        "from": review.start.isoformat(),
        "to": review.end.isoformat(),
        "timezone": engagement.zone,
        "as_of": instant_text(review.as_of),
        "ruleset": {"name": review.rules.name, "hash": hash_of(review.rules)},
        "engagement_hash": review.engagement_hash,
        "evidence": "Jira only",
        "complete": review.whole and is_settled((row.entry for row in review.rows), review.as_of),
        **_figures(review),
        "issues": [issue_row(row, review.as_of, review.rules) for row in sorted(review.rows, key=_order)],
    }


def figures_in(review: Review) -> Figures:
    """Return the figures of the review's period."""
    calendar = Calendar(review.engagement.zone, review.engagement.workflow.hours)
    pairs = ((row.entry, row.handed) for row in review.rows)
    last = review.end - timedelta(days=1)
    return figures_of(pairs, calendar, first=review.start, last=last, ruleset=review.rules)


def _order(row: Row) -> tuple[Instant, int, int]:
    return (row.entry.at, row.issue_id, row.entry.number)


def _figures(review: Review) -> Report:
    figures = figures_in(review)
    share, sums = figures.taught_share, figures.sums
    units: Report = {
        "by": review.engagement.units.by,
        "attribution": review.engagement.attribution,
        "total": units_of(figures.total),
        **{side: units_of(getattr(sums, side)) for side in SIDES},
        "unsized_issues": len({row.issue_id for row in review.rows if not row.entry.sized}),
        "done_only": units_of(sums.done_only),
        "taught": units_of(sums.taught),
        "handed_over": units_of(sums.handed_over),
        "inhouse_own": units_of(sums.own),
    }
    names = ("value", "n", "low", "high", "published")
    return {"units": units, "taught_share": {name: getattr(share, name) for name in names}}


def issue_row(row: Row, as_of: Instant, rules: Ruleset = DEFAULT) -> Report:
    """Return one ledger entry; a reopening has the figures of what it takes back, units and buckets negated."""
    entry, sign, handed = row.entry, row.entry.sign, sum(row.handed)
    weight = sum(entry.weights)
    return {
        "id": str(row.issue_id),
        "key": row.key,
        "entry": "done" if sign > 0 else "reopened",
        "at": instant_text(entry.at),
        "units": units_of(sign * entry.units),
        "method": entry.method,
        "shares": {side: part / weight for side, part in zip(SIDES, entry.weights, strict=True)},
        "active_hours": {side: hours_of(time) for side, time in zip((*SIDES, "unassigned"), entry.active, strict=True)},
        "paused_on_client_hours": hours_of(entry.paused_on_client),
        "objectives": list(entry.objectives),
        "evidence": [RUNGS[kind - 1] for kind in entry.kinds],
        "done_only": units_of(sign * entry.done_only),
        "taught": units_of(sign * entry.taught),
        "handed_over": units_of(sign * handed),
        "inhouse_own": units_of(sign * (entry.parts[INHOUSE] - handed)),
        "retro": waiting_objectives(entry, as_of, rules),
    }


def waiting_objectives(entry: Entry, as_of: Instant, rules: Ruleset = DEFAULT) -> list[str]:
    """Return the objectives that wait for the other side at `as_of`: by default 30 days from when they were set."""
    until = rules.retro_days * DAY
    return [key for key, since in zip(entry.retro, entry.retro_at, strict=True) if since <= as_of <= since + until]


def for_agency(whole: Report) -> Report:
    """Return the report as its agency may have it: other, unknown and conflict are one key, `rest`."""
    issues = [
        row | {"shares": _merged(row["shares"]), "active_hours": _merged(row["active_hours"])}
        for row in whole["issues"]
    ]
    return whole | {"units": _merged(whole["units"]), "issues": issues}


def _merged(values: Report) -> Report:
    """Put `rest` where the first of its parts stood."""
    # As fractions, so that a sum of what is exact shows no trace of its way.
    rest = float(sum(Fraction(values[name]) for name in REST))
    merged = {("rest" if name == REST[0] else name): value for name, value in values.items() if name not in REST[1:]}
    return merged | {"rest": rest}


def report_bytes(whole: Report) -> bytes:
    """Return the report as UTF-8 JSON with a line break at its end: equal reports, equal bytes."""
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def units_of(billionths: int) -> float:
    """Return units of billionths: the float that is nearest to the exact amount."""
    return billionths / BILLION


def hours_of(microseconds: int) -> float:
    """Return hours of microseconds."""
    return microseconds / HOUR


def instant_text(at: Instant) -> str:
    """Return an instant in UTC, such as 2026-07-02T10:00:00Z; with three decimals where they are not zero."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    spec = "milliseconds" if at // 1000 % 1000 else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")
