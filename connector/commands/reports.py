"""Commands that read figures: the report of a period, and one figure opened into its tickets."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import click
from sqlalchemy import Connection

from connector.commands.engagements import SITE
from connector.commands.ground import CommandError, Ground, find_tenant, open_ground
from connector.commands.telling import Telling
from connector.house import now
from connector.review import select_review
from mappings.events.vocabulary import Instant
from mappings.formats.explain import FIGURES
from mappings.formats.explain import explain as explained
from mappings.formats.report import Review, report_bytes
from mappings.formats.report import report as report_of
from mappings.measure.calendar import Calendar
from mappings.measure.engagement import Engagement
from mappings.measure.quarters import next_quarter, quarter_start
from mappings.records.engagements import StoredEngagement, select_engagement, select_engagements
from mappings.records.inbox import select_waiting
from mappings.records.progress import Progress
from webhooks.drain import drain_once
from webhooks.remeasuring import measure_waiting

Days = tuple[date, date]
"""`[first, end)`."""

_QUARTER = re.compile(r"([0-9]{4})-?[Qq]([1-4])")


class Day(click.ParamType[date]):
    """A day of the engagement's zone."""

    name = "DATE"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read 2026-07-01."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day: write it as 2026-07-01", param, ctx)


class Moment(click.ParamType[int]):
    """An instant, as µs."""

    name = "INSTANT"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read 2026-10-02T08:00:00Z."""
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(f"{value!r} is no instant: write it as 2026-10-02T08:00:00Z, with its zone", param, ctx)
        return int(moment.timestamp() * 1000) * 1000


class Quarter(click.ParamType[Days]):
    """A quarter of a year."""

    name = "QUARTER"

    def convert(self, value: str | Days, param: click.Parameter | None, ctx: click.Context | None) -> Days:
        """Read 2026Q3."""
        if isinstance(value, tuple):
            return value
        match = _QUARTER.fullmatch(value)
        if match is None or not int(match[1]):
            self.fail(f"{value!r} is no quarter: write it as 2026Q3", param, ctx)
        start = date(int(match[1]), int(match[2]) * 3 - 2, 1)
        return start, next_quarter(start)


_Command = TypeVar("_Command", bound=Callable[..., object])


def with_period(command: _Command) -> _Command:
    """Give a command the options that say which days, and what counts as now."""
    for add in (
        click.option("--as-of", type=Moment(), help="What counts as now, such as 2026-10-02T08:00:00Z (default: now)."),
        click.option("--quarter", type=Quarter(), help="A quarter such as 2026Q3 instead of the two."),
        click.option("--to", "end", type=Day(), help="The day after the last one of the period."),
        click.option("--from", "first", type=Day(), help="The first day of the period (default: this quarter)."),
    ):
        command = add(command)
    return command


@dataclass(frozen=True, slots=True)
class Question:
    """Which engagement of which site is asked about, for which days, and when."""

    engagement: str
    site: str
    first: date | None
    end: date | None
    quarter: Days | None
    as_of: Instant | None


@click.command()
@click.argument("engagement")
@SITE
@with_period
@click.option("--format", "form", type=click.Choice(["json"]), default="json", help="The report's form.")
def report(form: str, **asked: Any) -> None:
    """Print the review of ENGAGEMENT for a period; what waits is measured first."""
    with open_ground() as ground:
        found = find_review(ground, Question(**asked))
    click.echo(report_bytes(report_of(found)), nl=False)


@click.command()
@click.argument("engagement")
@click.argument("figure")
@SITE
@with_period
def explain(figure: str, **asked: Any) -> None:
    """Print the rule and the tickets behind FIGURE, named as in the report, such as taught_share."""
    name = figure.rpartition(".")[2]
    if name not in FIGURES:
        near = difflib.get_close_matches(name, FIGURES, n=1)
        mend = f"did you mean {near[0]}?" if near else f"use one of {', '.join(FIGURES)}"
        raise CommandError(f"{figure!r} is no figure that tickets add up to", mend)
    with open_ground() as ground:
        found = find_review(ground, Question(**asked))
    click.echo(explained(found, name), nl=False)


def find_review(ground: Ground, asked: Question) -> Review:
    """Measure what waits, then return what the question is answered from."""
    with ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, asked.site).tenant_id
        agreed = _stored(connection, tenant_id, asked.engagement).engagement
    first, end = days_of(asked, agreed)
    measure_first(ground, tenant_id)
    as_of = now() // 1000 * 1000 if asked.as_of is None else asked.as_of
    with ground.reader.connect() as connection:
        stored = _stored(connection, tenant_id, asked.engagement)
        return select_review(connection, tenant_id, stored, first=first, end=end, as_of=as_of)


def _stored(connection: Connection, tenant_id: int, key: str) -> StoredEngagement:
    stored = select_engagement(connection, tenant_id, key)
    if stored is None:
        known = ", ".join(one.engagement.key for one in select_engagements(connection, tenant_id)) or "none yet"
        raise CommandError(f"no engagement {key!r} on this site", f"apply its file first (known: {known})")
    return stored


def days_of(asked: Question, engagement: Engagement) -> Days:
    """Return the period that is asked for, `[first, end)`; without a word the quarter of today."""
    if asked.quarter is not None:
        if asked.first or asked.end:
            raise CommandError("--quarter stands beside --from or --to", "give one or the other")
        return asked.quarter
    if asked.first is None and asked.end is None:
        today = Calendar(engagement.zone, engagement.workflow.hours).day(now() if asked.as_of is None else asked.as_of)
        start = quarter_start(today)
        return start, next_quarter(start)
    if asked.first is None or asked.end is None:
        raise CommandError("--from and --to belong together", "give both, or --quarter")
    if asked.end <= asked.first:
        raise CommandError("--to does not lie after --from", "--to is the day after the last one")
    return asked.first, asked.end


def measure_first(ground: Ground, tenant_id: int) -> None:
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
    telling.end()
