"""Asks of a quarterly review: what one side asks of the other, with an owner and a day."""

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide
from mappings.records.sql.scope import AgreementScope, rows_of_agreement
from mappings.records.tables import review_ask

Owner: TypeAlias = Literal["lead", "team"]
_NAMES = ("review_ask_id", "quarter", "side", "words", "owner", "due", "at", "recorded_by", "done_at")


class Ask(Struct, frozen=True):
    """An ask by `side` in the review of the quarter that begins on `quarter`; its owner is on the other side."""

    number: int
    quarter: date
    side: LeadSide
    text: str
    owner: Owner
    due: date
    at: Instant
    by: str
    done_at: Instant | None = None


def insert_ask(scope: AgreementScope, ask: Ask) -> int:
    """Save an ask, whose number is not read; return its number."""
    values = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "quarter": ask.quarter, "side": ask.side}
    values |= {"words": ask.text, "owner": ask.owner, "due": ask.due, "at": ask.at, "recorded_by": ask.by}
    inserted = scope.connection.execute(insert(review_ask).values(**values)).inserted_primary_key
    assert inserted is not None
    return int(inserted[0])


def select_asks(scope: AgreementScope, *quarters: date) -> tuple[Ask, ...]:
    """Return the asks of the reviews of some quarters, oldest first."""
    query = select(*(review_ask.c[name] for name in _NAMES)).where(rows_of_agreement(review_ask, scope))
    query = query.where(review_ask.c.quarter.in_(quarters)).order_by(review_ask.c.quarter, review_ask.c.review_ask_id)
    return tuple(Ask(*row) for row in scope.connection.execute(query))


def select_all_asks(connection: Connection, tenant_id: int, quarter: date) -> tuple[tuple[str, Ask], ...]:
    """Return the asks of a quarter's reviews of all engagements of a site, each with its engagement."""
    query = select(review_ask.c.engagement, *(review_ask.c[name] for name in _NAMES))
    query = query.where(review_ask.c.tenant_id == tenant_id, review_ask.c.quarter == quarter)
    rows = connection.execute(query.order_by(review_ask.c.engagement, review_ask.c.review_ask_id))
    return tuple((row[0], Ask(*row[1:])) for row in rows)


def save_ask_done(scope: AgreementScope, number: int, side: LeadSide, *, at: Instant, by: str) -> bool:
    """Save that an open ask of a side is done; False where there is none."""
    changed = update(review_ask).where(_open(scope, number, side)).values(done_at=at, done_by=by)
    return scope.connection.execute(changed).rowcount > 0


def save_ask_done_undone(scope: AgreementScope, number: int, *, by: str, since: Instant) -> bool:
    """Open an ask again of which somebody said since an instant that it is done; False where there is none."""
    done = rows_of_agreement(review_ask, scope) & (review_ask.c.review_ask_id == number)
    done &= (review_ask.c.done_by == by) & (review_ask.c.done_at >= since)
    return scope.connection.execute(update(review_ask).where(done).values(done_at=None, done_by=None)).rowcount > 0


def delete_ask(scope: AgreementScope, number: int, side: LeadSide) -> bool:
    """Delete an open ask of a side; False where there is none."""
    return scope.connection.execute(delete(review_ask).where(_open(scope, number, side))).rowcount > 0


def _open(scope: AgreementScope, number: int, side: LeadSide) -> ColumnElement[bool]:
    own = rows_of_agreement(review_ask, scope) & (review_ask.c.review_ask_id == number)
    return own & (review_ask.c.side == side) & review_ask.c.done_at.is_(None)
