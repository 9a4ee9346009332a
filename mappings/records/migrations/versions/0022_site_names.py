"""Names that ids of a site carry or carried, and the user names of Data Center."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of names and the column of user names."""
    op.create_table(
        "site_name",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("object_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_site_name_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "object_id", "name", name=op.f("pk_site_name")),
    )
    op.add_column("account", sa.Column("user_name", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Take both away."""
    op.drop_column("account", "user_name")
    op.drop_table("site_name")
