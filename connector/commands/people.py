"""`teachback people`: the accounts seen on a site, as lines for an engagement file."""

import click

from connector.commands.context import open_context, require_tenant
from connector.commands.options import SITE, examples
from mappings.formats.engagement_file.account_list import SeenPerson, people_lines
from mappings.formats.engagement_file.writer import person_line
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.accounts import select_people


@click.command(epilog=examples("people --site NAME > people.yaml"))
@SITE
def people(site: str) -> None:
    """Print the accounts seen, with ticket counts and a proposed side, as lines for an engagement file."""
    with open_context() as context, context.reader.connect() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        engagements = [stored.engagement for stored in select_engagements(connection, tenant_id)]
        lines = {person.account: person_line(person, agreed) for agreed in engagements for person in agreed.people}
        accounts = [
            SeenPerson(seen.account_id, seen.kind, seen.active, seen.tickets, lines.get(seen.account_id, {}))
            for seen in select_people(connection, tenant_id)
        ]
    click.echo(people_lines(accounts), nl=False)
