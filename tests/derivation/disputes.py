"""What is disputed and what was done in bulk, and the figures without the former (measurement (f), gaming table)."""

from dataclasses import replace
from typing import Any

from tests.derivation.business_hours import DAY
from tests.derivation.coverage import shows_people
from tests.derivation.engagement import Agreed
from tests.derivation.ledger import BUCKETS, Row, taught_share, units_of
from tests.derivation.scores import Counts, Dimension, composite
from tests.derivation.statements import Dispute, Signed, both_signed
from tests.derivation.touches import EngagementFacts

MINUTES = 60_000_000
KEPT = ("progression", "feedback_given", "feedback_acted_on", "cocreation")
"""No ticket's own: they stay when a ticket is left out."""


def standing(records: list[Signed], as_of: int) -> list[Signed]:
    """What was attested, without what a veto (all of it) or a revocation (what lay above it) took back later."""
    rows: list[Signed] = []
    for record in sorted((record for record in records if record.at <= as_of), key=lambda row: row.at):
        if record.kind == "attest":
            rows.append(record)
        else:
            rows = [] if record.kind == "veto" else [each for each in rows if each.rung <= record.rung]
    return rows


def movers(row: Row) -> set[str | None]:
    return {change.by for change in row.entry.issue.changes if change.at == row.at and change.field_id == "status"}


class DisputeFigures:
    """The marks of the rows of one report."""

    def __init__(self, agreed: Agreed, rows: list[Row], as_of: int, people_at: int) -> None:
        self.agreed, self.rows, self.as_of, self.people_at = agreed, rows, as_of, people_at
        self.open: dict[int, list[Dispute]] = {}
        for dispute in agreed.panel.statements.disputes:
            if dispute.open_at(as_of):
                self.open.setdefault(dispute.number, []).append(dispute)

    def disputed(self, number: int) -> dict[str, Any] | None:
        records = self.open.get(number)
        if not records:
            return None
        return {
            "since": min(row.at for row in records),
            "until": max(row.at for row in records) + 30 * DAY,
            "objectives": sorted({row.objective for row in records} - {""}),
            "split": any(not row.objective for row in records),
        }

    def bulk(self, row: Row) -> bool:
        """Whoever closed or reopened the ticket did so with 20 of the report within ten minutes that hold it."""
        return any(self.largest(who, row.at) >= 20 for who in movers(row) - {None} - self.agreed.jira.bots)

    def largest(self, mover: str | None, at: int) -> int:
        near = [
            (row.at, row.entry.issue.number)
            for row in self.rows
            if abs(row.at - at) <= 10 * MINUTES and mover in movers(row)
        ]
        starts = [begin for begin, _ in near if begin <= at <= begin + 10 * MINUTES]
        return max(len({n for when, n in near if begin <= when <= begin + 10 * MINUTES}) for begin in starts)

    def row_marks(self, row: Row) -> dict[str, Any]:
        marks = self.disputed(row.entry.issue.number)
        return ({"disputed": marks} if marks else {}) | ({"bulk_edit": True} if self.bulk(row) else {})

    def marks(self) -> dict[str, int | None]:
        numbers = {row.entry.issue.number for row in self.rows}
        return {
            "disputed_tickets": len(numbers & self.open.keys()),
            "bulk_edit_rows": sum(self.bulk(row) for row in self.rows),
            "unconfirmed_attestations": self.unconfirmed() if shows_people(self.agreed, self.people_at) else None,
        }

    def unconfirmed(self) -> int:
        """On how many pairs somebody signed for rung 4 or 5 whom the other side has not joined there."""
        people, count = self.agreed.people, 0
        goals = {objective["key"] for objective in self.agreed.objectives}
        for (goal, account), records in self.agreed.panel.statements.signed.items():
            if goal not in goals or account not in people.inhouse(self.as_of):
                continue
            stays = [stay for stay in people.stays[account] if stay[2] == "inhouse"]
            since = next(start for start, end, *_ in stays if start <= self.as_of < end)
            left = [
                sign_off
                for sign_off in standing(records, self.as_of)
                if sign_off.at >= since and sign_off.signer != account
            ]
            count += any(sign_off.rung >= 4 and not both_signed(left, sign_off.rung) for sign_off in left)
        return count

    def undisputed(self) -> list[Row] | None:
        """The rows without those of disputed tickets, None where there are none of them."""
        rest = [row for row in self.rows if row.entry.issue.number not in self.open]
        return rest if len(rest) < len(self.rows) else None

    def units(self) -> dict[str, Any]:
        rest = self.undisputed()
        if rest is None:
            return {}
        this_units = units_of(rest, self.agreed)
        return {"without_disputed": {name: this_units[name] for name in ("total", "agency", "inhouse", *BUCKETS)}}

    def share(self, start: int, end: int) -> dict[str, Any]:
        rest = self.undisputed()
        return {} if rest is None else {"without_disputed": taught_share(rest, start, end, self.agreed.rules)}

    def score(self, look: EngagementFacts, counts: Counts, counts_of: Any) -> dict[str, Any]:
        """The score of the same window as if nothing had happened on a disputed ticket."""
        if not self.open:
            return {}
        fewer = counts_of(replace(look, left_out=frozenset(self.open)))
        rules = self.agreed.rules
        dimensions = [Dimension(key, fewer | {key: counts[key] for key in KEPT}, rules) for key in rules.weights]
        whole = composite(dimensions, rules)
        scores = {dimension.key: dimension.score if dimension.published else None for dimension in dimensions}
        by_key = {"value": whole["value"], "published": whole["published"], "dimensions": scores}
        return {"without_disputed": by_key}
