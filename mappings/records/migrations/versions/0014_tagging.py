"""The mirror keeps how often a value did not stay, and until when it is left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns."""
    op.add_column("mirror", sa.Column("refused", sa.Integer(), server_default="0", nullable=False))
    op.add_column("mirror", sa.Column("wait_until", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("mirror", "wait_until")
    op.drop_column("mirror", "refused")
