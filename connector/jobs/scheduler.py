"""The ticker: looks again and again whether a job is due. What is due is a row, so nothing is lost with the process."""

import logging
import threading
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from connector.jobs.runner import JobRunner

log = logging.getLogger(__name__)

SECONDS = 5
ENTER_EVERY = 60
# A long step of one job does not keep the others waiting.
THREADS = 2


class Scheduler:
    """Runs due jobs while the process lives. `stop` ends it after the steps at hand."""

    def __init__(self, workshop: JobRunner, seconds: float = SECONDS, threads: int = THREADS) -> None:
        self._workshop = workshop
        self._stopped = threading.Event()
        # A tick that is still at work when the next is due makes that one needless: no word about it.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads + 1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_job(self._enter, "interval", seconds=ENTER_EVERY, jitter=seconds)
        for _ in range(threads):
            self._scheduler.add_job(self._tick, "interval", seconds=seconds, jitter=seconds / 4)

    def start(self) -> None:
        """Begin; the first look is now."""
        self._scheduler.add_job(self._enter)
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the steps at hand and end."""
        self._stopped.set()
        self._scheduler.shutdown(wait=True)

    def _enter(self) -> None:
        try:
            self._workshop.enter()
        except Exception:  # the thread outlives a database that is away
            log.warning("jobs not entered", exc_info=True)

    def _tick(self) -> None:
        try:
            while not self._stopped.is_set() and self._workshop.run_due() is not None:
                pass
        except Exception:  # as above
            log.warning("jobs paused", exc_info=True)
