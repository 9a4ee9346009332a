"""`teachback person`, `retention` and `purge`: what is stored about people, for how long, and its end."""

import json
from datetime import UTC, date, datetime

import click

from connector.clock import now
from connector.commands.context import Context, open_context, require_tenant
from connector.commands.errors import CommandError
from connector.commands.intake import drain_waiting
from connector.commands.options import SITE, CommandGroup, examples
from connector.commands.periods import DayParam
from connector.commands.progress import QUIET, ProgressLine
from connector.config_parsers import FEWEST_MONTHS, MOST_MONTHS
from connector.jobs.privacy import months_before
from connector.jobs.privacy import purge as purge_tenant
from mappings.events.types import Instant
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.retention_settings import save_months, select_retention_settings
from mappings.records.operations.tenants import save_tenant
from mappings.records.privacy.export import select_account_data
from mappings.records.sql.engine import compact
from webhooks.erasure import erase as erase_person
from webhooks.generations import measure_pending
from webhooks.retention import begin_retention, retention_step

ACCOUNT = "5b10a2844c20165700ede21g"


@click.group(cls=CommandGroup)
def person() -> None:
    """Export or erase what is stored about a person."""


@person.command(epilog=examples(f"person export {ACCOUNT} --site NAME"))
@click.argument("account")
@SITE
def export(account: str, site: str) -> None:
    """Print all that is stored about ACCOUNT as JSON, without other people."""
    with open_context() as context, context.reader.connect() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        holdings = select_account_data(connection, tenant_id, account, context.vault)
    click.echo(json.dumps({"account": account, "held": holdings}, ensure_ascii=False, indent=2, default=str))


@person.command(epilog=examples(f"person erase {ACCOUNT} --site NAME"))
@click.argument("account")
@SITE
def erase(account: str, site: str) -> None:
    """Erase ACCOUNT for good. A pseudonym replaces it, figures stay, and later reads do not bring it back."""
    with open_context() as context:
        with context.reader.connect() as connection:
            tenant_id = require_tenant(connection, site).tenant_id
        # No delivery that waits may keep the name.
        drain_waiting(context)
        pseudonym = erase_person(context.engine, context.vault, tenant_id, account=account, now=now())
        with context.engine.begin() as connection:
            insert_act(connection, tenant_id, Act(now(), None, "person erased", pseudonym))
        compact(context.engine)
    click.echo(f"erased; {pseudonym} stands in its place")


@click.command(epilog=examples("retention --site NAME", "retention --site NAME --months 18"))
@SITE
@click.option(
    "--months", type=click.IntRange(FEWEST_MONTHS, MOST_MONTHS), metavar="NUMBER", help="Keep raw data this long."
)
@click.option("--from", "first", type=DayParam(), help="Delete now the raw data that last changed before this day.")
@QUIET
def retention(site: str, months: int | None, first: date | None) -> None:
    """Show or set how long raw data of a site is kept, or delete older data now. Figures stay."""
    with open_context() as context:
        with context.engine.begin() as connection:
            tenant_id = require_tenant(connection, site).tenant_id
            if months is not None:
                save_months(connection, tenant_id, months)
        if first is not None:
            _delete_before(context, tenant_id, first)
        with context.reader.connect() as connection:
            settings = select_retention_settings(connection, tenant_id)
    since = "" if settings.kept_from is None else f"; nothing from before {_day_text(settings.kept_from)} is read"
    click.echo(f"{site}: {settings.months or context.settings.retention_months} months{since}")


def _delete_before(context: Context, tenant_id: int, first: date) -> None:
    kept_from = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) * 1_000_000
    latest = months_before(now(), FEWEST_MONTHS - 1)
    if kept_from > latest:
        raise CommandError(
            "--from is too recent", f"use {_day_text(latest)} or earlier: the figures look back that far"
        )
    # Figures that are being computed need the facts: they are finished first.
    measure_pending(context.engine, tenant_id, now())
    begin_retention(context.engine, tenant_id, kept_from)
    progress_line = ProgressLine()
    while (step := retention_step(context.engine, tenant_id, now())) is not None:
        progress_line.update(step.done, step.done / max(1, step.total), "issues checked")
    progress_line.end()
    compact(context.engine)


def _day_text(instant: Instant) -> str:
    return f"{datetime.fromtimestamp(instant // 1_000_000, UTC):%Y-%m-%d}"


@click.command(epilog=examples("purge --site NAME --yes"))
@SITE
@click.option("--yes", is_flag=True, help="Delete. Without it the command only says what it would do.")
def purge(site: str, *, yes: bool) -> None:
    """Delete all data of a site, for good and at once."""
    with open_context() as context:
        with context.engine.begin() as connection:
            tenant = require_tenant(connection, site)
            if not yes:
                raise CommandError(f"{tenant.site} would lose every row, for good", "add --yes to do it")
            save_tenant(connection, tenant.tenant_id, state="uninstalled", changed_at=now())
        count = purge_tenant(context.engine, tenant.tenant_id)
    click.echo(f"{tenant.site}: {count} rows deleted")
