"""Feedback that the agency files about the client, and the action taken on it."""

from collections import defaultdict

from sqlalchemy import bindparam, delete, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import Feedback
from mappings.records.figures.figure_tokens import renew_figure_token
from mappings.records.sql.scope import (
    AgreementScope,
    SiteScope,
    bound_values,
    in_agreement,
    in_agreements,
    rows_of_agreement,
    site_values,
)
from mappings.records.tables import feedback

_NAMES = ("feedback_id", "at", "about", "words", "recorded_by", "action", "action_at", "action_by")
_FILED = (
    select(*(feedback.c[name] for name in _NAMES))
    .where(in_agreement(feedback), feedback.c.at >= bindparam("start"), feedback.c.at < bindparam("end"))
    .order_by(feedback.c.at, feedback.c.feedback_id)
)
_OF_SITE = (
    select(feedback.c.engagement, *(feedback.c[name] for name in _NAMES))
    .where(in_agreements(feedback), feedback.c.at >= bindparam("start"), feedback.c.at < bindparam("end"))
    .order_by(feedback.c.at, feedback.c.feedback_id)
)


def insert_feedback(scope: AgreementScope, *, about: str, words: str, at: Instant, by: str) -> int:
    values = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "about": about, "words": words}
    made = scope.connection.execute(insert(feedback).values(**values, at=at, recorded_by=by)).inserted_primary_key
    assert made is not None
    renew_figure_token(scope)
    return int(made[0])


def delete_feedback(scope: AgreementScope, number: int, *, by: str, since: Instant) -> bool:
    """Delete what somebody filed since an instant and nobody acted on; False where there is none."""
    filed = rows_of_agreement(feedback, scope) & (feedback.c.feedback_id == number) & (feedback.c.recorded_by == by)
    filed &= (feedback.c.at >= since) & feedback.c.action_at.is_(None)
    renew_figure_token(scope)
    return scope.connection.execute(delete(feedback).where(filed)).rowcount > 0


def save_action(scope: AgreementScope, number: int, *, action: str, at: Instant, by: str) -> bool:
    """Add the action to an item; False where there is no such item or it has one."""
    waiting = rows_of_agreement(feedback, scope) & (feedback.c.feedback_id == number) & feedback.c.action_at.is_(None)
    values = {"action": action, "action_at": at, "action_by": by}
    renew_figure_token(scope)
    return scope.connection.execute(update(feedback).where(waiting).values(**values)).rowcount > 0


def save_action_undone(scope: AgreementScope, number: int, *, by: str, since: Instant) -> bool:
    """Take back the action that somebody added since an instant; False where there is none."""
    acted = rows_of_agreement(feedback, scope) & (feedback.c.feedback_id == number)
    acted &= (feedback.c.action_by == by) & (feedback.c.action_at >= since)
    values = dict.fromkeys(("action", "action_at", "action_by"))
    renew_figure_token(scope)
    return scope.connection.execute(update(feedback).where(acted).values(**values)).rowcount > 0


def select_feedback(scope: AgreementScope, *, start: Instant, end: Instant) -> tuple[Feedback, ...]:
    rows = scope.connection.execute(_FILED, bound_values(scope) | {"start": start, "end": end}).all()
    return tuple(Feedback(*row) for row in rows)


def select_site_feedback(site: SiteScope, *, start: Instant, end: Instant) -> dict[str, tuple[Feedback, ...]]:
    """Return what was filed in several engagements from `start` until `end`, by engagement."""
    by_engagement: defaultdict[str, list[Feedback]] = defaultdict(list)
    for engagement, *row in site.connection.execute(_OF_SITE, site_values(site) | {"start": start, "end": end}).all():
        by_engagement[engagement].append(Feedback(*row))
    return {engagement: tuple(filed) for engagement, filed in by_engagement.items()}
