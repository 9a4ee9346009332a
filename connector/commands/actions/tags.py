"""`teachback tag`: tag many tickets with an objective, undo it, confirm late tags, and choose what Jira shows."""

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import Connection

from connector.actions.bulk_tags import NOBODY, Matches, has_objective, select_matches, tag_all
from connector.actions.bulk_tags import undo as undo_bulk_tag
from connector.actions.policy import TAG, may
from connector.actions.site_admin import choice_text, choose_mirror
from connector.actions.ticket_tags import confirm_objective
from connector.app import build_container
from connector.auth.access import roles_of
from connector.clock import now
from connector.commands.actions.actor import OBJECTIVE, open_actor, require_ticket, with_actor
from connector.commands.context import open_context, require_engagement, require_measured_engagement, require_tenant
from connector.commands.errors import FAILURE, CommandError
from connector.commands.options import SITE, CommandGroup, examples
from connector.container import Container
from connector.jira.errors import JiraError
from mappings.formats.export.numbers import instant_text
from mappings.records.agreement.bulk_tags import BulkTag, select_bulk_tags
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.issues import select_labels
from mappings.records.operations.issue_properties import Choice, select_choices

# Tickets that one bulk tag may set; a search that finds more is nearly always a slip.
MAX_TICKETS = 50_000
NAMED_KEYS = 10
WITHOUT_ACCOUNT = "are done already and left out: with --as ACCOUNT they are tagged, for the other side to confirm"
WITH_ACCOUNT = "of them are done already: they wait for the other side"
BULK_EXAMPLE = (
    "tag bulk growth-acme --site NAME --objective pricing --jql 'project = GROW AND labels = pricing' --dry-run"
)


@click.group(cls=CommandGroup)
def tag() -> None:
    """Tag many tickets with an objective, undo, confirm."""


@tag.command(epilog=examples(BULK_EXAMPLE))
@click.argument("engagement")
@SITE
@click.option("--jql", required=True, metavar="JQL", help="Which tickets, such as 'project = GROW AND labels = a'.")
@OBJECTIVE
@click.option("--as", "account", metavar="ACCOUNT", help="Who sets it; without it, done tickets are left out.")
@click.option("--dry-run", is_flag=True, help="Only print what would be tagged.")
def bulk(engagement: str, site: str, jql: str, objective: str, account: str | None, dry_run: bool) -> None:  # noqa: FBT001, PLR0917 click passes options by name
    """Tag all tickets of ENGAGEMENT that a JQL search finds. Try it with --dry-run first."""
    with open_context() as context:
        container = build_container(context.settings, now)
        with context.reader.connect() as connection:
            tenant_id = require_tenant(connection, site).tenant_id
            stored = require_objective(connection, tenant_id, engagement, objective)
        if account is not None:
            require_tagger(stored, account)
        ids = fetch_ids(container, tenant_id, jql)
        with context.reader.connect() as connection:
            matches = select_matches(connection, tenant_id, stored, objective=objective, issue_ids=ids)
            labels = select_labels(connection, tenant_id, matches.late[:NAMED_KEYS])
        print_matches(matches, len(ids), [label.key for _, label in sorted(labels.items())], named=account is not None)
        wanted = (*matches.early, *(matches.late if account else ()))
        if dry_run or not wanted:
            return
        bulk_tag = BulkTag(0, engagement, objective, jql, now(), account or NOBODY)
        saved = tag_all(context.engine, tenant_id, bulk_tag, wanted)
    click.echo(f"Bulk tag {saved.number}; to undo it: teachback tag undo {saved.number} --site {site}")


def require_objective(connection: Connection, tenant_id: int, key: str, objective: str) -> StoredEngagement:
    stored = require_engagement(connection, tenant_id, key)
    if not has_objective(stored.engagement, objective):
        known = ", ".join(agreed.key for agreed in stored.engagement.objectives) or "none yet"
        raise CommandError(f"{key} has no objective {objective!r}", f"use one of: {known}")
    # Without figures nobody knows which tickets are done.
    return require_measured_engagement(connection, tenant_id, key)


def require_tagger(stored: StoredEngagement, account: str) -> None:
    """Raise CommandError unless an account may set objectives in an engagement now."""
    if not may(TAG, roles_of(stored.engagement, account, now())):
        problem = f"--as {account} may not set objectives in {stored.engagement.key} today"
        raise CommandError(problem, "name somebody in-house, or a lead of the agency, as its file has them")


def fetch_ids(container: Container, tenant_id: int, jql: str) -> list[int]:
    """Return the ids that a search finds. Raises CommandError where Jira refuses it, or it finds too many."""
    ids: list[int] = []
    try:
        for page in container.jira(tenant_id, background=True).fetch_ids(jql):
            ids += page
            if len(ids) > MAX_TICKETS:
                raise CommandError(f"the search finds more than {MAX_TICKETS:,} tickets", "narrow it down")
    except JiraError as error:
        hint = "check --jql: the search has to be bounded" if error.status == 400 else "see: teachback doctor"
        raise CommandError(f"Jira {error}", hint, FAILURE) from error
    return ids


def print_matches(matches: Matches, searched: int, late_keys: Sequence[str], *, named: bool) -> None:
    # `late_keys` are the first keys of done tickets.
    tagged = len(matches.early) + (len(matches.late) if named else 0)
    click.echo(f"{searched:,} found, {tagged:,} to be tagged")
    more = ", and more" if len(matches.late) > len(late_keys) else ""
    late = f"{WITH_ACCOUNT if named else WITHOUT_ACCOUNT} ({', '.join(late_keys)}{more})"
    confirmable = "got it by a field after they were done: the other side confirms that (teachback tag confirm)"
    for count, text in (
        (len(matches.late), late),
        (matches.tagged, "were tagged by hand with the objective already"),
        (matches.set_late, confirmable),
        (matches.closed, "have no raw data any more (retention): their figures stay as they are"),
        (matches.outside, "are in no project of the engagement, or not read yet"),
    ):
        if count:
            click.echo(f"{count:,} {text}")


@tag.command(
    epilog=examples("tag confirm growth-acme GROW-12 --site NAME --as 5b10a2844c20165700ede21g --objective pricing")
)
@with_actor
@click.argument("key", metavar="ISSUE-KEY")
@OBJECTIVE
def confirm(key: str, objective: str, **who: Any) -> None:
    """Confirm on ISSUE-KEY an objective that the other side set after the ticket was done. It counts from now on."""
    with open_actor(**who) as actor:
        confirm_objective(actor, require_ticket(actor, key), objective)
    click.echo(f"{objective} is confirmed on {key} and counts from now on")


@tag.command("list", epilog=examples("tag list --site NAME"))
@SITE
def list_(site: str) -> None:
    """List the bulk tags of a site."""
    with open_context() as context, context.reader.connect() as connection:
        rows = select_bulk_tags(connection, require_tenant(connection, site).tenant_id)
    for row in rows:
        undone = f", undone {instant_text(row.undone_at)}" if row.undone_at else ""
        click.echo(f"{row.number}  {instant_text(row.at)}  {row.engagement}  {row.objective}  {row.jql}{undone}")
    click.echo(f"{len(rows)} bulk tags", err=True)


@tag.command(epilog=examples("tag undo 3 --site NAME"))
@click.argument("number", type=int)
@SITE
def undo(number: int, site: str) -> None:
    """Undo bulk tag NUMBER: exactly the tags that it set."""
    with open_context() as context:
        with context.reader.connect() as connection:
            tenant_id = require_tenant(connection, site).tenant_id
        if undo_bulk_tag(context.engine, tenant_id, number, now()) is None:
            raise CommandError(f"no bulk tag {number} to undo", "see: teachback tag list")
    click.echo(f"Bulk tag {number} is undone")


@tag.command(epilog=examples("tag mirror GROW --site NAME --objectives --no-bucket"))
@click.argument("project")
@SITE
@click.option(
    "--objectives/--no-objectives", default=None, help="Show objectives on tickets, also with several agencies."
)
@click.option("--bucket/--no-bucket", default=None, help="Show the buckets too, where one agency works.")
def mirror(project: str, site: str, objectives: bool | None, bucket: bool | None) -> None:  # noqa: FBT001 as above
    """Choose what PROJECT's tickets show in Jira, to everybody who can see the ticket and to JQL."""
    with open_context() as context, context.engine.begin() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        before = select_choices(connection, tenant_id).get(project, Choice(project))
        show_objectives = before.objectives if objectives is None else objectives
        show_bucket = before.bucket if bucket is None else bucket
        choice = Choice(project, objectives=show_objectives, bucket=show_bucket)
        choose_mirror(connection, tenant_id, choice, now=now(), by=None)
    click.echo(f"{project}: {choice_text(choice)}")
