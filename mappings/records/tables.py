"""Every table of the house. The tenant leads each key, so that no statement can forget whose rows it reads."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

Counting = BigInteger().with_variant(Integer, "sqlite")
"""A key that counts itself up: SQLite does so for INTEGER alone."""


class Whole(TypeDecorator[int]):
    """An integer of any size, as text: sums of squares of billionths outgrow 64 bits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


def owner() -> Column[int]:
    """Return the column that leads every key."""
    return Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), primary_key=True, autoincrement=False)


tenant = Table(
    "tenant",
    metadata,
    Column("tenant_id", Counting, primary_key=True, autoincrement=True),
    Column("client_key", String(255), unique=True),
    Column("site", String(255), nullable=False, unique=True),
    Column("base_url", Text, nullable=False),
    Column("display_url", Text),
    Column("secret", LargeBinary),
    Column("secret_before", LargeBinary),
    Column("secret_before_until", BigInteger, nullable=False, default=0),
    Column("digest_key", LargeBinary, nullable=False),
    Column("door", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("installed_iat", BigInteger, nullable=False, default=0),
    Column("changed_at", BigInteger, nullable=False),
)

project = Table(
    "project",
    metadata,
    owner(),
    Column("project_id", String(64), primary_key=True),
    Column("key", String(255), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("archived", Boolean, nullable=False, default=False),
    Column("changed_at", BigInteger, nullable=False),
)
Index(None, project.c.tenant_id, project.c.key)

status = Table(
    "status",
    metadata,
    owner(),
    Column("status_id", String(64), primary_key=True),
    Column("category", String(32)),
)
status_name = Table(
    "status_name",
    metadata,
    owner(),
    Column("status_id", String(64), primary_key=True),
    Column("name", String(255), primary_key=True),
)

account = Table(
    "account",
    metadata,
    owner(),
    Column("account_id", String(255), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("active", Boolean, nullable=False),
)

issue = Table(
    "issue",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("project_id", String(64)),
    Column("project_key", String(255)),
    Column("parent_id", BigInteger),
    Column("subtask", Boolean, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("read_started", BigInteger),
    Column("complete", Boolean, nullable=False, default=True),
    Column("secured", Boolean, nullable=False, default=False),
    Column("summary", Text, nullable=False, default=""),
    Column("body", LargeBinary, nullable=False),
)
Index(None, issue.c.tenant_id, issue.c.parent_id)
Index(None, issue.c.tenant_id, issue.c.project_key)
Index(None, issue.c.tenant_id, issue.c.key)

change = Table(
    "change",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("history_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("author", String(255)),
    Column("field", String(255), nullable=False),
    Column("field_id", String(255)),
    Column("old", Text),
    Column("old_text", Text),
    Column("new", Text),
    Column("new_text", Text),
    Column("provisional", Boolean, nullable=False),
)

worklog = Table(
    "worklog",
    metadata,
    owner(),
    Column("worklog_id", BigInteger, primary_key=True, autoincrement=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("author", String(255)),
    Column("started", BigInteger, nullable=False),
    Column("seconds", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
)
Index(None, worklog.c.tenant_id, worklog.c.issue_id)

comment = Table(
    "comment",
    metadata,
    owner(),
    Column("comment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("author", String(255)),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("length", Integer, nullable=False),
    Column("cjk", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("mentions", Text, nullable=False, default=""),
    Column("restricted", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
)
Index(None, comment.c.tenant_id, comment.c.issue_id)

link = Table(
    "link",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("link_id", BigInteger, primary_key=True, autoincrement=False),
    Column("other_id", BigInteger),
    Column("other_key", String(255)),
    Column("type_name", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("outward", Boolean, nullable=False),
    Column("seen_at", BigInteger),
)
Index(None, link.c.tenant_id, link.c.link_id)
Index(None, link.c.tenant_id, link.c.other_id)

tombstone = Table(
    "tombstone",
    metadata,
    owner(),
    Column("kind", String(16), primary_key=True),
    Column("object_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
)

engagement = Table(
    "engagement",
    metadata,
    owner(),
    Column("key", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("hash", String(80), nullable=False),
    Column("generation", Integer),
    Column("next_generation", Integer),
    Column("changed_at", BigInteger, nullable=False),
)
affiliation = Table(
    "affiliation",
    metadata,
    owner(),
    Column("engagement", String(64), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("account", String(255), nullable=False),
    Column("side", String(16), nullable=False),
    Column("org", String(255), nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger),
    Column("source", String(16), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", String(255)),
)
Index(None, affiliation.c.tenant_id, affiliation.c.account)

role = Table(
    "role",
    metadata,
    Column("role_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("engagement", String(64), nullable=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("account", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("objective", String(64)),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("recorded_by", String(255), nullable=False),
)
Index(None, role.c.tenant_id, role.c.engagement, role.c.issue_id)

tag = Table(
    "tag",
    metadata,
    Column("tag_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("engagement", String(64), nullable=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("objective", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("confirmed", BigInteger),
    Column("recorded_by", String(255), nullable=False),
)
Index(None, tag.c.tenant_id, tag.c.engagement, tag.c.issue_id)


def figures_of(name: str, *columns: Column[Any]) -> Table:
    """Return a table of figures: kept per tenant, engagement and generation."""
    return Table(
        name,
        metadata,
        owner(),
        Column("engagement", String(64), primary_key=True),
        Column("generation", Integer, primary_key=True, autoincrement=False),
        *columns,
    )


entry = figures_of(
    "entry",
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("of_day", Date, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index(None, entry.c.tenant_id, entry.c.engagement, entry.c.generation, entry.c.at)

evidence = figures_of(
    "evidence",
    Column("objective", String(64), primary_key=True),
    Column("account", String(255), primary_key=True),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index(None, evidence.c.tenant_id, evidence.c.engagement, evidence.c.generation, evidence.c.issue_id)

SUMS = (
    "agency", "other", "inhouse", "gatekeeper", "unknown", "conflict", "done_only", "taught", "handed_over", "own",
    "tickets", "unsized", "n", "w",
)  # fmt: skip
"""The columns of DaySums that fit 64 bits, in its order; `w2` comes last and does not."""

day_sum = figures_of(
    "day_sum",
    Column("objective", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("of_day", Date, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in SUMS),
    Column("w2", Whole, nullable=False),
)

measured = figures_of(
    "measured",
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("changing_until", BigInteger),
    Column("retro_until", BigInteger),
    Column("complete", Boolean, nullable=False),
    Column("failed", String(255)),
    Column("attempts", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("inbox_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("dkey", String(255), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    UniqueConstraint("tenant_id", "dkey"),
    sqlite_autoincrement=True,
)
Index(None, inbox.c.tenant_id, inbox.c.inbox_id)

lane = Table("lane", metadata, owner(), Column("drained_at", BigInteger, nullable=False))

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("letter_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("dkey", String(255), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("dead_at", BigInteger, nullable=False),
)
Index(None, dead_letter.c.tenant_id, dead_letter.c.dead_at)

counter = Table(
    "counter",
    metadata,
    owner(),
    Column("name", String(255), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

reread = Table(
    "reread",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, nullable=False),
    Column("reason", String(255), nullable=False),
)

progress = Table(
    "progress",
    metadata,
    owner(),
    Column("name", String(255), primary_key=True),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(255)),
    Column("act", String(64), nullable=False),
    Column("object", String(255), nullable=False),
    Column("before", Text),
    Column("after", Text),
)
Index(None, audit.c.tenant_id, audit.c.at)
