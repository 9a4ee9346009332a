"""Sums by hour of what gives credit for a rung, from the evidence that is stored."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

HOUR = 3_600_000_000
WEIGHTS = {1: 1, 2: 2, 3: 3}
GENERATION = ("tenant_id", "engagement", "generation")
EVIDENCE = sa.text("SELECT tenant_id, engagement, generation, body FROM evidence WHERE kind <= 3")
INSERT = sa.text(
    "INSERT INTO credit_hour_sum (tenant_id, engagement, generation, objective, account, hour, shares, n, weight) "
    "VALUES (:tenant_id, :engagement, :generation, :objective, :account, :hour, :shares, :n, :weight)"
)
NAMES = (*GENERATION, "objective", "account", "hour", "shares")
# Rows of one statement.
MOST = 1000


def upgrade() -> None:
    """Make the table, and add up what is stored."""
    op.create_table(
        "credit_hour_sum",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_credit_hour_sum_tenant_id_tenant")),
        sa.PrimaryKeyConstraint(*NAMES, name=op.f("pk_credit_hour_sum")),
    )
    counts: Counter[tuple[Any, ...]] = Counter()
    weights: Counter[tuple[Any, ...]] = Counter()
    connection = op.get_bind()
    with connection.execute(EVIDENCE, execution_options={"stream_results": True, "max_row_buffer": MOST}) as rows:
        for *generation, body in rows:
            row = msgspec.msgpack.decode(body)
            if row.get("agencies") or row.get("mentors"):
                key = (*generation, row["objective"], row["account"], row["at"] // HOUR, shares_of(row))
                counts[key] += 1
                weights[key] += WEIGHTS[row["kind"]] if row.get("trace", True) else 0
    values = [{**dict(zip(NAMES, key, strict=True)), "n": n, "weight": weights[key]} for key, n in counts.items()]
    for start in range(0, len(values), MOST):
        connection.execute(INSERT, values[start : start + MOST])


def shares_of(row: Mapping[str, Any]) -> str:
    """Return the agencies that share the credit of a row as text: a single one has all, "" is for in-house mentors."""
    agencies = row.get("agencies") or []
    shared = [[agencies[0][0], 1]] if len(agencies) == 1 else agencies
    return msgspec.json.encode(shared).decode() if shared else ""


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("credit_hour_sum")
