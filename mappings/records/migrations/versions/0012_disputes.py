"""The table of what was disputed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dispute",
        sa.Column(
            "dispute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_dispute_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_dispute")),
    )
    for last in ("at", "issue_id"):
        columns = ["tenant_id", "engagement", last]
        op.create_index(op.f(f"ix_dispute_tenant_id_engagement_{last}"), "dispute", columns, unique=False)


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("dispute")
