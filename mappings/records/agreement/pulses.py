"""Pulses: each side's answer about a quarter, given once."""

from datetime import date

from sqlalchemy import bindparam, delete, insert, select

from mappings.events.types import Instant
from mappings.measure.model.statements import Pulse
from mappings.records.sql.scope import AgreementScope, bound_values, in_agreement, rows_of_agreement
from mappings.records.tables import pulse

_GIVEN = (
    select(pulse.c.side, pulse.c.quarter, pulse.c.at, pulse.c.answer)
    .where(in_agreement(pulse), pulse.c.at <= bindparam("as_of"))
    .order_by(pulse.c.quarter, pulse.c.side)
)


def insert_pulse(scope: AgreementScope, answered: Pulse, *, by: str) -> bool:
    """Add a pulse; False where the side answered for the quarter already."""
    mine = rows_of_agreement(pulse, scope)
    same = (pulse.c.side == answered.side) & (pulse.c.quarter == answered.quarter)
    if scope.connection.execute(select(pulse.c.at).where(mine & same)).first():
        return False
    values = {
        "tenant_id": scope.tenant_id,
        "engagement": scope.engagement,
        "side": answered.side,
        "quarter": answered.quarter,
    }
    scope.connection.execute(insert(pulse).values(**values, answer=answered.answer, at=answered.at, recorded_by=by))
    return True


def delete_pulse(scope: AgreementScope, *, quarter: date, by: str, since: Instant) -> bool:
    """Delete a pulse that somebody gave since an instant; False where there is none."""
    given = rows_of_agreement(pulse, scope) & (pulse.c.quarter == quarter)
    given &= (pulse.c.recorded_by == by) & (pulse.c.at >= since)
    return scope.connection.execute(delete(pulse).where(given)).rowcount > 0


def select_pulses(scope: AgreementScope, *, as_of: Instant) -> tuple[Pulse, ...]:
    rows = scope.connection.execute(_GIVEN, bound_values(scope) | {"as_of": as_of}).all()
    return tuple(Pulse(*row) for row in rows)
