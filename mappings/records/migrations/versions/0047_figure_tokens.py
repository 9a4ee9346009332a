"""A token for the figures of each engagement, which every change of them renews."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: whatever was never changed since has no token."""
    op.create_table(
        "figure_token",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_figure_token_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "engagement", name=op.f("pk_figure_token")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("figure_token")
