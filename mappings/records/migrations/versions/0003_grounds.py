"""The table of what a generation was measured by besides the agreement."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ground",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_ground_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "engagement", "generation", name=op.f("pk_ground")),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("ground")
