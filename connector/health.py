"""Health checks of an installation: what each found and, where something is wrong, what to do. Raises JiraError."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Connection

from connector.allowed_hosts import is_allowed_site
from connector.container import Container
from connector.jira.client import JiraClient
from connector.jira.errors import JiraError
from connector.jira.unauthenticated import fetch_clock
from connector.platforms.direct.client import PLATFORM
from connector.text import ago, count
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.agreement.engagements import select_engagements
from mappings.records.operations.health import Health, select_health
from mappings.records.operations.issue_properties import count_refused
from mappings.records.operations.jobs import select_jobs
from mappings.records.operations.tenants import Tenant, select_digest, select_tenants
from mappings.records.operations.unread_issues import count_unread, select_unread
from mappings.records.sql.engine import StoreError, schema_state
from mappings.translation import gettext, mark, ngettext

# How far two clocks may lie apart: what tokens allow (Atlassian: JWT for Connect).
DRIFT = 30 * SECOND
LATE = 15 * 60 * SECOND
SHOWN_KEYS = 20
UNREAD_HINT = mark(
    "They are missing from the figures, in whole or in part. Delete what another app or a script wrote there that is "
    "very large or deeply nested; they are read again each night."
)


class Finding(Struct, frozen=True):
    """What a check found; `hint` is what to do, empty where all is well."""

    name: str
    text: str
    hint: str = ""

    @property
    def well(self) -> bool:
        return not self.hint


def checkup(container: Container) -> Iterator[Finding]:
    # A check that needs the database is left out where that does not answer.
    yield check_address(container)
    yield check_keys(container)
    state = check_database(container)
    yield state
    if not state.well:
        return
    with container.reader.connect() as connection:
        tenants, health = select_tenants(connection), select_health(connection)
        yield from check_secrets(connection, container, tenants)
        yield from (check(health, container.clock()) for check in (check_inbox, check_letters, check_measured))
        yield check_unread(connection)
        yield check_jobs(connection)
        yield check_mirror(connection, container.clock())
    for tenant in tenants:
        if tenant.state == "installed" and tenant.has_jira:
            yield from check_site(container, tenant)


def check_address(container: Container) -> Finding:
    base_url = container.settings.base_url
    if not base_url:
        return Finding(
            "Address",
            "none is set: Jira cannot reach this server",
            "Set TEACHBACK_BASE_URL to this server's https address.",
        )
    if not container.settings.secure and urlsplit(base_url).hostname not in {"localhost", "127.0.0.1", "::1"}:
        return Finding("Address", f"{base_url} is not https", "Put a proxy with a certificate in front, and name it.")
    return Finding("Address", base_url)


def check_keys(container: Container) -> Finding:
    keys = len(container.settings.secret_keys)
    if not keys:
        return Finding("Keys", "none is set", "Set TEACHBACK_SECRET_KEYS to a Fernet key.")
    return Finding("Keys", f"{count(keys, 'key')}, the newest in use")


def check_database(container: Container) -> Finding:
    try:
        state = schema_state(container.reader)
    except StoreError as error:
        return Finding("Database", error.reason, f"{error.hint[:1].upper()}{error.hint[1:]}.")
    hint = "" if state == "current" else SCHEMA_HINTS[state]
    return Finding("Database", f"{container.reader.dialect.name} answers, its schema is {state}", hint)


SCHEMA_HINTS = {
    "empty": "Run: teachback db upgrade",
    "behind": "Run: teachback db upgrade",
    "ahead": "Install the release that made this database, or a newer one.",
    "copying": "Run teachback db copy again: a copy into this database was stopped.",
}


def check_secrets(connection: Connection, container: Container, tenants: Sequence[Tenant]) -> Iterator[Finding]:
    undecryptable = []
    for tenant in tenants:
        try:
            select_digest(connection, tenant.tenant_id, container.vault)
        except StoreError:
            undecryptable.append(tenant.site)
    if undecryptable:
        yield Finding(
            "Secrets", f"no key opens those of {', '.join(undecryptable)}", "Put the key that was used before back in."
        )
    else:
        yield Finding("Secrets", f"those of {count(len(tenants), 'site')} open")


def check_inbox(health: Health, now: Instant) -> Finding:
    if health.oldest is None:
        return Finding(gettext("Inbox"), gettext("empty"))
    waited = max(now - health.oldest, 0)
    text = ngettext(
        "%(num)s delivery, the oldest came %(ago)s",
        "%(num)s deliveries, the oldest came %(ago)s",
        health.waiting,
        ago=ago(waited / SECOND),
    )
    hint = gettext("Whoever runs Teachback has to start its worker.") if waited > LATE else ""
    return Finding(gettext("Inbox"), text, hint)


def check_letters(health: Health, _: Instant) -> Finding:
    hint = (
        gettext("Whoever runs Teachback lists them as dead letters, with the reason of each.") if health.letters else ""
    )
    given_up = ngettext("%(num)s event", "%(num)s events", health.letters) if health.letters else gettext("none")
    return Finding(gettext("Events given up"), given_up, hint)


def check_measured(health: Health, _: Instant) -> Finding:
    hint = gettext("They are tried again every ten minutes; report the error named in the log.")
    text = ngettext("%(num)s ticket could not be measured", "%(num)s tickets could not be measured", health.unmeasured)
    return Finding(gettext("Measuring"), text, hint if health.unmeasured else "")


def check_unread(connection: Connection, tenant_id: int | None = None) -> Finding:
    unread, shown = count_unread(connection, tenant_id), select_unread(connection, tenant_id, SHOWN_KEYS)
    if not unread:
        return Finding(gettext("Reading tickets"), gettext("all could be read"))
    names, more = ", ".join(issue.name for issue in shown), unread - len(shown)
    if unread > SHOWN_KEYS:
        names = ngettext("%(keys)s and %(num)s more", "%(keys)s and %(num)s more", more, keys=names)
    text = ngettext(
        "%(num)s ticket could not be read: %(names)s",
        "%(num)s tickets could not be read: %(names)s",
        unread,
        names=names,
    )
    return Finding(gettext("Reading tickets"), text, gettext(UNREAD_HINT))


def check_jobs(connection: Connection) -> Finding:
    rows = select_jobs(connection)
    failed = [row for row in rows if row.attempts > 0]
    hint = "See why: teachback jobs list" if failed else ""
    return Finding("Jobs", f"{len(rows)} known, {len(failed)} failed the last time", hint)


def check_mirror(connection: Connection, now: Instant, tenant_id: int | None = None) -> Finding:
    name, refused = gettext("Written on tickets"), count_refused(connection, now, tenant_id)
    if not refused:
        return Finding(name, gettext("all kept"))
    hint = gettext("Let the app edit issues there, or find the other app that writes the property teachback.")
    text = ngettext("%(num)s ticket did not keep what we wrote", "%(num)s tickets did not keep what we wrote", refused)
    return Finding(name, text, hint)


def check_site(container: Container, tenant: Tenant) -> Iterator[Finding]:
    name = tenant.site
    if not is_allowed_site(tenant.base_url, container.settings.jira_hosts):
        yield Finding(name, "is not among the hosts that may be called", "Add its host to TEACHBACK_JIRA_HOSTS.")
        return
    try:
        yield check_clock(container, tenant)
        yield check_reading(container, tenant)
        yield from check_projects(container, tenant)
    except JiraError as error:
        yield Finding(name, f"Jira {error}", hint_for(tenant, error))


def hint_for(tenant: Tenant, error: JiraError) -> str:
    if not error.permanent:
        return gettext("Try again in a minute; if it stays, look whether this server reaches the site.")
    if tenant.platform == PLATFORM:
        return f"Set TEACHBACK_JIRA_TOKEN to one that holds, and run: teachback sync --site {tenant.base_url}"
    return gettext("Install the app anew on the site.")


def check_clock(container: Container, tenant: Tenant) -> Finding:
    # Our clock goes like Jira's: a token of a clock that is off is refused.
    apart = abs(fetch_clock(tenant.base_url) - container.clock())
    hint = gettext("Set this machine’s clock, by NTP.") if apart > DRIFT else ""
    text = gettext("its clock and ours lie %(seconds)s s apart", seconds=apart // SECOND)
    return Finding(tenant.site, text, hint)


def check_reading(container: Container, tenant: Tenant) -> Finding:
    # Jira answers a signed call, which needs the scope READ.
    statuses = container.jira(tenant.tenant_id).fetch_statuses()
    text = ngettext("lets us read: %(num)s status", "lets us read: %(num)s statuses", len(statuses))
    return Finding(tenant.site, text)


def check_projects(container: Container, tenant: Tenant) -> Iterator[Finding]:
    with container.reader.connect() as connection:
        stored = select_engagements(connection, tenant.tenant_id)
    keys = sorted({key for row in stored for key in row.engagement.projects})
    jira = container.jira(tenant.tenant_id)
    unreadable = [finding for key in keys if (finding := check_project(jira, tenant.site, key)) is not None]
    yield from unreadable or [Finding(tenant.site, f"lets us read {count(len(keys), 'project')} of engagements")]


def check_project(jira: JiraClient, site: str, key: str) -> Finding | None:
    try:
        project = jira.fetch_project(key)
        open_to_us = jira.fetch_may_browse(str(project.get("id")))
    except JiraError as error:
        if error.status not in {403, 404}:
            raise
        project, open_to_us = {}, False
    if not open_to_us:
        hint = gettext(
            "Look at its key in the engagement file, and let who asks as us browse it in its permission scheme."
        )
        return Finding(site, gettext("shows us no project %(key)s", key=key), hint)
    if project.get("archived"):
        hint = gettext("Restore it, or take it out of the engagement file.")
        return Finding(site, gettext("has %(key)s in its archive", key=key), hint)
    if project.get("key") != key:
        hint = gettext("Name it so in the engagement file, beside %(key)s where figures are to go on.", key=key)
        text = gettext("calls project %(key)s %(new)s now", key=key, new=project.get("key"))
        return Finding(site, text, hint)
    return None
