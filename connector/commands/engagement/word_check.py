"""How commands name the words of an engagement file that match nothing on its site, and ask what to do."""

import sys
from collections.abc import Sequence

import click

from connector.actions.word_check import WordCheck, check_words
from connector.app import build_container
from connector.clock import now
from connector.commands.context import Context
from connector.commands.errors import CommandError
from connector.jira.client import JiraClient
from connector.jira.errors import JiraError
from mappings.formats.engagement_file.words import Word
from mappings.records.operations.tenants import Tenant, select_digest
from mappings.records.privacy.erasure import select_swap

YES = click.option("--yes", is_flag=True, help="Do not ask about words that match nothing, or about who changes it.")


def compare_words(context: Context, tenant: Tenant, words: Sequence[Word]) -> WordCheck:
    with context.reader.connect() as connection:
        digest = select_digest(connection, tenant.tenant_id, context.vault)
        swap = select_swap(connection, tenant.tenant_id, digest)
    check = check_words(
        context.reader,
        tenant.tenant_id,
        words,
        swap=swap,
        jira=lambda: open_jira(context, tenant),
    )
    for problem in check.problems:
        click.echo(str(problem), err=True)
    if check.problems and check.unreached:
        click.echo(f"compared with what was read of {tenant.site}; Jira was not asked: {check.unreached}", err=True)
    if check.incomparable:
        kinds = ", ".join(check.incomparable)
        click.echo(f"nothing of {tenant.site} was read yet, so these words were not compared: {kinds}", err=True)
    return check


def open_jira(context: Context, tenant: Tenant) -> JiraClient:
    if not tenant.has_jira:
        raise JiraError("the site is known from files alone", permanent=True)
    return build_container(context.settings, now).jira(tenant.tenant_id)


def require_words(check: WordCheck, site: str, *, yes: bool) -> None:
    """Raise CommandError unless all words match, `yes` was said, or somebody at a terminal says so now.

    Without a terminal a word is refused where another one is near; a word unlike all others may be next month's.
    """
    if not check.problems or yes:
        return
    problem = f"{count_text(check)} on {site}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        if any(word.nearest for word in check.problems):
            raise CommandError(problem, "correct the file, or pass --yes to take it as it is")
        return
    if not click.confirm(f"{problem}. Apply the file all the same?", err=True):
        raise CommandError("nothing was saved", "correct the file and apply it again")


def count_text(check: WordCheck) -> str:
    count = len(check.problems)
    return "1 word matches nothing" if count == 1 else f"{count} words match nothing"
