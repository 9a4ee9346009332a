"""The tables of what runs on a clock, and of how much Jira may be asked.

A tenant_id of 0 stands for the whole installation, hence no foreign key.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, false

from mappings.records.tables.columns import metadata

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
    Column("said", String(255)),
)
Index(None, job.c.due_at)

budget = Table(
    "budget",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("people", BigInteger, nullable=False, server_default="0"),
    Column("work", BigInteger, nullable=False, server_default="0"),
    Column("history", BigInteger, nullable=False, server_default="0"),
    Column("rolling", BigInteger, nullable=False, server_default="0"),
)

halt = Table(
    "halt",
    metadata,
    Column("tenant_id", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", String(128), primary_key=True),
    Column("until", BigInteger, nullable=False),
    Column("reason", String(64), nullable=False),
)
