"""Engagements that are being set up on pages: one row for each, and one for each of its sections."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "engagement_draft",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("inhouse_by", sa.String(length=255), nullable=True),
        sa.Column("inhouse_at", sa.BigInteger(), nullable=True),
        sa.Column("inhouse_hash", sa.String(length=80), nullable=True),
        sa.Column("agency_by", sa.String(length=255), nullable=True),
        sa.Column("agency_at", sa.BigInteger(), nullable=True),
        sa.Column("agency_hash", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_engagement_draft_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "number", name=op.f("pk_engagement_draft")),
    )
    op.create_table(
        "draft_section",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_draft_section_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "number", "section", name=op.f("pk_draft_section")),
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_table("draft_section")
    op.drop_table("engagement_draft")
