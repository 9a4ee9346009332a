"""Consents: who agreed to be named, or that a distribution over a small team is shown, from when until when."""

from sqlalchemy import ColumnElement, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import ConsentKind
from mappings.records.sql.scope import AgreementScope, rows_of_agreement
from mappings.records.tables import consent


def insert_consent(scope: AgreementScope, account: str, *, kind: ConsentKind, at: Instant) -> bool:
    """Keep that somebody agrees; False where the consent stands already."""
    standing = _standing(scope, account, kind)
    if scope.connection.execute(select(consent.c.at).where(standing)).first():
        return False
    values = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "account": account, "kind": kind}
    scope.connection.execute(insert(consent).values(**values, at=at, recorded_by=account))
    return True


def save_consent_withdrawn(scope: AgreementScope, account: str, *, kind: ConsentKind, at: Instant) -> bool:
    """End a consent; False where none stands."""
    standing = _standing(scope, account, kind)
    return scope.connection.execute(update(consent).where(standing).values(until=at)).rowcount > 0


def select_consents(scope: AgreementScope, kind: ConsentKind, *, as_of: Instant) -> frozenset[str]:
    """Return the accounts whose consent of a kind stood at an instant."""
    mine = rows_of_agreement(consent, scope) & (consent.c.kind == kind)
    then = (consent.c.at <= as_of) & (consent.c.until.is_(None) | (consent.c.until > as_of))
    return frozenset(scope.connection.execute(select(consent.c.account).where(mine & then)).scalars())


def _standing(scope: AgreementScope, account: str, kind: ConsentKind) -> ColumnElement[bool]:
    mine = rows_of_agreement(consent, scope)
    return mine & (consent.c.account == account) & (consent.c.kind == kind) & consent.c.until.is_(None)
