"""Consents to be named, or to show a distribution over a small team, from when until when."""

from sqlalchemy import ColumnElement, bindparam, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import ConsentKind
from mappings.records.sql.scope import AgreementScope, bound_values, in_agreement, rows_of_agreement
from mappings.records.tables import consent

_THEN = (consent.c.at <= bindparam("as_of")) & (consent.c.until.is_(None) | (consent.c.until > bindparam("as_of")))
_IN_FORCE = select(consent.c.account).where(in_agreement(consent), consent.c.kind == bindparam("kind"), _THEN)


def insert_consent(scope: AgreementScope, account: str, *, kind: ConsentKind, at: Instant) -> bool:
    """Add a consent; False where the account gave it already."""
    current = _current(scope, account, kind)
    if scope.connection.execute(select(consent.c.at).where(current)).first():
        return False
    values = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "account": account, "kind": kind}
    scope.connection.execute(insert(consent).values(**values, at=at, recorded_by=account))
    return True


def save_consent_withdrawn(scope: AgreementScope, account: str, *, kind: ConsentKind, at: Instant) -> bool:
    current = _current(scope, account, kind)
    return scope.connection.execute(update(consent).where(current).values(until=at)).rowcount > 0


def select_consents(scope: AgreementScope, kind: ConsentKind, *, as_of: Instant) -> frozenset[str]:
    """Return the accounts whose consent of a kind was in force at an instant."""
    values = bound_values(scope) | {"kind": kind, "as_of": as_of}
    return frozenset(scope.connection.execute(_IN_FORCE, values).scalars())


def _current(scope: AgreementScope, account: str, kind: ConsentKind) -> ColumnElement[bool]:
    mine = rows_of_agreement(consent, scope)
    return mine & (consent.c.account == account) & (consent.c.kind == kind) & consent.c.until.is_(None)
