"""The background thread of webhooks: takes deliveries, starts due rulesets, builds figures, and retries failures."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy import Engine

from mappings.events.types import Instant
from mappings.records.agreement.engagements import select_building
from mappings.records.figures.measure_state import select_failing
from mappings.records.sql.secrets import Vault
from webhooks.drain import drain_once
from webhooks.generations import measure_failed, remeasure_step
from webhooks.ruleset_activation import adopt, select_due

log = logging.getLogger(__name__)

# Seconds between looks at an empty inbox: quick after work, then calmer.
IDLE = (0.1, 0.2, 0.4, 0.8, 1.0)
# How long an issue that could not be measured waits until it is tried again, in µs.
RETRY = 600_000_000


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


class Drainer:
    """The thread that drains while the process lives. `stop` ends it after the batch it is in."""

    def __init__(self, step: Callable[[], bool]) -> None:
        self._step = step
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drain", daemon=True)

    def start(self) -> None:
        """Begin to drain."""
        self._thread.start()

    def wake(self) -> None:
        """Look now instead of at the end of the pause."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the batch at hand and end."""
        self._stopped.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        idle = 0
        while not self._stopped.is_set():
            idle = 0 if self._worked() else min(idle + 1, len(IDLE) - 1)
            if idle:
                self._woken.wait(IDLE[idle])
            self._woken.clear()

    def _worked(self) -> bool:
        try:
            return self._step()
        except Exception:  # the thread outlives a database that is away; health shows the growing inbox
            log.warning("drain paused", exc_info=True)
            return False
