"""The answer of the other side's lead to a dispute."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("dispute", sa.Column("accepted", sa.Boolean(), nullable=True))
    op.add_column("dispute", sa.Column("answer", sa.Text(), nullable=True))
    op.add_column("dispute", sa.Column("answered_at", sa.BigInteger(), nullable=True))
    op.add_column("dispute", sa.Column("answered_by", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Take them away, with the answers."""
    for name in ("answered_by", "answered_at", "answer", "accepted"):
        op.drop_column("dispute", name)
