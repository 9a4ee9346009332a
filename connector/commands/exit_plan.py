"""`teachback exit`: what a team could carry, had the agency left by a day, and what to teach until then."""

from datetime import date

import click

from connector.commands.context import find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import CommandError
from connector.commands.periods import DayParam
from connector.container import now
from connector.figures.scores import select_lens
from connector.figures.teaching import select_exit_plan
from mappings.measure.people.exit_plan import ExitPlan, Gap
from mappings.measure.period.rounding import percent
from mappings.records.agreement.engagements import select_engagement


@click.command("exit")
@click.argument("engagement")
@SITE
@click.option("--on", "day", type=DayParam(), help="The day on which the agency would leave (default: today).")
def leave(engagement: str, site: str, day: date | None) -> None:
    """Print what ENGAGEMENT's team could carry, had the agency left on a day."""
    with open_ground() as ground, ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        stored = select_engagement(connection, tenant_id, engagement)
        if stored is None or stored.generation is None:
            raise CommandError(f"no measured engagement {engagement!r} on this site", "apply its file, then report")
        prepared, moment = select_lens(connection, tenant_id, stored), now()
        on = moment if day is None else prepared.calendar.midnight(day)
        if on < moment - 86_400_000_000:
            raise CommandError(f"{day} is past", "name a day to come; a report says what was")
        plan = select_exit_plan(connection, tenant_id, stored, prepared, on=on, now=moment)
    click.echo("\n".join(lines_of(plan, stored.engagement.agency_name)))


def lines_of(plan: ExitPlan, agency: str) -> list[str]:
    """Return a plan as text: coverage, then each objective that too few would carry and what would mend it."""
    if plan.two_holders is None or plan.one_holder is None:
        head = ["No ticket with an objective was finished in the last 90 days, so coverage has no demand to weigh by."]
    else:
        one, two = percent(plan.one_holder), percent(plan.two_holders)
        head = [f"Without {agency}: {two} % of the work has two holders, {one} % at least one."]
    if not plan.gaps:
        return [*head, "At least two people could carry every objective alone."]
    return [*head, *(gap_line(gap) for gap in plan.gaps)]


def gap_line(gap: Gap) -> str:
    """Return one objective that too few would carry."""
    needed = ", ".join(f"{count} {rung}" for rung, count in gap.tickets.items()) or "none more but time"
    who = ", counted for beginners, as the team is too small to be told apart" if gap.suppressed else ""
    return f"{gap.objective}: {gap.coverage}, {gap.missing} missing; tickets to teach: {needed}{who}"
