"""The tables of the tags' mirror in Jira, and of tags that were set many at once."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from mappings.records.tables.columns import metadata, owner

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

bulk_tag = Table(
    "bulk_tag",
    metadata,
    owner(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("engagement", String(64), nullable=False),
    Column("objective", String(64), nullable=False),
    Column("jql", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_by", String(255), nullable=False),
    Column("undone_at", BigInteger),
)

bulk_tag_issue = Table(
    "bulk_tag_issue",
    metadata,
    owner(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
)
