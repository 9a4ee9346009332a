"""The tables of who was erased, whom we told Atlassian that we hold, and what retention closed."""

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    String,
    Table,
)

from mappings.records.tables.columns import metadata, owner

erased = Table(
    "erased",
    metadata,
    owner(),
    Column("hash", String(64), primary_key=True),
    Column("pseudonym", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)

reported = Table(
    "reported",
    metadata,
    owner(),
    Column("account_id", String(255), primary_key=True),
    Column("known_at", BigInteger, nullable=False),
    Column("reported_at", BigInteger),
)

keeping = Table(
    "keeping",
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
