"""A teach-back can be answered with "not yet": when, and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty for what waits already."""
    op.add_column("teach_back", sa.Column("declined_at", sa.BigInteger(), nullable=True))
    op.add_column("teach_back", sa.Column("declined_by", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Take them away: what was declined waits again."""
    op.drop_column("teach_back", "declined_by")
    op.drop_column("teach_back", "declined_at")
