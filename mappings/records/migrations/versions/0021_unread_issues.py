"""Issues that Jira answered with something that cannot be read, so that an administrator sees their keys."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "unread_issue",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_unread_issue_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "issue_id", name=op.f("pk_unread_issue")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("unread_issue")
