"""Installations of the Forge app, and the system token of each tenant that has one."""

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from mappings.events.types import Instant
from mappings.records.sql.secrets import Vault, rotate_column
from mappings.records.tables import forge_installation, forge_token


class ForgeInstallation(Struct, frozen=True):
    """An installation. `removed_at`: Forge announced that it is uninstalled, or a newer one replaced it."""

    installation_id: str
    tenant_id: int
    cloud_id: str
    environment: str
    installed_at: Instant
    seen_at: Instant
    removed_at: Instant | None


_COLUMNS = [forge_installation.c[name] for name in ForgeInstallation.__struct_fields__]


def select_installation(connection: Connection, installation_id: str) -> ForgeInstallation | None:
    query = select(*_COLUMNS).where(forge_installation.c.installation_id == installation_id)
    row = connection.execute(query).first()
    return None if row is None else ForgeInstallation(*row)


def select_site_installations(connection: Connection, cloud_id: str, environment: str) -> list[ForgeInstallation]:
    mine = (forge_installation.c.cloud_id == cloud_id) & (forge_installation.c.environment == environment)
    query = select(*_COLUMNS).where(mine)
    order = (forge_installation.c.installed_at.desc(), forge_installation.c.installation_id)
    return [ForgeInstallation(*row) for row in connection.execute(query.order_by(*order))]


def select_current_installation(connection: Connection, tenant_id: int) -> ForgeInstallation | None:
    mine = (forge_installation.c.tenant_id == tenant_id) & forge_installation.c.removed_at.is_(None)
    query = select(*_COLUMNS).where(mine).order_by(forge_installation.c.installed_at.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else ForgeInstallation(*row)


def select_unseen_installations(connection: Connection, since: Instant) -> list[ForgeInstallation]:
    query = select(*_COLUMNS).where(forge_installation.c.removed_at.is_(None), forge_installation.c.seen_at < since)
    return [ForgeInstallation(*row) for row in connection.execute(query)]


def insert_installation(connection: Connection, installation: ForgeInstallation) -> None:
    values = {name: getattr(installation, name) for name in ForgeInstallation.__struct_fields__}
    connection.execute(insert(forge_installation).values(**values))


def save_removal(connection: Connection, installation_id: str, at: Instant) -> None:
    mine = (forge_installation.c.installation_id == installation_id) & forge_installation.c.removed_at.is_(None)
    connection.execute(update(forge_installation).where(mine).values(removed_at=at))


def save_sighting(connection: Connection, installation_id: str, at: Instant) -> None:
    # Record that Forge called for an installation; this undoes its removal.
    mine = forge_installation.c.installation_id == installation_id
    connection.execute(update(forge_installation).where(mine).values(seen_at=at, removed_at=None))


def save_system_token(connection: Connection, tenant_id: int, token: str, expires_at: Instant, *, vault: Vault) -> None:
    # Store a token unless the stored one expires later.
    sealed = vault.encrypt(token.encode(), tenant_id=tenant_id, column="token")
    mine = forge_token.c.tenant_id == tenant_id
    values = {"token": sealed, "expires_at": expires_at}
    stored = connection.execute(select(forge_token.c.expires_at).where(mine).with_for_update()).scalar()
    if stored is None:
        connection.execute(insert(forge_token).values(tenant_id=tenant_id, **values))
    elif stored < expires_at:
        connection.execute(update(forge_token).where(mine).values(**values))


def select_system_token(connection: Connection, tenant_id: int, now: Instant, *, vault: Vault) -> str | None:
    query = select(forge_token.c.token).where(forge_token.c.tenant_id == tenant_id, forge_token.c.expires_at > now)
    sealed = connection.execute(query).scalar()
    return None if sealed is None else vault.decrypt(sealed, tenant_id=tenant_id, column="token").decode()


def delete_system_token(connection: Connection, tenant_id: int) -> None:
    connection.execute(delete(forge_token).where(forge_token.c.tenant_id == tenant_id))


def rotate_system_tokens(connection: Connection, vault: Vault) -> int:
    return rotate_column(connection, vault, forge_token.c.tenant_id, forge_token.c.token)
