"""What would be left of an engagement without its agency, as of an instant."""

from collections.abc import Mapping

from sqlalchemy import Connection

from connector.figures.pair_views import select_views_of
from connector.figures.people import select_demand
from mappings.events.types import Instant
from mappings.measure.people.exit_plan import ExitPlan, exit_plan
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.sql.scope import Scope


def select_exit_plan(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    on: Instant,
    now: Instant,
) -> ExitPlan:
    """Return what would be left, had the agency gone `on` an instant, by what is known `now` (measurement (d))."""
    key = stored.engagement.key
    views = select_views_of(connection, tenant_id, stored, prepared, as_of=max(on, now))
    scope = Scope(connection, tenant_id, key, stored.shown_generation)
    opted_in = select_consents(scope.agreement, "distribution", as_of=now)
    demand: Mapping[str, int] = select_demand(scope, prepared, min(on, now))
    return exit_plan(prepared, views, demand, on=on, opted_in=opted_in)
