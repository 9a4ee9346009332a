"""The tables of rules that two sides agreed on, and of reviews that were frozen under them."""

from sqlalchemy import BigInteger, Column, Date, Integer, LargeBinary, String, Table, Text

from mappings.records.tables.columns import metadata, owner

ruleset = Table(
    "ruleset",
    metadata,
    owner(),
    Column("engagement", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("hash", String(80), nullable=False),
    Column("proposed_by", String(255)),
    Column("proposed_at", BigInteger, nullable=False),
    Column("inhouse_by", String(255)),
    Column("inhouse_at", BigInteger),
    Column("agency_by", String(255)),
    Column("agency_at", BigInteger),
    Column("applies_from", Date),
)

snapshot = Table(
    "snapshot",
    metadata,
    owner(),
    Column("engagement", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("end_day", Date, primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("taken_at", BigInteger, nullable=False),
    Column("ruleset_hash", String(80), nullable=False),
    Column("engagement_hash", String(80), nullable=False),
    Column("input_hash", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
