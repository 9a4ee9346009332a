"""Commands about admin webhooks: Jira tells of changes at once, where no app is installed that would."""

import click

from connector.commands.context import find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import CommandError
from connector.container import now
from connector.platforms.direct.admin_webhooks import make_address, make_secret
from connector.platforms.direct.client import DOOR
from mappings.formats.report.json_report import instant_text
from mappings.records.operations.admin_webhooks import (
    AdminWebhook,
    insert_admin_webhook,
    save_webhook_revoked,
    select_admin_webhooks,
)
from mappings.records.operations.audit import Act, insert_act
from webhooks.receive import PROVED_BY_BODY

STEPS = (
    "In Jira: Settings, System, Webhooks, Create. Enter this URL and this secret, which are shown this once, and tick",
    "created, updated and deleted of issue, worklog and comment, and created and deleted of issue link.",
    "A JQL filter may name your projects.",
)


@click.group()
def webhook() -> None:
    """Webhooks that an admin enters in Jira by hand, for a site that is read with a token."""


@webhook.command()
@SITE
def create(site: str) -> None:
    """Make an address and a secret, and print them with what to do in Jira."""
    address, secret, moment = make_address(), make_secret(), now()
    with open_ground() as ground, ground.engine.begin() as connection:
        base_url = ground.settings.base_url
        if not base_url:
            raise CommandError("a webhook needs the address of this installation", "set TEACHBACK_BASE_URL")
        tenant = find_tenant(connection, site)
        if tenant.door != DOOR:
            mend = "teachback sync reads it with a token first" if tenant.door == "file" else "its app has webhooks"
            raise CommandError(f"{tenant.site} is not read with a token", mend)
        number = insert_admin_webhook(
            connection, tenant.tenant_id, address=address, secret=secret, vault=ground.vault, now=moment
        )
        insert_act(connection, tenant.tenant_id, Act(moment, None, "webhook made", str(number)))
    click.echo(f"URL     {base_url}{PROVED_BY_BODY}{address}")
    click.echo(f"Secret  {secret}")
    click.echo("\n".join(STEPS), err=True)


@webhook.command("list")
@SITE
def show_all(site: str) -> None:
    """List the webhooks of a site, without their secrets."""
    with open_ground() as ground, ground.reader.connect() as connection:
        found = select_admin_webhooks(connection, find_tenant(connection, site).tenant_id)
    for one in found:
        click.echo(f"{one.webhook_id}  {PROVED_BY_BODY}{one.address}  {state_of(one)}")
    click.echo(f"{len(found)} webhooks", err=True)


def state_of(one: AdminWebhook) -> str:
    """Say since when a webhook is taken, or since when no more."""
    if one.revoked_at is not None:
        return f"revoked {instant_text(one.revoked_at)}"
    return f"since {instant_text(one.made_at)}"


@webhook.command()
@click.argument("number", type=int)
@SITE
def revoke(number: int, site: str) -> None:
    """Take nothing more from webhook NUMBER."""
    with open_ground() as ground, ground.engine.begin() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        if not save_webhook_revoked(connection, tenant_id, number, now()):
            raise CommandError(f"no webhook {number} of this site is taken", "see: teachback webhook list")
        insert_act(connection, tenant_id, Act(now(), None, "webhook revoked", str(number)))
    click.echo(f"Nothing more is taken from webhook {number}: delete it in Jira, too")
