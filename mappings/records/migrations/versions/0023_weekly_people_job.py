"""The job that computes the week's figures about people is called weekly-people, like its module."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename the job, so that its state and its next run go on."""
    op.execute("UPDATE job SET name = 'weekly-people' WHERE name = 'people'")


def downgrade() -> None:
    """Give it its earlier name."""
    op.execute("UPDATE job SET name = 'people' WHERE name = 'weekly-people'")
