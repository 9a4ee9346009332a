"""The tables of direct access: signed links to pages, the sessions they are traded for, and admins' own webhooks."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from mappings.records.tables.columns import Counting, metadata, owner

access_link = Table(
    "access_link",
    metadata,
    Column("link_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("engagement", String(64), nullable=False),
    Column("account", String(255)),
    Column("role", String(32)),
    Column("tickets", Boolean, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("used_at", BigInteger),
)
Index(None, access_link.c.tenant_id, access_link.c.engagement)

link_session = Table(
    "link_session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("link_id", BigInteger, ForeignKey("access_link.link_id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
Index(None, link_session.c.tenant_id, link_session.c.link_id)
Index(None, link_session.c.expires_at)

admin_webhook = Table(
    "admin_webhook",
    metadata,
    Column("webhook_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("address", String(64), nullable=False, unique=True),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)
Index(None, admin_webhook.c.tenant_id)

# Every installation of the Forge app: a new one with each re-install, the newest of a tenant in force.
forge_installation = Table(
    "forge_installation",
    metadata,
    owner(),
    Column("installation_id", String(255), primary_key=True, unique=True),
    Column("cloud_id", String(64), nullable=False),
    Column("environment", String(16), nullable=False),
    Column("installed_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
)
Index(None, forge_installation.c.cloud_id, forge_installation.c.environment)

# Atlassian's public keys, the same for all tenants: of signed installs by key id, and Forge's set.
public_key = Table(
    "public_key",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("body", Text, nullable=False),
    Column("fetched_at", BigInteger, nullable=False),
)

# The system token with which background jobs call Jira: encrypted, the one that expires last.
forge_token = Table(
    "forge_token",
    metadata,
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), primary_key=True, autoincrement=False),
    Column("token", LargeBinary, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
