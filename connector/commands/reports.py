"""Commands that read figures: the report of a period, and one figure opened into its tickets."""

import difflib
import json
from typing import Any

import click
from msgspec.structs import replace

from connector.commands.context import Context, find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import CommandError
from connector.commands.periods import Question, days_of, with_period
from connector.commands.progress import Telling
from connector.commands.rulesets import find_engagement
from connector.commands.snapshots import AS_RECORDED, find_frozen
from connector.container import now
from connector.figures.review import select_review
from connector.figures.scores import scope_of, select_lens, select_of_many
from connector.jobs.snapshots import begin_rules
from mappings.formats.explain.index import explain as explained
from mappings.formats.explain.index import figure_named, figures_of
from mappings.formats.report.csv_report import report_csv
from mappings.formats.report.json_report import ReportSource, report_bytes
from mappings.formats.report.json_report import report as report_of
from mappings.measure.score.latencies import LATENCIES
from mappings.records.operations.inbox import select_waiting
from mappings.records.operations.progress import Progress
from webhooks.drain import drain_once
from webhooks.generations import measure_waiting


@click.command()
@click.argument("engagement")
@SITE
@with_period
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", help="The report's form.")
@AS_RECORDED
def report(form: str, as_recorded: bool, **asked: Any) -> None:  # noqa: FBT001 click hands options over by name
    """Print the review of ENGAGEMENT for a period; what waits is measured first."""
    question = Question(**asked)
    with open_ground() as ground:
        body = find_frozen(ground, question) if as_recorded else report_bytes(report_of(find_review(ground, question)))
    for piece in report_csv(json.loads(body)) if form == "csv" else (body,):
        click.echo(piece, nl=False)


@click.command()
@click.argument("engagement")
@click.argument("figure")
@SITE
@with_period
def explain(figure: str, **asked: Any) -> None:
    """Print the rule and the tickets behind FIGURE, named as in the report, such as taught_share or score."""
    with open_ground() as ground:
        question = Question(**asked)
        check_figure(ground, question, figure)
        found = with_many(ground, question, find_review(ground, question))
    click.echo(explained(found, figure), nl=False)


def with_many(ground: Context, asked: Question, found: ReportSource) -> ReportSource:
    """Return a review that knows which latencies are of many people: the others open into no tickets."""
    if found.scores is None or not found.rules.works_council:
        return found
    with ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, asked.site).tenant_id
        stored = find_engagement(connection, tenant_id, asked.engagement)
        prepared, scope = select_lens(connection, tenant_id, stored), scope_of(connection, tenant_id, stored)
        return replace(found, of_many=select_of_many(scope, prepared, found.scores, LATENCIES))


def check_figure(ground: Context, asked: Question, figure: str) -> None:
    """Refuse a name that no figure of the engagement's report has, before anything is measured."""
    with ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, asked.site).tenant_id
        agreed = find_engagement(connection, tenant_id, asked.engagement).engagement
    if figure_named(figure, agreed) is None:
        places = [*figures_of(agreed)]
        ends = {place.rpartition(".")[2]: place for place in reversed(places)}
        near = difflib.get_close_matches(figure.rpartition(".")[2], [*ends, *places], n=1)
        mend = f"did you mean {near[0]}?" if near else f"use one of {', '.join(places)}"
        raise CommandError(f"{figure!r} is no figure of this report", mend)


def find_review(ground: Context, asked: Question) -> ReportSource:
    """Measure what waits, then return what the question is answered from."""
    with ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, asked.site).tenant_id
        agreed = find_engagement(connection, tenant_id, asked.engagement).engagement
    first, end = days_of(asked, agreed)
    measure_first(ground, tenant_id)
    as_of = now() // 1000 * 1000 if asked.as_of is None else asked.as_of
    with ground.reader.connect() as connection:
        stored = find_engagement(connection, tenant_id, asked.engagement)
        return select_review(connection, tenant_id, stored, first=first, end=end, as_of=as_of)


def measure_first(ground: Context, tenant_id: int) -> None:
    """Take in what waits in the inbox, then measure what waits (measurement (g) 14)."""
    with ground.reader.connect() as connection:
        waiting = select_waiting(connection).deliveries
    # As many as waited when we began: a site that never rests must not keep a report waiting.
    while waiting > 0 and (drained := drain_once(ground.engine, ground.vault, now())) is not None:
        waiting -= drained.deliveries
    telling = Telling()

    def tell(progress: Progress) -> None:
        telling.tell(progress.done, progress.done / progress.total if progress.total else 1.0, "issues measured")

    measure_waiting(ground.engine, tenant_id, now(), tell)
    if begin_rules(ground.engine, ground.reader, tenant_id, now()):
        measure_waiting(ground.engine, tenant_id, now(), tell)
    telling.end()
