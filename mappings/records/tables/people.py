"""The tables of people: sign-offs, statements, consents, figures about people, who was erased or reported."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from mappings.records.tables.columns import Counting, metadata, owner
from mappings.records.tables.figures import figures_of


def _said(name: str, *columns: Column[Any]) -> Table:
    """Return a table of records that people make: numbered, of one engagement, each with who recorded it when."""
    table = Table(
        name,
        metadata,
        Column(f"{name}_id", Counting, primary_key=True, autoincrement=True),
        Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
        Column("engagement", String(64), nullable=False),
        *columns,
        Column("at", BigInteger, nullable=False),
        Column("recorded_by", String(255), nullable=False),
    )
    Index(None, table.c.tenant_id, table.c.engagement, table.c.at)
    return table


sign_off = _said(
    "sign_off",
    Column("objective", String(64), nullable=False),
    Column("account", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("signer", String(255), nullable=False),
    Column("side", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("issues", Text, nullable=False),
)
Index(None, sign_off.c.tenant_id, sign_off.c.engagement, sign_off.c.account)

teach_back = _said(
    "teach_back",
    Column("objective", String(64), nullable=False),
    Column("account", String(255), nullable=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("accepted_at", BigInteger),
    Column("accepted_by", String(255)),
    Column("declined_at", BigInteger),
    Column("declined_by", String(255)),
)
Index(
    "uq_teach_back_once",
    teach_back.c.tenant_id,
    teach_back.c.engagement,
    teach_back.c.issue_id,
    teach_back.c.objective,
    teach_back.c.account,
    unique=True,
)

consent = _said(
    "consent",
    Column("account", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("until", BigInteger),
)
Index(None, consent.c.tenant_id, consent.c.engagement, consent.c.account)

feedback = _said(
    "feedback",
    Column("about", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("action", Text),
    Column("action_at", BigInteger),
    Column("action_by", String(255)),
)

pulse = _said(
    "pulse",
    Column("side", String(16), nullable=False),
    Column("quarter", Date, nullable=False),
    Column("answer", Integer, nullable=False),
)
Index("uq_pulse_once", pulse.c.tenant_id, pulse.c.engagement, pulse.c.quarter, pulse.c.side, unique=True)

definition_edit = _said(
    "definition_edit",
    Column("objective", String(64), nullable=False),
    Column("side", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("day", Date, nullable=False),
)

dispute = _said(
    "dispute",
    Column("issue_id", BigInteger, nullable=False),
    Column("objective", String(64), nullable=False),
    Column("side", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("withdrawn_at", BigInteger),
    Column("accepted", Boolean),
    Column("answer", Text),
    Column("answered_at", BigInteger),
    Column("answered_by", String(255)),
)
Index(None, dispute.c.tenant_id, dispute.c.engagement, dispute.c.issue_id)
"""Evidence of a ticket for an objective ('': how its work is split between the sides) that somebody says is wrong.

The other side answers once, in words: `accepted`, or kept as it is. No figure changes by either.
"""

people_week = Table(
    "people_week",
    metadata,
    owner(),
    Column("engagement", String(64), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("as_of", BigInteger, primary_key=True, autoincrement=False),
    Column("ruleset", String(80), nullable=False),
    Column("computed_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

open_ticket = figures_of(
    "open_ticket",
    Column("objective", String(64), primary_key=True),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("updated", BigInteger, nullable=False),
)
Index(
    "ix_open_ticket_latest",
    open_ticket.c.tenant_id,
    open_ticket.c.engagement,
    open_ticket.c.generation,
    open_ticket.c.objective,
    open_ticket.c.updated,
    open_ticket.c.issue_id,
)
Index(
    "ix_open_ticket_issue",
    open_ticket.c.tenant_id,
    open_ticket.c.engagement,
    open_ticket.c.generation,
    open_ticket.c.issue_id,
)
"""Tickets that are not done and have an objective: what teaching opportunities are looked for among, by index."""

hire = figures_of(
    "hire",
    Column("objective", String(64), primary_key=True),
    Column("account", String(255), primary_key=True),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
_HIRE = (hire.c.tenant_id, hire.c.engagement, hire.c.generation)
Index("ix_hire_issue", *_HIRE, hire.c.issue_id)
Index("ix_hire_first", *_HIRE, hire.c.objective, hire.c.account, hire.c.kind, hire.c.at)
"""What people did at the agency before they moved in-house: knowledge that was hired, not taught (measurement (a))."""

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
