"""`teachback engagement preview`: what a file's mapping would tag, before it holds."""

from pathlib import Path

import click

from connector.actions.mapping_preview import lines_of, select_comparison
from connector.commands.context import find_tenant, open_ground
from connector.commands.engagements import FILE, SITE, engagement
from connector.commands.engagements import read_file as read
from connector.commands.progress import Telling
from mappings.records.agreement.engagements import select_engagement


@engagement.command()
@click.argument("file", type=FILE)
@SITE
def preview(file: Path, site: str) -> None:
    """Say how many tickets each objective of FILE would match, and what that changes. Nothing is written."""
    one, telling = read(file), Telling()
    with open_ground() as ground:
        with ground.reader.connect() as connection:
            tenant_id = find_tenant(connection, site).tenant_id
            held = select_engagement(connection, tenant_id, one.key) is not None
        found = select_comparison(
            ground.reader, tenant_id, one, lambda done, total: telling.tell(done, min(1.0, done / max(total, 1)))
        )
    telling.end()
    click.echo("\n".join(lines_of(found, one, held=held)))
