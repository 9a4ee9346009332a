"""Who may see and change an engagement's settings: its leads, and who administers its projects or the site."""

from flask import request
from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.draft_roles import standing_roles
from connector.actions.policy import CHANGE, PROPOSE, READ_DRAFT, SET_UP, ActingRole, may
from connector.container import container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.act import is_read_only
from connector.pages.setup.access import find_administered, origin, page_project
from connector.pages.visibility import account, refuse
from connector.web.gate import caller, tenant
from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.translation import gettext, mark

# The roles whose holders see figures of the engagement, and its settings as a tab beside them.
SEES_FIGURES: frozenset[ActingRole] = frozenset({"inhouse_lead", "inhouse_member", "agency_lead", "admin"})
NO_ENGAGEMENT = mark("There is no such engagement, or you may not see its settings.")


class SettingsView(Struct, frozen=True):
    """An engagement whose settings the caller may see; `project` is the key of the page's project.

    `since` is when one that is not agreed to yet would begin: who is on a side is asked of no day before.
    """

    stored: StoredEngagement
    roles: frozenset[ActingRole]
    administers: frozenset[ActingRole]
    project: str
    since: Instant = 0

    @property
    def now(self) -> Instant:
        """The instant of which people's sides are told."""
        return max(container().clock(), self.since)

    @property
    def is_draft(self) -> bool:
        """Whether it is not agreed to yet."""
        return bool(self.since)

    @property
    def is_future(self) -> bool:
        return self.now == self.since

    @property
    def engagement(self) -> Engagement:
        return self.stored.engagement

    @property
    def is_file(self) -> bool:
        """Whether it is kept as a file, and only read here."""
        return self.stored.kept_in == "file"

    @property
    def may_change(self) -> bool:
        return may(CHANGE, self.roles) and not self.is_file

    @property
    def may_propose(self) -> bool:
        return may(PROPOSE, self.roles) and not self.is_file

    @property
    def may_set_up(self) -> bool:
        """Whether the caller may begin another engagement on its projects."""
        return may(SET_UP, self.roles)

    @property
    def keeps_rules(self) -> bool:
        """Whether the caller may change privacy and links, which a file does not hold."""
        return may(CHANGE, self.roles)

    @property
    def has_tab(self) -> bool:
        """Whether the settings are a tab beside the figures: who only administers the projects sees none."""
        return bool(self.roles & SEES_FIGURES)

    @property
    def is_agency(self) -> bool:
        """Whether the caller reads it from the agency's side alone."""
        return not may(CHANGE, self.roles)

    @property
    def query(self) -> dict[str, object]:
        """What names the engagement in addresses."""
        project = self.project or self.engagement.projects[0]
        return {"engagement": self.engagement.key, "project.key": project, **origin()}

    @property
    def apply_command(self) -> str:
        """What whoever runs Teachback enters to put its changed file in force."""
        return f"teachback engagement apply {self.engagement.key}.yaml --site {tenant().site}"


def find_settings_view(connection: Connection, key: str) -> SettingsView | None:
    """Return an engagement's settings as the caller may see them, or None. Raises JiraError."""
    if is_read_only():
        return None
    engagements = select_engagements(connection, caller().tenant_id)
    stored = next((each for each in engagements if each.engagement.key == key), None)
    if stored is None:
        return None
    administers = find_administered(connection, stored.engagement.projects, engagements)
    roles = standing_roles(stored, account(), administers, container().clock())
    return SettingsView(stored, roles, administers, page_project()) if may(READ_DRAFT, roles) else None


def require_settings_view() -> SettingsView:
    """Return the settings that the call asks for; whoever may not see them is told of no engagement."""
    try:
        with container().reader.connect() as connection:
            view = find_settings_view(connection, request.args.get("engagement", ""))
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    return view or refuse(404, gettext(NO_ENGAGEMENT))


def require_change_view() -> SettingsView:
    """Return the settings that the call changes; who may not is refused."""
    view = require_settings_view()
    if not may(CHANGE, view.roles):
        refuse(403, gettext(CHANGE.refusal))
    return view
