"""The tables of the tags' mirror in Jira and of bulk tagging."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _owner(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column = sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False)
    return column, sa.ForeignKeyConstraint(
        ["tenant_id"], ["tenant.tenant_id"], name=op.f(f"fk_{table}_tenant_id_tenant")
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mirror",
        *_owner("mirror"),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("marked_at", sa.BigInteger(), nullable=True),
        sa.Column("sent", sa.String(length=64), nullable=True),
        sa.Column("written", sa.String(length=64), nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=True),
        sa.Column("task", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "issue_id", name=op.f("pk_mirror")),
    )
    op.create_index(op.f("ix_mirror_tenant_id_marked_at"), "mirror", ["tenant_id", "marked_at"])
    op.create_table(
        "mirror_choice",
        *_owner("mirror_choice"),
        sa.Column("project", sa.String(length=255), nullable=False),
        sa.Column("objectives", sa.Boolean(), nullable=True),
        sa.Column("bucket", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "project", name=op.f("pk_mirror_choice")),
    )
    _make_bulk_tags()


def _make_bulk_tags() -> None:
    op.create_table(
        "bulk_tag",
        *_owner("bulk_tag"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("jql", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "number", name=op.f("pk_bulk_tag")),
    )
    op.create_table(
        "bulk_tag_issue",
        *_owner("bulk_tag_issue"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "number", "issue_id", name=op.f("pk_bulk_tag_issue")),
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in ("bulk_tag_issue", "bulk_tag", "mirror_choice", "mirror"):
        op.drop_table(table)
