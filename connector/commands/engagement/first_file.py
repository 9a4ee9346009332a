"""`teachback engagement init`: a first engagement file from what was read of a site."""

from datetime import UTC, datetime
from pathlib import Path

import click

from connector.actions.first_file import ProjectFacts, build_first_file, fetch_project_facts
from connector.clock import now
from connector.commands.context import Context, open_context, require_tenant
from connector.commands.engagement.people import DOMAIN, NAMES, gather_people
from connector.commands.engagement.word_check import open_jira
from connector.commands.errors import CommandError
from connector.commands.options import SITE, examples
from connector.jira.errors import JiraError
from mappings.formats.engagement_file.first_file import write_first_file
from mappings.formats.engagement_file.reader import read_engagement
from mappings.records.operations.tenants import Tenant


@click.command(
    "init",
    epilog=examples(
        "engagement init --site NAME --project GROW > growth-acme.yaml",
        "engagement init --site NAME --project GROW --inhouse-domain acme.com > growth-acme.yaml",
        "engagement init --site NAME --project GROW --names issues.jsonl.gz > growth-acme.yaml",
    ),
)
@SITE
@click.option("--project", "projects", multiple=True, required=True, metavar="KEY", help="A project (repeatable).")
@NAMES
@DOMAIN
def init(site: str, projects: tuple[str, ...], names: Path | None, inhouse_domain: str) -> None:
    """Print a first engagement file for projects, with comments, from what was read of them.

    People stand with their names and a side where something speaks for one, statuses by what they mean, and labels and
    components as examples of objectives. Open decisions are marked TODO.
    """
    keys = tuple(dict.fromkeys(key.upper() for key in projects))
    with open_context() as context:
        with context.reader.connect() as connection:
            tenant = require_tenant(connection, site)
        seen = gather_people(context, tenant, keys, names=names, inhouse_domain=inhouse_domain)
        facts = project_facts(context, tenant, keys)
        today = datetime.fromtimestamp(now() // 1_000_000, UTC).date()
        first_file = build_first_file(context.reader, tenant, keys, seen=seen, facts=facts, today=today)
    if first_file is None:
        hint = f"read it first: teachback sync --site {tenant.site} --project {keys[0]}, or teachback import"
        raise CommandError(f"nothing of {', '.join(keys)} was read on {tenant.site}", hint)
    text = write_first_file(first_file)
    # What is printed is a file that lint takes, or nothing.
    read_engagement(text)
    click.echo(text, nl=False)
    click.echo(f"Next: edit the file, then teachback engagement apply FILE --site {tenant.site}", err=True)


def project_facts(context: Context, tenant: Tenant, keys: tuple[str, ...]) -> tuple[ProjectFacts, ...]:
    """Return what Jira shows of the projects, nothing where it cannot be asked."""
    try:
        return fetch_project_facts(open_jira(context, tenant), keys)
    except JiraError:
        return (ProjectFacts(),) * len(keys)
