"""The index by which the first evidence of each kind is found, and that by which what was done alone is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GENERATION = ("tenant_id", "engagement", "generation")
ALONE = sa.text("kind = 4")


def upgrade() -> None:
    """Make the indices."""
    op.create_index("ix_evidence_first", "evidence", [*GENERATION, "objective", "account", "kind", "at"])
    columns = [*GENERATION, "at"]
    op.create_index("ix_evidence_alone", "evidence", columns, sqlite_where=ALONE, postgresql_where=ALONE)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_evidence_alone", table_name="evidence")
    op.drop_index("ix_evidence_first", table_name="evidence")
