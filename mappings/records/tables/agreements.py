"""The tables of what two sides agreed on: engagements, rules, roles, and objectives set by hand."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from mappings.records.tables.columns import Counting, metadata, owner

engagement = Table(
    "engagement",
    metadata,
    owner(),
    Column("key", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("hash", String(80), nullable=False),
    Column("generation", Integer),
    Column("next_generation", Integer),
    Column("shown", Text),
    Column("shown_hash", String(80)),
    Column("changed_at", BigInteger, nullable=False),
    Column("ruleset", Integer),
    Column("shown_ruleset", Integer),
    Column("recorded_at", BigInteger),
    Column("kept_in", String(8)),
)
affiliation = Table(
    "affiliation",
    metadata,
    owner(),
    Column("engagement", String(64), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("account", String(255), nullable=False),
    Column("side", String(16), nullable=False),
    Column("org", String(255), nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger),
    Column("source", String(16), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", String(255)),
)
Index(None, affiliation.c.tenant_id, affiliation.c.account)

role = Table(
    "role",
    metadata,
    Column("role_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("engagement", String(64), nullable=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("account", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("objective", String(64)),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("recorded_by", String(255), nullable=False),
)
Index(None, role.c.tenant_id, role.c.engagement, role.c.issue_id)

tag = Table(
    "tag",
    metadata,
    Column("tag_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("engagement", String(64), nullable=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("objective", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("confirmed", BigInteger),
    Column("recorded_by", String(255), nullable=False),
)
Index(None, tag.c.tenant_id, tag.c.engagement, tag.c.issue_id)

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

engagement_draft = Table(
    "engagement_draft",
    metadata,
    owner(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("engagement", String(64)),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

draft_section = Table(
    "draft_section",
    metadata,
    owner(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("section", String(16), primary_key=True),
    Column("body", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(255), nullable=False),
)

draft_answer = Table(
    "draft_answer",
    metadata,
    owner(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("section", String(16), primary_key=True),
    Column("side", String(16), primary_key=True),
    Column("account", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("hash", String(80), nullable=False),
    Column("reason", Text),
)
