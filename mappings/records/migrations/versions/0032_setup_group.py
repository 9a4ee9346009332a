"""A site names a Jira group whose members may set up engagements, too."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("tenant", sa.Column("setup_group", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("tenant", "setup_group")
