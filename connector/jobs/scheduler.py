"""Scheduler: runs due jobs while the process lives. A due job is a row, so nothing is lost with the process."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from connector.clock import now
from connector.jobs.runner import JobRunner

log = logging.getLogger(__name__)

SECONDS = 5
INSERT_SECONDS = 60
# No tick is further away, jitter included.
LONGEST = 2 * INSERT_SECONDS
# A long step of one job does not keep the others waiting.
THREADS = 2


class SteadyScheduler(BackgroundScheduler):
    """Goes on where the system's clock is set back: APScheduler alone waits until the clock is there again."""

    def _process_jobs(self) -> float:
        # APScheduler calls this each time it wakes, and sleeps for the seconds that it returns.
        at = datetime.fromtimestamp(now() / 1_000_000, UTC)
        for job in self.get_jobs():
            if job.next_run_time - at > timedelta(seconds=LONGEST):
                job.modify(next_run_time=at)
        wait = super()._process_jobs()  # type: ignore[no-untyped-call]  # it ships no types
        if wait is None:
            return LONGEST
        # A longer one was taken while the clock was set back: look again at once.
        return float(wait) if wait <= LONGEST else 0


class Scheduler:
    """Ticks a JobRunner. `stop` waits for the steps under way."""

    def __init__(self, runner: JobRunner, seconds: float = SECONDS, threads: int = THREADS) -> None:
        self._runner = runner
        self._stopped = threading.Event()
        # A tick that is still at work when the next is due makes that one needless: APScheduler would log each.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = SteadyScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads + 1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_job(self._insert_missing, "interval", seconds=INSERT_SECONDS, jitter=seconds)
        for _ in range(threads):
            self._scheduler.add_job(self._tick, "interval", seconds=seconds, jitter=seconds / 4)

    def start(self) -> None:
        # The first round is now.
        self._scheduler.add_job(self._insert_missing)
        self._scheduler.start()

    def stop(self) -> None:
        self._stopped.set()
        self._scheduler.shutdown(wait=True)

    def _insert_missing(self) -> None:
        try:
            self._runner.insert_missing()
        except Exception:  # the thread outlives an unavailable database
            log.warning("job rows not inserted", exc_info=True)

    def _tick(self) -> None:
        try:
            while not self._stopped.is_set() and self._runner.run_due() is not None:
                pass
        except Exception:  # as above
            log.warning("jobs paused", exc_info=True)
