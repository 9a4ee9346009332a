"""Commands about signed links: an expiring, revocable way to one engagement's figures for who has no Jira account."""

from datetime import timedelta

import click
from sqlalchemy import Connection

from connector.auth.access import LINKED
from connector.commands.context import find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import CommandError
from connector.container import now
from connector.platforms.direct.link_sessions import digest_of, make_token
from mappings.formats.report.json_report import instant_text
from mappings.records.agreement.engagements import select_engagement
from mappings.records.operations.access_links import AccessLink, insert_access_link, save_revoked, select_access_links
from mappings.records.operations.audit import Act, insert_act

DAY = timedelta(days=1) // timedelta(microseconds=1)
LONGEST = 366


@click.group()
def link() -> None:
    """Signed links: pages on our own address for one account or role and one engagement."""


@link.command()
@click.argument("engagement")
@SITE
@click.option("--role", type=click.Choice(sorted(LINKED)), help="Whose sight it gives, where nobody is named.")
@click.option("--account", help="The account id of the person that it is made for.")
@click.option("--days", type=click.IntRange(1, LONGEST), default=30, show_default=True, help="How long it holds.")
@click.option("--with-tickets", is_flag=True, help="Name tickets by key and title; those that Jira secures never.")
def create(engagement: str, site: str, role: str | None, account: str | None, days: int, with_tickets: bool) -> None:  # noqa: FBT001, PLR0917 click hands each option over by name
    """Make a link to the figures of ENGAGEMENT and print it: it is shown this once."""
    if (role is None) == (account is None):
        raise CommandError("a link is for a role or for an account", "give one of --role and --account")
    token, moment = make_token(), now()
    with open_ground() as ground, ground.engine.begin() as connection:
        base_url = ground.settings.base_url
        if not base_url:
            raise CommandError("a link needs the address of this installation", "set TEACHBACK_BASE_URL")
        tenant_id = find_tenant(connection, site).tenant_id
        require_engagement(connection, tenant_id, engagement)
        number = insert_access_link(
            connection,
            tenant_id,
            digest=digest_of(token),
            engagement=engagement,
            account=account,
            role=role,
            tickets=with_tickets,
            made_at=moment,
            expires_at=moment + days * DAY,
        )
        insert_act(connection, tenant_id, Act(moment, None, "link made", str(number), None, role, account))
    click.echo(f"{base_url}/direct/{token}")
    click.echo(f"Link {number} opens {engagement} for {days} days. Whoever has it sees what it shows.", err=True)


def require_engagement(connection: Connection, tenant_id: int, key: str) -> None:
    """Raise CommandError where the site has no such engagement."""
    if select_engagement(connection, tenant_id, key) is None:
        raise CommandError(f"no engagement {key!r} on this site", "apply its file first")


@link.command("list")
@SITE
def show_all(site: str) -> None:
    """List the links of a site, without what opens them."""
    moment = now()
    with open_ground() as ground, ground.reader.connect() as connection:
        found = select_access_links(connection, find_tenant(connection, site).tenant_id)
    for one in found:
        tickets = "with tickets" if one.tickets else "without tickets"
        click.echo(f"{one.link_id}  {one.engagement}  {one.role or one.account}  {tickets}  {state_of(one, moment)}")
    click.echo(f"{len(found)} links", err=True)


def state_of(one: AccessLink, moment: int) -> str:
    """Say whether a link still opens anything."""
    if one.revoked_at is not None:
        return f"revoked {instant_text(one.revoked_at)}"
    word = "expired" if one.expires_at <= moment else "until"
    used = f", opened last {instant_text(one.used_at)}" if one.used_at else ", never opened"
    return f"{word} {instant_text(one.expires_at)}{used}"


@link.command()
@click.argument("number", type=int)
@SITE
def revoke(number: int, site: str) -> None:
    """End link NUMBER, and at once every session that was begun with it."""
    with open_ground() as ground, ground.engine.begin() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        if not save_revoked(connection, tenant_id, number, now()):
            raise CommandError(f"no link {number} of this site still holds", "see: teachback link list")
        insert_act(connection, tenant_id, Act(now(), None, "link revoked", str(number)))
    click.echo(f"Link {number} opens nothing any more")
