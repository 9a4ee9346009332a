"""The tables of erased accounts and of retention."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("retired", "keeping", "reported", "erased")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "erased",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_erased_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "hash", name=op.f("pk_erased")),
    )
    op.create_table(
        "reported",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_reported_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "account_id", name=op.f("pk_reported")),
    )
    op.create_table(
        "keeping",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("kept_from", sa.BigInteger(), nullable=True),
        sa.Column("cycle_days", sa.Integer(), server_default="7", nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_keeping_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_keeping")),
    )
    op.create_table(
        "retired",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_retired_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "issue_id", name=op.f("pk_retired")),
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in TABLES:
        op.drop_table(table)
