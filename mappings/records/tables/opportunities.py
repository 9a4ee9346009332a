"""The tables of what the dimensions count: a row for each opportunity, and their sums by day."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, text

from mappings.records.tables.figures import figures_of

KNOWN, GONE = text("known IS NOT NULL"), text("gone IS NOT NULL AND component <> 'active'")
ACTIVE = text("component = 'active'")
"""The conditions of the small indexes, in the words in which a question must ask to be answered by them."""

opportunity = figures_of(
    "opportunity",
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("component", String(32), nullable=False),
    Column("objective", String(64), nullable=False),
    Column("account", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("known", BigInteger),
    Column("gone", BigInteger),
    Column("x", BigInteger, nullable=False),
)
_GENERATION = (opportunity.c.tenant_id, opportunity.c.engagement, opportunity.c.generation)
_OBJECTIVE = (*_GENERATION, opportunity.c.objective)
Index(None, *_GENERATION, opportunity.c.component, opportunity.c.at)
Index("ix_opportunity_known", *_GENERATION, opportunity.c.known, sqlite_where=KNOWN, postgresql_where=KNOWN)
Index("ix_opportunity_gone", *_GENERATION, opportunity.c.gone, sqlite_where=GONE, postgresql_where=GONE)
Index("ix_opportunity_active", *_OBJECTIVE, opportunity.c.at, sqlite_where=ACTIVE, postgresql_where=ACTIVE)
Index("ix_opportunity_until", *_OBJECTIVE, opportunity.c.gone, sqlite_where=ACTIVE, postgresql_where=ACTIVE)

opportunity_sum = figures_of(
    "opportunity_sum",
    Column("component", String(32), primary_key=True),
    Column("objective", String(64), primary_key=True),
    Column("account", String(255), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("known_day", Integer, primary_key=True, autoincrement=False),
    Column("gone_day", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("x", BigInteger, nullable=False),
)
