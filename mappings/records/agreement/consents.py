"""Consents: who agreed to be named, or that a distribution over a small team is shown, from when until when."""

from sqlalchemy import ColumnElement, Connection, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import ConsentKind
from mappings.records.tables import consent


def insert_consent(
    connection: Connection, tenant_id: int, engagement: str, account: str, *, kind: ConsentKind, at: Instant
) -> bool:
    """Keep that somebody agrees; False where the consent stands already."""
    standing = _standing(tenant_id, engagement, account, kind)
    if connection.execute(select(consent.c.at).where(standing)).first():
        return False
    values = {"tenant_id": tenant_id, "engagement": engagement, "account": account, "kind": kind}
    connection.execute(insert(consent).values(**values, at=at, recorded_by=account))
    return True


def save_consent_withdrawn(
    connection: Connection, tenant_id: int, engagement: str, account: str, *, kind: ConsentKind, at: Instant
) -> bool:
    """End a consent; False where none stands."""
    standing = _standing(tenant_id, engagement, account, kind)
    return connection.execute(update(consent).where(standing).values(until=at)).rowcount > 0


def select_consents(
    connection: Connection, tenant_id: int, engagement: str, kind: ConsentKind, *, as_of: Instant
) -> frozenset[str]:
    """Return the accounts whose consent of a kind stood at an instant."""
    mine = (consent.c.tenant_id == tenant_id) & (consent.c.engagement == engagement) & (consent.c.kind == kind)
    then = (consent.c.at <= as_of) & (consent.c.until.is_(None) | (consent.c.until > as_of))
    return frozenset(connection.execute(select(consent.c.account).where(mine & then)).scalars())


def _standing(tenant_id: int, engagement: str, account: str, kind: ConsentKind) -> ColumnElement[bool]:
    mine = (consent.c.tenant_id == tenant_id) & (consent.c.engagement == engagement)
    return mine & (consent.c.account == account) & (consent.c.kind == kind) & consent.c.until.is_(None)
