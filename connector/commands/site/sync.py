"""`teachback sync`: read a site's history and what changed since from Jira; a second call continues the first."""

import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import click

from connector.allowed_hosts import is_allowed_site
from connector.app import build_container
from connector.clock import now
from connector.commands.context import Context, open_context, read_site
from connector.commands.errors import FAILURE, CommandError
from connector.commands.options import SITE, examples
from connector.commands.progress import QUIET, ProgressLine
from connector.jira.errors import JiraError
from connector.platforms.direct.client import PLATFORM, Token, direct_client, seal
from connector.sync.catch_up import read_marked
from connector.sync.listings import begin_anew, select_history, select_projects
from connector.sync.source import Source
from connector.sync.steps import source_of, step_history, step_night, step_others, step_recent
from mappings.records.operations.progress import Progress
from mappings.records.operations.sync_listings import OPEN, select_listings
from mappings.records.operations.tenants import Tenant, insert_tenant, save_tenant, select_tenant, select_tenant_by_site
from webhooks.generations import measure_pending

SERVERS = frozenset({"Server", "DataCenter", "Data Center"})
MAX_WAIT = 3600.0
# Calls in a row that may fail, by anything but a limit, before the command gives up.
MAX_FAILURES = 10


@click.command(
    epilog=examples("sync --site NAME --project GROW", "sync --site NAME", "sync --site https://jira.acme.example")
)
@SITE
@click.option("--project", "projects", multiple=True, metavar="KEY", help="Only this project (can be repeated).")
@click.option("--full", is_flag=True, help="Read the whole history once more.")
@QUIET
def sync(site: str, projects: tuple[str, ...], full: bool) -> None:  # noqa: FBT001 click passes options by name
    """Read a site's history from Jira, then what changed since. It can be stopped; the next call continues."""
    with open_context(create=True) as context:
        tenant = ensure_site(context, site)
        source = source_of(build_container(context.settings, now), tenant.tenant_id, "history")
        assert source is not None
        wanted = list(projects) or select_projects(source)
        if not wanted:
            hint = "apply an engagement file, or name a project with --project"
            raise CommandError("no engagement of this site names a project to read", hint)
        if full:
            for project in wanted:
                begin_anew(source, project)
        read_projects(source, wanted)
        require_visible(source, wanted)
    click.echo(f"{tenant.site}: {', '.join(wanted)} as Jira has it now")


def ensure_site(context: Context, address: str) -> Tenant:
    """Return the tenant of a site that can be read: with the app installed, or by a token. Raises CommandError."""
    name = read_site(address)
    with context.reader.connect() as connection:
        known = select_tenant_by_site(connection, name)
    token, email = context.settings.jira_token, context.settings.jira_email
    if known is not None and known.platform == "connect":
        return known
    if not token:
        if known is not None and known.platform == PLATFORM:
            return known
        hint = "set TEACHBACK_JIRA_TOKEN (and on Cloud TEACHBACK_JIRA_EMAIL), or install the app on it"
        raise CommandError(f"no token for {name}", hint)
    scheme = address.strip().lower().partition("://")[0] if "://" in address else "https"
    base_url = f"{scheme}://{name}"
    return save_site(context, name, base_url, fetch_token_kind(context, base_url, Token(token, email)))


def fetch_token_kind(context: Context, base_url: str, token: Token) -> Token:
    """Return the token as Cloud or Data Center takes it. Raises CommandError where Jira does not accept it."""
    if not is_allowed_site(base_url, context.settings.jira_hosts):
        hint = "correct the name, or add the host to TEACHBACK_JIRA_HOSTS"
        raise CommandError(f"--site: {urlsplit(base_url).hostname} is not among the hosts that may be called", hint)
    try:
        candidate = Token(token.token, token.email, server=True)
        deployment = direct_client(base_url, candidate, context.settings.jira_hosts).fetch_deployment()
    except JiraError as error:
        hint = "check the name of the site and TEACHBACK_JIRA_TOKEN"
        if not error.status:
            hint = "check the name of the site, and that this machine can reach it"
        raise CommandError(f"{base_url}: Jira {error}", hint, FAILURE) from error
    if deployment not in SERVERS and not token.email:
        raise CommandError(f"{base_url} is Jira Cloud", "set TEACHBACK_JIRA_EMAIL to the owner of the token")
    return Token(token.token, "" if deployment in SERVERS else token.email, server=deployment in SERVERS)


def save_site(context: Context, name: str, base_url: str, token: Token) -> Tenant:
    # A site that was imported from a file keeps its data.
    with context.engine.begin() as connection:
        known = select_tenant_by_site(connection, name)
        tenant_id = known.tenant_id if known else insert_tenant(
            connection,
            client_key=None,
            site=name,
            base_url=base_url,
            display_url=None,
            platform=PLATFORM,
            state="installed",
            now=now(),
            vault=context.vault,
        )  # fmt: skip
        secret = seal(token, context.vault, tenant_id)
        save_tenant(connection, tenant_id, platform=PLATFORM, base_url=base_url, secret=secret, state="installed")
        saved = select_tenant(connection, tenant_id)
    assert saved is not None
    return saved


def read_projects(source: Source, projects: Sequence[str]) -> None:
    progress_line, started_at = ProgressLine(), source.clock()
    run_steps(source, lambda: step_history(source, list(projects)), progress_line)
    for step in (
        lambda: step_recent(source, source.clock(), fresh=started_at),
        lambda: step_night(source, source.clock(), fresh=started_at),
        lambda: step_others(source, source.clock(), fresh=started_at),
        lambda: read_marked(source),
    ):
        run_steps(source, step, progress_line)

    def update(progress: Progress) -> None:
        part = progress.done / progress.total if progress.total else 1.0
        progress_line.update(progress.done, part, "issues measured")

    measure_pending(source.engine, source.tenant_id, now(), update)
    progress_line.end()


def require_visible(source: Source, projects: Sequence[str]) -> None:
    # Raise CommandError where Jira does not show a project to the account that reads.
    rows = select_history(source)
    hidden = sorted(row.project for row in rows if row.state == "hidden" and row.project in projects)
    if hidden:
        hint = "check the key, and that the account of the token may browse it; what was read before remains"
        raise CommandError(f"Jira shows us no project {', '.join(hidden)}", hint, FAILURE)


def run_steps(source: Source, step: Callable[[], bool], progress_line: ProgressLine) -> None:
    """Call `step` until it returns False, and wait where Jira asks for it. Raises CommandError."""
    failures = 0
    while True:
        try:
            if not step():
                return
            failures = 0
        except JiraError as error:
            failures = 0 if error.put_off else failures + 1
            if error.permanent or failures == MAX_FAILURES:
                raise CommandError(f"Jira {error}", "see: teachback doctor", FAILURE) from error
            seconds = min(float(error.retry_after or min(5 * 2**failures, 60)), MAX_WAIT)
            progress_line.print_message(f"Jira {error}; continuing in {seconds:.0f} s")
            time.sleep(seconds)
        update_progress(source, progress_line)


def update_progress(source: Source, progress_line: ProgressLine) -> None:
    with source.engine.connect() as connection:
        listings = [row for row in select_listings(connection, source.tenant_id) if row.state in OPEN]
    done, total = sum(row.done for row in listings), sum(max(row.total, row.done) for row in listings)
    if listings and total:
        progress_line.update(done, done / total, f"of {total:,} issues")
