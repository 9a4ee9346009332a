"""The tables of what runs on a clock, and of how much Jira may be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_job()
    op.create_table(
        "budget",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in _PURPOSES),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_budget")),
    )
    op.create_table(
        "halt",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=128), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "scope", name=op.f("pk_halt")),
    )


_PURPOSES = ("people", "work", "history", "rolling")


def _make_job() -> None:
    op.create_table(
        "job",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("runs", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "name", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_due_at"), "job", ["due_at"])


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("halt")
    op.drop_table("budget")
    op.drop_index(op.f("ix_job_due_at"), table_name="job")
    op.drop_table("job")
