"""Commands about frozen reviews: list them, and freeze what is due or a quarter that nobody froze."""

from datetime import timedelta

import click

from connector.commands.context import Context, find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import CommandError
from connector.commands.periods import Days, QuarterParam, Question, days_of
from connector.commands.rulesets import find_engagement
from connector.container import now
from connector.jobs.snapshots import is_whole, take_due_snapshots, take_snapshot
from mappings.formats.report.json_report import instant_text
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.quarters import quarter_start
from mappings.measure.period.snapshot_spans import span_of
from mappings.records.figures.snapshots import Snapshot, select_body, select_latest_end, select_snapshots
from mappings.records.sql.scope import AgreementScope

AS_RECORDED = click.option(
    "--as-recorded", is_flag=True, help="The quarter as it was frozen when it ended, instead of as it is known today."
)


@click.group()
def snapshot() -> None:
    """Snapshots: reviews frozen as they were recorded, each week and each quarter."""


@snapshot.command("list")
@click.argument("engagement")
@SITE
def show_all(engagement: str, site: str) -> None:
    """List what is frozen of ENGAGEMENT, with the hashes of what it was made from."""
    with open_ground() as ground, ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        find_engagement(connection, tenant_id, engagement)
        found = select_snapshots(AgreementScope(connection, tenant_id, engagement))
    for one in found:
        click.echo(_line(one))
    click.echo(f"{len(found)} snapshots", err=True)


def _line(one: Snapshot) -> str:
    hashes = f"ruleset {one.ruleset_hash}  engagement {one.engagement_hash}  inputs {one.input_hash}"
    return f"{one.kind:<7}  {one.first} to {one.end}  taken {instant_text(one.taken_at)}  {hashes}"


@snapshot.command()
@click.argument("engagement", required=False)
@click.option("--quarter", type=QuarterParam(), help="A quarter that is over, such as 2026Q3, as it is known today.")
@SITE
def take(engagement: str | None, quarter: Days | None, site: str) -> None:
    """Freeze every week and quarter that is over and not frozen yet, or of ENGAGEMENT a quarter that nobody froze.

    What is frozen already stays as it is.
    """
    if (engagement is None) != (quarter is None):
        raise CommandError("ENGAGEMENT and --quarter belong together", "give both, or none for all that is due")
    with open_ground() as ground:
        with ground.reader.connect() as connection:
            tenant_id = find_tenant(connection, site).tenant_id
        if engagement is None or quarter is None:
            taken = take_due_snapshots(ground.engine, ground.reader, now(), tenant_id)
        else:
            taken = [_take_quarter(ground, tenant_id, engagement, quarter)]
    for one in taken:
        click.echo(f"{one.engagement}  {_line(one)}")
    click.echo(f"{len(taken)} snapshots taken", err=True)


def _take_quarter(ground: Context, tenant_id: int, engagement: str, quarter: Days) -> Snapshot:
    span, at = span_of("quarter", quarter[0]), now()
    with ground.reader.connect() as connection:
        stored = find_engagement(connection, tenant_id, engagement)
        frozen = select_body(AgreementScope(connection, tenant_id, engagement), "quarter", span.end)
    if at < Calendar(stored.engagement.zone, stored.engagement.workflow.hours).midnight(span.end):
        raise CommandError("the quarter is not over", f"it can be frozen from {span.end} on")
    if frozen is not None:
        raise CommandError("the quarter is frozen already", f"see teachback report {engagement} --as-recorded")
    if not is_whole(stored):
        raise CommandError("figures are being built", f"run teachback report {engagement} first, then this again")
    return take_snapshot((ground.engine, ground.reader), tenant_id, engagement, span=span, now=at)


def find_frozen(ground: Context, asked: Question) -> bytes:
    """Return a quarter's report as it was frozen, without a word about days the latest. Raises CommandError."""
    if asked.as_of is not None:
        raise CommandError("--as-of stands beside --as-recorded", "a quarter is frozen as of its end: leave one out")
    with ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, asked.site).tenant_id
        engagement = find_engagement(connection, tenant_id, asked.engagement).engagement
        if asked.quarter or asked.first or asked.end:
            first, end = days_of(asked, engagement)
        else:
            latest = select_latest_end(AgreementScope(connection, tenant_id, engagement.key), "quarter")
            end = latest or quarter_start(engagement.starts)
            first = quarter_start(end - timedelta(days=1))
        body = select_body(AgreementScope(connection, tenant_id, engagement.key), "quarter", end)
    if body is None or first != quarter_start(end - timedelta(days=1)):
        mend = "see teachback snapshot list; teachback snapshot take freezes a quarter as it is known today"
        raise CommandError(f"{first} to {end} was not frozen as a quarter", mend)
    return body
