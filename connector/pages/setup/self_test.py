"""The self-test of a site for who sets an engagement up: what is checked, and what to do where something is wrong."""

from collections.abc import Iterator

from sqlalchemy import Connection

from connector.container import Container
from connector.health import (
    UNREAD_HINT,
    Finding,
    check_clock,
    check_inbox,
    check_letters,
    check_measured,
    check_project,
    check_reading,
    hint_for,
)
from connector.jira.errors import JiraError
from connector.pages.setup.histories import history_of
from connector.platforms.direct.client import PLATFORM
from mappings.records.agreement.drafts import select_drafts
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.operations.health import select_site_health
from mappings.records.operations.sync_listings import OPEN, Listing, select_listings
from mappings.records.operations.tenants import Tenant, select_tenant
from mappings.records.operations.unread_issues import count_unread
from mappings.translation import gettext, mark, ngettext

READ_HINT = mark("It is read in the background; look again in some minutes. If it stays, ask whoever runs Teachback.")


def run_self_test(container: Container, tenant_id: int, project: str) -> list[Finding]:
    """Return what was found, Jira's answers first."""
    with container.reader.connect() as connection:
        tenant = select_tenant(connection, tenant_id)
        stored = _select_findings(connection, container, tenant_id, project)
    # No transaction is open while Jira is asked.
    return [*(_ask_jira(container, tenant, project) if tenant else ()), *stored]


def _ask_jira(container: Container, tenant: Tenant, project: str) -> Iterator[Finding]:
    # Of this project alone: which others have an engagement is not everybody's business.
    try:
        yield check_clock(container, tenant)
        yield check_reading(container, tenant)
        wrong = check_project(container.jira(tenant.tenant_id), tenant.site, project)
        yield wrong or Finding(tenant.site, gettext("lets us read %(project)s", project=project))
    except JiraError as error:
        yield Finding(tenant.site, _error_text(error), _error_hint(tenant, error))


def _error_text(error: JiraError) -> str:
    # What the error itself says is for the log and for commands: English, in the words of HTTP.
    if error.status:
        return gettext("Jira answered with HTTP status %(status)s", status=error.status)
    if error.unreadable:
        return gettext("Jira answered what cannot be read")
    return gettext("Jira gave no answer")


def _error_hint(tenant: Tenant, error: JiraError) -> str:
    # A page names no command of the shell.
    if error.permanent and tenant.platform == PLATFORM:
        return gettext("Whoever runs Teachback has to give it a token that Jira accepts.")
    return hint_for(tenant, error)


def _select_findings(connection: Connection, container: Container, tenant_id: int, project: str) -> list[Finding]:
    health, now = select_site_health(connection, tenant_id), container.clock()
    engagements = [row for row in select_engagements(connection, tenant_id) if project in row.engagement.projects]
    is_begun = bool(engagements) or any(project in draft.projects for draft in select_drafts(connection, tenant_id))
    return [
        check_history(connection, tenant_id, project, is_begun=is_begun),
        *(check(health, now) for check in (check_inbox, check_letters, check_measured)),
        _check_unread(connection, tenant_id),
        *check_figures(engagements),
    ]


def _check_unread(connection: Connection, tenant_id: int) -> Finding:
    # No keys: the caller may not browse them.
    unread = count_unread(connection, tenant_id)
    if not unread:
        return Finding(gettext("Reading tickets"), gettext("all could be read"))
    text = ngettext("%(num)s ticket could not be read", "%(num)s tickets could not be read", unread)
    return Finding(gettext("Reading tickets"), text, gettext(UNREAD_HINT))


def check_history(connection: Connection, tenant_id: int, project: str, *, is_begun: bool) -> Finding:
    """Check whether the project's history was read, which it is once an engagement on it is begun."""
    listings = [row for row in select_listings(connection, tenant_id, "history") if row.project == project]
    if not listings:
        hint = READ_HINT if is_begun else mark("Begin an engagement: from then on it is read.")
        text = gettext("nothing of %(project)s was read yet", project=project)
        return Finding(gettext("History"), text, gettext(hint))
    listing = listings[0]
    text = f"{project}: {history_of(project, listing)['text']}"
    return Finding(gettext("History"), text, "" if listing.state == "done" else _unfinished_hint(listing))


def _unfinished_hint(listing: Listing) -> str:
    if listing.state in OPEN:
        return gettext(READ_HINT)
    return gettext("A Jira administrator can resume it on the page “Teachback: how it runs”.")


def check_figures(engagements: list[StoredEngagement]) -> Iterator[Finding]:
    """Check whether each engagement of the project is measured."""
    if not engagements:
        hint = gettext("Begin one, and let both leads agree.")
        yield Finding(gettext("Figures"), gettext("no engagement is agreed on yet"), hint)
    for row in engagements:
        name = row.engagement.name
        if row.generation is None:
            hint = gettext("Look again in some minutes.")
            yield Finding(gettext("Figures"), gettext("%(name)s is being measured", name=name), hint)
        else:
            yield Finding(gettext("Figures"), gettext("%(name)s is measured", name=name))
