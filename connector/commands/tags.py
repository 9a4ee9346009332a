"""`teachback tag`: objectives set on many tickets at once, with a look before and a way back."""

import click
from sqlalchemy import Connection

from connector.app import build_house
from connector.commands.engagements import SITE
from connector.commands.ground import FAILURE, CommandError, find_tenant, open_ground
from connector.house import House, now
from connector.jira_error import JiraError
from connector.tagging import Found, has_objective, select_found, tag_all, undo
from mappings.formats.report import instant_text
from mappings.records.bulk_tags import BulkTag, select_bulk_tags
from mappings.records.engagements import StoredEngagement, select_engagement
from mappings.records.mirrors import Choice, save_all_marked, save_choice, select_choices

MOST = 50_000
"""Tickets that one act may tag; a search that finds more is nearly always a slip."""


@click.group()
def tag() -> None:
    """Objectives on many tickets at once."""


@tag.command()
@click.argument("engagement")
@SITE
@click.option("--jql", required=True, help="Which tickets, such as 'project = GROW AND labels = pricing'.")
@click.option("--objective", required=True, help="The objective's key.")
@click.option("--dry-run", is_flag=True, help="Only say what would be tagged.")
def bulk(engagement: str, site: str, jql: str, objective: str, dry_run: bool) -> None:  # noqa: FBT001, PLR0917 click hands each option over by name
    """Tag all tickets of ENGAGEMENT that a search finds. See what it would do first with --dry-run."""
    with open_ground() as ground:
        here = build_house(ground.settings, now)
        with ground.reader.connect() as connection:
            tenant_id = find_tenant(connection, site).tenant_id
            stored = require(connection, tenant_id, engagement, objective)
        ids = fetch_ids(here, tenant_id, jql)
        with ground.reader.connect() as connection:
            found = select_found(connection, tenant_id, stored, objective=objective, issue_ids=ids)
        say(found, len(ids))
        if dry_run or not found.fresh:
            return
        act = BulkTag(0, engagement, objective, jql, now(), "command line")
        kept = tag_all(ground.engine, tenant_id, act, found.fresh)
    click.echo(f"Act {kept.number}; to take it back: teachback tag undo {kept.number} --site {site}")


def require(connection: Connection, tenant_id: int, key: str, objective: str) -> StoredEngagement:
    """Return the engagement. Raises CommandError where there is none, or it has no such objective."""
    stored = select_engagement(connection, tenant_id, key)
    if stored is None:
        raise CommandError(f"no engagement {key!r} on this site", "apply its file first")
    if not has_objective(stored.engagement, objective):
        known = ", ".join(one.key for one in stored.engagement.objectives) or "none yet"
        raise CommandError(f"{key} has no objective {objective!r}", f"use one of: {known}")
    return stored


def fetch_ids(here: House, tenant_id: int, jql: str) -> list[int]:
    """Return the ids that a search finds. Raises CommandError where Jira does not take it, or it finds too much."""
    found: list[int] = []
    try:
        for page in here.jira(tenant_id, background=True).fetch_ids(jql):
            found += page
            if len(found) > MOST:
                raise CommandError(f"the search finds more than {MOST:,} tickets", "narrow it down")
    except JiraError as error:
        mend = "look at the search: it has to be bounded" if error.status == 400 else "see: teachback doctor"
        raise CommandError(f"Jira {error}", mend, FAILURE) from error
    return found


def say(found: Found, searched: int) -> None:
    """Say what a search found and what of it is tagged."""
    click.echo(f"{searched:,} found, {len(found.fresh):,} to be tagged")
    for many, words in (
        (found.late, "of them are done already: they wait 30 days for the other side to confirm"),
        (found.tagged, "have the objective by hand already"),
        (found.outside, "are in no project of the engagement, or not read yet"),
    ):
        if many:
            click.echo(f"{many:,} {words}")


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
        if chosen != before:
            save_choice(connection, tenant_id, chosen, now())
            save_all_marked(connection, tenant_id, now())
    words = {None: "where one agency works alone", True: "always", False: "never"}
    click.echo(f"{project}: objectives {words[chosen.objectives]}, bucket {'shown' if chosen.bucket else 'not shown'}")
