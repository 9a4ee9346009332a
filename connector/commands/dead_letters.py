"""Commands about dead letters: deliveries that could not be taken, kept for 30 days to be looked at and tried anew."""

import click

from connector.commands.context import find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import CommandError
from mappings.formats.report.json_report import instant_text
from mappings.records.operations.dead_letters import requeue_letter, select_letter_body, select_letters


@click.group()
def letters() -> None:
    """Dead letters: deliveries that could not be taken."""


@letters.command("list")
@SITE
def show_all(site: str) -> None:
    """List the dead letters of a site: number, when, why."""
    with open_ground() as ground, ground.reader.connect() as connection:
        found = select_letters(connection, find_tenant(connection, site).tenant_id)
    for one in found:
        click.echo(f"{one.letter_id}  {instant_text(one.dead_at)}  {one.reason}")
    click.echo(f"{len(found)} dead letters", err=True)


@letters.command()
@click.argument("number", type=int)
@SITE
def show(number: int, site: str) -> None:
    """Print what a dead letter says, as Jira sent it: it may hold personal data."""
    with open_ground() as ground, ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        body = select_letter_body(connection, tenant_id, number, ground.vault)
    if body is None:
        raise _missing(number)
    click.echo(body)


@letters.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
@SITE
def requeue(numbers: tuple[int, ...], site: str) -> None:
    """Put dead letters back into the inbox, all of them or none."""
    with open_ground() as ground, ground.engine.begin() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        for number in numbers:
            if not requeue_letter(connection, tenant_id, number, ground.vault):
                raise _missing(number)
    click.echo(f"{len(numbers)} back in the inbox")


def _missing(number: int) -> CommandError:
    return CommandError(f"no dead letter {number} on this site", "see: teachback dead-letters list")
