"""The tables of figures: entries and their sums, evidence, opportunities, and frozen reports."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text, and_, text

from mappings.records.tables.columns import Whole, metadata, owner


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
_EVIDENCE = (evidence.c.tenant_id, evidence.c.engagement, evidence.c.generation)
_BY_KIND = (evidence.c.objective, evidence.c.account, evidence.c.kind, evidence.c.at)
Index("ix_evidence_first", *_EVIDENCE, *_BY_KIND)


def credit_of(name: str, grain: str) -> Table:
    """Return a table of what gives credit for a rung, E1 to E3, by days or hours in UTC.

    It is summed by the agencies that share it, "" for in-house mentors.
    """
    return figures_of(
        name,
        Column("objective", String(64), primary_key=True),
        Column("account", String(255), primary_key=True),
        Column(grain, Integer, primary_key=True, autoincrement=False),
        Column("shares", Text, primary_key=True),
        Column("n", BigInteger, nullable=False),
        Column("weight", BigInteger, nullable=False),
    )


credit_sum, credit_hour_sum = credit_of("credit_sum", "day"), credit_of("credit_hour_sum", "hour")

# The columns of DaySums that fit 64 bits, in its order; `w2` comes last and does not.
SUMS = (
    "agency", "other", "inhouse", "gatekeeper", "unknown", "conflict", "done_only", "taught", "handed_over", "own",
    "tickets", "unsized", "n", "w",
)  # fmt: skip

# `unit` is '' for the engagement's own unit; in the others there are sums of the whole alone.
day_sum = figures_of(
    "day_sum",
    Column("unit", String(16), primary_key=True),
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
_GENERATION = (measured.c.tenant_id, measured.c.engagement, measured.c.generation)
# The conditions of the small indexes, in the words in which a question must ask to be answered by them.
FAILED, HALF = text("failed IS NOT NULL"), text("NOT complete")
# Of a whole site, whatever the engagement: by the tenant alone SQLite, which has counted no rows, would take the index
# on all that was measured.
FAILED_OF_SITE = and_(measured.c.engagement >= "", FAILED)
Index(None, measured.c.tenant_id, measured.c.changed_at)
Index("ix_measured_changing", *_GENERATION, measured.c.changing_until)
Index("ix_measured_retro", *_GENERATION, measured.c.retro_until)
Index("ix_measured_failed", *_GENERATION, measured.c.issue_id, sqlite_where=FAILED, postgresql_where=FAILED)
Index("ix_measured_half", *_GENERATION, measured.c.issue_id, sqlite_where=HALF, postgresql_where=HALF)

measure_input = figures_of("measure_input", Column("body", Text, nullable=False))

KNOWN, GONE = text("known IS NOT NULL"), text("gone IS NOT NULL AND component <> 'active'")
# The conditions of the small indexes, in the words in which a question must ask to be answered by them.
ACTIVE = text("component = 'active'")

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

figure_token = Table(
    "figure_token",
    metadata,
    owner(),
    Column("engagement", String(64), primary_key=True),
    Column("token", String(32), nullable=False),
)
