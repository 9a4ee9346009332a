"""`teachback sync`: a site's history and what changed since, read from Jira itself, on from where it was stopped."""

import time
from collections.abc import Callable, Sequence

import click

from connector.app import build_house
from connector.commands.context import Context, open_ground, read_site
from connector.commands.errors import FAILURE, CommandError
from connector.commands.progress import Telling
from connector.container import Container, now
from connector.jira.errors import JiraError
from connector.platforms.direct.client import DOOR, Token, direct_client, seal
from connector.sync.catch_up import read_marked
from connector.sync.listings import begin_anew, select_history, select_projects
from connector.sync.source import Source
from connector.sync.steps import source_of, step_history, step_night, step_recent, step_worklogs
from mappings.records.operations.progress import Progress
from mappings.records.operations.sync_listings import OPEN, select_listings
from mappings.records.operations.tenants import Tenant, insert_tenant, save_tenant, select_tenant, select_tenant_by_site
from webhooks.generations import measure_waiting

SERVERS = frozenset({"Server", "DataCenter", "Data Center"})
LONGEST_WAIT = 3600.0
PATIENCE = 10
"""Tries in a row that may fail, by anything but a limit, before the command gives up."""


@click.command()
@click.option("--site", required=True, help="The site, such as https://acme.atlassian.net.")
@click.option("--project", "projects", multiple=True, help="Only this project (may be given more than once).")
@click.option("--full", is_flag=True, help="Read the whole history once more.")
def sync(site: str, projects: tuple[str, ...], full: bool) -> None:  # noqa: FBT001 click hands options over by name
    """Read a site's history, then what changed since. It may be stopped at any time and goes on where it was."""
    with open_ground(make=True) as ground:
        app = build_house(ground.settings, now)
        tenant = take_site(ground, app, site)
        source = source_of(app, tenant.tenant_id, "history")
        assert source is not None
        wanted = list(projects) or select_projects(source)
        if not wanted:
            mend = "apply an engagement file, or name a project with --project"
            raise CommandError("no engagement of this site names a project to read", mend)
        if full:
            for project in wanted:
                begin_anew(source, project)
        read(source, wanted)
        refuse_hidden(source, wanted)
    click.echo(f"{tenant.site}: {', '.join(wanted)} as Jira has it now")


def take_site(ground: Context, app: Container, address: str) -> Tenant:
    """Return the tenant of a site that can be asked: one that carries the app, or one entered with a token."""
    name = read_site(address)
    with ground.reader.connect() as connection:
        known = select_tenant_by_site(connection, name)
    token, email = ground.settings.jira_token, ground.settings.jira_email
    if known is not None and known.door == "connect":
        return known
    if not token:
        if known is not None and known.door == DOOR:
            return known
        mend = "set TEACHBACK_JIRA_TOKEN (and on Cloud TEACHBACK_JIRA_EMAIL), or install the app on it"
        raise CommandError(f"nothing opens {name}", mend)
    base_url = address.strip().rstrip("/") if "://" in address else f"https://{name}"
    return keep_site(ground, name, base_url, probe(ground, app, base_url, Token(token, email)))


def probe(ground: Context, app: Container, base_url: str, token: Token) -> Token:
    """Return the token with what it opens, Cloud or Data Center. Raises CommandError where it opens nothing."""
    try:
        asked = Token(token.token, token.email, server=True)
        deployment = direct_client(base_url, asked, app.settings.jira_hosts).fetch_deployment()
    except JiraError as error:
        mend = "check address and token" if error.status else "add its host to TEACHBACK_JIRA_HOSTS, or try again"
        raise CommandError(f"{base_url}: Jira {error}", mend, FAILURE) from error
    if deployment not in SERVERS and not token.email:
        raise CommandError(f"{base_url} is Jira Cloud", "set TEACHBACK_JIRA_EMAIL to the owner of the token")
    return Token(token.token, "" if deployment in SERVERS else token.email, server=deployment in SERVERS)


def keep_site(ground: Context, name: str, base_url: str, token: Token) -> Tenant:
    """Keep a site with its token, encrypted; one that came from a file goes on as it was."""
    with ground.engine.begin() as connection:
        known = select_tenant_by_site(connection, name)
        tenant_id = known.tenant_id if known else insert_tenant(
            connection,
            client_key=None,
            site=name,
            base_url=base_url,
            display_url=None,
            door=DOOR,
            state="installed",
            now=now(),
            vault=ground.vault,
        )  # fmt: skip
        secret = seal(token, ground.vault, tenant_id)
        save_tenant(connection, tenant_id, door=DOOR, base_url=base_url, secret=secret, state="installed")
        kept = select_tenant(connection, tenant_id)
    assert kept is not None
    return kept


def read(source: Source, projects: Sequence[str]) -> None:
    """Read the history that is not in, then what changed, and measure what waits."""
    telling, began = Telling(), source.clock()
    until_through(source, lambda: step_history(source, list(projects)), telling)
    for step in (
        lambda: step_recent(source, source.clock(), fresh=began),
        lambda: step_night(source, source.clock(), fresh=began),
        lambda: step_worklogs(source),
        lambda: read_marked(source),
    ):
        until_through(source, step, telling)

    def tell(progress: Progress) -> None:
        telling.tell(progress.done, progress.done / progress.total if progress.total else 1.0, "issues measured")

    measure_waiting(source.engine, source.tenant_id, now(), tell)
    telling.end()


def refuse_hidden(source: Source, wanted: Sequence[str]) -> None:
    """Raise CommandError where Jira shows no such project: what was said to be read was not."""
    hidden = sorted(one.project for one in select_history(source) if one.state == "hidden" and one.project in wanted)
    if hidden:
        mend = "look at the key, and whether who is asked as may browse it; what was read before stands"
        raise CommandError(f"Jira shows us no project {', '.join(hidden)}", mend, FAILURE)


def until_through(source: Source, step: Callable[[], bool], telling: Telling) -> None:
    """Step until nothing is left. Where Jira asks to wait it is waited here, since somebody looks on."""
    failed = 0
    while True:
        try:
            if not step():
                return
            failed = 0
        except JiraError as error:
            failed = 0 if error.put_off else failed + 1
            if error.permanent or failed == PATIENCE:
                raise CommandError(f"Jira {error}", "see: teachback doctor", FAILURE) from error
            seconds = min(float(error.retry_after or min(5 * 2**failed, 60)), LONGEST_WAIT)
            telling.say(f"Jira {error}; going on in {seconds:.0f} s")
            time.sleep(seconds)
        tell_history(source, telling)


def tell_history(source: Source, telling: Telling) -> None:
    """Say how far the projects under way are."""
    with source.engine.connect() as connection:
        under_way = [one for one in select_listings(connection, source.tenant_id) if one.state in OPEN]
    done, total = sum(one.done for one in under_way), sum(max(one.total, one.done) for one in under_way)
    if under_way and total:
        telling.tell(done, done / total, f"of {total:,} issues")
