"""Joint statements of both leads for a quarter's review: encrypted until both sides signed the same wording."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.closed_room import (
    SIGNED,
    RoomKeyLost,
    Signature,
    signatures_of,
    statement_column,
)
from mappings.records.sql.engine import StoreError
from mappings.records.sql.scope import AgreementScope, rows_of_agreement
from mappings.records.sql.secrets import Vault
from mappings.records.tables import joint_statement


class JointStatement(Struct, frozen=True):
    """A wording, counted by `version` from 1, and the sides that signed it; once both did it is for the review."""

    quarter: date
    text: str
    version: int
    signed: Mapping[LeadSide, Signature]

    @property
    def published(self) -> bool:
        return len(self.signed) == 2


def select_published_statement(scope: AgreementScope, quarter: date) -> JointStatement | None:
    """Return the statement that both sides signed for the quarter that begins on a day; no key is needed."""
    row = _select_row(scope, quarter)
    return None if row is None or row["published"] is None else _statement(row, row["published"])


def select_published_statements(connection: Connection, tenant_id: int, quarter: date) -> dict[str, JointStatement]:
    """Return the statements of a quarter that both sides signed, by engagement; no key is needed."""
    query = select(joint_statement).where(joint_statement.c.tenant_id == tenant_id)
    query = query.where(joint_statement.c.quarter == quarter, joint_statement.c.published.is_not(None))
    rows = connection.execute(query.order_by(joint_statement.c.engagement)).mappings()
    return {row["engagement"]: _statement(dict(row), row["published"]) for row in rows}


def select_statement(scope: AgreementScope, room: Vault | None, quarter: date) -> JointStatement | None:
    """Return a quarter's statement, signed or not, for the leads alone. Raises RoomKeyLost for a lost draft."""
    row = _select_row(scope, quarter)
    if row is None or row["published"] is not None:
        return None if row is None else _statement(row, row["published"])
    if room is None:
        raise RoomKeyLost
    try:
        text = room.decrypt(row["draft"], tenant_id=scope.tenant_id, column=statement_column(quarter))
    except StoreError as cause:
        raise RoomKeyLost from cause
    return _statement(row, text.decode())


def _select_row(scope: AgreementScope, quarter: date) -> Mapping[str, Any] | None:
    row = scope.connection.execute(select(joint_statement).where(_key(scope, quarter))).mappings().first()
    return None if row is None else dict(row)


def _statement(row: Mapping[str, Any], text: str) -> JointStatement:
    return JointStatement(row["quarter"], text, row["version"], signatures_of(*(row[name] for name in SIGNED)))


def _key(scope: AgreementScope, quarter: date) -> ColumnElement[bool]:
    return rows_of_agreement(joint_statement, scope) & (joint_statement.c.quarter == quarter)


def save_statement(scope: AgreementScope, room: Vault, quarter: date, text: str, *, at: Instant, by: str) -> None:
    """Save a new wording, which nobody has signed yet."""
    known = _select_row(scope, quarter)
    values = _texts(scope, room, quarter, text, published=False) | dict.fromkeys(SIGNED)
    values |= {"version": known["version"] + 1 if known else 1, "changed_at": at, "changed_by": by}
    if known is None:
        row = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "quarter": quarter}
        scope.connection.execute(insert(joint_statement).values(**row, **values))
    else:
        scope.connection.execute(update(joint_statement).where(_key(scope, quarter)).values(**values))


def save_signature(
    scope: AgreementScope, room: Vault, statement: JointStatement, *, side: LeadSide, signature: Signature | None
) -> None:
    """Save that a side signed a statement, or (None) that it does not; it is plain only while both do."""
    others = {other: sign for other, sign in statement.signed.items() if other != side}
    published = bool(others) and signature is not None
    values = _texts(scope, room, statement.quarter, statement.text, published=published)
    values |= {f"{side}_by": signature and signature.by, f"{side}_at": signature and signature.at}
    scope.connection.execute(update(joint_statement).where(_key(scope, statement.quarter)).values(**values))


def _texts(scope: AgreementScope, room: Vault, quarter: date, text: str, *, published: bool) -> dict[str, Any]:
    if published:
        return {"draft": None, "published": text}
    draft = room.encrypt(text.encode(), tenant_id=scope.tenant_id, column=statement_column(quarter))
    return {"draft": draft, "published": None}
