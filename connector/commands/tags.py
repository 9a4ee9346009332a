"""`teachback tag`: objectives set on many tickets at once, with a look before and a way back."""

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import Connection

from connector.actions.bulk_tags import NOBODY, Found, has_objective, select_found, tag_all, undo
from connector.actions.confirmations import confirm as keep
from connector.actions.site_admin import choose_mirror, words_of
from connector.app import build_house
from connector.auth.access import TAGGERS, roles_of
from connector.commands.context import find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import FAILURE, CommandError
from connector.commands.learning import OBJECTIVE, speaking, spoken, ticket_of
from connector.container import Container, now
from connector.jira.errors import JiraError
from mappings.formats.report.json_report import instant_text
from mappings.records.agreement.bulk_tags import BulkTag, select_bulk_tags
from mappings.records.agreement.engagements import StoredEngagement, select_engagement
from mappings.records.facts.issues import select_labels
from mappings.records.operations.issue_properties import Choice, select_choices

MOST = 50_000
"""Tickets that one act may tag; a search that finds more is nearly always a slip."""
SHOWN = 10
"""Keys of tickets that are named where there are more."""
WITHOUT_NAME = "are done already and left out: with --as ACCOUNT they are set in a name, for the other side to confirm"


@click.group()
def tag() -> None:
    """Objectives on many tickets at once."""


@tag.command()
@click.argument("engagement")
@SITE
@click.option("--jql", required=True, help="Which tickets, such as 'project = GROW AND labels = pricing'.")
@OBJECTIVE
@click.option("--as", "account", help="The account id of whoever sets it; without it, done tickets are left out.")
@click.option("--dry-run", is_flag=True, help="Only say what would be tagged.")
def bulk(engagement: str, site: str, jql: str, objective: str, account: str | None, dry_run: bool) -> None:  # noqa: FBT001, PLR0917 click hands each option over by name
    """Tag all tickets of ENGAGEMENT that a search finds. See what it would do first with --dry-run."""
    with open_ground() as ground:
        app = build_house(ground.settings, now)
        with ground.reader.connect() as connection:
            tenant_id = find_tenant(connection, site).tenant_id
            stored = require(connection, tenant_id, engagement, objective)
        if account is not None:
            require_tagger(stored, account)
        ids = fetch_ids(app, tenant_id, jql)
        with ground.reader.connect() as connection:
            found = select_found(connection, tenant_id, stored, objective=objective, issue_ids=ids)
            keys = [one.key for _, one in sorted(select_labels(connection, tenant_id, found.late[:SHOWN]).items())]
        say(found, len(ids), keys, named=account is not None)
        wanted = (*found.early, *(found.late if account else ()))
        if dry_run or not wanted:
            return
        kept = tag_all(
            ground.engine, tenant_id, BulkTag(0, engagement, objective, jql, now(), account or NOBODY), wanted
        )
    click.echo(f"Act {kept.number}; to take it back: teachback tag undo {kept.number} --site {site}")


def require(connection: Connection, tenant_id: int, key: str, objective: str) -> StoredEngagement:
    """Return the engagement. Raises CommandError where there is none, it has no such objective or no figures yet."""
    stored = select_engagement(connection, tenant_id, key)
    if stored is None:
        raise CommandError(f"no engagement {key!r} on this site", "apply its file first")
    if not has_objective(stored.engagement, objective):
        known = ", ".join(one.key for one in stored.engagement.objectives) or "none yet"
        raise CommandError(f"{key} has no objective {objective!r}", f"use one of: {known}")
    if stored.generation is None:
        raise CommandError(
            f"{key} is not measured yet, so that nobody knows what is done", "call teachback report first"
        )
    return stored


def require_tagger(stored: StoredEngagement, account: str) -> None:
    """Raise CommandError unless somebody may set objectives in an engagement at this moment."""
    if not TAGGERS & roles_of(stored.engagement, account, now()):
        who = f"--as {account} may not set objectives in {stored.engagement.key} today"
        raise CommandError(who, "name somebody in-house, or a lead of the agency, as its file has them")


def fetch_ids(app: Container, tenant_id: int, jql: str) -> list[int]:
    """Return the ids that a search finds. Raises CommandError where Jira does not take it, or it finds too much."""
    found: list[int] = []
    try:
        for page in app.jira(tenant_id, background=True).fetch_ids(jql):
            found += page
            if len(found) > MOST:
                raise CommandError(f"the search finds more than {MOST:,} tickets", "narrow it down")
    except JiraError as error:
        mend = "look at the search: it has to be bounded" if error.status == 400 else "see: teachback doctor"
        raise CommandError(f"Jira {error}", mend, FAILURE) from error
    return found


def say(found: Found, searched: int, late: Sequence[str], *, named: bool) -> None:
    """Say what a search found and what of it is tagged; `late` are the first keys of what is done already."""
    tagged = len(found.early) + (len(found.late) if named else 0)
    click.echo(f"{searched:,} found, {tagged:,} to be tagged")
    rest = ", and more" if len(found.late) > len(late) else ""
    waits = "of them are done already: they wait for the other side" if named else WITHOUT_NAME
    for many, words in (
        (len(found.late), f"{waits} ({', '.join(late)}{rest})"),
        (found.tagged, "have the objective by hand already"),
        (
            found.set_late,
            "got it by a field after they were done: the other side confirms that (teachback tag confirm)",
        ),
        (found.closed, "were let go by retention: their figures stay as they are"),
        (found.outside, "are in no project of the engagement, or not read yet"),
    ):
        if many:
            click.echo(f"{many:,} {words}")


@tag.command()
@spoken
@click.argument("key", metavar="ISSUE-KEY")
@OBJECTIVE
def confirm(key: str, objective: str, **who: Any) -> None:
    """Confirm on ISSUE-KEY an objective that the other side set after it was done: it counts from now on."""
    with speaking(**who) as actor:
        keep(actor, ticket_of(actor, key), objective)
    click.echo(f"{objective} is confirmed on {key} and counts from now on")


@tag.command("list")
@SITE
def show_all(site: str) -> None:
    """List the acts of tagging in bulk."""
    with open_ground() as ground, ground.reader.connect() as connection:
        found = select_bulk_tags(connection, find_tenant(connection, site).tenant_id)
    for one in found:
        ended = f", taken back {instant_text(one.undone_at)}" if one.undone_at else ""
        click.echo(f"{one.number}  {instant_text(one.at)}  {one.engagement}  {one.objective}  {one.jql}{ended}")
    click.echo(f"{len(found)} acts", err=True)


@tag.command("undo")
@click.argument("number", type=int)
@SITE
def take_back(number: int, site: str) -> None:
    """Take act NUMBER back: exactly the tags that it set."""
    with open_ground() as ground:
        with ground.reader.connect() as connection:
            tenant_id = find_tenant(connection, site).tenant_id
        if undo(ground.engine, tenant_id, number, now()) is None:
            raise CommandError(f"no act {number} that still holds", "see: teachback tag list")
    click.echo(f"Act {number} is taken back")


@tag.command()
@click.argument("project")
@SITE
@click.option(
    "--objectives/--no-objectives", default=None, help="Show objectives on tickets, also with several agencies."
)
@click.option("--bucket/--no-bucket", default=None, help="Show the buckets too, where one agency works.")
def mirror(project: str, site: str, objectives: bool | None, bucket: bool | None) -> None:  # noqa: FBT001 as above
    """Say what PROJECT's tickets show in Jira: whoever sees a ticket sees it, and JQL finds it."""
    with open_ground() as ground, ground.engine.begin() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        before = select_choices(connection, tenant_id).get(project, Choice(project))
        shown = before.objectives if objectives is None else objectives
        chosen = Choice(project, objectives=shown, bucket=before.bucket if bucket is None else bucket)
        choose_mirror(connection, tenant_id, chosen, now=now(), by=None)
    click.echo(f"{project}: {words_of(chosen)}")
