"""What is to be done between two looks at the clock: a batch, rules that begin, a step of new figures, a second try."""

from collections.abc import Callable

from sqlalchemy import Engine

from mappings.events.types import Instant
from mappings.records.agreement.engagements import select_building
from mappings.records.figures.measure_state import select_failing
from mappings.records.sql.secrets import Vault
from webhooks.drain import drain_once
from webhooks.generations import measure_failed, remeasure_step
from webhooks.ruleset_activation import adopt, select_due

RETRY = 600_000_000
"""How long an issue that could not be measured waits until it is tried again, in µs."""


def step(engine: Engine, vault: Vault, clock: Callable[[], Instant]) -> bool:
    """Do a little of all that waits; False where nothing did. Raises StoreError.

    Each kind gets its turn in every step, so that a full inbox does not keep new figures from being built, nor they it.
    """
    drained = drain_once(engine, vault, clock()) is not None
    with engine.connect() as connection:
        building, failing = select_building(connection), select_failing(connection, clock() - RETRY)
        due = select_due(connection, clock())
    adopted = adopt(engine, due, clock()) > 0
    stepped = [remeasure_step(engine, tenant_id, clock()) is not None for tenant_id in building[:1]]
    retried = [measure_failed(engine, tenant_id, clock(), clock() - RETRY) > 0 for tenant_id in failing[:1]]
    return any((drained, adopted, *stepped, *retried))
