"""`teachback link`: expiring, revocable links to one engagement's figures for people without a Jira account."""

import click
from sqlalchemy import Connection

from connector.actions.settings.links import MOST_DAYS, NewLink, insert_link
from connector.auth.access import LINKED
from connector.clock import now
from connector.commands.context import open_context, require_engagement, require_tenant
from connector.commands.errors import CommandError
from connector.commands.options import SITE, CommandGroup, examples
from connector.platforms.direct.link_sessions import APPS, digest_of, make_token
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.export.numbers import instant_text
from mappings.records.facts.accounts import select_known_accounts
from mappings.records.operations.access_links import (
    ADMIN,
    WHOLE_SITE,
    AccessLink,
    save_revoked,
    select_access_links,
)
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.tenants import select_tenant

MAX_ADMIN_DAYS = 7


@click.group(cls=CommandGroup)
def link() -> None:
    """Create, list and revoke signed links: pages for one account or role and one engagement, without Jira."""


@link.command(
    epilog=examples(
        "link create growth-acme --site NAME --role inhouse_lead --with-tickets",
        "link create --site NAME --admin --account 5b10a2844c20165700ede21g --days 1",
        "link create growth-acme --site NAME --account 5b10a2844c20165700ede21g --days 7",
    )
)
@click.argument("engagement", required=False)
@SITE
@click.option("--role", type=click.Choice(sorted(LINKED)), help="The role whose view it opens.")
@click.option("--account", metavar="ACCOUNT", help="The account id of the person whose view it opens, instead.")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    metavar="NUMBER",
    help="How long it works: 30 unless said otherwise, with --admin 1.",
)
@click.option("--admin", is_flag=True, help="Set engagements up on the whole site in the person's name, instead.")
@click.option("--with-tickets", is_flag=True, help="Show keys and titles of tickets, except those that Jira secures.")
def create(
    engagement: str | None,
    site: str,
    *,
    role: str | None,
    account: str | None,
    days: int | None,
    admin: bool,
    with_tickets: bool,
) -> None:
    """Create a link to the figures of ENGAGEMENT and print it. It is shown only once.

    With --admin and --account, and without ENGAGEMENT: a link by which that person sets engagements up on the pages of
    a site without an app. It works for a week at most.
    """
    days = days or (1 if admin else 30)
    _require_options(engagement, role, account, days, admin=admin)
    token, moment = make_token(), now()
    made = NewLink(
        digest_of(token),
        engagement or WHOLE_SITE,
        made_at=moment,
        expires_at=moment + days * DAY,
        role=ADMIN if admin else role,
        account=account,
        tickets=with_tickets,
    )
    with open_context() as context, context.engine.begin() as connection:
        base_url = context.settings.base_url
        if not base_url:
            raise CommandError("a link needs the address of this installation", "set TEACHBACK_BASE_URL")
        tenant_id = require_tenant(connection, site).tenant_id
        _require_target(connection, tenant_id, made)
        number = insert_link(connection, tenant_id, made, by=None)
    click.echo(f"{base_url}/direct/{token}")
    opened = f"Link {number} opens {engagement} for {days} days. Anyone with this link sees its figures."
    set_up = f"Link {number} sets engagements up on {site}. Anyone with it acts in that person's name."
    click.echo(set_up if admin else opened, err=True)


def _require_target(connection: Connection, tenant_id: int, made: NewLink) -> None:
    """Refuse a link to an engagement that is not there, and an administrator's where an app is installed."""
    if made.role == ADMIN:
        _require_site_without_app(connection, tenant_id, made.account or "")
    else:
        require_engagement(connection, tenant_id, made.engagement)


def _require_options(engagement: str | None, role: str | None, account: str | None, days: int, *, admin: bool) -> None:
    if admin:
        _require_admin_options(engagement, role, account, days)
    elif engagement is None:
        raise CommandError("a link shows one engagement", "name it, or give --admin")
    elif (role is None) == (account is None):
        raise CommandError("a link is for a role or for an account", "give one of --role and --account")


def _require_admin_options(engagement: str | None, role: str | None, account: str | None, days: int) -> None:
    if engagement is not None or role is not None or account is None:
        raise CommandError("an administrator's link is for one account and the whole site", "give --admin --account")
    if days > MAX_ADMIN_DAYS:
        raise CommandError("an administrator's link works for a week at most", f"give --days {MAX_ADMIN_DAYS} or less")


def _require_site_without_app(connection: Connection, tenant_id: int, account: str) -> None:
    tenant = select_tenant(connection, tenant_id)
    if tenant is not None and tenant.platform in APPS:
        raise CommandError(
            "an app is installed on this site, and Jira says who administers it",
            "open Knowledge transfer in a project there",
        )
    if account not in select_known_accounts(connection, tenant_id, [account]):
        raise CommandError(f"nobody with the account {account} was seen on this site", "see: teachback people")


@link.command("list", epilog=examples("link list --site NAME"))
@SITE
def list_(site: str) -> None:
    """List the links of a site, without their addresses."""
    moment = now()
    with open_context() as context, context.reader.connect() as connection:
        rows = select_access_links(connection, require_tenant(connection, site).tenant_id)
    for row in rows:
        tickets = "with tickets" if row.tickets else "without tickets"
        whole, view = row.engagement or "whole site", row.role or row.account
        click.echo(f"{row.link_id}  {whole}  {view}  {tickets}  {state_text(row, moment)}")
    click.echo(f"{len(rows)} links", err=True)


def state_text(row: AccessLink, moment: Instant) -> str:
    if row.revoked_at is not None:
        return f"revoked {instant_text(row.revoked_at)}"
    state = "expired" if row.expires_at <= moment else "until"
    used = f", last opened {instant_text(row.used_at)}" if row.used_at else ", never opened"
    return f"{state} {instant_text(row.expires_at)}{used}"


@link.command(epilog=examples("link revoke 1 --site NAME"))
@click.argument("number", type=int)
@SITE
def revoke(number: int, site: str) -> None:
    """Revoke link NUMBER and end every session that was opened with it."""
    with open_context() as context, context.engine.begin() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        if not save_revoked(connection, tenant_id, number, now()):
            raise CommandError(f"no link {number} of this site is active", "see: teachback link list")
        insert_act(connection, tenant_id, Act(now(), None, "link revoked", str(number)))
    click.echo(f"Link {number} is revoked")
