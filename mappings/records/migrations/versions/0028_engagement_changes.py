"""A draft can change an engagement that exists, and an engagement is kept as a file or on pages."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# People of an engagement that was agreed on pages were recorded by somebody, those of a file by nobody.
ON_PAGES = """
UPDATE engagement SET kept_in = 'pages' WHERE EXISTS (
    SELECT 1 FROM affiliation
    WHERE affiliation.tenant_id = engagement.tenant_id AND affiliation.engagement = engagement.key
    AND affiliation.recorded_by IS NOT NULL
)
"""


def upgrade() -> None:
    """Add both columns."""
    op.add_column("engagement_draft", sa.Column("engagement", sa.String(length=64), nullable=True))
    op.add_column("engagement", sa.Column("kept_in", sa.String(length=8), nullable=True))
    op.execute(ON_PAGES)


def downgrade() -> None:
    """Take them away; a draft of a change would be one of a new engagement."""
    op.execute(
        "DELETE FROM draft_section WHERE EXISTS (SELECT 1 FROM engagement_draft"
        " WHERE engagement_draft.tenant_id = draft_section.tenant_id"
        " AND engagement_draft.number = draft_section.number AND engagement_draft.engagement IS NOT NULL)"
    )
    op.execute("DELETE FROM engagement_draft WHERE engagement IS NOT NULL")
    op.drop_column("engagement", "kept_in")
    op.drop_column("engagement_draft", "engagement")
