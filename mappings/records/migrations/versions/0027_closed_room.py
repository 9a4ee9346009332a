"""The closed room of both leads: its key, threads and notes; joint statements, and the agency's right of reply."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COUNTING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SIGNED = ("inhouse_by", "inhouse_at", "agency_by", "agency_at")


def upgrade() -> None:
    """Add the five tables."""
    _add_numbered("room_key", _blob("secret"), sa.Column("made_at", sa.BigInteger(), nullable=False))
    op.create_index("uq_room_key_once", "room_key", ["tenant_id", "engagement"], unique=True)
    _add_numbered("room_thread", _blob("subject"), *_recorded(), *_signed())
    op.create_index(op.f("ix_room_thread_tenant_id_engagement"), "room_thread", ["tenant_id", "engagement"])
    _add_numbered(
        "room_note",
        sa.Column("room_thread_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        _blob("body"),
        *_recorded(),
    )
    columns = ["tenant_id", "engagement", "room_thread_id"]
    op.create_index(op.f("ix_room_note_tenant_id_engagement_room_thread_id"), "room_note", columns)
    _add_of_quarter(
        "joint_statement",
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_changed(),
        *_signed(),
    )
    _add_of_quarter("right_of_reply", sa.Column("words", sa.Text(), nullable=False), *_changed())


def _add_numbered(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column(f"{name}_id", COUNTING, autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f(f"fk_{name}_tenant_id_tenant")),
        sa.PrimaryKeyConstraint(f"{name}_id", name=op.f(f"pk_{name}")),
    )


def _add_of_quarter(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f(f"fk_{name}_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "engagement", "quarter", name=op.f(f"pk_{name}")),
    )


def _blob(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _recorded() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
    )


def _changed() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=255), nullable=False),
    )


def _signed() -> tuple[sa.Column[Any], ...]:
    types: dict[str, Any] = {"by": sa.String(length=255), "at": sa.BigInteger()}
    return tuple(sa.Column(name, types[name[-2:]], nullable=True) for name in SIGNED)


def downgrade() -> None:
    """Take all five away."""
    for name in ("right_of_reply", "joint_statement", "room_note", "room_thread", "room_key"):
        op.drop_table(name)
