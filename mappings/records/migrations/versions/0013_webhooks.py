"""Admin webhooks with their secrets, and the name of the agreement that figures on show were measured by."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column."""
    with op.batch_alter_table("engagement") as engagement:
        engagement.add_column(sa.Column("shown_hash", sa.String(length=80), nullable=True))
    op.create_table(
        "admin_webhook",
        sa.Column(
            "webhook_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_admin_webhook_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_admin_webhook")),
        sa.UniqueConstraint("address", name=op.f("uq_admin_webhook_address")),
    )
    op.create_index(op.f("ix_admin_webhook_tenant_id"), "admin_webhook", ["tenant_id"], unique=False)


def downgrade() -> None:
    """Take the table and the column away."""
    op.drop_table("admin_webhook")
    with op.batch_alter_table("engagement") as engagement:
        engagement.drop_column("shown_hash")
