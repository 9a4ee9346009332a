"""Who looks at what: an engagement a caller may see, and which of its tickets Jira lets them browse."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.access import View, select_views
from connector.house import House
from connector.jira import JiraError
from mappings.records.engagements import StoredEngagement
from mappings.records.issues import IssueLabel

AGENCY_ROLES = frozenset({"agency_lead", "agency_member"})


@dataclass(frozen=True)
class Seat:
    """A caller's place at one engagement."""

    stored: StoredEngagement
    roles: frozenset[str]

    @property
    def as_agency(self) -> bool:
        """Whether the caller sees it only as the agency does."""
        return bool(self.roles) and self.roles <= AGENCY_ROLES

    @property
    def may_tag(self) -> bool:
        """Whether the caller may set objectives and roles: anybody who works on a side of it."""
        return bool(self.roles & {"inhouse_lead", "inhouse_member", "agency_lead", "agency_member"})


def select_seats(connection: Connection, tenant_id: int, account: str) -> tuple[Seat, ...]:
    """Return the engagements whose figures a caller may see."""
    views: Iterable[View] = select_views(connection, tenant_id, account)
    return tuple(Seat(view.engagement, view.roles) for view in views if view.roles)


def browsable(house: House, tenant_id: int, account: str, labels: Iterable[IssueLabel]) -> frozenset[int]:
    """Return the issues a person may browse in Jira: by their project, and one by one where they are secured.

    Where Jira does not answer nothing is shown: its permissions cannot be checked.
    """
    labels = [label for label in labels if label.project_id]
    try:
        client = house.jira(tenant_id)
        projects = {int(label.project_id or 0) for label in labels}
        open_to = {one for one in projects if house.browse.may_browse_project(tenant_id, client, account, one)}
        within = [label for label in labels if int(label.project_id or 0) in open_to]
        secured = [label.issue_id for label in within if label.secured]
        allowed = house.browse.fetch_browsable(tenant_id, client, account, secured) if secured else frozenset()
    except JiraError:
        return frozenset()
    return frozenset(label.issue_id for label in within if not label.secured or label.issue_id in allowed)


def may_browse(house: House, tenant_id: int, account: str, project_id: str) -> bool:
    """Tell whether a person may browse a project. Raises JiraError."""
    return house.browse.may_browse_project(tenant_id, house.jira(tenant_id), account, int(project_id))
