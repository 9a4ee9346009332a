"""Webhooks that an admin enters in Jira: the address of each and the secret that signs its bodies."""

from msgspec import Struct
from sqlalchemy import Connection, insert, select, update

from mappings.events.types import Instant
from mappings.records.sql.secrets import Vault, rotate_column
from mappings.records.tables import admin_webhook, tenant

_COLUMN = "admin_webhook"


class AdminWebhook(Struct, frozen=True):
    webhook_id: int
    tenant_id: int
    address: str
    made_at: Instant
    revoked_at: Instant | None


_COLUMNS = [admin_webhook.c[name] for name in AdminWebhook.__struct_fields__]


def insert_admin_webhook(
    connection: Connection, tenant_id: int, *, address: str, secret: str, vault: Vault, now: Instant
) -> int:
    encrypted = vault.encrypt(secret.encode(), tenant_id=tenant_id, column=_COLUMN)
    values = {"tenant_id": tenant_id, "address": address, "secret": encrypted, "made_at": now}
    statement = insert(admin_webhook).values(**values).returning(admin_webhook.c.webhook_id)
    return int(connection.execute(statement).scalar_one())


def select_admin_webhooks(connection: Connection, tenant_id: int) -> list[AdminWebhook]:
    query = select(*_COLUMNS).where(admin_webhook.c.tenant_id == tenant_id).order_by(admin_webhook.c.webhook_id)
    return [AdminWebhook(*row) for row in connection.execute(query)]


def select_webhook_secret(connection: Connection, address: str) -> tuple[int, str, bytes] | None:
    """Return (tenant id, state of the site, encrypted secret) of an address; None where it is revoked."""
    # Over all tenants: only the address says whose webhook it is.
    query = select(tenant.c.tenant_id, tenant.c.state, admin_webhook.c.secret).join_from(admin_webhook, tenant)
    row = connection.execute(
        query.where(admin_webhook.c.address == address, admin_webhook.c.revoked_at.is_(None))
    ).first()
    return None if row is None else (row[0], row[1], bytes(row[2]))


def decrypt_webhook_secret(encrypted: bytes, tenant_id: int, vault: Vault) -> bytes:
    """Return a webhook's secret. Raises StoreError where no key decrypts it."""
    return vault.decrypt(encrypted, tenant_id=tenant_id, column=_COLUMN)


def save_webhook_revoked(connection: Connection, tenant_id: int, webhook_id: int, now: Instant) -> bool:
    row = (admin_webhook.c.tenant_id == tenant_id) & (admin_webhook.c.webhook_id == webhook_id)
    valid = admin_webhook.c.revoked_at.is_(None)
    return connection.execute(update(admin_webhook).where(row, valid).values(revoked_at=now)).rowcount > 0


def rotate_admin_webhooks(connection: Connection, vault: Vault) -> int:
    return rotate_column(connection, vault, admin_webhook.c.webhook_id, admin_webhook.c.secret)
