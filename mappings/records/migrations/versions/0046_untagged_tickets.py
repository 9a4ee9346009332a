"""Open tickets without an objective are kept, too; every engagement is measured again to find them."""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

FIGURES = (
    "entry", "evidence", "credit_sum", "credit_hour_sum", "day_sum", "measured", "measure_input", "open_ticket", "hire",
    "opportunity", "opportunity_sum",
)  # fmt: skip
# What was being built lacks them, too.
HALF_BUILT = (
    "DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM engagement WHERE engagement.tenant_id = {table}.tenant_id"
    " AND engagement.key = {table}.engagement AND engagement.next_generation = {table}.generation)"
)
PROGRESS = (
    "DELETE FROM progress WHERE kind = 'measure' AND EXISTS (SELECT 1 FROM engagement"
    " WHERE engagement.tenant_id = progress.tenant_id AND engagement.key = progress.subject)"
)
# The worker builds a next generation beside the one that is shown, and shows it once it is whole.
MEASURE_AGAIN = (
    "UPDATE engagement SET next_generation = coalesce(next_generation, generation) + 1"
    " WHERE next_generation IS NOT NULL OR generation IS NOT NULL"
)


def upgrade() -> None:
    """Measure every engagement again."""
    for table in FIGURES:
        op.execute(HALF_BUILT.format(table=table))
    op.execute(PROGRESS)
    op.execute(MEASURE_AGAIN)


def downgrade() -> None:
    """Take them away."""
    op.execute("DELETE FROM open_ticket WHERE objective = ''")
