"""`teachback site`: the sites that are known, how each is reached, and what is read of it."""

import click
from sqlalchemy import Connection

from connector.commands.context import open_context
from connector.commands.options import CommandGroup, examples
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.issues import count_issues
from mappings.records.operations.sync_listings import select_listings
from mappings.records.operations.tenants import Tenant, select_tenants

PLATFORM_TEXTS = {
    "connect": "Connect app",
    "forge": "Forge app",
    "direct": "API token",
    "file": "files",
    "sample": "sample data",
}


@click.group(cls=CommandGroup)
def site() -> None:
    """List the sites that are known."""


@site.command("list", epilog=examples("site list"))
def list_() -> None:
    """List the sites: how each is reached, how many issues and engagements it has, and what is read of each project."""
    with open_context() as context, context.reader.connect() as connection:
        tenants = select_tenants(connection)
        for tenant in tenants:
            click.echo(site_line(connection, tenant))
    click.echo(f"{len(tenants)} site{'' if len(tenants) == 1 else 's'}", err=True)


def site_line(connection: Connection, tenant: Tenant) -> str:
    issues = count_issues(connection, tenant.tenant_id)
    engagements = len(select_engagements(connection, tenant.tenant_id))
    state = "" if tenant.state == "installed" else f" ({tenant.state})"
    parts = [
        tenant.site,
        f"by {PLATFORM_TEXTS.get(tenant.platform, tenant.platform)}{state}",
        f"{issues:,} issue{'' if issues == 1 else 's'}",
        f"{engagements} engagement{'' if engagements == 1 else 's'}",
    ]
    for listing in select_listings(connection, tenant.tenant_id, "history"):
        share = f" {listing.done / listing.total:.0%}" if listing.state == "running" and listing.total else ""
        parts.append(f"{listing.project} {'read' if listing.state == 'done' else listing.state}{share}")
    return "  ".join(parts)
