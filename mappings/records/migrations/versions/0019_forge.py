"""Installations of the Forge app, and the token with which background jobs call Jira."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "forge_installation",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("installation_id", sa.String(length=255), nullable=False),
        sa.Column("cloud_id", sa.String(length=64), nullable=False),
        sa.Column("environment", sa.String(length=16), nullable=False),
        sa.Column("installed_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_forge_installation_tenant_id_tenant")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "installation_id", name=op.f("pk_forge_installation")),
        sa.UniqueConstraint("installation_id", name=op.f("uq_forge_installation_installation_id")),
    )
    op.create_index(
        op.f("ix_forge_installation_cloud_id_environment"),
        "forge_installation",
        ["cloud_id", "environment"],
        unique=False,
    )
    op.create_table(
        "forge_token",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_forge_token_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_forge_token")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("forge_token")
    op.drop_table("forge_installation")
