"""Tables and a column get names that say what they hold."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = {
    "lane": "tenant_lock",
    "ground": "measure_input",
    "keeping": "retention_setting",
    "halt": "jira_retry_after",
    "budget": "jira_points",
}


def upgrade() -> None:
    """Rename them, rows and all."""
    for before, after in TABLES.items():
        op.rename_table(before, after)
    op.execute("ALTER TABLE job RENAME COLUMN said TO error")


def downgrade() -> None:
    """Give them their earlier names."""
    op.execute("ALTER TABLE job RENAME COLUMN error TO said")
    for before, after in TABLES.items():
        op.rename_table(after, before)
