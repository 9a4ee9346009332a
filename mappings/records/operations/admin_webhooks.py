"""Webhooks that an admin enters in Jira by hand: an address of ours for each, and what their bodies are signed by."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from mappings.events.types import Instant
from mappings.records.sql.secrets import Vault, rotate_column
from mappings.records.tables import admin_webhook, tenant

_COLUMN = "admin_webhook"


@dataclass(frozen=True, slots=True)
class AdminWebhook:
    """A webhook of a site, without its secret."""

    webhook_id: int
    tenant_id: int
    address: str
    made_at: Instant
    revoked_at: Instant | None


_COLUMNS = [admin_webhook.c[name] for name in AdminWebhook.__dataclass_fields__]


def insert_admin_webhook(
    connection: Connection, tenant_id: int, *, address: str, secret: str, vault: Vault, now: Instant
) -> int:
    """Keep a webhook with its secret encrypted; return its number."""
    sealed = vault.encrypt(secret.encode(), tenant_id=tenant_id, column=_COLUMN)
    values = {"tenant_id": tenant_id, "address": address, "secret": sealed, "made_at": now}
    statement = insert(admin_webhook).values(**values).returning(admin_webhook.c.webhook_id)
    return int(connection.execute(statement).scalar_one())


def select_admin_webhooks(connection: Connection, tenant_id: int) -> list[AdminWebhook]:
    """Return a site's webhooks, oldest first."""
    query = select(*_COLUMNS).where(admin_webhook.c.tenant_id == tenant_id).order_by(admin_webhook.c.webhook_id)
    return [AdminWebhook(*row) for row in connection.execute(query)]


def select_sealed(connection: Connection, address: str) -> tuple[int, str, bytes] | None:
    """Return whose an address is (our id and the state of the site) and its secret as kept; None where it is revoked.

    Over all tenants: the address alone says whose the webhook is, as with a link.
    """
    query = select(tenant.c.tenant_id, tenant.c.state, admin_webhook.c.secret).join_from(admin_webhook, tenant)
    row = connection.execute(
        query.where(admin_webhook.c.address == address, admin_webhook.c.revoked_at.is_(None))
    ).first()
    return None if row is None else (row[0], row[1], bytes(row[2]))


def open_sealed(sealed: bytes, tenant_id: int, vault: Vault) -> bytes:
    """Return a webhook's secret. Raises StoreError where no key fits."""
    return vault.decrypt(sealed, tenant_id=tenant_id, column=_COLUMN)


def save_webhook_revoked(connection: Connection, tenant_id: int, webhook_id: int, now: Instant) -> bool:
    """End a webhook; False where there is none that holds."""
    row = (admin_webhook.c.tenant_id == tenant_id) & (admin_webhook.c.webhook_id == webhook_id)
    holds = admin_webhook.c.revoked_at.is_(None)
    return connection.execute(update(admin_webhook).where(row, holds).values(revoked_at=now)).rowcount > 0


def rotate_admin_webhooks(connection: Connection, vault: Vault) -> int:
    """Encrypt every webhook's secret anew under the first key; return how many there are."""
    return rotate_column(connection, vault, admin_webhook.c.webhook_id, admin_webhook.c.secret)
