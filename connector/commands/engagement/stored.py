"""`teachback engagement list`, `show` and `export`: the engagements that are stored."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import click

from connector.clock import now
from connector.commands.context import open_context, require_engagement, require_tenant
from connector.commands.options import SITE, examples
from mappings.formats.engagement_file.writer import rule_text, write_engagement
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import KeptIn, StoredEngagement, save_kept_in, select_engagements
from mappings.records.operations.audit import Act, insert_act

_Side: TypeAlias = Literal["agency", "other", "inhouse", "gatekeeper", "unknown"]
SIDE_NAMES: Mapping[_Side, str] = {
    "agency": "agency",
    "other": "another agency",
    "inhouse": "in-house",
    "gatekeeper": "gatekeeper",
    "unknown": "on no side",
}


@click.command("list", epilog=examples("engagement list --site NAME"))
@SITE
def list_(site: str) -> None:
    """List the engagements of a site: key, name, agency, projects, dates, and the state of the figures."""
    with open_context() as context, context.reader.connect() as connection:
        stored = select_engagements(connection, require_tenant(connection, site).tenant_id)
    for each in stored:
        agreed = each.engagement
        dates = f"{agreed.starts} to {agreed.ends or 'open'}"
        projects = ", ".join(agreed.projects)
        click.echo(f"{agreed.key}  {agreed.name}  {agreed.agency_name}  {projects}  {dates}  {state_text(each)}")
    click.echo(f"{len(stored)} engagement{'' if len(stored) == 1 else 's'}", err=True)


@click.command("show", epilog=examples("engagement show growth-acme --site NAME"))
@click.argument("engagement")
@SITE
def show(engagement: str, site: str) -> None:
    """Show what is agreed in ENGAGEMENT, and whether its figures are up to date."""
    with open_context() as context, context.reader.connect() as connection:
        stored = require_engagement(connection, require_tenant(connection, site).tenant_id, engagement)
    click.echo("\n".join(summary_lines(stored)))


@click.command("export", epilog=examples("engagement export growth-acme --site NAME > growth-acme.yaml"))
@click.argument("engagement")
@SITE
def export(engagement: str, site: str) -> None:
    """Print ENGAGEMENT as its file. Applying that file changes nothing."""
    with open_context() as context, context.reader.connect() as connection:
        stored = require_engagement(connection, require_tenant(connection, site).tenant_id, engagement)
    click.echo(write_engagement(stored.engagement), nl=False)


@click.command(
    "keep",
    epilog=examples(
        "engagement keep growth-acme --in pages --site NAME",
        "engagement keep growth-acme --in file --site NAME",
    ),
)
@click.argument("engagement")
@click.option(
    "--in", "kept_in", type=click.Choice(("pages", "file")), required=True, help="Where it is changed from now on."
)
@SITE
def keep(engagement: str, kept_in: KeptIn, site: str) -> None:
    """Say where ENGAGEMENT is changed from now on: on its pages in Jira, or in a file that is applied here.

    Nothing of what is agreed changes. Applying a changed file keeps it as a file again.
    """
    with open_context() as context, context.engine.begin() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        stored = require_engagement(connection, tenant_id, engagement)
        if stored.kept_in != kept_in:
            save_kept_in(connection, tenant_id, engagement, kept_in)
            insert_act(connection, tenant_id, Act(now(), None, "engagement kept", engagement, stored.kept_in, kept_in))
    click.echo(f"{engagement} is changed {'on its pages' if kept_in == 'pages' else 'in its file'} from now on")


def state_text(stored: StoredEngagement) -> str:
    if stored.next_generation is None:
        return "measured"
    return "not measured yet" if stored.generation is None else "being measured anew"


def summary_lines(stored: StoredEngagement) -> Iterator[str]:
    agreed = stored.engagement
    for name, text in (
        ("Engagement", f"{agreed.name} ({agreed.key})"),
        ("Agency", f"{agreed.agency_name} ({agreed.agency})"),
        ("Dates", f"{agreed.starts} to {agreed.ends or 'open'}, {agreed.zone}"),
        ("Projects", ", ".join(agreed.projects)),
        ("Model", agreed.model or "not given"),
        ("People", people_text(agreed)),
        ("Leads", "; ".join(f"{side} {', '.join(accounts)}" for side, accounts in agreed.leads.items()) or "none"),
        ("Units", " ".join(filter(None, (agreed.units.by, agreed.units.field)))),
        ("Attribution", agreed.attribution),
        ("Rules", agreed.ruleset),
        ("Changed", "on its pages" if stored.kept_in == "pages" else "in its file"),
        ("Figures", state_text(stored)),
        ("Hash", stored.hash),
    ):
        yield f"{name + ':':<12} {text}"
    yield "Statuses:"
    for kind in ("active", "review", "paused_on_client", "paused_on_agency", "gatekeeper", "done"):
        if statuses := getattr(agreed.workflow, kind):
            yield f"  {kind}: {', '.join(statuses)}"
    yield "Objectives:" if agreed.objectives else "Objectives:  none"
    for objective in agreed.objectives:
        target = f"{objective.people} {objective.rung}{f' by {objective.by}' if objective.by else ''}"
        yield f"  {objective.key}: {objective.name}; {target}; {rule_text(objective.mapping)}"


def people_text(agreed: Engagement) -> str:
    # Somebody with several lines counts once a side.
    sides = Counter(side for side, _ in {(person.side, person.account) for person in agreed.people})
    return ", ".join(f"{sides[side]} {name}" for side, name in SIDE_NAMES.items() if sides[side]) or "nobody"
