"""The tables of what the dimensions count."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GENERATION = ["tenant_id", "engagement", "generation"]
INDEXES = {
    "ix_opportunity_known": ([*GENERATION, "known"], "known IS NOT NULL"),
    "ix_opportunity_gone": ([*GENERATION, "gone"], "gone IS NOT NULL AND component <> 'active'"),
    "ix_opportunity_active": ([*GENERATION, "objective", "at"], "component = 'active'"),
    "ix_opportunity_until": ([*GENERATION, "objective", "gone"], "component = 'active'"),
}


def generation() -> list[sa.Column[int] | sa.Column[str]]:
    """Return the columns that lead the key of every table of figures."""
    return [
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "opportunity",
        *generation(),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("component", sa.String(length=32), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger()),
        sa.Column("gone", sa.BigInteger()),
        sa.Column("x", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_opportunity_tenant_id_tenant")),
        sa.PrimaryKeyConstraint(*GENERATION, "issue_id", "number", name=op.f("pk_opportunity")),
    )
    op.create_index(
        op.f("ix_opportunity_tenant_id_engagement_generation_component_at"),
        "opportunity",
        [*GENERATION, "component", "at"],
    )
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "opportunity", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table(
        "opportunity_sum",
        *generation(),
        sa.Column("component", sa.String(length=32), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gone_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("x", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_opportunity_sum_tenant_id_tenant")),
        sa.PrimaryKeyConstraint(
            *GENERATION, "component", "objective", "account", "day", "known_day", "gone_day",
            name=op.f("pk_opportunity_sum"),
        ),
    )  # fmt: skip


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("opportunity_sum")
    op.drop_table("opportunity")
