"""`teachback engagement`: check, preview and apply engagement files."""

import sys
from pathlib import Path

import click
from sqlalchemy import Connection

from connector.actions.mapping_preview import lines_of, select_comparison
from connector.actions.settings.change import insert_changes
from connector.actions.settings.rules import HOURS_FORBIDDEN, has_unknown_ruleset, shows_forbidden_hours
from connector.clock import now
from connector.commands.context import Context, ensure_tenant, open_context, require_tenant
from connector.commands.engagement.first_file import init
from connector.commands.engagement.stored import export, keep, list_, show
from connector.commands.engagement.word_check import YES, compare_words, count_text, require_words
from connector.commands.errors import CommandError
from connector.commands.options import FILE, SITE, SITE_EXAMPLE, CommandGroup, examples, read_text_file, site_option
from connector.commands.progress import QUIET, ProgressLine
from mappings.events.pseudonyms import Swap
from mappings.formats.engagement_file.difference import engagement_difference, render_change
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement_words
from mappings.formats.engagement_file.validation import warnings_of
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import DEFAULT
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.tenants import Tenant, select_digest
from mappings.records.privacy.account_columns import mask_engagement
from mappings.records.privacy.erasure import select_swap

HOURS_HINT = "count tickets or story points (units in the engagement file)"


@click.group(cls=CommandGroup)
def engagement() -> None:
    """Write, check, apply and show engagement files: who works with whom, on what, and what is to be learned."""


for command in (init, list_, show, export, keep):
    engagement.add_command(command)


@engagement.command(epilog=examples("engagement lint growth-acme.yaml", "engagement lint growth-acme.yaml --site NAME"))
@click.argument("file", type=FILE)
@site_option(f"Compare the words of FILE with this site, such as {SITE_EXAMPLE}.", required=False)
@YES
def lint(file: Path, site: str | None, yes: bool) -> None:  # noqa: FBT001 click passes options by name
    """Check FILE. Each problem is printed with its line, its field and what to do.

    Where a site is named, so is each word of FILE that matches nothing there, with the nearest that exists.
    """
    checked, words = read_engagement_words(read_text_file(file))
    if site is not None:
        with open_context() as context:
            with context.reader.connect() as connection:
                tenant = require_tenant(connection, site)
            check = compare_words(context, tenant, words)
        if check.problems and not yes:
            raise CommandError(f"{count_text(check)} on {tenant.site}", "correct the file, or pass --yes")
    for warning in warnings_of(checked):
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{checked.key}: {len(checked.people)} people, {len(checked.objectives)} objectives, nothing wrong")


@engagement.command(epilog=examples("engagement preview growth-acme.yaml --site NAME"))
@click.argument("file", type=FILE)
@SITE
@QUIET
def preview(file: Path, site: str) -> None:
    """Print how many tickets each objective of FILE would match, and what that changes. Nothing is written.

    Words of FILE that match nothing on the site are named first.
    """
    (proposed, words), progress_line = read_engagement_words(read_text_file(file)), ProgressLine()
    with open_context() as context:
        with context.reader.connect() as connection:
            tenant = require_tenant(connection, site)
            is_applied = select_engagement(connection, tenant.tenant_id, proposed.key) is not None
        compare_words(context, tenant, words)
        comparison = select_comparison(
            context.reader,
            tenant.tenant_id,
            proposed,
            lambda done, total: progress_line.update(done, done / max(total, done)),
        )
    progress_line.end()
    click.echo("\n".join(lines_of(comparison, proposed, held=is_applied)))


@engagement.command(
    epilog=examples(
        "engagement apply growth-acme.yaml --site NAME",
        "engagement apply growth-acme.yaml --site NAME --yes",
        "engagement apply growth-acme.yaml --site NAME --new-site",
    )
)
@click.argument("file", type=FILE)
@SITE
@YES
@click.option("--new-site", is_flag=True, help="Create the site, of which nothing was imported or read yet.")
def apply(file: Path, site: str, yes: bool, new_site: bool) -> None:  # noqa: FBT001 click passes options by name
    """Store FILE as the engagement from now on, and print what changed.

    Asks first where words of FILE match nothing on the site.
    """
    proposed, words = read_engagement_words(read_text_file(file))
    with open_context(create=True) as context:
        tenant = ensure_site_of_file(context, site, new_site=new_site)
        with context.engine.connect() as connection:
            before = select_engagement(connection, tenant.tenant_id, proposed.key)
            digest = select_digest(connection, tenant.tenant_id, context.vault)
            swap = select_swap(connection, tenant.tenant_id, digest)
            is_changed = has_changed(connection, tenant.tenant_id, proposed, swap)
            if is_changed:
                require_allowed(connection, tenant.tenant_id, proposed)
        if is_changed:
            require_words(compare_words(context, tenant, words), tenant.site, yes=yes)
            if before is not None and before.kept_in == "pages":
                require_taken_over(proposed.key, yes=yes)
        with context.engine.begin() as connection:
            lines = _apply(connection, tenant.tenant_id, proposed, swap)
    click.echo("\n".join(lines) or f"{proposed.key}: nothing changed")
    if lines:
        click.echo("The next report computes the figures again, or serve while it runs.", err=True)


def ensure_site_of_file(context: Context, site: str, *, new_site: bool) -> Tenant:
    if not new_site:
        with context.reader.connect() as connection:
            return require_tenant(connection, site, or_else=", or pass --new-site")
    tenant, is_new = ensure_tenant(context, site)
    if is_new:
        click.echo(f"new site {tenant.site}")
    return tenant


def require_taken_over(key: str, *, yes: bool) -> None:
    """Raise CommandError unless `yes` was said, or somebody at a terminal says so now."""
    problem = f"{key} is changed on its pages, by both leads; a file makes them read-only"
    if yes or (sys.stdin.isatty() and sys.stderr.isatty() and click.confirm(f"{problem}. Apply it?", err=True)):
        return
    raise CommandError(problem, "change it on the pages, or pass --yes to keep it as a file")


def has_changed(connection: Connection, tenant_id: int, file: Engagement, swap: Swap | None) -> bool:
    before = select_engagement(connection, tenant_id, file.key)
    proposed = mask_engagement(file, swap) if swap else file
    return before is None or bool(engagement_difference(before.engagement, proposed))


def _apply(connection: Connection, tenant_id: int, file: Engagement, swap: Swap | None) -> tuple[str, ...]:
    # Erased people whom the file still names stay pseudonyms; the hash is that of the file as it was written.
    proposed = mask_engagement(file, swap) if swap else file
    before = select_engagement(connection, tenant_id, proposed.key)
    changes = engagement_difference(before.engagement, proposed) if before else ()
    if before is not None and not changes:
        return ()
    require_allowed(connection, tenant_id, proposed)
    file_hash = engagement_hash(file)
    save_engagement(connection, tenant_id, proposed, file_hash, now=now(), by=None)
    act = Act(now(), None, "engagement applied", proposed.key, before.hash if before else None, file_hash)
    insert_act(connection, tenant_id, act)
    if before is None:
        counts = f"{len(proposed.people)} people, {len(proposed.objectives)} objectives"
        return (f"new engagement {proposed.key}: {counts}, projects {', '.join(proposed.projects)}",)
    insert_changes(connection, tenant_id, before.engagement, proposed, now=now(), by=None)
    return tuple(map(render_change, changes))


def require_allowed(connection: Connection, tenant_id: int, proposed: Engagement) -> None:
    _require_ruleset(connection, tenant_id, proposed)
    _require_units_allowed(connection, tenant_id, proposed)


def _require_ruleset(connection: Connection, tenant_id: int, proposed: Engagement) -> None:
    if has_unknown_ruleset(connection, tenant_id, proposed):
        hint = f"write ruleset: {DEFAULT.name}, and propose others with teachback ruleset propose"
        raise CommandError(f"there are no rules named {proposed.ruleset!r}", hint)


def _require_units_allowed(connection: Connection, tenant_id: int, proposed: Engagement) -> None:
    if shows_forbidden_hours(connection, tenant_id, proposed):
        raise CommandError(HOURS_FORBIDDEN, HOURS_HINT)
