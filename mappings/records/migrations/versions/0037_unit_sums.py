"""Sums by day in every unit; what was measured in the engagement's own alone is measured again."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KEY = ("objective", "day", "of_day")
GENERATION = ("tenant_id", "engagement", "generation")
FIGURES = (
    "entry", "evidence", "credit_sum", "day_sum", "measured", "measure_input", "open_ticket", "hire", "opportunity",
    "opportunity_sum",
)  # fmt: skip
# What was being built lacks the other units, too.
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
    """Add the unit to the key of the sums, and measure every engagement again."""
    with op.batch_alter_table("day_sum") as day_sum:
        day_sum.add_column(sa.Column("unit", sa.String(length=16), nullable=False, server_default=""))
        day_sum.drop_constraint("pk_day_sum", type_="primary")
        day_sum.create_primary_key("pk_day_sum", [*GENERATION, "unit", *KEY])
    with op.batch_alter_table("day_sum") as day_sum:
        day_sum.alter_column("unit", server_default=None)
    for table in FIGURES:
        op.execute(HALF_BUILT.format(table=table))
    op.execute(PROGRESS)
    op.execute(MEASURE_AGAIN)


def downgrade() -> None:
    """Take the other units away."""
    op.execute("DELETE FROM day_sum WHERE unit <> ''")
    with op.batch_alter_table("day_sum") as day_sum:
        day_sum.drop_constraint("pk_day_sum", type_="primary")
        day_sum.drop_column("unit")
        day_sum.create_primary_key("pk_day_sum", [*GENERATION, *KEY])
