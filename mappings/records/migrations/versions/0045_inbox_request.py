"""The request that stored a delivery, so that the log of its processing can name it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty for what waits already."""
    op.add_column("inbox", sa.Column("request", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("inbox", "request")
