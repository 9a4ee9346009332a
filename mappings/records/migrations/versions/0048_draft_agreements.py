"""Both leads' agreements to a draft count for the objectives of the engagement that began from it."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

SIDES = ("inhouse", "agency")
START = datetime(1970, 1, 1, tzinfo=UTC)
# What is agreed now is, by its hash, what both leads agreed to: of an engagement that was changed since nobody knows
# which of its objectives they read, so these stay to be confirmed.
BEGUN = sa.text(
    "SELECT engagement.tenant_id, engagement.key, engagement.body, engagement.hash, audit.at FROM engagement JOIN audit"
    " ON audit.tenant_id = engagement.tenant_id AND audit.object = engagement.key"
    " AND audit.act = 'engagement set up' AND audit.after = engagement.hash"
)
AGREED = sa.text(
    "SELECT object, account, at FROM audit WHERE tenant_id = :tenant AND act = 'draft agreed' AND after = :hash"
    " AND at <= :at AND account IS NOT NULL ORDER BY at, audit_id"
)
KNOWN = sa.text(
    "SELECT objective, side FROM definition_edit"
    " WHERE tenant_id = :tenant AND engagement = :engagement AND kind = 'agree'"
)
SAVED = sa.text(
    "INSERT INTO definition_edit (tenant_id, engagement, objective, side, kind, day, at, recorded_by)"
    " VALUES (:tenant, :engagement, :objective, :side, 'agree', :day, :at, :account)"
).bindparams(sa.bindparam("day", type_=sa.Date()))
# What a process kept of its figures is of before.
TOKEN_OUT = sa.text("DELETE FROM figure_token WHERE tenant_id = :tenant AND engagement = :engagement")
TOKEN_IN = sa.text("INSERT INTO figure_token (tenant_id, engagement, token) VALUES (:tenant, :engagement, :token)")


def upgrade() -> None:
    """Record the agreements that the audit proves, on the day on which each was given."""
    connection = op.get_bind()
    for tenant, key, body, named, at in connection.execute(BEGUN).all():
        agreements = connection.execute(AGREED, {"tenant": tenant, "hash": named, "at": at}).all()
        by_side = {text.rpartition(" ")[2]: (account, given) for text, account, given in agreements}
        # Without either it was put in force by an administrator alone.
        if set(SIDES) <= by_side.keys():
            _carry_over(connection, {"tenant": tenant, "engagement": key}, json.loads(body), by_side)


def _carry_over(
    connection: sa.Connection, place: dict[str, Any], body: dict[str, Any], by_side: dict[str, tuple[str, int]]
) -> None:
    known = {tuple(row) for row in connection.execute(KNOWN, place).all()}
    zone = ZoneInfo(body["zone"])
    for objective in body.get("objectives", ()):
        for side in SIDES:
            account, at = by_side[side]
            if (objective["key"], side) in known:
                continue
            day = (START + timedelta(microseconds=at)).astimezone(zone).date()
            named = {"objective": objective["key"], "side": side, "day": day, "at": at, "account": account}
            connection.execute(SAVED, place | named)
    connection.execute(TOKEN_OUT, place)
    connection.execute(TOKEN_IN, place | {"token": secrets.token_hex(16)})


def downgrade() -> None:
    """Leave what was recorded: both leads did agree."""
