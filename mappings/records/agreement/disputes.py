"""Disputes of tickets' evidence, each with its reason. They expire by the clock, without a write."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import Dispute, LeadSide
from mappings.records.sql.scope import AgreementScope, bound_values, in_agreement, of_issues, rows_of_agreement
from mappings.records.tables import dispute

_FIELDS = ("issue_id", "objective", "side", "at", "recorded_by", "reason", "dispute_id", "withdrawn_at")
_ANSWER = ("accepted", "answer", "answered_at")
_ANY = (
    select(*(dispute.c[name] for name in (*_FIELDS, *_ANSWER)))
    .where(in_agreement(dispute))
    .order_by(dispute.c.at, dispute.c.dispute_id)
)
_FILED = _ANY.where(dispute.c.at >= bindparam("start"), dispute.c.at <= bindparam("end"))
_OF_ISSUES = _ANY.where(of_issues(dispute))


class Answer(Struct, frozen=True):
    """What a lead of `side` answers to a dispute of the other."""

    side: LeadSide
    accepted: bool
    words: str
    by: str
    at: Instant


def insert_dispute(scope: AgreementScope, filed: Dispute) -> int:
    values = {
        "tenant_id": scope.tenant_id,
        "engagement": scope.engagement,
        "issue_id": filed.issue_id,
        "objective": filed.objective,
    }
    values |= {"side": filed.side, "reason": filed.reason, "at": filed.at, "recorded_by": filed.filed_by}
    made = scope.connection.execute(insert(dispute).values(**values)).inserted_primary_key
    assert made is not None
    return int(made[0])


def delete_dispute(scope: AgreementScope, number: int, *, by: str, since: Instant) -> bool:
    """Delete a dispute that somebody filed since an instant and nobody answered; False where there is none."""
    filed = _of(scope) & (dispute.c.dispute_id == number) & (dispute.c.recorded_by == by)
    filed &= (dispute.c.at >= since) & dispute.c.answered_at.is_(None)
    return scope.connection.execute(delete(dispute).where(filed)).rowcount > 0


def save_dispute_withdrawn(scope: AgreementScope, number: int, *, by: str, at: Instant, opened: Instant) -> bool:
    """Withdraw an open dispute of a person, filed at `opened` or later; False where there is none."""
    open_dispute = _of(scope) & (dispute.c.dispute_id == number) & (dispute.c.recorded_by == by)
    open_dispute &= dispute.c.withdrawn_at.is_(None) & (dispute.c.at >= opened)
    return scope.connection.execute(update(dispute).where(open_dispute).values(withdrawn_at=at)).rowcount > 0


def save_withdrawal_undone(scope: AgreementScope, number: int, *, by: str, since: Instant) -> bool:
    """Open a dispute again that its author withdrew since an instant; False where there is none."""
    withdrawn = _of(scope) & (dispute.c.dispute_id == number) & (dispute.c.recorded_by == by)
    withdrawn &= dispute.c.withdrawn_at >= since
    return scope.connection.execute(update(dispute).where(withdrawn).values(withdrawn_at=None)).rowcount > 0


def save_dispute_answered(scope: AgreementScope, number: int, answer: Answer, *, opened: Instant) -> bool:
    """Save the one answer to an open dispute of the other side; False where there is none to answer."""
    open_dispute = _of(scope) & (dispute.c.dispute_id == number) & (dispute.c.side != answer.side)
    open_dispute &= dispute.c.withdrawn_at.is_(None) & dispute.c.answered_at.is_(None) & (dispute.c.at >= opened)
    values = {"accepted": answer.accepted, "answer": answer.words, "answered_at": answer.at, "answered_by": answer.by}
    return scope.connection.execute(update(dispute).where(open_dispute).values(**values)).rowcount > 0


def save_answer_undone(scope: AgreementScope, number: int, *, by: str, since: Instant) -> bool:
    """Take back the answer that somebody gave since an instant to a dispute that still stands; False where none."""
    answered = _of(scope) & (dispute.c.dispute_id == number) & dispute.c.withdrawn_at.is_(None)
    answered &= (dispute.c.answered_by == by) & (dispute.c.answered_at >= since)
    values = dict.fromkeys(("accepted", "answer", "answered_at", "answered_by"))
    return scope.connection.execute(update(dispute).where(answered).values(**values)).rowcount > 0


def select_disputes(scope: AgreementScope, *, start: Instant, end: Instant) -> tuple[Dispute, ...]:
    """Return the disputes filed in `[start, end]`, oldest first; by index, so it costs what was filed then."""
    rows = scope.connection.execute(_FILED, bound_values(scope) | {"start": start, "end": end}).all()
    return tuple(Dispute(*row) for row in rows)


def select_disputes_of(scope: AgreementScope, issue_ids: Collection[int]) -> tuple[Dispute, ...]:
    rows = scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all()
    return tuple(Dispute(*row) for row in rows)


def save_reasons_forgotten(connection: Connection, tenant_id: int, before: Instant) -> None:
    """Erase the words of disputes filed before an instant, and of their answers; that there was a dispute stays."""
    old = (dispute.c.tenant_id == tenant_id) & (dispute.c.at < before)
    connection.execute(update(dispute).where(old).values(reason="", answer=None))


def _of(scope: AgreementScope) -> ColumnElement[bool]:
    return rows_of_agreement(dispute, scope)
