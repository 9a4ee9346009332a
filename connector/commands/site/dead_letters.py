"""`teachback dead-letters`: deliveries that failed five times, stored for 30 days to be read and tried again."""

import click

from connector.commands.context import open_context, require_tenant
from connector.commands.errors import CommandError
from connector.commands.options import SITE, CommandGroup, examples
from mappings.formats.export.numbers import instant_text
from mappings.records.operations.dead_letters import requeue_dead_letter, select_dead_letter_body, select_dead_letters


@click.group(cls=CommandGroup)
def letters() -> None:
    """List, show and requeue dead letters: deliveries that failed five times."""


@letters.command("list", epilog=examples("dead-letters list --site NAME"))
@SITE
def list_(site: str) -> None:
    """List the dead letters of a site: number, when, why."""
    with open_context() as context, context.reader.connect() as connection:
        rows = select_dead_letters(connection, require_tenant(connection, site).tenant_id)
    for row in rows:
        click.echo(f"{row.letter_id}  {instant_text(row.dead_at)}  {row.reason}")
    click.echo(f"{len(rows)} dead letters", err=True)


@letters.command(epilog=examples("dead-letters show 7 --site NAME"))
@click.argument("number", type=int)
@SITE
def show(number: int, site: str) -> None:
    """Print the body of dead letter NUMBER as Jira sent it. It may hold personal data."""
    with open_context() as context, context.reader.connect() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        body = select_dead_letter_body(connection, tenant_id, number, context.vault)
    if body is None:
        raise _missing(number)
    click.echo(body)


@letters.command(epilog=examples("dead-letters requeue 7 8 --site NAME"))
@click.argument("numbers", type=int, nargs=-1, required=True)
@SITE
def requeue(numbers: tuple[int, ...], site: str) -> None:
    """Put the dead letters NUMBERS back into the inbox, all of them or none."""
    with open_context() as context, context.engine.begin() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        for number in numbers:
            if not requeue_dead_letter(connection, tenant_id, number, context.vault):
                raise _missing(number)
    click.echo(f"{len(numbers)} back in the inbox")


def _missing(number: int) -> CommandError:
    return CommandError(f"no dead letter {number} on this site", "see: teachback dead-letters list")
