"""`teachback report` and `explain`: the report of a period, and one of its figures with its tickets."""

import difflib
import json
import sys
from collections.abc import Iterable
from typing import Any

import click
from msgspec.structs import replace

from connector.clock import now
from connector.commands.context import Context, open_context, require_engagement, require_tenant
from connector.commands.errors import CommandError
from connector.commands.figures.report_text import report_text
from connector.commands.figures.review_file import FORMS, review_file
from connector.commands.figures.snapshots import AS_RECORDED, select_frozen_report
from connector.commands.intake import drain_and_measure
from connector.commands.options import SITE, examples
from connector.commands.periods import ReportQuery, days_of, with_period
from connector.commands.progress import QUIET
from connector.figures.prepared import select_prepared
from connector.figures.review import select_review
from connector.figures.scores import scope_of, select_of_many
from mappings.formats.explain.index import explain as explain_figure
from mappings.formats.explain.index import figure_named, figures_of
from mappings.formats.report.csv_report import report_csv
from mappings.formats.report.json_report import report as report_of
from mappings.formats.report.json_report import report_bytes
from mappings.formats.report.source import ReportSource
from mappings.measure.score.latencies import LATENCIES


@click.command(
    epilog=examples(
        "report growth-acme --site NAME --quarter 2026Q3",
        "report growth-acme --site NAME --quarter 2026Q3 --format text",
        "report growth-acme --site NAME --from 2026-07-01 --to 2026-08-01 --format csv",
        "report growth-acme --site NAME --quarter 2026Q3 --as-recorded --format pdf > review.pdf",
    )
)
@click.argument("engagement")
@SITE
@with_period
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", *FORMS]),
    help="Format (at a terminal text, else json); html and pdf are the quarterly review.",
)
@AS_RECORDED
@QUIET
def report(form: str | None, as_recorded: bool, **options: Any) -> None:  # noqa: FBT001 click passes options by name
    """Print the report of ENGAGEMENT for a period. New deliveries and tickets are measured first."""
    query = ReportQuery(**options)
    with open_context() as context:
        if as_recorded:
            body = select_frozen_report(context, query)
        else:
            body = report_bytes(report_of(measure_review(context, query)))
        if form in FORMS:
            click.echo(review_file(context, query, body, form, frozen=as_recorded), nl=False)
            return
        name = select_engagement_name(context, query)
    for chunk in render_report(body, form or ("text" if sys.stdout.isatty() else "json"), name):
        click.echo(chunk, nl=False)


def select_engagement_name(context: Context, query: ReportQuery) -> str:
    with context.reader.connect() as connection:
        tenant_id = require_tenant(connection, query.site).tenant_id
        return require_engagement(connection, tenant_id, query.engagement).engagement.name


def render_report(body: bytes, form: str, name: str) -> Iterable[str | bytes]:
    if form == "json":
        return (body,)
    whole = json.loads(body)
    return report_csv(whole) if form == "csv" else (report_text(whole, name),)


@click.command(
    epilog=examples(
        "explain growth-acme taught_share --site NAME --quarter 2026Q3", "explain growth-acme score --site NAME"
    )
)
@click.argument("engagement")
@click.argument("figure")
@SITE
@with_period
@QUIET
def explain(figure: str, **options: Any) -> None:
    """Print the rule and the tickets behind FIGURE, named as in the report, such as taught_share or score."""
    query = ReportQuery(**options)
    with open_context() as context:
        require_figure(context, query, figure)
        source = with_latency_counts(context, query, measure_review(context, query))
    # Whoever runs Teachback reads all that it holds.
    click.echo(explain_figure(replace(source, tells_targets=True), figure), nl=False)


def with_latency_counts(context: Context, query: ReportQuery, source: ReportSource) -> ReportSource:
    # In works-council mode only latencies of many people are explained.
    if source.scores is None or not source.rules.works_council:
        return source
    with context.reader.connect() as connection:
        tenant_id = require_tenant(connection, query.site).tenant_id
        stored = require_engagement(connection, tenant_id, query.engagement)
        prepared, scope = select_prepared(connection, tenant_id, stored), scope_of(connection, tenant_id, stored)
        return replace(source, of_many=select_of_many(scope, prepared, source.scores, LATENCIES))


def require_figure(context: Context, query: ReportQuery, name: str) -> None:
    # Checked before anything is measured, which may take long.
    with context.reader.connect() as connection:
        tenant_id = require_tenant(connection, query.site).tenant_id
        engagement = require_engagement(connection, tenant_id, query.engagement).engagement
    if figure_named(name, engagement) is None:
        paths = [*figures_of(engagement)]
        last_words = {path.rpartition(".")[2]: path for path in reversed(paths)}
        nearest = difflib.get_close_matches(name.rpartition(".")[2], [*last_words, *paths], n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else f"use one of {', '.join(paths)}"
        raise CommandError(f"{name!r} is not a figure of this report", hint)


def measure_review(context: Context, query: ReportQuery) -> ReportSource:
    with context.reader.connect() as connection:
        tenant_id = require_tenant(connection, query.site).tenant_id
        engagement = require_engagement(connection, tenant_id, query.engagement).engagement
    first, end = days_of(query, engagement)
    drain_and_measure(context, tenant_id)
    as_of = now() // 1000 * 1000 if query.as_of is None else query.as_of
    with context.reader.connect() as connection:
        stored = require_engagement(connection, tenant_id, query.engagement)
        return select_review(connection, tenant_id, stored, first=first, end=end, as_of=as_of)
