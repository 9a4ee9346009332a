"""`teachback snapshot`: list the frozen weeks and quarters, and freeze what is due."""

from datetime import timedelta

import click

from connector.clock import now
from connector.commands.context import Context, open_context, require_engagement, require_tenant
from connector.commands.errors import CommandError
from connector.commands.options import SITE, CommandGroup, examples
from connector.commands.periods import Days, QuarterParam, ReportQuery, days_of
from connector.jobs.snapshots import is_whole, take_due_snapshots, take_snapshot
from mappings.formats.export.numbers import instant_text
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.quarters import quarter_start
from mappings.measure.period.snapshot_spans import span_of
from mappings.records.figures.snapshots import Snapshot, select_body, select_latest_end, select_snapshots
from mappings.records.sql.scope import AgreementScope

AS_RECORDED = click.option(
    "--as-recorded", is_flag=True, help="The quarter as it was frozen when it ended, instead of as it is known today."
)


@click.group(cls=CommandGroup)
def snapshot() -> None:
    """List and take snapshots: reports of each week and quarter, frozen as they were recorded."""


@snapshot.command("list", epilog=examples("snapshot list growth-acme --site NAME"))
@click.argument("engagement")
@SITE
def list_(engagement: str, site: str) -> None:
    """List the snapshots of ENGAGEMENT, with the hashes of what each was made from."""
    with open_context() as context, context.reader.connect() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        require_engagement(connection, tenant_id, engagement)
        rows = select_snapshots(AgreementScope(connection, tenant_id, engagement))
    for row in rows:
        click.echo(_snapshot_text(row))
    click.echo(f"{len(rows)} snapshots", err=True)


def _snapshot_text(row: Snapshot) -> str:
    hashes = f"ruleset {row.ruleset_hash}  engagement {row.engagement_hash}  inputs {row.input_hash}"
    return f"{row.kind:<7}  {row.first} to {row.end}  taken {instant_text(row.taken_at)}  {hashes}"


@snapshot.command(
    epilog=examples("snapshot take --site NAME", "snapshot take growth-acme --quarter 2026Q3 --site NAME")
)
@click.argument("engagement", required=False)
@click.option("--quarter", type=QuarterParam(), help="A quarter that is over, such as 2026Q3, as it is known today.")
@SITE
def take(engagement: str | None, quarter: Days | None, site: str) -> None:
    """Freeze each week and quarter that is over and has no snapshot, or one quarter of ENGAGEMENT.

    Earlier snapshots stay as they are.
    """
    if (engagement is None) != (quarter is None):
        raise CommandError("ENGAGEMENT and --quarter belong together", "give both, or none for all that is due")
    with open_context() as context:
        with context.reader.connect() as connection:
            tenant_id = require_tenant(connection, site).tenant_id
        if engagement is None or quarter is None:
            taken = take_due_snapshots(context.engine, context.reader, now(), tenant_id)
        else:
            taken = [_take_quarter(context, tenant_id, engagement, quarter)]
    for row in taken:
        click.echo(f"{row.engagement}  {_snapshot_text(row)}")
    click.echo(f"{len(taken)} snapshots taken", err=True)


def _take_quarter(context: Context, tenant_id: int, engagement: str, quarter: Days) -> Snapshot:
    span, at = span_of("quarter", quarter[0]), now()
    with context.reader.connect() as connection:
        stored = require_engagement(connection, tenant_id, engagement)
        frozen = select_body(AgreementScope(connection, tenant_id, engagement), "quarter", span.end)
    if at < Calendar(stored.engagement.zone, stored.engagement.workflow.hours).midnight(span.end):
        raise CommandError("the quarter is not over", f"it can be frozen from {span.end} on")
    if frozen is not None:
        raise CommandError("the quarter is frozen already", f"see teachback report {engagement} --as-recorded")
    if not is_whole(stored):
        raise CommandError("figures are being computed", f"run teachback report {engagement} first, then this again")
    return take_snapshot((context.engine, context.reader), tenant_id, engagement, span=span, now=at)


def select_frozen_report(context: Context, query: ReportQuery) -> bytes:
    """Return a quarter's report as it was frozen; without days the latest. Raises CommandError."""
    if query.as_of is not None:
        raise CommandError("--as-of stands beside --as-recorded", "a quarter is frozen as of its end: leave one out")
    with context.reader.connect() as connection:
        tenant_id = require_tenant(connection, query.site).tenant_id
        engagement = require_engagement(connection, tenant_id, query.engagement).engagement
        if query.quarter or query.first or query.end:
            first, end = days_of(query, engagement)
        else:
            latest = select_latest_end(AgreementScope(connection, tenant_id, engagement.key), "quarter")
            end = latest or quarter_start(engagement.starts)
            first = quarter_start(end - timedelta(days=1))
        body = select_body(AgreementScope(connection, tenant_id, engagement.key), "quarter", end)
    if body is None or first != quarter_start(end - timedelta(days=1)):
        hint = "see teachback snapshot list; teachback snapshot take freezes a quarter as it is known today"
        raise CommandError(f"{first} to {end} was not frozen as a quarter", hint)
    return body
