"""Sign-offs: who attested, revoked or vetoed whose rung on which objective, when and why."""

from collections import defaultdict

from sqlalchemy import bindparam, delete, func, insert, select

from mappings.events.types import Instant
from mappings.measure.model.statements import SignOff
from mappings.records.sql.scope import AgreementScope, bound_values, in_agreement, rows_of_agreement
from mappings.records.tables import sign_off

# (objective, account).
Pair = tuple[str, str]

_GIVEN = (
    select(*(sign_off.c[name] for name in ("objective", "account", "kind", "at", "signer", "side", "rung")))
    .where(in_agreement(sign_off), sign_off.c.at <= bindparam("as_of"))
    .order_by(sign_off.c.at, sign_off.c.sign_off_id)
)
_OF_LEARNER = _GIVEN.where(sign_off.c.account == bindparam("account"))


def insert_sign_off(
    scope: AgreementScope,
    record: SignOff,
    *,
    pair: Pair,
    reason: str = "",
    issues: tuple[int, ...] = (),
) -> None:
    """Add a sign-off; `issues` are the tickets it is based on."""
    values = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "objective": pair[0], "account": pair[1]}
    values |= {"kind": record.kind, "rung": record.rung, "signer": record.signer, "side": record.side, "reason": reason}
    values |= {"issues": " ".join(map(str, issues)), "at": record.at, "recorded_by": record.signer}
    scope.connection.execute(insert(sign_off).values(**values))


def delete_sign_off(scope: AgreementScope, *, pair: Pair, signer: str, since: Instant) -> bool:
    """Delete the newest sign-off of a signer on a pair since an instant; False where there is none."""
    given = rows_of_agreement(sign_off, scope) & (sign_off.c.signer == signer) & (sign_off.c.at >= since)
    given &= (sign_off.c.objective == pair[0]) & (sign_off.c.account == pair[1])
    newest = scope.connection.execute(select(func.max(sign_off.c.sign_off_id)).where(given)).scalar()
    if newest is None:
        return False
    # Only the signer's undo deletes: every other change is a further row.
    scope.connection.execute(delete(sign_off).where(sign_off.c.sign_off_id == newest))
    return True


def select_sign_offs(
    scope: AgreementScope, *, as_of: Instant, account: str | None = None
) -> dict[Pair, tuple[SignOff, ...]]:
    """Return the sign-offs up to an instant by pair, in order of time; `account`: of one learner only."""
    bound = bound_values(scope) | {"as_of": as_of}
    query, own = (_GIVEN, {}) if account is None else (_OF_LEARNER, {"account": account})
    by_pair: defaultdict[Pair, list[SignOff]] = defaultdict(list)
    for objective, learner, *values in scope.connection.execute(query, bound | own).all():
        by_pair[(objective, learner)].append(SignOff(*values))
    return {pair: tuple(records) for pair, records in by_pair.items()}
