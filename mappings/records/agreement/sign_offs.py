"""Sign-offs: who attested, revoked or vetoed whose rung on which objective, when and why."""

from collections import defaultdict

from sqlalchemy import delete, func, insert, select

from mappings.events.types import Instant
from mappings.measure.model.statements import SignOff
from mappings.records.sql.scope import AgreementScope, rows_of_agreement
from mappings.records.tables import sign_off

# (objective, account).
Pair = tuple[str, str]


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
    columns = [sign_off.c[name] for name in ("objective", "account", "kind", "at", "signer", "side", "rung")]
    mine = rows_of_agreement(sign_off, scope) & (sign_off.c.at <= as_of)
    query = select(*columns).where(mine)
    if account is not None:
        query = query.where(sign_off.c.account == account)
    by_pair: defaultdict[Pair, list[SignOff]] = defaultdict(list)
    for objective, learner, *values in scope.connection.execute(
        query.order_by(sign_off.c.at, sign_off.c.sign_off_id)
    ).all():
        by_pair[(objective, learner)].append(SignOff(*values))
    return {pair: tuple(records) for pair, records in by_pair.items()}
