"""Commands about what runs on a clock: what ran, what failed, what is due; and to run, stop or go on with a job."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Connection

from connector.app import build_house
from connector.commands.context import Context, find_tenant, open_ground
from connector.commands.errors import FAILURE, CommandError
from connector.container import Container, now
from connector.jobs.registry import JOBS
from connector.jobs.runner import JobResult, JobRunner
from mappings.events.types import Instant
from mappings.formats.report.json_report import instant_text
from mappings.records.operations.jira_quota import EVERYONE, select_halts, select_spent
from mappings.records.operations.jobs import JobRow, save_paused, select_jobs
from mappings.records.operations.tenants import select_tenants

HOUR = 3_600_000_000
SITE = click.option("--site", help="The site whose job it is; not needed for a job of the whole installation.")
NAME = click.argument("name", type=click.Choice(sorted(JOBS)))


@click.group()
def jobs() -> None:
    """What runs on a clock."""


@jobs.command("list")
@click.option("--site", help="Show the jobs of one site alone.")
def show_all(site: str | None) -> None:
    """List all jobs: whose, what, when due, when it last ended, and what was wrong; then what Jira was asked."""
    with _opened() as (ground, app):
        JobRunner(app).enter()
        with ground.reader.connect() as connection:
            tenant_id = None if site is None else find_tenant(connection, site).tenant_id
            rows, sites = select_jobs(connection, tenant_id), _sites(connection)
            spent, halts = select_spent(connection, now() // HOUR), select_halts(connection, now())
    for row in rows:
        click.echo("  ".join((sites.get(row.tenant_id, str(row.tenant_id)), row.name, describe_job(row, now()))))
    failed = sum(row.attempts > 0 for row in rows)
    background = spent.work + spent.history + spent.rolling
    click.echo(f"{len(rows)} jobs, {failed} of them failed the last time", err=True)
    click.echo(f"Jira this hour: {spent.people} points for people, {background} in the background", err=True)
    for one in halts:
        whose = sites.get(one.tenant_id, str(one.tenant_id))
        click.echo(
            f"halted until {instant_text(one.until)}: {whose} {one.scope or 'everything'} ({one.reason})", err=True
        )


def describe_job(row: JobRow, at: Instant) -> str:
    """Return what a job is at, in words."""
    due = "paused" if row.paused else f"due {instant_text(row.due_at)}"
    if row.lease_until > at:
        due = "running"
    ended = f"ended {instant_text(row.ended_at)}" if row.ended_at else "never ended"
    tries = f", failed {row.attempts} times" if row.attempts else ""
    return f"{due}  {ended}{tries}" + (f"  {row.said}" if row.said else "")


@jobs.command()
@NAME
@SITE
def run(name: str, site: str | None) -> None:
    """Run a job here and now, to its end or until a limit of Jira puts it off."""
    with _opened() as (ground, app):
        with ground.reader.connect() as connection:
            tenant_id = _whose(connection, name, site)
        workshop = JobRunner(app)
        workshop.enter()
        done, steps = _run(workshop, tenant_id, name)
    if done.said:
        raise CommandError(f"{name}: {done.said}", f"it is tried again {instant_text(done.due_at)}", FAILURE)
    click.echo(f"{name}: {done.how}, {steps} steps, next {instant_text(done.due_at)}")


def _run(workshop: JobRunner, tenant_id: int, name: str) -> tuple[JobResult, int]:
    steps = 0
    while True:
        done = workshop.run_now(tenant_id, name)
        if done is None:
            raise CommandError(f"{name} is running elsewhere, or paused", "see: teachback jobs list", FAILURE)
        steps += 1
        if done.how != "to go on" or done.due_at > now():
            return done, steps


@jobs.command()
@NAME
@SITE
def pause(name: str, site: str | None) -> None:
    """Let no worker take a job until it is resumed; a step that runs is finished."""
    _set_paused(name, site, paused=True)


@jobs.command()
@NAME
@SITE
def resume(name: str, site: str | None) -> None:
    """Let workers take a job again."""
    _set_paused(name, site, paused=False)


def _set_paused(name: str, site: str | None, *, paused: bool) -> None:
    with _opened() as (ground, app):
        JobRunner(app).enter()
        with ground.engine.begin() as connection:
            found = save_paused(connection, _whose(connection, name, site), name, paused=paused)
    if not found:
        raise CommandError(f"this site has no job {name}", "see: teachback jobs list")
    click.echo(f"{name} is {'paused' if paused else 'resumed'}")


@contextmanager
def _opened() -> Iterator[tuple[Context, Container]]:
    with open_ground() as ground:
        app = build_house(ground.settings, now)
        try:
            yield ground, app
        finally:
            app.engine.dispose()
            app.reader.dispose()


def _whose(connection: Connection, name: str, site: str | None) -> int:
    if JOBS[name].per == "installation":
        return EVERYONE
    if site is None:
        raise CommandError(f"{name} is a job of each site", "name the site with --site")
    return find_tenant(connection, site).tenant_id


def _sites(connection: Connection) -> dict[int, str]:
    return {EVERYONE: "(all)"} | {one.tenant_id: one.site for one in select_tenants(connection)}
