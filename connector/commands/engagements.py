"""Commands about who works with whom: engagement files, and the people for them."""

from pathlib import Path

import click
from sqlalchemy import Connection

from connector.commands.context import find_tenant, open_ground, take_tenant
from connector.commands.errors import CommandError
from connector.container import now
from mappings.events.pseudonyms import Swap
from mappings.formats.engagement_file.account_list import SeenPerson, people_lines
from mappings.formats.engagement_file.difference import changed_parts, engagement_difference, render_change
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.engagement_file.writer import person_line
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import DEFAULT
from mappings.records.agreement.engagements import (
    StoredEngagement,
    save_engagement,
    select_engagement,
    select_engagements,
)
from mappings.records.agreement.rulesets import select_rulesets
from mappings.records.facts.accounts import select_people
from mappings.records.operations.audit import AGREEMENT_CHANGED, Act, insert_act
from mappings.records.operations.tenants import select_digest
from mappings.records.privacy.account_columns import mask_engagement
from mappings.records.privacy.erasure import select_swap

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
SITE = click.option("--site", required=True, metavar="NAME", help="The Jira site, such as acme.atlassian.net.")

HOURS_MEND = "count tickets or story points (units in the engagement file)"


@click.group()
def engagement() -> None:
    """Engagement files: who works with whom, on what, and what is to be learned."""


def read_file(path: Path) -> Engagement:
    """Read an engagement file. Raises EngagementError, CommandError where it is no text."""
    try:
        return read_engagement(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as cause:
        raise CommandError(f"{path} is not UTF-8", "save it as UTF-8") from cause


@engagement.command()
@click.argument("file", type=FILE)
def lint(file: Path) -> None:
    """Check FILE: each problem with its line, its field and what to do."""
    one = read_file(file)
    click.echo(f"{one.key}: {len(one.people)} people, {len(one.objectives)} objectives, nothing wrong")


@engagement.command()
@click.argument("file", type=FILE)
@SITE
def apply(file: Path, site: str) -> None:
    """Make FILE what holds from now on, and say what changed."""
    one = read_file(file)
    with open_ground(make=True) as ground:
        tenant, fresh = take_tenant(ground, site)
        if fresh:
            click.echo(f"new site {tenant.site}")
        with ground.engine.begin() as connection:
            swap = select_swap(connection, tenant.tenant_id, select_digest(connection, tenant.tenant_id, ground.vault))
            lines = _apply(connection, tenant.tenant_id, one, swap)
    click.echo("\n".join(lines) or f"{one.key}: nothing changed")
    if lines:
        click.echo("Figures are built anew by the next report, or by serve while it runs.", err=True)


def _apply(connection: Connection, tenant_id: int, file: Engagement, swap: Swap | None) -> tuple[str, ...]:
    """Keep what a file says, under its own hash; whom it still names although they were erased stays a pseudonym."""
    one = mask_engagement(file, swap) if swap else file
    before = select_engagement(connection, tenant_id, one.key)
    changes = engagement_difference(before.engagement, one) if before else ()
    if before is not None and not changes:
        return ()
    _require_rules(connection, tenant_id, one)
    _require_no_hours(connection, tenant_id, one, before)
    named = engagement_hash(file)
    save_engagement(connection, tenant_id, one, named, now=now(), by=None)
    act = Act(now(), None, "engagement applied", one.key, before.hash if before else None, named)
    insert_act(connection, tenant_id, act)
    if before is None:
        counts = f"{len(one.people)} people, {len(one.objectives)} objectives"
        return (f"new engagement {one.key}: {counts}, projects {', '.join(one.projects)}",)
    parts = ", ".join(changed_parts(changes))
    insert_act(connection, tenant_id, Act(now(), None, AGREEMENT_CHANGED, one.key, None, parts))
    return tuple(map(render_change, changes))


def _require_rules(connection: Connection, tenant_id: int, one: Engagement) -> None:
    """Refuse a name of rules that nobody proposed: which rules hold is what the leads agreed on."""
    known = {DEFAULT.name, *(each.rules.name for each in select_rulesets(connection, tenant_id, one.key))}
    if one.ruleset not in known:
        mend = f"write ruleset: {DEFAULT.name}, and propose others with teachback ruleset propose"
        raise CommandError(f"there are no rules named {one.ruleset!r}", mend)


def _require_no_hours(connection: Connection, tenant_id: int, one: Engagement, before: StoredEngagement | None) -> None:
    """Refuse units by hours where rules of works-council mode hold, or are about to: each row would tell hours."""
    proposed = [each.rules for each in select_rulesets(connection, tenant_id, one.key)][-1:]
    rules = [*proposed, *((before.rules, before.next_rules) if before else ())]
    if one.units.by == "hours" and any(each.works_council for each in rules):
        raise CommandError("works-council mode shows no hours, and units by hours are hours", HOURS_MEND)


@click.command()
@SITE
def people(site: str) -> None:
    """Print the accounts seen, with ticket counts and a proposed side, as lines for an engagement file."""
    with open_ground() as ground, ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        agreed = [one.engagement for one in select_engagements(connection, tenant_id)]
        standing = {one.account: person_line(one, each) for each in agreed for one in each.people}
        found = [
            SeenPerson(one.account_id, one.kind, one.active, one.tickets, standing.get(one.account_id, {}))
            for one in select_people(connection, tenant_id)
        ]
    click.echo(people_lines(found), nl=False)
