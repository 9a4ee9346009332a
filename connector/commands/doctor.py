"""`teachback doctor`: one line for each check, and one mend where something is wrong."""

import os

import click

from connector.app import build_house
from connector.commands.context import with_keys
from connector.commands.errors import FAILURE
from connector.config import read_settings
from connector.container import now
from connector.health import checkup


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Look whether this installation is well; what is wrong comes with what to do."""
    container = build_house(with_keys(read_settings(os.environ)), now)
    wrong = 0
    for finding in checkup(container):
        click.echo(f"{'ok   ' if finding.well else 'WRONG'}  {finding.name}: {finding.said}")
        if not finding.well:
            wrong += 1
            click.echo(f"       {finding.mend}")
    container.engine.dispose()
    container.reader.dispose()
    if wrong:
        context.exit(FAILURE)
