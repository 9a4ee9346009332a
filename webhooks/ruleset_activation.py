"""Activation of rulesets: when the quarter of an approved ruleset begins, figures are measured again by it."""

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

# Somewhere the next day has begun already: no zone is a whole day ahead of UTC.
AHEAD = timedelta(days=1)


def adopt_due_rulesets(engine: Engine, now: Instant) -> int:
    """Start the next generation of each engagement whose ruleset came into force; return how many. Raises StoreError.

    What is shown stays measured by the old ruleset until the next generation is complete.
    """
    with engine.connect() as connection:
        coming = select_coming(connection, tomorrow(now))
        due = [(tenant_id, key) for tenant_id, key in coming if _select_due(connection, tenant_id, key, now)]
    return sum(_adopt(engine, tenant_id, key, now) for tenant_id, key in due)


def tomorrow(now: Instant) -> date:
    """Return the latest day that has begun in any zone."""
    return Calendar("UTC", Hours()).day(now) + AHEAD


def _adopt(engine: Engine, tenant_id: int, key: str, now: Instant) -> bool:
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        # Asked again under the lock: another process may have adopted it meanwhile.
        due = _select_due(connection, tenant_id, key, now)
        if due is None:
            return False
        stored, proposal = due
        adopt_version(connection, tenant_id, stored, proposal.version)
        act = Act(now, None, "ruleset in force", key, str(stored.ruleset), str(proposal.version))
        insert_act(connection, tenant_id, act)
        return True


def _select_due(
    connection: Connection, tenant_id: int, key: str, now: Instant
) -> tuple[StoredEngagement, Proposal] | None:
    stored = select_engagement(connection, tenant_id, key)
    if stored is None:
        return None
    today = Calendar(stored.engagement.zone, Hours()).day(now)
    proposal = in_force(select_rulesets(connection, tenant_id, key), today)
    if proposal is None or proposal.version <= stored.ruleset:
        return None
    return None if _awaits_snapshot(connection, tenant_id, stored, proposal) else (stored, proposal)


def _awaits_snapshot(connection: Connection, tenant_id: int, stored: StoredEngagement, proposal: Proposal) -> bool:
    begins = proposal.applies_from
    assert begins is not None
    if stored.generation is None or stored.engagement.starts >= begins:
        return False
    # The quarter before is first frozen under its own ruleset: nothing else shows it by that one later.
    latest = select_latest_end(AgreementScope(connection, tenant_id, stored.engagement.key), "quarter")
    return latest is None or latest < begins
