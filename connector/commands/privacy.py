"""Commands about what is held of people: its export, its erasure, how long it stays, and its end."""

import json
from datetime import UTC, datetime

import click

from connector.commands.context import Context, find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import CommandError
from connector.commands.progress import Telling
from connector.config_parsers import FEWEST_MONTHS, MOST_MONTHS
from connector.container import now
from connector.jobs.privacy import months_before
from connector.jobs.privacy import purge as purge_tenant
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import select_waiting
from mappings.records.operations.retention_settings import save_months, select_keeping
from mappings.records.operations.tenants import save_tenant
from mappings.records.privacy.export import select_holdings
from mappings.records.sql.engine import compact
from webhooks.drain import drain_once
from webhooks.erasure import erase as erase_person
from webhooks.generations import measure_waiting
from webhooks.retention import begin_retention, retention_step

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def person() -> None:
    """What is held about one person."""


@person.command()
@click.argument("account")
@SITE
def export(account: str, site: str) -> None:
    """Print all that is held about ACCOUNT as JSON, nobody else in it."""
    with open_ground() as ground, ground.reader.connect() as connection:
        found = select_holdings(connection, find_tenant(connection, site).tenant_id, account, ground.vault)
    click.echo(json.dumps({"account": account, "held": found}, ensure_ascii=False, indent=2, default=str))


@person.command()
@click.argument("account")
@SITE
def erase(account: str, site: str) -> None:
    """Erase ACCOUNT for good: a pseudonym takes its place, figures stay, and no later read brings it back."""
    with open_ground() as ground:
        with ground.reader.connect() as connection:
            tenant_id = find_tenant(connection, site).tenant_id
        _drain(ground)
        pseudonym = erase_person(ground.engine, ground.vault, tenant_id, account=account, now=now())
        with ground.engine.begin() as connection:
            insert_act(connection, tenant_id, Act(now(), None, "person erased", pseudonym))
        compact(ground.engine)
    click.echo(f"erased; {pseudonym} stands in its place")


def _drain(ground: Context) -> None:
    """Take in what waits, so that no delivery keeps the name of whom is erased."""
    with ground.reader.connect() as connection:
        waiting = select_waiting(connection).deliveries
    while waiting > 0 and (drained := drain_once(ground.engine, ground.vault, now())) is not None:
        waiting -= drained.deliveries


@click.command()
@SITE
@click.option("--months", type=click.IntRange(FEWEST_MONTHS, MOST_MONTHS), help="Keep raw facts so many months.")
@click.option("--from", "first", type=DAY, metavar="DATE", help="Let go now what last changed before DATE.")
def retention(site: str, months: int | None, first: datetime | None) -> None:
    """Say how long raw facts of a site are kept, set it, or let older ones go now. Figures stay."""
    with open_ground() as ground:
        with ground.engine.begin() as connection:
            tenant_id = find_tenant(connection, site).tenant_id
            if months is not None:
                save_months(connection, tenant_id, months)
        if first is not None:
            _let_go(ground, tenant_id, first)
        with ground.reader.connect() as connection:
            kept = select_keeping(connection, tenant_id)
    since = "" if kept.kept_from is None else f"; nothing from before {_day(kept.kept_from)} is read"
    click.echo(f"{site}: {kept.months or ground.settings.retention_months} months{since}")


def _let_go(ground: Context, tenant_id: int, first: datetime) -> None:
    kept_from = int(first.replace(tzinfo=UTC).timestamp()) * 1_000_000
    latest = months_before(now(), FEWEST_MONTHS - 1)
    if kept_from > latest:
        raise CommandError("--from lies too near", f"use {_day(latest)} or earlier: the measures look back that far")
    # What is being built needs the facts: it is finished first.
    measure_waiting(ground.engine, tenant_id, now())
    begin_retention(ground.engine, tenant_id, kept_from)
    telling = Telling()
    while (step := retention_step(ground.engine, tenant_id, now())) is not None:
        telling.tell(step.done, step.done / max(1, step.total), "issues looked at")
    telling.end()
    compact(ground.engine)


def _day(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant // 1_000_000, UTC):%Y-%m-%d}"


@click.command()
@SITE
@click.option("--yes", is_flag=True, help="Without it, only say what would go.")
def purge(site: str, *, yes: bool) -> None:
    """Delete everything of a site, for good and at once."""
    with open_ground() as ground:
        with ground.engine.begin() as connection:
            tenant = find_tenant(connection, site)
            if not yes:
                raise CommandError(f"{tenant.site} would lose every row, for good", "say --yes to do it")
            save_tenant(connection, tenant.tenant_id, state="uninstalled", changed_at=now())
        count = purge_tenant(ground.engine, tenant.tenant_id)
    click.echo(f"{tenant.site}: {count} rows deleted")
