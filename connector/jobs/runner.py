"""JobRunner: spreads jobs over tenants, lets one worker alone take each, runs a step and saves its outcome."""

import logging
import random
import secrets
from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import blake2b

from msgspec import Struct

from connector.container import Container
from connector.jira.errors import JiraError
from connector.jobs.registry import JOBS, Job
from connector.logs import log_fields
from connector.traces import trace
from mappings.events.times import MINUTE
from mappings.events.types import Instant
from mappings.records.operations.jira_quota import EVERYONE
from mappings.records.operations.jobs import (
    Claim,
    claim_job,
    insert_jobs,
    save_failure,
    save_put_off,
    save_run,
    select_due,
    select_job,
    select_jobs,
)
from mappings.records.operations.tenants import Tenant, select_tenants
from mappings.records.sql.engine import StoreError

log = logging.getLogger(__name__)

# Due jobs looked at in one go, so that workers that begin together find different ones.
AT_ONCE = 20
ASKABLE = frozenset({"connect", "forge", "direct"})
FIRST_BACKOFF, LAST_BACKOFF = MINUTE // 2, 60 * MINUTE


class Outcome(StrEnum):
    """What became of a step, as commands print it: done until its next slot, or taken over by another worker."""

    DONE = "done"
    CONTINUES = "more to do"
    PUT_OFF = "put off"
    FAILED = "failed"
    TAKEN_OVER = "taken over"


class JobResult(Struct, frozen=True):
    """What became of a step, when the job is due next, and what was wrong."""

    tenant_id: int
    name: str
    outcome: Outcome
    due_at: Instant
    message: str | None = None


class JobRunner:
    """Takes what is due. `jobs` are all that this release knows; rows of others are left alone. Safe for threads."""

    def __init__(
        self, container: Container, jobs: Mapping[str, Job] = JOBS, chance: random.Random | None = None
    ) -> None:
        self._container, self._jobs = container, jobs
        # It spreads work in time; nothing that must not be guessed hangs on it.
        self._chance = chance or random.Random()  # noqa: S311

    def insert_missing(self) -> None:
        """Give every tenant that is installed a row of each of its jobs. Raises StoreError."""
        now = self._container.clock()
        with self._container.reader.connect() as connection:
            tenants = [tenant for tenant in select_tenants(connection) if tenant.state == "installed"]
            known = {(row.tenant_id, row.name) for row in select_jobs(connection)}
        rows = [row for row in self._job_rows(tenants, now) if row[:2] not in known]
        if rows:
            with self._container.engine.begin() as connection:
                insert_jobs(connection, rows)

    def run_due(self) -> JobResult | None:
        """Do one step of the job that waits longest; None where nothing is due. Raises StoreError."""
        now = self._container.clock()
        with self._container.reader.connect() as connection:
            due = [row for row in select_due(connection, now, AT_ONCE) if row.name in self._jobs]
        for row in due:
            with self._container.engine.begin() as connection:
                claim = claim_job(connection, row, now, now + self._jobs[row.name].lease)
            if claim is not None:
                return self._run(claim)
        return None

    def run_now(self, tenant_id: int, name: str) -> JobResult | None:
        """Do one step of a job here, due or not; None where a worker has it just now, or where it is paused."""
        now = self._container.clock()
        with self._container.engine.begin() as connection:
            row = select_job(connection, tenant_id, name)
            claim = None if row is None else claim_job(connection, row, now, now + self._jobs[name].lease)
        return None if claim is None else self._run(claim)

    def _job_rows(self, tenants: Iterable[Tenant], now: Instant) -> Iterable[tuple[int, str, Instant]]:
        # Data from a file has no Jira to ask.
        for name, job in self._jobs.items():
            if job.per == "installation":
                yield EVERYONE, name, now if job.at_once else next_slot(job, EVERYONE, name, now)
                continue
            for tenant in tenants:
                if job.per == "site" or tenant.platform in ASKABLE:
                    due = now if job.at_once else next_slot(job, tenant.tenant_id, name, now)
                    yield tenant.tenant_id, name, due

    def _run(self, claim: Claim) -> JobResult:
        run = secrets.token_hex(8)
        with log_fields(run=run), trace(f"job {claim.name}", run=run, tenant_id=claim.tenant_id) as span:
            job_result = self._step(claim)
            span.add(outcome=job_result.outcome.value)
            if job_result.outcome is Outcome.FAILED:
                span.fail("job failed")
            return job_result

    def _step(self, claim: Claim) -> JobResult:
        job = self._jobs[claim.name]
        try:
            due_at = job.step(self._container, claim.tenant_id, self._container.clock())
        except JiraError as error:
            return self._put_off(claim, error) if error.put_off else self._fail(claim, error)
        except Exception as error:  # noqa: BLE001 whatever it was, it must cost this job alone
            return self._fail(claim, error)
        return self._end(claim, due_at)

    def _end(self, claim: Claim, due_at: Instant | None) -> JobResult:
        now, through = self._container.clock(), due_at is None
        due = self._next(claim, now) if due_at is None else due_at
        with self._container.engine.begin() as connection:
            is_ours = save_run(connection, claim, now, due, through=through)
        return self._done(
            claim, (Outcome.DONE if through else Outcome.CONTINUES) if is_ours else Outcome.TAKEN_OVER, due
        )

    def _put_off(self, claim: Claim, error: JiraError) -> JobResult:
        wait = (error.retry_after or 30) * 1_000_000 * self._chance.uniform(1.0, 1.3)
        due, message = self._container.clock() + int(wait), f"put off: {error} ({error.reason or 'no reason given'})"
        with self._container.engine.begin() as connection:
            is_ours = save_put_off(connection, claim, due, message)
        return self._done(claim, Outcome.PUT_OFF if is_ours else Outcome.TAKEN_OVER, due, message)

    def _fail(self, claim: Claim, error: Exception) -> JobResult:
        # Tries again later and later; where trying again will not help, the job waits for its next slot.
        now, message = self._container.clock(), describe(error)
        due = now + self._backoff(claim.attempts)
        if isinstance(error, JiraError):
            due = self._next(claim, now) if error.permanent else max(due, now + (error.retry_after or 0) * 1_000_000)
        log.warning("job failed", extra={"event_name": claim.name, "tenant_id": claim.tenant_id}, exc_info=error)
        with self._container.engine.begin() as connection:
            is_ours = save_failure(connection, claim, now, due_at=due, error=message)
        return self._done(claim, Outcome.FAILED if is_ours else Outcome.TAKEN_OVER, due, message)

    def _done(self, claim: Claim, outcome: Outcome, due_at: Instant, message: str | None = None) -> JobResult:
        if outcome is Outcome.TAKEN_OVER:
            log.warning("job was taken over", extra={"event_name": claim.name, "tenant_id": claim.tenant_id})
        return JobResult(claim.tenant_id, claim.name, outcome, due_at, message)

    def _next(self, claim: Claim, now: Instant) -> Instant:
        job = self._jobs[claim.name]
        return next_slot(job, claim.tenant_id, claim.name, now) + self._chance.randrange(job.jitter + 1)

    def _backoff(self, attempts: int) -> int:
        wait = min(FIRST_BACKOFF * 2 ** min(attempts, 12), LAST_BACKOFF)
        return int(wait * self._chance.uniform(0.7, 1.3))


def next_slot(job: Job, tenant_id: int, name: str, now: Instant) -> Instant:
    """Return the first instant after `now` at which a tenant's job is due: the same in each period, never all at once.

    A period begins at midnight where the job has a window, which then is the part of it that tenants are spread over.
    """
    spread = job.window or job.interval
    place = int.from_bytes(blake2b(f"{name} {tenant_id}".encode(), digest_size=8).digest()) % spread
    phase = (job.start + place) % job.interval if job.window else place
    return now - (now - phase) % job.interval + job.interval


def describe(error: Exception) -> str:
    # Return the class of an error, and its message only where it is ours: another may quote personal data.
    ours = isinstance(error, JiraError | StoreError)
    return f"{type(error).__name__}: {error}" if ours else type(error).__name__
