"""What each side asks of the other in a quarterly review."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

COUNTING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "review_ask",
        sa.Column("review_ask_id", COUNTING, autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=16), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_review_ask_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("review_ask_id", name=op.f("pk_review_ask")),
    )
    columns = ["tenant_id", "engagement", "quarter"]
    op.create_index(op.f("ix_review_ask_tenant_id_engagement_quarter"), "review_ask", columns)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("review_ask")
