"""The indexes by which tickets with a security level, and those of each project, are found."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

SECURED = sa.text("secured")


def upgrade() -> None:
    """Make the indexes."""
    op.create_index(op.f("ix_issue_tenant_id_project_id_issue_id"), "issue", ["tenant_id", "project_id", "issue_id"])
    columns = ["tenant_id", "issue_id"]
    op.create_index("ix_issue_secured", "issue", columns, sqlite_where=SECURED, postgresql_where=SECURED)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_issue_secured", table_name="issue")
    op.drop_index(op.f("ix_issue_tenant_id_project_id_issue_id"), table_name="issue")
