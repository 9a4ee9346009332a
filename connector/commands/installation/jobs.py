"""`teachback jobs`: list, run, pause and resume background jobs."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Connection

from connector.app import build_container
from connector.clock import now
from connector.commands.context import Context, open_context, require_tenant
from connector.commands.errors import FAILURE, CommandError
from connector.commands.options import CommandGroup, examples, site_option
from connector.container import Container
from connector.jobs.registry import JOBS
from connector.jobs.runner import JobResult, JobRunner, Outcome
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.formats.export.numbers import instant_text
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.jira_quota import EVERYONE, select_retry_after, select_spent
from mappings.records.operations.jobs import JobRow, save_paused, select_jobs
from mappings.records.operations.tenants import select_tenants

SITE = site_option("The site whose job it is; not needed for a job of the whole installation.", required=False)
NAME = click.argument("name", metavar="JOB", type=click.Choice(sorted(JOBS)))
NAMES = f"Jobs: {', '.join(sorted(JOBS))}.\n\n"


@click.group(cls=CommandGroup)
def jobs() -> None:
    """List, run, pause and resume background jobs."""


@jobs.command("list", epilog=examples("jobs list", "jobs list --site NAME"))
@site_option("List only the jobs of this site.", required=False)
def list_(site: str | None) -> None:
    """List jobs: site, name, when due, when it last ended, and its last error; then the points that Jira counted."""
    with _open_container() as (context, container):
        JobRunner(container).insert_missing()
        with context.reader.connect() as connection:
            tenant_id = None if site is None else require_tenant(connection, site).tenant_id
            rows, sites = select_jobs(connection, tenant_id), _select_sites(connection)
            spent, halts = select_spent(connection, now() // HOUR), select_retry_after(connection, now())
    for row in rows:
        click.echo("  ".join((sites.get(row.tenant_id, str(row.tenant_id)), row.name, describe_job(row, now()))))
    failed = sum(row.attempts > 0 for row in rows)
    background = spent.work + spent.history + spent.rolling
    click.echo(f"{len(rows)} jobs, {failed} of them failed the last time", err=True)
    click.echo(f"Jira this hour: {spent.people} points for people, {background} in the background", err=True)
    for halt in halts:
        target = f"{sites.get(halt.tenant_id, str(halt.tenant_id))} {halt.scope or 'everything'}"
        click.echo(f"halted until {instant_text(halt.until)}: {target} ({halt.reason})", err=True)


def describe_job(row: JobRow, at: Instant) -> str:
    due = "paused" if row.paused else f"due {instant_text(row.due_at)}"
    if row.lease_until > at:
        due = "running"
    ended = f"ended {instant_text(row.ended_at)}" if row.ended_at else "never ended"
    attempts = f", failed {row.attempts} times" if row.attempts else ""
    return f"{due}  {ended}{attempts}" + (f"  {row.error}" if row.error else "")


@jobs.command(epilog=NAMES + examples("jobs run sweep", "jobs run sync --site NAME"))
@NAME
@SITE
def run(name: str, site: str | None) -> None:
    """Run JOB now, to its end or until a limit of Jira puts it off."""
    with _open_container() as (context, container):
        with context.reader.connect() as connection:
            tenant_id = _require_owner(connection, name, site)
        runner = JobRunner(container)
        runner.insert_missing()
        result, steps = _run(runner, tenant_id, name)
    if result.message:
        raise CommandError(f"{name}: {result.message}", f"it is tried again {instant_text(result.due_at)}", FAILURE)
    click.echo(f"{name}: {result.outcome}, {steps} steps, next {instant_text(result.due_at)}")


def _run(runner: JobRunner, tenant_id: int, name: str) -> tuple[JobResult, int]:
    steps = 0
    while True:
        result = runner.run_now(tenant_id, name)
        if result is None:
            raise CommandError(f"{name} is running elsewhere, or paused", "see: teachback jobs list", FAILURE)
        steps += 1
        if result.outcome is not Outcome.CONTINUES or result.due_at > now():
            return result, steps


@jobs.command(epilog=NAMES + examples("jobs pause sync --site NAME"))
@NAME
@SITE
def pause(name: str, site: str | None) -> None:
    """Pause JOB until it is resumed. A step that runs is finished."""
    _set_paused(name, site, paused=True)


@jobs.command(epilog=NAMES + examples("jobs resume sync --site NAME"))
@NAME
@SITE
def resume(name: str, site: str | None) -> None:
    """Resume JOB after a pause."""
    _set_paused(name, site, paused=False)


def _set_paused(name: str, site: str | None, *, paused: bool) -> None:
    with _open_container() as (context, container):
        JobRunner(container).insert_missing()
        with context.engine.begin() as connection:
            owner = _require_owner(connection, name, site)
            is_saved = save_paused(connection, owner, name, paused=paused)
            # A job of the whole installation is in no site's audit.
            if is_saved and owner != EVERYONE:
                insert_act(connection, owner, Act(now(), None, f"job {'paused' if paused else 'resumed'}", name))
    if not is_saved:
        raise CommandError(f"this site has no job {name}", "see: teachback jobs list")
    click.echo(f"{name} is {'paused' if paused else 'resumed'}")


@contextmanager
def _open_container() -> Iterator[tuple[Context, Container]]:
    with open_context() as context:
        container = build_container(context.settings, now)
        try:
            yield context, container
        finally:
            container.engine.dispose()
            container.reader.dispose()


def _require_owner(connection: Connection, name: str, site: str | None) -> int:
    """Return the tenant id under which a job stands. Raises CommandError where it needs a site."""
    if JOBS[name].per == "installation":
        return EVERYONE
    if site is None:
        raise CommandError(f"{name} is a job of each site", "name the site with --site")
    return require_tenant(connection, site).tenant_id


def _select_sites(connection: Connection) -> dict[int, str]:
    return {EVERYONE: "(all)"} | {tenant.tenant_id: tenant.site for tenant in select_tenants(connection)}
