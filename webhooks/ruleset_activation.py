"""When a quarter begins, the rules that were agreed on for it come into force: figures are built by them anew."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, Engine

from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Hours
from mappings.measure.period.ruleset_approval import Proposal, in_force
from mappings.records.agreement.engagements import StoredEngagement, adopt_version, select_engagement
from mappings.records.agreement.rulesets import select_coming, select_rulesets
from mappings.records.figures.snapshots import select_latest_end
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.sql.scope import AgreementScope

# Somewhere the next day has begun already: no zone is a whole day ahead.
AHEAD = timedelta(days=1)


def adopt_rulesets(engine: Engine, now: Instant) -> int:
    """Begin to measure by the rules that came into force; return for how many engagements. Raises StoreError.

    What people see stays measured by the old rules until all is measured anew. Rules whose quarter began wait for the
    snapshot of the quarter before, since nothing else shows it under the old ones.
    """
    with engine.connect() as connection:
        due = select_due(connection, now)
    return adopt(engine, due, now)


def select_due(connection: Connection, now: Instant) -> list[tuple[int, str]]:
    """Return (tenant, engagement) where rules are in force by which nothing is measured yet, and nothing waits."""
    coming = select_coming(connection, tomorrow(now))
    return [(tenant_id, key) for tenant_id, key in coming if _find(connection, tenant_id, key, now) is not None]


def tomorrow(now: Instant) -> date:
    """Return the latest day that has begun in any zone."""
    return Calendar("UTC", Hours()).day(now) + AHEAD


def adopt(engine: Engine, due: Iterable[tuple[int, str]], now: Instant) -> int:
    """Begin the next generation of figures of each; what another process began meanwhile is left alone."""
    return sum(_adopt(engine, tenant_id, key, now) for tenant_id, key in due)


def _adopt(engine: Engine, tenant_id: int, key: str, now: Instant) -> bool:
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        found = _find(connection, tenant_id, key, now)
        if found is None:
            return False
        stored, holding = found
        adopt_version(connection, tenant_id, stored, holding.version)
        act = Act(now, None, "ruleset in force", key, str(stored.ruleset), str(holding.version))
        insert_act(connection, tenant_id, act)
        return True


def _find(connection: Connection, tenant_id: int, key: str, now: Instant) -> tuple[StoredEngagement, Proposal] | None:
    """Return the version to measure by from now on, None where it is the one that there is."""
    stored = select_engagement(connection, tenant_id, key)
    if stored is None:
        return None
    today = Calendar(stored.engagement.zone, Hours()).day(now)
    holding = in_force(select_rulesets(connection, tenant_id, key), today)
    if holding is None or holding.version <= stored.ruleset or _waits(connection, tenant_id, stored, holding):
        return None
    return stored, holding


def _waits(connection: Connection, tenant_id: int, stored: StoredEngagement, coming: Proposal) -> bool:
    """Tell whether the quarter before these rules is still to be frozen under the old ones."""
    begins = coming.applies_from
    assert begins is not None
    if stored.generation is None or stored.engagement.starts >= begins:
        return False
    latest = select_latest_end(AgreementScope(connection, tenant_id, stored.engagement.key), "quarter")
    return latest is None or latest < begins
