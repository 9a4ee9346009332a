"""`teachback doctor`: one line for each check, and what to do where something is wrong."""

import os

import click

from connector.app import build_container
from connector.clock import now
from connector.commands.context import with_keys
from connector.commands.errors import FAILURE
from connector.commands.options import examples
from connector.config import read_settings
from connector.health import checkup


@click.command(epilog=examples("doctor"))
@click.pass_context
def doctor(click_context: click.Context) -> None:
    """Check database, settings, keys and addresses, and print what to do where something is wrong."""
    container = build_container(with_keys(read_settings(os.environ)), now)
    wrong = 0
    for finding in checkup(container):
        click.echo(f"{'ok   ' if finding.well else 'WRONG'}  {finding.name}: {finding.text}")
        if not finding.well:
            wrong += 1
            click.echo(f"       {finding.hint}")
    container.engine.dispose()
    container.reader.dispose()
    if wrong:
        click_context.exit(FAILURE)
