"""What the two sides wrote that their review prints: feedback with its action, and disputes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from mappings.formats.report.json_report import Report
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.feedback import select_feedback
from mappings.records.sql.scope import AgreementScope

Keys = dict[str, Any]


def select_told(scope: AgreementScope, engagement: Engagement, first: date, end: date) -> list[Keys]:
    """Return the agency's feedback of the days `[first, end)`, each item with what was done about it."""
    calendar = Calendar(engagement.zone, engagement.workflow.hours)
    items = select_feedback(scope, start=calendar.midnight(first), end=calendar.midnight(end))
    return [
        {
            "key": str(item.number),
            "filed": calendar.day(item.at).isoformat(),
            "about": item.about,
            "text": item.words,
            "action": item.action,
            "acted": None if item.action_at is None else calendar.day(item.action_at).isoformat(),
        }
        for item in items
    ]


def disputed_tickets(report: Mapping[str, Any], browsable: Collection[int]) -> list[Keys]:
    """Return the disputed tickets of a report, each once; a ticket that the reader may not browse has no key."""
    rows: dict[str, Sequence[Report]] = {}
    for row in report["issues"]:
        if "disputed" in row:
            rows[row["id"]] = (*rows.get(row["id"], ()), row)
    return list(_disputed(rows, browsable))


def _disputed(rows: Mapping[str, Sequence[Report]], browsable: Collection[int]) -> Iterator[Keys]:
    for number, (issue, entries) in enumerate(rows.items(), 1):
        dispute = entries[-1]["disputed"]
        yield {
            "key": str(number),
            "ticket": entries[-1]["key"] if int(issue) in browsable else None,
            "objectives": dispute["objectives"],
            "split": dispute["split"],
            "since": dispute["since"],
            "until": dispute["until"],
            "taught": sum(row["taught"] for row in entries),
            "done_only": sum(row["done_only"] for row in entries),
        }
