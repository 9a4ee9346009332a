"""The table of what is being read of Jira: how far each listing of a project is."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from mappings.records.tables.columns import metadata, owner

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
