"""The table of the quarterly review: what each side asks of the other."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, String, Table, Text

from mappings.records.tables.columns import Counting, metadata

review_ask = Table(
    "review_ask",
    metadata,
    Column("review_ask_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("engagement", String(64), nullable=False),
    Column("quarter", Date, nullable=False),
    Column("side", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("owner", String(16), nullable=False),
    Column("due", Date, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_by", String(255), nullable=False),
    Column("done_at", BigInteger),
    Column("done_by", String(255)),
)
Index(None, review_ask.c.tenant_id, review_ask.c.engagement, review_ask.c.quarter)
"""An ask in the review of a quarter; `owner` is the lead or the team of the side that is asked."""
