"""Figures of issues whose facts were let go, carried from one generation to the next: nothing can measure them anew."""

from collections.abc import Collection

from sqlalchemy import Connection

from mappings.events.types import Instant
from mappings.measure.model.ticket import Measured
from mappings.records.figures.entries import select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.figures.hires import carry_hired
from mappings.records.figures.measure_state import StoredMeasured, save_measured
from mappings.records.sql.scope import Scope
from webhooks.measure import Target, save_figures
from webhooks.opportunity_sums import carry_chances


def carry_over(
    connection: Connection, target: Target, before: int | None, issue_ids: Collection[int], *, now: Instant
) -> None:
    """Give a generation that is being built the figures that the one `before` it has of these issues.

    What two sides agree on later cannot change them; what is handed over follows from the evidence of both.
    """
    if before is None or not issue_ids:
        return
    scope = Scope(connection, target.tenant_id, target.engagement, target.generation)
    old = scope._replace(generation=before)
    entries, evidence = select_entries(old, issue_ids), select_evidence(old, issue_ids)
    measured = {
        i: Measured(i, tuple(one.entry for one in entries.get(i, ())), evidence.get(i, ()))
        for i in entries.keys() | evidence.keys()
    }
    save_figures(scope, target.prepared, measured)
    carry_chances(scope, target.prepared.calendar, before, issue_ids)
    carry_hired(scope, before=before, ids=issue_ids)
    save_measured(scope, [StoredMeasured(i) for i in measured], now)
