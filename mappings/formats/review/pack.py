"""The review pack, "teachback-review/1": the figures of one quarter of one engagement for one reader."""

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from msgspec import Struct

from mappings.formats.export.csv_table import csv_lines
from mappings.formats.report.csv_report import FIGURE, figure_rows
from mappings.formats.report.json_report import for_agency
from mappings.formats.review.changes import changes_since
from mappings.formats.review.spans import WITHOUT_OBJECTIVE, inhouse_with_objective, months_of, objectives_of, weeks_of
from mappings.formats.review.suppressed import suppressed_of
from mappings.measure.model.engagement import Engagement, Objective
from mappings.measure.model.quarters import next_quarter, quarter_name, quarter_start
from mappings.measure.model.ruleset import Ruleset

FORMAT = "teachback-review/1"
# The keys that a report and its pack share, in the pack's order.
SHARED = (
    "from", "to", "timezone", "as_of", "ruleset", "engagement_hash", "evidence", "complete", "units", "taught_share",
    "score", "dimensions", "owners", "learners_offered", "objectives", "exit_coverage", "program", "marks",
)  # fmt: skip
SCORES = ("score", "dimensions", "owners", "learners_offered")
CELLS = ("people_at_rung", "burn_up")
# What of the program tells of people.
DEPARTMENTS = "departments"

Pack = dict[str, Any]
Report = Mapping[str, Any]


class Reader(Struct, frozen=True):
    """What a reader may see of an engagement (docs/measurement.md (f)); `agency`: from the agency's side."""

    scores: bool = True
    cells: bool = True
    agency: bool = False


class Source(Struct, frozen=True):
    """What a pack is made from: a report, those of the quarter and of the year before, and what both sides wrote.

    `frozen_at` is when the report was frozen, "" for one that is not. `written` are the sections of the two sides.
    """

    engagement: Engagement
    rules: Ruleset
    report: Report
    frozen_at: str = ""
    last_quarter: Report | None = None
    last_year: Report | None = None
    written: Mapping[str, Sequence[Mapping[str, Any]]] = {}


def review_pack(source: Source, reader: Reader) -> Pack:
    """Return the pack; nothing in it tells of a ticket, or that another engagement exists."""
    report, engagement = seen_by(source.report, reader), source.engagement
    objectives = {objective.key: objective for objective in engagement.objectives}
    figures = {key: report[key] for key in SHARED if key in report}
    by_objective = sorted(objectives_of(report, source.rules), key=lambda row: _place(row["key"], objectives))
    if "objectives" in figures:
        figures["objectives"] = [_objective(row, objectives.get(row["key"])) for row in figures["objectives"]]
    return {
        "format": FORMAT,
        "engagement": {"key": engagement.key, "name": engagement.name, "agency": engagement.agency_name},
        "quarter": period_name(report),
        "frozen": source.frozen_at or None,
        "report_hash": report_hash(source.report),
        **figures,
        # Nothing is measured before the engagement: it begins as its first month and week do.
        "from": max(date.fromisoformat(report["from"]), engagement.starts).isoformat(),
        "tickets": len({row["id"] for row in report["issues"]}),
        "inhouse_with_objective": inhouse_with_objective(report),
        "by_week": weeks_of(report, engagement),
        "by_month": months_of(report, engagement),
        "by_objective": [_named(row, objectives) for row in by_objective],
        "compared": list(_compared(source, report, reader)),
        "suppressed": suppressed_of(report, by_objective, source.rules),
        **source.written,
    }


def _place(key: str, objectives: Mapping[str, Objective]) -> tuple[bool, int]:
    """Return where an objective stands in the engagement's order; one that it no longer has, and none, come last."""
    order = list(objectives)
    place = order.index(key) if key in objectives else len(order)
    return key == WITHOUT_OBJECTIVE, place


def seen_by(report: Report, reader: Reader) -> dict[str, Any]:
    """Return the report without what the reader may not see."""
    seen = for_agency(dict(report)) if reader.agency else dict(report)
    if not reader.scores:
        seen = {key: value for key, value in seen.items() if key not in SCORES}
    if not reader.cells and "objectives" in seen:
        seen["objectives"] = [
            {key: value for key, value in row.items() if key not in CELLS} for row in seen["objectives"]
        ]
        seen["marks"] = {key: value for key, value in seen["marks"].items() if key != "unconfirmed_attestations"}
    if not reader.cells and "program" in seen:
        seen["program"] = {key: value for key, value in seen["program"].items() if key != DEPARTMENTS}
    return seen


def report_hash(report: Report) -> str:
    """Return "sha256:" and the hash of a report's bytes: the same for every reader of its review."""
    body = json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return "sha256:" + sha256(body.encode()).hexdigest()


def period_name(report: Report) -> str:
    """Return "Q3 2026" for a whole quarter, otherwise its days."""
    first, end = date.fromisoformat(report["from"]), date.fromisoformat(report["to"])
    if first == quarter_start(first) and end == next_quarter(first):
        return quarter_name(first)
    return f"{first} to {end - timedelta(days=1)}"


def _objective(row: Mapping[str, Any], objective: Objective | None) -> Pack:
    if objective is None:
        return {**row, "name": row["key"], "target": None}
    due = None if objective.by is None else objective.by.isoformat()
    target = {"people": objective.people, "rung": objective.rung, "by": due}
    return {**row, "name": objective.name, "target": target}


def _named(row: Mapping[str, Any], objectives: Mapping[str, Objective]) -> Pack:
    objective = objectives.get(row["key"])
    return {**row, "name": objective.name if objective else row["key"]}


def _compared(source: Source, report: Report, reader: Reader) -> Iterator[Pack]:
    for key, before in (("last_quarter", source.last_quarter), ("last_year", source.last_year)):
        if before is not None:
            earlier = seen_by(before, reader)
            whole = all(_is_whole(source.engagement, period) for period in (before, source.report))
            changes = changes_since(earlier, report, source.rules, whole=whole)
            program = {"program": earlier["program"]} if "program" in earlier else {}
            begins = max(date.fromisoformat(before["from"]), source.engagement.starts).isoformat()
            yield {"key": key, "quarter": period_name(before), "from": begins, "figures": changes, **program}


def _is_whole(engagement: Engagement, report: Report) -> bool:
    # Its report names the days of the quarter, also where the engagement began later or ended before.
    return engagement.runs_through(date.fromisoformat(report["from"]), date.fromisoformat(report["to"]))


def pack_bytes(pack: Pack) -> bytes:
    return (json.dumps(pack, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def pack_csv(pack: Pack) -> Iterator[bytes]:
    """Yield the pack as CSV, a line for each figure as in the report's own; what is not published is empty."""
    return csv_lines(FIGURE, figure_rows(pack))


def reader_of(sees: AbstractSet[str], *, agency: bool) -> Reader:
    """Return the reader who may see so much (docs/measurement.md (f), matrix)."""
    return Reader("scores" in sees, "cells" in sees, agency)
