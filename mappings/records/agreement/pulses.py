"""Pulses: each side's answer about a quarter, given once."""

from collections import defaultdict
from datetime import date

from sqlalchemy import bindparam, delete, insert, select

from mappings.events.types import Instant
from mappings.measure.model.statements import Pulse
from mappings.records.figures.figure_tokens import renew_figure_token
from mappings.records.sql.scope import (
    AgreementScope,
    SiteScope,
    bound_values,
    in_agreement,
    in_agreements,
    rows_of_agreement,
    site_values,
)
from mappings.records.tables import pulse

_GIVEN = (
    select(pulse.c.side, pulse.c.quarter, pulse.c.at, pulse.c.answer)
    .where(in_agreement(pulse), pulse.c.at <= bindparam("as_of"))
    .order_by(pulse.c.quarter, pulse.c.side)
)
_OF_SITE = (
    select(pulse.c.engagement, pulse.c.side, pulse.c.quarter, pulse.c.at, pulse.c.answer)
    .where(in_agreements(pulse), pulse.c.at <= bindparam("as_of"))
    .order_by(pulse.c.engagement, pulse.c.quarter, pulse.c.side)
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
    renew_figure_token(scope)
    return True


def delete_pulse(scope: AgreementScope, *, quarter: date, by: str, since: Instant) -> bool:
    """Delete a pulse that somebody gave since an instant; False where there is none."""
    given = rows_of_agreement(pulse, scope) & (pulse.c.quarter == quarter)
    given &= (pulse.c.recorded_by == by) & (pulse.c.at >= since)
    renew_figure_token(scope)
    return scope.connection.execute(delete(pulse).where(given)).rowcount > 0


def select_pulses(scope: AgreementScope, *, as_of: Instant) -> tuple[Pulse, ...]:
    rows = scope.connection.execute(_GIVEN, bound_values(scope) | {"as_of": as_of}).all()
    return tuple(Pulse(*row) for row in rows)


def select_site_pulses(site: SiteScope, *, as_of: Instant) -> dict[str, tuple[Pulse, ...]]:
    """Return the pulses of several engagements up to an instant, by engagement."""
    by_engagement: defaultdict[str, list[Pulse]] = defaultdict(list)
    for engagement, *row in site.connection.execute(_OF_SITE, site_values(site) | {"as_of": as_of}).all():
        by_engagement[engagement].append(Pulse(*row))
    return {engagement: tuple(given) for engagement, given in by_engagement.items()}
