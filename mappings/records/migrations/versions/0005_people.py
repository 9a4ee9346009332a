"""The tables of sign-offs, teach-backs, consents, feedback and pulses, of the week's figures and of open tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "consent", "definition_edit", "feedback", "hire", "open_ticket", "people_week", "pulse", "sign_off", "teach_back",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "consent",
        sa.Column(
            "consent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_consent_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consent")),
    )
    op.create_index(
        op.f("ix_consent_tenant_id_engagement_account"), "consent", ["tenant_id", "engagement", "account"], unique=False
    )
    op.create_index(
        op.f("ix_consent_tenant_id_engagement_at"), "consent", ["tenant_id", "engagement", "at"], unique=False
    )
    op.create_table(
        "definition_edit",
        sa.Column(
            "definition_edit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_definition_edit_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("definition_edit_id", name=op.f("pk_definition_edit")),
    )
    op.create_index(
        op.f("ix_definition_edit_tenant_id_engagement_at"),
        "definition_edit",
        ["tenant_id", "engagement", "at"],
        unique=False,
    )
    op.create_table(
        "feedback",
        sa.Column(
            "feedback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("action_at", sa.BigInteger(), nullable=True),
        sa.Column("action_by", sa.String(length=255), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_feedback_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("feedback_id", name=op.f("pk_feedback")),
    )
    op.create_index(
        op.f("ix_feedback_tenant_id_engagement_at"), "feedback", ["tenant_id", "engagement", "at"], unique=False
    )
    op.create_table(
        "hire",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_hire_tenant_id_tenant")),
        sa.PrimaryKeyConstraint(
            "tenant_id", "engagement", "generation", "objective", "account", "issue_id", "entry", name=op.f("pk_hire")
        ),
    )
    op.create_index("ix_hire_issue", "hire", ["tenant_id", "engagement", "generation", "issue_id"], unique=False)
    op.create_table(
        "open_ticket",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_open_ticket_tenant_id_tenant")),
        sa.PrimaryKeyConstraint(
            "tenant_id", "engagement", "generation", "objective", "issue_id", name=op.f("pk_open_ticket")
        ),
    )
    op.create_index(
        "ix_open_ticket_issue", "open_ticket", ["tenant_id", "engagement", "generation", "issue_id"], unique=False
    )
    op.create_index(
        "ix_open_ticket_latest",
        "open_ticket",
        ["tenant_id", "engagement", "generation", "objective", "updated"],
        unique=False,
    )
    op.create_table(
        "people_week",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ruleset", sa.String(length=80), nullable=False),
        sa.Column("computed_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_people_week_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "engagement", "generation", "as_of", name=op.f("pk_people_week")),
    )
    op.create_table(
        "pulse",
        sa.Column("pulse_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_pulse_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("pulse_id", name=op.f("pk_pulse")),
    )
    op.create_index(op.f("ix_pulse_tenant_id_engagement_at"), "pulse", ["tenant_id", "engagement", "at"], unique=False)
    op.create_index("uq_pulse_once", "pulse", ["tenant_id", "engagement", "quarter", "side"], unique=True)
    op.create_table(
        "sign_off",
        sa.Column(
            "sign_off_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(length=255), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issues", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_sign_off_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("sign_off_id", name=op.f("pk_sign_off")),
    )
    op.create_index(
        op.f("ix_sign_off_tenant_id_engagement_account"),
        "sign_off",
        ["tenant_id", "engagement", "account"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sign_off_tenant_id_engagement_at"), "sign_off", ["tenant_id", "engagement", "at"], unique=False
    )
    op.create_table(
        "teach_back",
        sa.Column(
            "teach_back_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_by", sa.String(length=255), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_teach_back_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("teach_back_id", name=op.f("pk_teach_back")),
    )
    op.create_index(
        op.f("ix_teach_back_tenant_id_engagement_at"), "teach_back", ["tenant_id", "engagement", "at"], unique=False
    )
    op.create_index(
        "uq_teach_back_once", "teach_back", ["tenant_id", "engagement", "issue_id", "objective", "account"], unique=True
    )


def downgrade() -> None:
    """Take the tables away."""
    for name in TABLES:
        op.drop_table(name)
