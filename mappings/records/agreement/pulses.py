"""Pulses: each side's word on a quarter, once."""

from sqlalchemy import Connection, insert, select

from mappings.events.types import Instant
from mappings.measure.model.statements import Pulse
from mappings.records.tables import pulse


def insert_pulse(connection: Connection, tenant_id: int, engagement: str, one: Pulse, *, by: str) -> bool:
    """Keep a pulse; False where that side gave its pulse for the quarter already."""
    mine = (pulse.c.tenant_id == tenant_id) & (pulse.c.engagement == engagement)
    same = (pulse.c.side == one.side) & (pulse.c.quarter == one.quarter)
    if connection.execute(select(pulse.c.at).where(mine & same)).first():
        return False
    values = {"tenant_id": tenant_id, "engagement": engagement, "side": one.side, "quarter": one.quarter}
    connection.execute(insert(pulse).values(**values, answer=one.answer, at=one.at, recorded_by=by))
    return True


def select_pulses(connection: Connection, tenant_id: int, engagement: str, *, as_of: Instant) -> tuple[Pulse, ...]:
    """Return the pulses given up to an instant, oldest quarter first."""
    mine = (pulse.c.tenant_id == tenant_id) & (pulse.c.engagement == engagement) & (pulse.c.at <= as_of)
    query = select(pulse.c.side, pulse.c.quarter, pulse.c.at, pulse.c.answer).where(mine)
    return tuple(Pulse(*row) for row in connection.execute(query.order_by(pulse.c.quarter, pulse.c.side)).all())
