"""The tables of what waits, what is under way and what was done."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from mappings.records.tables.columns import Counting, metadata, owner

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
    Column("kind", String(32), primary_key=True),
    Column("subject", String(255), primary_key=True),
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
    Column("kind", String(16), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
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
    Column("subject_account", String(255)),
)
Index(None, audit.c.tenant_id, audit.c.at)
