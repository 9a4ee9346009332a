"""What the two sides wrote that their review prints: a joint statement, a reply, asks, feedback, and disputes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from mappings.formats.report.json_report import Report
from mappings.formats.report.source import calendar_of
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import quarter_start
from mappings.records.agreement.asks import Ask, select_asks
from mappings.records.agreement.feedback import select_feedback
from mappings.records.agreement.joint_statements import select_published_statement
from mappings.records.agreement.replies import select_reply
from mappings.records.sql.scope import AgreementScope

Keys = dict[str, Any]


def select_told(scope: AgreementScope, engagement: Engagement, first: date, end: date) -> list[Keys]:
    """Return the agency's feedback of the days `[first, end)`, each item with what was done about it."""
    calendar = calendar_of(engagement)
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


def select_statements(scope: AgreementScope, engagement: Engagement, quarter: date) -> list[Keys]:
    """Return the statement that both sides signed for the quarter that begins on a day; [] where there is none."""
    statement, calendar = select_published_statement(scope, quarter), calendar_of(engagement)
    if statement is None:
        return []
    signed = max(signature.at for signature in statement.signed.values())
    return [{"key": "joint", "text": statement.text, "signed": calendar.day(signed).isoformat()}]


def select_replies(scope: AgreementScope, engagement: Engagement, quarter: date) -> list[Keys]:
    """Return the agency's reply to a quarter's figures, unchanged; [] where it made none."""
    reply, calendar = select_reply(scope, quarter), calendar_of(engagement)
    return [] if reply is None else [{"key": "agency", "text": reply.text, "at": calendar.day(reply.at).isoformat()}]


def select_review_asks(scope: AgreementScope, engagement: Engagement, quarter: date) -> dict[str, list[Keys]]:
    """Return what the sides ask of each other in a quarter's review, and what became of the asks before."""
    before = quarter_start(quarter - timedelta(days=1))
    asks = [(ask.quarter, _ask(ask, engagement)) for ask in select_asks(scope, quarter, before)]
    return {
        "asks": [keys for of, keys in asks if of == quarter],
        "asks_before": [keys for of, keys in asks if of == before],
    }


def _ask(ask: Ask, engagement: Engagement) -> Keys:
    asked = "the in-house team" if ask.side == "agency" else engagement.agency_name
    calendar = calendar_of(engagement)
    return {
        "key": str(ask.number),
        "side": ask.side,
        "text": ask.text,
        "owner": f"{'Lead' if ask.owner == 'lead' else 'Everybody'} of {asked}",
        "due": ask.due.isoformat(),
        "done": None if ask.done_at is None else calendar.day(ask.done_at).isoformat(),
    }


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
