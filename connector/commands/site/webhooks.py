"""`teachback webhook`: webhooks that an admin enters in Jira by hand, for a site that is read with a token."""

import click

from connector.clock import now
from connector.commands.context import open_context, require_tenant
from connector.commands.errors import CommandError
from connector.commands.options import SITE, CommandGroup, examples
from connector.platforms.direct.admin_webhooks import make_address, make_secret
from connector.platforms.direct.client import PLATFORM
from mappings.formats.export.numbers import instant_text
from mappings.records.operations.admin_webhooks import (
    AdminWebhook,
    insert_admin_webhook,
    save_webhook_revoked,
    select_admin_webhooks,
)
from mappings.records.operations.audit import Act, insert_act
from webhooks.receive import PROVED_BY_BODY

STEPS = (
    "In Jira: Settings, System, Webhooks, Create. Enter this URL and this secret, which are shown only once, and tick",
    "created, updated and deleted of issue, worklog and comment, and created and deleted of issue link.",
    "A JQL filter may name your projects.",
)


@click.group(cls=CommandGroup)
def webhook() -> None:
    """Create, list and revoke webhooks that an admin enters in Jira by hand, for a site that is read with a token."""


@webhook.command(epilog=examples("webhook create --site NAME"))
@SITE
def create(site: str) -> None:
    """Create a URL and a secret, and print them with what to do in Jira."""
    address, secret, moment = make_address(), make_secret(), now()
    with open_context() as context, context.engine.begin() as connection:
        base_url = context.settings.base_url
        if not base_url:
            raise CommandError("a webhook needs the address of this installation", "set TEACHBACK_BASE_URL")
        tenant = require_tenant(connection, site)
        if tenant.platform != PLATFORM:
            hint = "run teachback sync with a token first" if tenant.platform == "file" else "its app has webhooks"
            raise CommandError(f"{tenant.site} is not read with a token", hint)
        number = insert_admin_webhook(
            connection, tenant.tenant_id, address=address, secret=secret, vault=context.vault, now=moment
        )
        insert_act(connection, tenant.tenant_id, Act(moment, None, "webhook made", str(number)))
    click.echo(f"URL     {base_url}{PROVED_BY_BODY}{address}")
    click.echo(f"Secret  {secret}")
    click.echo("\n".join(STEPS), err=True)


@webhook.command("list", epilog=examples("webhook list --site NAME"))
@SITE
def list_(site: str) -> None:
    """List the webhooks of a site, without their secrets."""
    with open_context() as context, context.reader.connect() as connection:
        rows = select_admin_webhooks(connection, require_tenant(connection, site).tenant_id)
    for row in rows:
        click.echo(f"{row.webhook_id}  {PROVED_BY_BODY}{row.address}  {state_text(row)}")
    click.echo(f"{len(rows)} webhooks", err=True)


def state_text(row: AdminWebhook) -> str:
    if row.revoked_at is not None:
        return f"revoked {instant_text(row.revoked_at)}"
    return f"since {instant_text(row.made_at)}"


@webhook.command(epilog=examples("webhook revoke 1 --site NAME"))
@click.argument("number", type=int)
@SITE
def revoke(number: int, site: str) -> None:
    """Refuse what comes by webhook NUMBER from now on."""
    with open_context() as context, context.engine.begin() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        if not save_webhook_revoked(connection, tenant_id, number, now()):
            raise CommandError(f"no webhook {number} of this site is active", "see: teachback webhook list")
        insert_act(connection, tenant_id, Act(now(), None, "webhook revoked", str(number)))
    click.echo(f"Webhook {number} is revoked: delete it in Jira, too")
