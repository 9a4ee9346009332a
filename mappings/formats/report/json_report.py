"""The report as JSON, "teachback-report/1": the figures of a period and every ledger entry behind them."""

import json
from fractions import Fraction
from typing import Any

from mappings.events.types import Instant
from mappings.formats.export.numbers import hours_of, instant_text, units_of
from mappings.formats.report.marks import WITHOUT, marks_keys, row_marks, units_without
from mappings.formats.report.program import program_keys
from mappings.formats.report.score import carried_keys, scores_keys
from mappings.formats.report.source import ReportSource, Row, calendar_of, figures_in, figures_without
from mappings.measure.model.engagement import RUNGS, SIDES
from mappings.measure.model.ruleset import DEFAULT, Ruleset, hash_of
from mappings.measure.period.figures import Share, is_settled
from mappings.measure.ticket.late_objectives import waiting_objectives
from mappings.measure.ticket.work_shares import INHOUSE

FORMAT = "teachback-report/1"
# An agency sees these as one key, so that nothing shows whether another agency exists.
REST = ("other", "unknown", "conflict")

Report = dict[str, Any]


def report(review: ReportSource) -> Report:
    """Return the report, its keys in the documented order; units and hours at full precision."""
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
        "issues": _issues(review),
        # Keys of people and score are absent where only the units were gathered.
        **(carried_keys(review.carried) if review.carried else {}),
        **(scores_keys(review.scores) if review.scores else {}),
        **program_keys(review),
        "marks": marks_keys(review),
    }


def _issues(review: ReportSource) -> list[Report]:
    rows = [
        issue_row(row, review.as_of, review.rules) | row_marks(row, review) for row in sorted(review.rows, key=_order)
    ]
    if not review.rules.works_council:
        return rows
    # No hours and no clock times of anybody's work (measurement (f), works-council mode).
    calendar = calendar_of(review.engagement)
    days = [str(calendar.day(row.entry.at)) for row in sorted(review.rows, key=_order)]
    untimed = {"active_hours": None, "paused_on_client_hours": None}
    return [row | {"at": day} | untimed for row, day in zip(rows, days, strict=True)]


def _order(row: Row) -> tuple[Instant, int, int]:
    return (row.entry.at, row.issue_id, row.entry.number)


def _figures(review: ReportSource) -> Report:
    figures, without = figures_in(review), figures_without(review)
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
        **units_without(without),
    }
    rest = {} if without is None else {WITHOUT: _share(without.taught_share)}
    return {"units": units, "taught_share": _share(share) | rest}


def _share(share: Share) -> Report:
    # The taught share; without numbers where it is not published (docs/measurement.md, decision 6).
    names = ("value", "low", "high")
    known = {name: getattr(share, name) if share.published else None for name in names}
    return {"value": known["value"], "n": share.n, "low": known["low"], "high": known["high"],
            "published": share.published}  # fmt: skip


def issue_row(row: Row, as_of: Instant, rules: Ruleset = DEFAULT) -> Report:
    """Return a ledger entry; a reopening has the figures of the entry it reverses, units and buckets negated."""
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
        "retro": list(waiting_objectives(entry, as_of, rules)),
    }


def for_agency(whole: Report) -> Report:
    """Return the report for its agency: other, unknown and conflict are one key, `rest`."""
    issues = [
        row
        | {"shares": _merged(row["shares"])}
        | ({"active_hours": _merged(row["active_hours"])} if row["active_hours"] is not None else {})
        for row in whole["issues"]
    ]
    return whole | {"units": _merged(whole["units"]), "issues": issues}


def _merged(values: Report) -> Report:
    # As fractions, so that a sum of what is exact shows no trace of its way.
    rest = float(sum(Fraction(values[name]) for name in REST))
    merged = {("rest" if name == REST[0] else name): value for name, value in values.items() if name not in REST[1:]}
    return merged | {"rest": rest}


def report_bytes(whole: Report) -> bytes:
    """Return the report as UTF-8 JSON with a final line break. Equal reports give equal bytes."""
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
