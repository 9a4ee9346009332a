"""Counters are kept by kind and subject in place of a name, and go on from what they were."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

UNKNOWN = "unknown event: "
NAMES = {
    "letters not kept": "dead letter not kept",
    "mirror: foreign values": "foreign property",
    "mirror: not taken": "property not taken",
    "mirror: failed tasks": "failed property task",
}


def upgrade() -> None:
    """Replace the name by its parts."""
    rows = _rows()
    op.drop_table("counter")
    _create(
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
    )
    _insert([row | parts for row in rows if (parts := read_name(row.pop("name")))])


def downgrade() -> None:
    """Join the parts to the name again."""
    rows = _rows()
    op.drop_table("counter")
    _create(sa.Column("name", sa.String(length=255), nullable=False))
    _insert([row | {"name": write_name(row.pop("kind"), row.pop("subject"))} for row in rows])


def read_name(name: str) -> dict[str, str] | None:
    """Return the parts of a name; None where it is none that a release wrote."""
    if name.startswith(UNKNOWN):
        return {"kind": "unknown event", "subject": name.removeprefix(UNKNOWN)}
    return {"kind": NAMES[name], "subject": ""} if name in NAMES else None


def write_name(kind: str, subject: str) -> str:
    """Return the name that the release before this one gave."""
    return f"{UNKNOWN}{subject}" if kind == "unknown event" else {now: old for old, now in NAMES.items()}[kind]


def _rows() -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text("SELECT * FROM counter")).mappings()]


def _create(*name: sa.Column[Any]) -> None:
    op.create_table(
        "counter",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *name,
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_counter_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", *(column.name for column in name), name=op.f("pk_counter")),
    )


def _insert(rows: list[dict[str, Any]]) -> None:
    if rows:
        op.bulk_insert(sa.table("counter", *map(sa.column, rows[0])), rows)
