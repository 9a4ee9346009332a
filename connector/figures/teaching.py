"""Open tickets on which a learner could go up a rung, and what would be left without the agency."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.figures.pair_views import select_views_of
from connector.figures.people import select_demand, select_rungs
from mappings.events.types import Instant
from mappings.measure.people.exit_plan import ExitPlan, exit_plan
from mappings.measure.people.standing import group_of
from mappings.measure.people.suppression import shows_people
from mappings.measure.people.teaching_opportunities import TeachingOpportunity, teaching_opportunities_of
from mappings.measure.ticket.measure import measure_if_done
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.open_tickets import select_open_tickets
from mappings.records.sql.scope import Scope
from webhooks.annotations import with_annotations

# Open tickets of each objective that are read, the latest first: a page costs no more where there are more.
MAX_TICKETS = 20


def select_openings(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    now: Instant,
    viewer: str = "",
    nearer: bool = False,
) -> tuple[TeachingOpportunity, ...]:
    """Return the open agency tickets on which a learner would go up a rung, the latest first (measurement 4).

    Named are only those who agreed to it, and the viewer. With `nearer` also tickets follow that only bring somebody
    nearer to a rung, where the group is large enough to be shown.
    """
    if stored.generation is None:
        return ()
    scope = Scope(connection, tenant_id, stored.engagement.key, stored.generation)
    group = group_of(prepared, now)
    objectives = prepared.engagement.objectives
    enrolled = {(item.key, account) for item in objectives for account in item.learners if account in group}
    ids = select_open_tickets(scope, objectives=sorted({key for key, _ in enrolled}), limit=MAX_TICKETS)
    tickets = with_annotations(scope.agreement, select_tickets(connection, tenant_id, ids))
    shown = _shows_group(scope, prepared, group, now)
    rows = select_rungs(scope, prepared, {pair for pair in enrolled if shown or pair[1] == viewer})
    openings: list[TeachingOpportunity] = []
    for issue_id in filter(tickets.__contains__, ids):
        preview = measure_if_done(prepared, tickets[issue_id], now)
        if preview is not None:
            openings += teaching_opportunities_of(
                prepared, issue_id, preview, rows=rows, learners=enrolled, nearer=nearer and shown
            )
    if not shown:
        # How far a ticket brings somebody says how far they are.
        openings = [replace(opening, nth=1, needed=1) for opening in openings]
    openings.sort(key=lambda opening: not opening.lifts)
    named = {viewer, *_select_named(scope, prepared, now)}
    return tuple(_with_names(opening, named) for opening in openings)


def _shows_group(scope: Scope, prepared: PreparedEngagement, group: AbstractSet[str], now: Instant) -> bool:
    # In a group too small to be shown, an opening stands for whoever is enrolled, as if they began: it must tell
    # nothing about where anybody stands (measurement (f)).
    opted_in = select_consents(scope.agreement, "distribution", as_of=now)
    return shows_people(len(group), len(group & opted_in), prepared.ruleset.k)


def _select_named(scope: Scope, prepared: PreparedEngagement, now: Instant) -> frozenset[str]:
    # In works-council mode nobody is named, whatever they agreed to (measurement (f)).
    return select_consents(scope.agreement, "named", as_of=now) if prepared.ruleset.names else frozenset()


def _with_names(opening: TeachingOpportunity, named: Collection[str]) -> TeachingOpportunity:
    return replace(opening, learners=tuple(account for account in opening.learners if account in named))


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
    generation = -1 if stored.generation is None else stored.generation
    scope = Scope(connection, tenant_id, key, generation)
    opted_in = select_consents(scope.agreement, "distribution", as_of=now)
    demand: Mapping[str, int] = select_demand(scope, prepared, min(on, now))
    return exit_plan(prepared, views, demand, on=on, opted_in=opted_in)
