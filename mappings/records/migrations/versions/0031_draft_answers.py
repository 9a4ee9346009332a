"""What a side answered to a draft, or to a section of a change: agreed, or declined with a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

SIDES = ("inhouse", "agency")
# One statement for each side, and each column of it.
MOVED = """
INSERT INTO draft_answer (tenant_id, number, section, side, account, at, hash)
SELECT tenant_id, number, '', '{0}', {0}_by, {0}_at, {0}_hash FROM engagement_draft
WHERE {0}_by IS NOT NULL AND engagement IS NULL
"""
MOVED_BACK = """
UPDATE engagement_draft SET {0}_{1} = (
    SELECT {2} FROM draft_answer
    WHERE draft_answer.tenant_id = engagement_draft.tenant_id AND draft_answer.number = engagement_draft.number
    AND draft_answer.section = '' AND draft_answer.side = '{0}' AND draft_answer.reason IS NULL
)
"""


def upgrade() -> None:
    """Add the table. Agreements to new engagements move there; changes are agreed to by section, so anew."""
    op.create_table(
        "draft_answer",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_draft_answer_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "number", "section", "side", name=op.f("pk_draft_answer")),
    )
    for side in SIDES:
        op.execute(MOVED.format(side))
        for name in ("by", "at", "hash"):
            op.drop_column("engagement_draft", f"{side}_{name}")


def downgrade() -> None:
    """Take it away; answers to changes are given anew."""
    for side in SIDES:
        op.add_column("engagement_draft", sa.Column(f"{side}_by", sa.String(length=255), nullable=True))
        op.add_column("engagement_draft", sa.Column(f"{side}_at", sa.BigInteger(), nullable=True))
        op.add_column("engagement_draft", sa.Column(f"{side}_hash", sa.String(length=80), nullable=True))
        for column, name in (("by", "account"), ("at", "at"), ("hash", "hash")):
            op.execute(MOVED_BACK.format(side, column, name))
    op.drop_table("draft_answer")
