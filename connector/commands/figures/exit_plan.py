"""`teachback exit`: what the team could carry without the agency, and what to teach until then."""

from datetime import date

import click

from connector.clock import now
from connector.commands.context import open_context, require_measured_engagement, require_tenant
from connector.commands.errors import CommandError
from connector.commands.options import SITE, examples
from connector.commands.periods import DayParam
from connector.figures.exit_plans import select_exit_plan
from connector.figures.prepared import select_prepared
from mappings.events.times import DAY
from mappings.measure.people.exit_plan import ExitPlan, Gap
from mappings.measure.period.rounding import percent


@click.command("exit", epilog=examples("exit growth-acme --site NAME --on 2026-12-31"))
@click.argument("engagement")
@SITE
@click.option("--on", "day", type=DayParam(), help="The day on which the agency leaves (default: today).")
def leave(engagement: str, site: str, day: date | None) -> None:
    """Print what ENGAGEMENT's team could carry if the agency left on a day."""
    with open_context() as context, context.reader.connect() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        stored = require_measured_engagement(connection, tenant_id, engagement)
        prepared, moment = select_prepared(connection, tenant_id, stored), now()
        leaves_at = moment if day is None else prepared.calendar.midnight(day)
        if leaves_at < moment - DAY:
            raise CommandError(f"--on {day} is past", "name a day from today on; teachback report shows past periods")
        plan = select_exit_plan(connection, tenant_id, stored, prepared, on=leaves_at, now=moment)
    click.echo("\n".join(plan_lines(plan, stored.engagement.agency_name)))


def plan_lines(plan: ExitPlan, agency: str) -> list[str]:
    if plan.two_holders is None or plan.one_holder is None:
        coverage = "No ticket with an objective was finished in the last 90 days, so there is no coverage to compute."
    else:
        single, double = percent(plan.one_holder), percent(plan.two_holders)
        coverage = f"Without {agency}: {double} % of the work has two holders, {single} % at least one."
    if not plan.gaps:
        return [coverage, "Each objective could be carried alone by at least two people."]
    return [coverage, *map(gap_line, plan.gaps)]


def gap_line(gap: Gap) -> str:
    needed = ", ".join(f"{count} {rung}" for rung, count in gap.tickets.items()) or "no more tickets, only time"
    if gap.refreshing:
        needed += f" ({gap.refreshing} of them only to keep a holder's knowledge fresh)"
    counted = ", counted for beginners, as the team is too small to show rungs" if gap.suppressed else ""
    return f"{gap.objective}: {gap.coverage}, {gap.missing} missing; fewest tickets: {needed}{counted}"
