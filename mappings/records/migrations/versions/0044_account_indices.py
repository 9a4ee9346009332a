"""The indexes by which apps and user names are found among a site's accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

WHERE = {"apps": sa.text("kind = 'app'"), "named": sa.text("user_name IS NOT NULL")}


def upgrade() -> None:
    """Make the indexes."""
    for name, where in WHERE.items():
        columns = ["tenant_id", "account_id"]
        op.create_index(f"ix_account_{name}", "account", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take them away."""
    for name in WHERE:
        op.drop_index(f"ix_account_{name}", table_name="account")
