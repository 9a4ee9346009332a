"""The indexes by which it is found who did anything on the tickets of a project."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

AUTHORED = ("change", "comment", "worklog")
SIDES = ("old", "new")
ASSIGNED = sa.text("field = 'assignee'")


def upgrade() -> None:
    """Make the indexes."""
    for table in AUTHORED:
        op.create_index(op.f(f"ix_{table}_tenant_id_author_issue_id"), table, ["tenant_id", "author", "issue_id"])
    for side in SIDES:
        columns = ["tenant_id", side, "issue_id"]
        name = f"ix_change_{side}_assignee"
        op.create_index(name, "change", columns, sqlite_where=ASSIGNED, postgresql_where=ASSIGNED)


def downgrade() -> None:
    """Take them away."""
    for side in SIDES:
        op.drop_index(f"ix_change_{side}_assignee", table_name="change")
    for table in AUTHORED:
        op.drop_index(op.f(f"ix_{table}_tenant_id_author_issue_id"), table_name=table)
