"""The index of open tickets orders those of one instant, too."""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_open_ticket_latest", "open_ticket"
COLUMNS = ["tenant_id", "engagement", "generation", "objective", "updated"]


def upgrade() -> None:
    """Make the index anew with the issue id at its end."""
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, [*COLUMNS, "issue_id"])


def downgrade() -> None:
    """Make it as it was."""
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, COLUMNS)
