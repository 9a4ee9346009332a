"""The tables of operation: inbox, dead letters, audit, jobs, limits, reading of Jira, issue properties, retention."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
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
    Column("request", String(64)),
    UniqueConstraint("tenant_id", "dkey"),
    sqlite_autoincrement=True,
)
Index(None, inbox.c.tenant_id, inbox.c.inbox_id)

tenant_lock = Table("tenant_lock", metadata, owner(), Column("drained_at", BigInteger, nullable=False))

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

# A tenant_id of 0 in the tables of jobs and limits stands for the whole installation, hence no foreign key.
job = Table(
    "job",
    metadata,
    Column("tenant_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False, server_default="0"),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("runs", BigInteger, nullable=False, server_default="0"),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("failed_at", BigInteger),
    Column("error", String(255)),
)
Index(None, job.c.due_at)

jira_points = Table(
    "jira_points",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("people", BigInteger, nullable=False, server_default="0"),
    Column("work", BigInteger, nullable=False, server_default="0"),
    Column("history", BigInteger, nullable=False, server_default="0"),
    Column("rolling", BigInteger, nullable=False, server_default="0"),
)

jira_retry_after = Table(
    "jira_retry_after",
    metadata,
    Column("tenant_id", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", String(128), primary_key=True),
    Column("until", BigInteger, nullable=False),
    Column("reason", String(64), nullable=False),
)

sync = Table(
    "sync",
    metadata,
    owner(),
    Column("kind", String(16), primary_key=True),
    Column("project", String(255), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("jql", Text, nullable=False),
    Column("token", Text),
    Column("cursor", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

unread_issue = Table(
    "unread_issue",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("reason", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
)

mirror = Table(
    "mirror",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("marked_at", BigInteger),
    Column("sent", String(64)),
    Column("written", String(64)),
    Column("written_at", BigInteger),
    Column("task", String(64)),
    Column("refused", Integer, nullable=False, server_default="0"),
    Column("wait_until", BigInteger),
)
Index(None, mirror.c.tenant_id, mirror.c.marked_at)

mirror_choice = Table(
    "mirror_choice",
    metadata,
    owner(),
    Column("project", String(255), primary_key=True),
    Column("objectives", Boolean),
    Column("bucket", Boolean, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

retention_setting = Table(
    "retention_setting",
    metadata,
    owner(),
    Column("months", Integer),
    Column("kept_from", BigInteger),
    Column("cycle_days", Integer, nullable=False, server_default="7"),
)

retired = Table(
    "retired",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
)
