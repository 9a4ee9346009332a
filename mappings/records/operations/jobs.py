"""What runs on a clock: a row a job and tenant, with when it is due and who has it, so that all workers agree."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Update, or_, select, update

from mappings.events.types import Instant
from mappings.records.operations.jira_quota import EVERYONE
from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import job, tenant


class JobRow(Struct, frozen=True):
    """A job of a tenant (0: of the installation). `said`: what was wrong the last time, None where nothing was."""

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
    said: str | None


class Claim(Struct, frozen=True):
    """A job that is ours until the lease ends or another takes it: the fence says which taking it was."""

    tenant_id: int
    name: str
    due_at: Instant
    fence: int
    attempts: int


_COLUMNS = [job.c[name] for name in JobRow.__struct_fields__]
_FREE = job.c.paused.is_(False)


def insert_jobs(connection: Connection, rows: Collection[tuple[int, str, Instant]]) -> None:
    """Enter jobs (tenant, name, when first due); those that are there stay as they are."""
    insert_rows(connection, job, ("tenant_id", "name", "due_at"), rows)


def select_jobs(connection: Connection, tenant_id: int | None = None) -> list[JobRow]:
    """Return the jobs of a tenant, or all, by name."""
    query = select(*_COLUMNS).order_by(job.c.name, job.c.tenant_id)
    return [JobRow(*row) for row in connection.execute(query if tenant_id is None else query.where(_of(tenant_id)))]


def select_job(connection: Connection, tenant_id: int, name: str) -> JobRow | None:
    """Return one job, or None."""
    row = connection.execute(select(*_COLUMNS).where(_of(tenant_id), job.c.name == name)).first()
    return None if row is None else JobRow(*row)


def select_due(connection: Connection, now: Instant, limit: int) -> list[JobRow]:
    """Return jobs that are due and nobody's, the one that waits longest first; none of a site that has left."""
    here = select(tenant.c.tenant_id).where(tenant.c.state == "installed")
    query = select(*_COLUMNS).where(job.c.due_at <= now, job.c.lease_until <= now, _FREE)
    query = query.where(or_(job.c.tenant_id == EVERYONE, job.c.tenant_id.in_(here)))
    return [JobRow(*row) for row in connection.execute(query.order_by(job.c.due_at, job.c.name).limit(limit))]


def claim_job(connection: Connection, row: JobRow, now: Instant, until: Instant) -> Claim | None:
    """Take a job that is due, or None where somebody else was first."""
    fence = row.fence + 1
    as_read = (job.c.fence == row.fence, job.c.due_at == row.due_at, job.c.lease_until <= now, _FREE)
    change = update(job).where(_of(row.tenant_id), job.c.name == row.name, *as_read)
    taken = connection.execute(change.values(fence=fence, lease_until=until, started_at=now)).rowcount == 1
    return Claim(row.tenant_id, row.name, row.due_at, fence, row.attempts) if taken else None


def save_run(connection: Connection, claim: Claim, now: Instant, due_at: Instant, *, through: bool) -> bool:
    """Give a job back, through or to be gone on with; False, and nothing is kept, where another has it by now."""
    values = {"due_at": due_at, "lease_until": 0, "ended_at": now, "attempts": 0, "said": None}
    return connection.execute(_held(claim).values(**values, runs=job.c.runs + int(through))).rowcount == 1


def save_put_off(connection: Connection, claim: Claim, due_at: Instant, said: str) -> bool:
    """Give a job back that has to wait for a limit; False where another has it by now."""
    values = {"due_at": due_at, "lease_until": 0, "said": said[:255]}
    return connection.execute(_held(claim).values(**values)).rowcount == 1


def save_failure(connection: Connection, claim: Claim, now: Instant, *, due_at: Instant, said: str) -> bool:
    """Give a job back that failed, to be tried again; False where another has it by now."""
    values = {"due_at": due_at, "lease_until": 0, "failed_at": now, "said": said[:255]}
    return connection.execute(_held(claim).values(**values, attempts=claim.attempts + 1)).rowcount == 1


def save_due(connection: Connection, tenant_id: int, name: str, due_at: Instant) -> bool:
    """Set when a job is due, as a person asked; False where there is no such job."""
    return connection.execute(update(job).where(_of(tenant_id), job.c.name == name).values(due_at=due_at)).rowcount == 1


def save_paused(connection: Connection, tenant_id: int, name: str, *, paused: bool) -> bool:
    """Stop a job from being taken, or let it be taken again; False where there is no such job."""
    change = update(job).where(_of(tenant_id), job.c.name == name)
    return connection.execute(change.values(paused=paused)).rowcount == 1


def _of(tenant_id: int) -> ColumnElement[bool]:
    return job.c.tenant_id == tenant_id


def _held(claim: Claim) -> Update:
    return update(job).where(_of(claim.tenant_id), job.c.name == claim.name, job.c.fence == claim.fence)
