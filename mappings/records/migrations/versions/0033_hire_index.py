"""The index by which the first and last rows of each kind are found among what people brought along."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

COLUMNS = ["tenant_id", "engagement", "generation", "objective", "account", "kind", "at"]


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_hire_first", "hire", COLUMNS)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_hire_first", table_name="hire")
