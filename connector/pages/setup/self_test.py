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
from connector.text import count
from mappings.records.agreement.drafts import select_drafts
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.operations.health import select_site_health
from mappings.records.operations.sync_listings import select_listings
from mappings.records.operations.tenants import Tenant, select_tenant
from mappings.records.operations.unread_issues import count_unread

READ_HINT = "It is read in the background; look again in some minutes. If it stays, ask the operator."


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
        yield wrong or Finding(tenant.site, f"lets us read {project}")
    except JiraError as error:
        yield Finding(tenant.site, f"Jira {error}", hint_for(tenant, error))


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
    text = f"{count(unread, 'ticket')} could not be read" if unread else "all could be read"
    return Finding("Reading tickets", text, UNREAD_HINT if unread else "")


def check_history(connection: Connection, tenant_id: int, project: str, *, is_begun: bool) -> Finding:
    """Check whether the project's history was read, which it is once an engagement on it is begun."""
    listings = [row for row in select_listings(connection, tenant_id, "history") if row.project == project]
    if not listings:
        hint = READ_HINT if is_begun else "Begin an engagement: from then on it is read."
        return Finding("History", f"nothing of {project} was read yet", hint)
    listing = listings[0]
    if listing.state == "done":
        return Finding("History", f"{count(listing.done, 'ticket')} of {project} read")
    hint = READ_HINT if listing.state == "running" else "Resume it on the page “Teachback: how it runs”."
    return Finding("History", f"{project} is {listing.state}: {listing.done} of {listing.total or 0} tickets", hint)


def check_figures(engagements: list[StoredEngagement]) -> Iterator[Finding]:
    """Check whether each engagement of the project is measured."""
    if not engagements:
        yield Finding("Figures", "no engagement is agreed on yet", "Begin one, and let both leads agree.")
    for row in engagements:
        if row.generation is None:
            yield Finding("Figures", f"{row.engagement.name} is being measured", "Look again in some minutes.")
        else:
            yield Finding("Figures", f"{row.engagement.name} is measured")
