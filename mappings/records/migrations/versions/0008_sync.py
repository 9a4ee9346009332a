"""What a backfill and a reconcile keep."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NUMBERS = ("cursor", "since", "started", "done", "total", "requests", "changed_at")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sync",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("project", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("jql", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _NUMBERS),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_sync_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "project", name=op.f("pk_sync")),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("sync")
