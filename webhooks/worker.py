"""The worker thread: drains deliveries, activates rulesets, builds generations and retries failures."""

import logging
import threading
from collections.abc import Callable
from itertools import count

from sqlalchemy import Engine

from mappings.events.times import MINUTE
from mappings.events.types import Instant
from mappings.records.agreement.engagements import select_building
from mappings.records.figures.measure_state import select_failing
from mappings.records.sql.secrets import Vault
from webhooks.drain import drain_once
from webhooks.generations import remeasure_step, retry_failed
from webhooks.ruleset_activation import adopt_due_rulesets

log = logging.getLogger(__name__)

# Seconds between reads of an empty inbox: short after work, then longer.
IDLE = (0.1, 0.2, 0.4, 0.8, 1.0)
# How long (µs) until a failed issue is measured again.
RETRY = 10 * MINUTE
_TURNS = count()


def step(engine: Engine, vault: Vault, clock: Callable[[], Instant]) -> bool:
    """Do one unit of each kind of work; False where there was none. Raises StoreError."""
    # Each kind gets a turn in every step: a full inbox delays no new figures, nor they the inbox.
    drained = drain_once(engine, vault, clock()) is not None
    with engine.connect() as connection:
        building, failing = select_building(connection), select_failing(connection, clock() - RETRY)
    adopted = adopt_due_rulesets(engine, clock()) > 0
    # One of the sites in turn, so that a large one delays no other's.
    turn = next(_TURNS)
    built = [building[turn % len(building)]] if building else []
    stepped = [remeasure_step(engine, tenant_id, clock()) is not None for tenant_id in built]
    retried = [retry_failed(engine, tenant_id, clock(), clock() - RETRY) > 0 for tenant_id in failing[:1]]
    return any((drained, adopted, *stepped, *retried))


class Drainer:
    """The thread that drains while the process runs. `stop` ends it after the current batch."""

    def __init__(self, step: Callable[[], bool]) -> None:
        self._step = step
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drain", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
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
