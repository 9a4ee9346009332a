"""The column of how a tenant is reached is named as its values are: by platform."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE tenant RENAME COLUMN door TO platform")


def downgrade() -> None:
    op.execute("ALTER TABLE tenant RENAME COLUMN platform TO door")
