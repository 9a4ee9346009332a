"""A token of each site's agreements, by which decoded ones are kept between requests."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

TENANT = sa.table("tenant", sa.column("tenant_id", sa.BigInteger()), sa.column("agreement_token", sa.String()))


def upgrade() -> None:
    """Add the column, with a token for each site."""
    op.add_column("tenant", sa.Column("agreement_token", sa.String(length=32), nullable=True))
    connection = op.get_bind()
    for (tenant_id,) in connection.execute(sa.select(TENANT.c.tenant_id)).all():
        token = TENANT.update().where(TENANT.c.tenant_id == tenant_id).values(agreement_token=secrets.token_hex(16))
        connection.execute(token)


def downgrade() -> None:
    """Take it away."""
    op.drop_column("tenant", "agreement_token")
