"""Who looks at what: engagements whose figures a caller may see, and tickets that Jira lets them browse."""

from collections.abc import Iterable

from sqlalchemy import Connection

from connector.access import View, select_views
from connector.door import caller
from connector.house import House, house
from connector.jira import JiraError
from mappings.records.issues import IssueLabel

TAGGERS = frozenset({"inhouse_lead", "inhouse_member", "learner", "agency_lead"})
"""Who may set objectives and roles: whoever sees the figures and works on one of the two sides."""


def account() -> str:
    """Return the person who calls: a page has one always."""
    found = caller().account
    assert found is not None
    return found


def select_visible(connection: Connection) -> tuple[View, ...]:
    """Return the engagements whose figures the caller may see at this moment (measurement (f))."""
    views = select_views(connection, caller().tenant_id, account(), house().clock())
    return tuple(view for view in views if "ratios" in view.sees)


def browsable(here: House, labels: Iterable[IssueLabel]) -> frozenset[int]:
    """Return the issues that the caller may browse in Jira: by their project, and one by one where they are secured.

    Where Jira does not answer nothing is shown: its permissions cannot be checked.
    """
    tenant_id, who = caller().tenant_id, account()
    labels = [label for label in labels if (label.project_id or "").isdecimal()]
    try:
        client = here.jira(tenant_id)
        projects = {int(label.project_id or 0) for label in labels}
        open_to = {one for one in projects if here.browse.may_browse_project(tenant_id, client, who, one)}
        within = [label for label in labels if int(label.project_id or 0) in open_to]
        secured = [label.issue_id for label in within if label.secured]
        allowed = here.browse.fetch_browsable(tenant_id, client, who, secured) if secured else frozenset()
    except JiraError:
        return frozenset()
    return frozenset(label.issue_id for label in within if not label.secured or label.issue_id in allowed)


def may_browse(here: House, project_id: str) -> bool:
    """Tell whether the caller may browse a project. Raises JiraError."""
    tenant_id = caller().tenant_id
    return here.browse.may_browse_project(tenant_id, here.jira(tenant_id), account(), int(project_id))


def fetch_names(here: House, accounts: Iterable[str]) -> dict[str, str]:
    """Return people's names as Jira has them now; none where it does not answer."""
    tenant_id = caller().tenant_id
    try:
        return here.names.fetch(tenant_id, here.jira(tenant_id), list(accounts))
    except JiraError:
        return {}
