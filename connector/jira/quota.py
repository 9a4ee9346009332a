"""The app's hourly quota of Jira's points, over all tenants and workers: kept in the database, taken in chunks."""

import logging
import threading
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from connector.config import QUOTA
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.records.operations.jira_quota import Ceilings, Purpose, save_points, take_points

log = logging.getLogger(__name__)

# The most that a purpose may take of an hour, in percent: what keeps up has some left when a history used its own.
SHARES: Mapping[Purpose, int] = {"people": 100, "work": 70, "history": 60, "rolling": 20}
# The most that all but people may take: the rest is there whenever a person opens a page.
BACKGROUND = 70
CHUNK = 200
# A share of an hour in which twice a page of ids, Jira's largest answer, has room.
LARGE = 10_000


class Quota:
    """Points taken from the hour, by purpose. Safe for threads; people's calls never wait for the database."""

    def __init__(self, engine: Engine, clock: Callable[[], Instant], quota: int = QUOTA) -> None:
        self._engine, self._clock, self._quota = engine, clock, quota
        self._lock, self._taking = threading.Lock(), threading.Lock()
        self._hour = -1
        self._allowance: dict[Purpose, int] = {}
        self._unsaved: dict[int, int] = {}

    def take(self, purpose: Purpose, points: int) -> bool:
        """Take points before a call; False where the hour has none left. Raises StoreError."""
        if purpose == "people":
            self._count_people(points)
            return True
        with self._taking:
            if self._from_allowance(purpose, points):
                return True
            return self._fill(purpose, points) and self._from_allowance(purpose, points)

    def refund(self, purpose: Purpose, points: int) -> None:
        # Below zero, what a call cost beyond what was taken for it.
        if purpose == "people":
            self._count_people(-points)
            return
        with self._lock:
            self._allowance[purpose] = self._allowance.get(purpose, 0) + points

    def max_prepaid(self, purpose: Purpose) -> int:
        """Return how many points to take before one call, lest a large one never has its turn where points are few.

        Of a large share half, which is room for a page of 5,000 ids; of a small one a quarter, so that several workers
        have room for one at the same time.
        """
        share = self._quota * SHARES[purpose] // 100
        return max(share // 2 if share >= LARGE else share // 4, 1)

    def until_next_hour(self) -> int:
        return int((HOUR - self._clock() % HOUR) // 1_000_000) + 1

    def settle(self) -> None:
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        with self._engine.begin() as connection:
            for hour, points in unsaved.items():
                save_points(connection, hour, "people", points)

    def _count_people(self, points: int) -> None:
        hour = self._clock() // HOUR
        with self._lock:
            self._unsaved[hour] = self._unsaved.get(hour, 0) + points
            full = self._unsaved[hour] >= self._chunk
        # SQLite has one writer, who may be busy: there the next chunk of the background, in this process, writes it.
        if full and self._engine.dialect.name != "sqlite":
            self.settle()

    def _from_allowance(self, purpose: Purpose, points: int) -> bool:
        hour = self._clock() // HOUR
        with self._lock:
            if hour != self._hour:
                self._hour, self._allowance = hour, {}
            left = self._allowance.get(purpose, 0) - points
            if left < 0:
                return False
            self._allowance[purpose] = left
            return True

    def _fill(self, purpose: Purpose, points: int) -> bool:
        # A chunk saves transactions; where it is more than the hour has left, just what is needed is taken.
        self.settle()
        hour = self._clock() // HOUR
        needed = max(points - self._allowance.get(purpose, 0), 1)
        ceilings = self._ceilings(purpose)
        for chunk in sorted({needed, max(needed, self._chunk)}, reverse=True):
            with self._engine.begin() as connection:
                if take_points(connection, hour, purpose, chunk, ceilings=ceilings):
                    self.refund(purpose, chunk)
                    return True
        log.warning("quota spent", extra={"reason": purpose})
        return False

    def _ceilings(self, purpose: Purpose) -> Ceilings:
        return Ceilings(self._quota * SHARES[purpose] // 100, self._quota * BACKGROUND // 100, self._quota)

    @property
    def _chunk(self) -> int:
        return max(min(CHUNK, self._quota // 100), 1)
