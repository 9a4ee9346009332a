"""The tables of the direct door: tokens and signed links."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "access_link",
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("tickets", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_access_link_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_access_link_digest")),
    )
    op.create_index(
        op.f("ix_access_link_tenant_id_engagement"), "access_link", ["tenant_id", "engagement"], unique=False
    )
    op.create_table(
        "link_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_link_session_tenant_id_tenant")),
        sa.ForeignKeyConstraint(["link_id"], ["access_link.link_id"], name=op.f("fk_link_session_link_id_access_link")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link_session")),
    )
    op.create_index(op.f("ix_link_session_tenant_id_link_id"), "link_session", ["tenant_id", "link_id"], unique=False)
    op.create_index(op.f("ix_link_session_expires_at"), "link_session", ["expires_at"], unique=False)


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("link_session")
    op.drop_table("access_link")
