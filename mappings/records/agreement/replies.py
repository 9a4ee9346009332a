"""The agency's right of reply: its words on a quarter, printed unchanged in the quarter's review."""

from datetime import date

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, insert, select, update

from mappings.events.types import Instant
from mappings.records.sql.scope import AgreementScope, rows_of_agreement
from mappings.records.tables import right_of_reply


class Reply(Struct, frozen=True):
    """A reply on the quarter that begins on `quarter`; `by` changed it last."""

    quarter: date
    text: str
    at: Instant
    by: str


def select_reply(scope: AgreementScope, quarter: date) -> Reply | None:
    columns = (right_of_reply.c[name] for name in ("quarter", "words", "changed_at", "changed_by"))
    row = scope.connection.execute(select(*columns).where(_key(scope, quarter))).first()
    return None if row is None else Reply(*row)


def save_reply(scope: AgreementScope, reply: Reply) -> None:
    """Save a reply; one without words takes an earlier one back."""
    key = _key(scope, reply.quarter)
    values = {"words": reply.text, "changed_at": reply.at, "changed_by": reply.by}
    if not reply.text:
        scope.connection.execute(delete(right_of_reply).where(key))
    elif select_reply(scope, reply.quarter) is None:
        row = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "quarter": reply.quarter}
        scope.connection.execute(insert(right_of_reply).values(**row, **values))
    else:
        scope.connection.execute(update(right_of_reply).where(key).values(**values))


def _key(scope: AgreementScope, quarter: date) -> ColumnElement[bool]:
    return rows_of_agreement(right_of_reply, scope) & (right_of_reply.c.quarter == quarter)
