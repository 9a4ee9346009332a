"""The tables of engagements, figures and the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "day_sum",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("of_day", sa.Date(), nullable=False),
        sa.Column("agency", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("inhouse", sa.BigInteger(), nullable=False),
        sa.Column("gatekeeper", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("conflict", sa.BigInteger(), nullable=False),
        sa.Column("done_only", sa.BigInteger(), nullable=False),
        sa.Column("taught", sa.BigInteger(), nullable=False),
        sa.Column("handed_over", sa.BigInteger(), nullable=False),
        sa.Column("own", sa.BigInteger(), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.Column("unsized", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("w", sa.BigInteger(), nullable=False),
        sa.Column("w2", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_day_sum_tenant_id_tenant")),
        sa.PrimaryKeyConstraint(
            "tenant_id", "engagement", "generation", "objective", "day", "of_day", name=op.f("pk_day_sum")
        ),
    )
    op.create_table(
        "dead_letter",
        sa.Column(
            "letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("dkey", sa.String(length=255), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dead_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_dead_letter_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_dead_letter")),
    )
    op.create_index(op.f("ix_dead_letter_tenant_id_dead_at"), "dead_letter", ["tenant_id", "dead_at"], unique=False)
    op.create_table(
        "engagement",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=80), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=True),
        sa.Column("next_generation", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_engagement_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_engagement")),
    )
    op.create_table(
        "entry",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("of_day", sa.Date(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_entry_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "engagement", "generation", "issue_id", "number", name=op.f("pk_entry")),
    )
    op.create_index(
        op.f("ix_entry_tenant_id_engagement_generation_at"),
        "entry",
        ["tenant_id", "engagement", "generation", "at"],
        unique=False,
    )
    op.create_table(
        "evidence",
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
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_evidence_tenant_id_tenant")),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "engagement",
            "generation",
            "objective",
            "account",
            "issue_id",
            "entry",
            name=op.f("pk_evidence"),
        ),
    )
    op.create_index(
        op.f("ix_evidence_tenant_id_engagement_generation_issue_id"),
        "evidence",
        ["tenant_id", "engagement", "generation", "issue_id"],
        unique=False,
    )
    op.create_table(
        "inbox",
        sa.Column("inbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("dkey", sa.String(length=255), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_inbox_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("tenant_id", "dkey", name=op.f("uq_inbox_tenant_id_dkey")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inbox_tenant_id_inbox_id"), "inbox", ["tenant_id", "inbox_id"], unique=False)
    op.create_table(
        "lane",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("drained_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_lane_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_lane")),
    )
    op.create_table(
        "measured",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changing_until", sa.BigInteger(), nullable=True),
        sa.Column("retro_until", sa.BigInteger(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.String(length=255), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_measured_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "engagement", "generation", "issue_id", name=op.f("pk_measured")),
    )
    place = ["tenant_id", "engagement", "generation"]
    op.create_index(op.f("ix_measured_tenant_id_changed_at"), "measured", ["tenant_id", "changed_at"])
    op.create_index("ix_measured_changing", "measured", [*place, "changing_until"])
    op.create_index("ix_measured_retro", "measured", [*place, "retro_until"])
    for name, words in (("ix_measured_failed", "failed IS NOT NULL"), ("ix_measured_half", "NOT complete")):
        only = sa.text(words)
        op.create_index(name, "measured", [*place, "issue_id"], sqlite_where=only, postgresql_where=only)
    op.create_table(
        "progress",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_progress_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "name", name=op.f("pk_progress")),
    )
    op.create_table(
        "reread",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_reread_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "issue_id", name=op.f("pk_reread")),
    )
    op.create_table(
        "role",
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_role_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_role")),
    )
    op.create_index(
        op.f("ix_role_tenant_id_engagement_issue_id"), "role", ["tenant_id", "engagement", "issue_id"], unique=False
    )
    op.create_table(
        "tag",
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement", sa.String(length=64), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("objective", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("confirmed", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_tag_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tag_id", name=op.f("pk_tag")),
    )
    op.create_index(
        op.f("ix_tag_tenant_id_engagement_issue_id"), "tag", ["tenant_id", "engagement", "issue_id"], unique=False
    )


def downgrade() -> None:
    """Take the tables away, those that point to others first."""
    for name in (
        "tag",
        "role",
        "reread",
        "progress",
        "measured",
        "lane",
        "inbox",
        "evidence",
        "entry",
        "engagement",
        "dead_letter",
        "day_sum",
    ):
        op.drop_table(name)
