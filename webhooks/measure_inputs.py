"""Comparison of a generation's inputs with the site: a changed status or account type restarts it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import restart_generation, select_engagement
from mappings.records.agreement.measure_inputs import MeasureInputs, save_measure_inputs, select_measure_inputs
from mappings.records.sql.scope import AgreementScope, Scope


def refresh(
    connection: Connection, tenant_id: int, targets: Sequence[tuple[str, int, PreparedEngagement, frozenset[str]]]
) -> bool:
    """Save the inputs of generations and restart those that changed; True where one did.

    `targets` are (engagement, generation, prepared rules, bots).
    """
    stored = select_measure_inputs(connection, tenant_id)
    moved: set[str] = set()
    for engagement, generation, prepared, bots in targets:
        now, before = inputs_of(prepared, bots), stored.get((engagement, generation))
        if before == now:
            continue
        if before is not None and differs(before, now):
            moved.add(engagement)
        save_measure_inputs(Scope(connection, tenant_id, engagement, generation), now)
    for engagement in moved:
        _restart(AgreementScope(connection, tenant_id, engagement))
    return bool(moved)


def inputs_of(prepared: PreparedEngagement, bots: frozenset[str]) -> MeasureInputs:
    return MeasureInputs(
        dict(sorted(prepared.statuses.kinds.items())), tuple(sorted(bots)), dict(sorted(prepared.site_inputs.items()))
    )


def differs(before: MeasureInputs, now: MeasureInputs) -> bool:
    if any(now.names.get(thing) != value for thing, value in before.names.items()):
        return True
    # A new status id changes nothing, since no issue had it; another kind of a known one does (docs/measurement.md (g)
    # 4, 7).
    return before.bots != now.bots or any(
        _kind(now.statuses, status) != kind for status, kind in before.statuses.items()
    )


def _kind(statuses: Mapping[str, str], status: str) -> str:
    return statuses.get(status, "none")


def _restart(scope: AgreementScope) -> None:
    stored = select_engagement(scope.connection, scope.tenant_id, scope.engagement)
    if stored is not None:
        restart_generation(scope.connection, scope.tenant_id, stored)
