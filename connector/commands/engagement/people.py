"""`teachback people`: the accounts seen on a site, as lines for an engagement file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from connector.actions.seen_people import SeenPeople, read_seen_people
from connector.commands.context import Context, open_context, require_tenant
from connector.commands.engagement.word_check import open_jira
from connector.commands.options import FILE, SITE, examples
from connector.commands.site.import_file import IssueLines
from mappings.formats.engagement_file.account_list import people_lines
from mappings.records.operations.tenants import Tenant

NAMES = click.option(
    "--names", type=FILE, metavar="FILE", help="Take people's names from this export file, where Jira cannot be asked."
)
DOMAIN = click.option(
    "--inhouse-domain", default="", metavar="DOMAIN", help="The e-mail domain of the in-house side, such as acme.com."
)


@click.command(epilog=examples("people --site NAME > people.yaml", "people --site NAME --names issues.jsonl.gz"))
@SITE
@click.option("--project", "projects", multiple=True, metavar="KEY", help="Only people of this project (repeatable).")
@NAMES
@DOMAIN
def people(site: str, projects: tuple[str, ...], names: Path | None, inhouse_domain: str) -> None:
    """Print the accounts seen, with names, tickets and a proposed side, as lines for an engagement file.

    Names are those that Jira shows now; they are not stored. A side is proposed where a Jira group or an e-mail
    address that Jira shows speaks for it.
    """
    with open_context() as context:
        with context.reader.connect() as connection:
            tenant = require_tenant(connection, site)
        seen = gather_people(context, tenant, projects, names=names, inhouse_domain=inhouse_domain)
    click.echo(people_lines(seen.people), nl=False)
    if not seen.people:
        click.echo("Nobody was seen yet: read a project with teachback sync, or import a file, first.", err=True)


def gather_people(
    context: Context, tenant: Tenant, projects: tuple[str, ...], *, names: Path | None, inhouse_domain: str
) -> SeenPeople:
    """Return the people seen, and print on standard error where Jira could not be asked for their names."""
    seen = read_seen_people(
        context.reader,
        tenant.tenant_id,
        projects=[key.upper() for key in projects],
        names=read_names(names) if names else {},
        inhouse_domain=inhouse_domain.lower(),
        jira=lambda: open_jira(context, tenant),
    )
    if seen.unreached:
        hint = "" if names else "; --names FILE takes names from an export file"
        click.echo(f"Jira was not asked for names, groups and addresses: {seen.unreached}{hint}", err=True)
    return seen


def read_names(path: Path) -> dict[str, str]:
    names: dict[str, str] = {}
    for _, line in IssueLines(path).after(0):
        try:
            names |= dict(names_in(json.loads(line or b"{}")))
        except (ValueError, RecursionError):
            # What cannot be read is the import's to refuse.
            continue
    return names


def names_in(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, dict):
        account, name = value.get("accountId") or value.get("key"), value.get("displayName")
        if isinstance(account, str) and isinstance(name, str):
            yield account, name
        for each in value.values():
            yield from names_in(each)
