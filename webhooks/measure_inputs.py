"""When a status or an account turns out to be something else, what was measured before is measured anew."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import restart_generation, select_engagement
from mappings.records.agreement.measure_inputs import MeasureInputs, save_ground, select_grounds
from mappings.records.sql.scope import AgreementScope, Scope


def refresh(
    connection: Connection, tenant_id: int, lenses: Sequence[tuple[str, int, PreparedEngagement, frozenset[str]]]
) -> bool:
    """Compare what each generation was measured by with what is known now; True where one has to be built anew.

    `lenses` are (engagement, generation, lens, bots). A status id that is new changes nothing measured before, since no
    issue had it; another kind of a known one, or another bot, does (measurement (g) 4 and 7).
    """
    kept = select_grounds(connection, tenant_id)
    moved: set[str] = set()
    for engagement, generation, prepared, bots in lenses:
        now, before = ground_of(prepared, bots), kept.get((engagement, generation))
        if before == now:
            continue
        if before is not None and differs(before, now):
            moved.add(engagement)
        save_ground(Scope(connection, tenant_id, engagement, generation), now)
    for engagement in moved:
        _restart(AgreementScope(connection, tenant_id, engagement))
    return bool(moved)


def ground_of(prepared: PreparedEngagement, bots: frozenset[str]) -> MeasureInputs:
    """Return what a lens takes from the site rather than from the agreement."""
    return MeasureInputs(
        dict(sorted(prepared.statuses.kinds.items())), tuple(sorted(bots)), dict(sorted(prepared.site_inputs.items()))
    )


def differs(before: MeasureInputs, now: MeasureInputs) -> bool:
    """Tell whether something measured by `before` could come out otherwise by `now`."""
    if any(now.names.get(thing) != value for thing, value in before.names.items()):
        return True
    return before.bots != now.bots or any(_kind(now.statuses, one) != kind for one, kind in before.statuses.items())


def _kind(statuses: Mapping[str, str], status: str) -> str:
    return statuses.get(status, "none")


def _restart(scope: AgreementScope) -> None:
    stored = select_engagement(scope.connection, scope.tenant_id, scope.engagement)
    if stored is not None:
        restart_generation(scope.connection, scope.tenant_id, stored)
