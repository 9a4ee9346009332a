"""A site says who may begin a new engagement there."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("tenant", sa.Column("setup_by", sa.String(length=16), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("tenant", "setup_by")
