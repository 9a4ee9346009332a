"""Scheduled jobs: a row per job and tenant with when it is due and who runs it, so that all workers agree."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Update, or_, select, update

from mappings.events.times import MINUTE
from mappings.events.types import Instant
from mappings.records.operations.jira_quota import EVERYONE
from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import job, tenant


class JobRow(Struct, frozen=True):
    """A job of a tenant (0: of the installation); `error`: what went wrong last time, None where nothing did."""

    tenant_id: int
    name: str
    due_at: Instant
    lease_until: Instant
    fence: int
    paused: bool
    attempts: int
    runs: int
    started_at: Instant | None
    ended_at: Instant | None
    failed_at: Instant | None
    error: str | None


class Claim(Struct, frozen=True):
    """A job that this worker runs until the lease ends; `fence` counts how often the job was taken."""

    tenant_id: int
    name: str
    due_at: Instant
    fence: int
    attempts: int


# How far the clocks of two machines may be apart.
_CLOCK_DIFFERENCE = MINUTE

_COLUMNS = [job.c[name] for name in JobRow.__struct_fields__]
_FREE = job.c.paused.is_(False)


def insert_jobs(connection: Connection, rows: Collection[tuple[int, str, Instant]]) -> None:
    """Insert jobs (tenant, name, when first due); existing ones are not changed."""
    insert_rows(connection, job, ("tenant_id", "name", "due_at"), rows)


def select_jobs(connection: Connection, tenant_id: int | None = None) -> list[JobRow]:
    query = select(*_COLUMNS).order_by(job.c.name, job.c.tenant_id)
    return [JobRow(*row) for row in connection.execute(query if tenant_id is None else query.where(_of(tenant_id)))]


def select_job(connection: Connection, tenant_id: int, name: str) -> JobRow | None:
    row = connection.execute(select(*_COLUMNS).where(_of(tenant_id), job.c.name == name)).first()
    return None if row is None else JobRow(*row)


def select_due(connection: Connection, now: Instant, limit: int) -> list[JobRow]:
    """Return jobs that are due and free, the longest overdue first."""
    installed = select(tenant.c.tenant_id).where(tenant.c.state == "installed")
    query = select(*_COLUMNS).where(_reached(job.c.due_at, now), _reached(job.c.lease_until, now), _FREE)
    query = query.where(or_(job.c.tenant_id == EVERYONE, job.c.tenant_id.in_(installed)))
    return [JobRow(*row) for row in connection.execute(query.order_by(job.c.due_at, job.c.name).limit(limit))]


def claim_job(connection: Connection, row: JobRow, now: Instant, until: Instant) -> Claim | None:
    """Take a due job; None where another worker was faster."""
    fence = row.fence + 1
    as_read = (job.c.fence == row.fence, job.c.due_at == row.due_at, _reached(job.c.lease_until, now), _FREE)
    # Only if it is as it was read: of two workers one gets the row.
    change = update(job).where(_of(row.tenant_id), job.c.name == row.name, *as_read)
    taken = connection.execute(change.values(fence=fence, lease_until=until, started_at=now)).rowcount == 1
    return Claim(row.tenant_id, row.name, row.due_at, fence, row.attempts) if taken else None


def save_run(connection: Connection, claim: Claim, now: Instant, due_at: Instant, *, through: bool) -> bool:
    """Release a job, finished where `through`; False, and nothing is saved, where another worker has taken it."""
    values = {"due_at": due_at, "lease_until": 0, "ended_at": now, "attempts": 0, "error": None}
    return connection.execute(_claimed(claim).values(**values, runs=job.c.runs + int(through))).rowcount == 1


def save_put_off(connection: Connection, claim: Claim, due_at: Instant, error: str) -> bool:
    """Release a job that waits for a limit; False where another worker has taken it since."""
    values = {"due_at": due_at, "lease_until": 0, "error": error[:255]}
    return connection.execute(_claimed(claim).values(**values)).rowcount == 1


def save_failure(connection: Connection, claim: Claim, now: Instant, *, due_at: Instant, error: str) -> bool:
    """Release a failed job to be tried again; False where another worker has taken it since."""
    values = {"due_at": due_at, "lease_until": 0, "failed_at": now, "error": error[:255]}
    return connection.execute(_claimed(claim).values(**values, attempts=claim.attempts + 1)).rowcount == 1


def save_due(connection: Connection, tenant_id: int, name: str, due_at: Instant) -> bool:
    """Set when a job is due; False where there is no such job."""
    return connection.execute(update(job).where(_of(tenant_id), job.c.name == name).values(due_at=due_at)).rowcount == 1


def save_paused(connection: Connection, tenant_id: int, name: str, *, paused: bool) -> bool:
    """Pause or resume a job; False where there is no such job."""
    change = update(job).where(_of(tenant_id), job.c.name == name)
    return connection.execute(change.values(paused=paused)).rowcount == 1


def _reached(at: ColumnElement[Instant], now: Instant) -> ColumnElement[bool]:
    # A job that began in the future was run by a clock that was set back since: what it wrote down lies there, too, and
    # the job must not wait until then.
    return or_(at <= now, job.c.started_at > now + _CLOCK_DIFFERENCE)


def _of(tenant_id: int) -> ColumnElement[bool]:
    return job.c.tenant_id == tenant_id


def _claimed(claim: Claim) -> Update:
    return update(job).where(_of(claim.tenant_id), job.c.name == claim.name, job.c.fence == claim.fence)
