"""The tables of rulesets and snapshots, and by which rules an engagement's figures are measured."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ruleset",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=80), nullable=False),
        sa.Column("proposed_by", sa.String(length=255), nullable=True),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("inhouse_by", sa.String(length=255), nullable=True),
        sa.Column("inhouse_at", sa.BigInteger(), nullable=True),
        sa.Column("agency_by", sa.String(length=255), nullable=True),
        sa.Column("agency_at", sa.BigInteger(), nullable=True),
        sa.Column("applies_from", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_ruleset_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "engagement", "version", name=op.f("pk_ruleset")),
    )
    op.create_table(
        "snapshot",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("ruleset_hash", sa.String(length=80), nullable=False),
        sa.Column("engagement_hash", sa.String(length=80), nullable=False),
        sa.Column("input_hash", sa.String(length=80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_snapshot_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "engagement", "kind", "end_day", name=op.f("pk_snapshot")),
    )
    for name in ("ruleset", "shown_ruleset"):
        op.add_column("engagement", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("engagement", sa.Column("recorded_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take the tables away."""
    for name in ("recorded_at", "shown_ruleset", "ruleset"):
        op.drop_column("engagement", name)
    op.drop_table("snapshot")
    op.drop_table("ruleset")
