"""Who may see and change a draft: the caller's roles in it, as Jira says at this moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask import request, url_for
from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.draft_roles import ADMIN_LINK, draft_roles, setup_permission, standing_roles
from connector.actions.policy import PUT_IN_FORCE, READ_DRAFT, ActingRole, may
from connector.actions.settings.current import follow_agreement
from connector.auth.access import is_on_agency_side
from connector.container import container, request_jira
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.visibility import account, find_project_id, refuse
from connector.web.gate import caller, link
from mappings.records.agreement.drafts import Draft, select_draft, select_drafts
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.facts.projects import select_project
from mappings.records.operations.tenants import select_setup_group
from mappings.translation import Texts, gettext, mark

NO_DRAFT = mark("This draft is not there any more, or you may not see it.")
LONGEST_NUMBER = 9
MOST_PROJECTS = 20
# What was done on the page from which the caller comes back, by its name in the address.
SAID: Mapping[str, str] = Texts({"discarded": mark("The draft is discarded.")})


class DraftView(Struct, frozen=True):
    """A draft as the caller may see it; `project` is the key of the page's project.

    `stored` is the engagement that it changes, None where it is one of a new engagement.
    """

    draft: Draft
    roles: frozenset[ActingRole]
    administers: frozenset[ActingRole]
    project: str
    stored: StoredEngagement | None = None

    @property
    def may_set_up(self) -> bool:
        """Whether the caller may change it."""
        return self.may_change("")

    @property
    def may_propose(self) -> bool:
        """Whether the caller may change its objectives."""
        return self.may_change("objectives")

    @property
    def may_put_in_force(self) -> bool:
        """Whether the caller puts it in force without the leads: by an administrator’s link alone."""
        return may(PUT_IN_FORCE, self.roles)

    def may_change(self, section: str) -> bool:
        """Tell whether the caller may change a section of it."""
        return may(setup_permission(self.draft, section), self.roles)

    @property
    def name(self) -> str:
        """The engagement's name, as far as it has one."""
        if self.stored is not None:
            return self.stored.engagement.name
        return draft_name(self.draft)

    @property
    def query(self) -> dict[str, object]:
        """What names the draft in addresses."""
        return {"project.key": self.project, "draft": self.draft.number, **origin()}

    @property
    def settings_query(self) -> dict[str, object]:
        """What names the engagement that it changes in addresses."""
        return {"engagement": self.draft.engagement, "project.key": self.project, **origin()}

    @property
    def side(self) -> str:
        """The side that the caller leads and does not set up for, "" for who sets it up."""
        return "" if self.may_set_up else "agency" if "agency_lead" in self.roles else "inhouse"

    @property
    def names_people(self) -> bool:
        """Whether people are named: in works-council mode nobody is on any page (measurement (f))."""
        return self.stored is None or self.stored.rules.names

    @property
    def tells_of_others(self) -> bool:
        """Whether it is told what other engagements say of people: to no agency, and of nobody who is not named."""
        return self.side != "agency" and self.names_people


def draft_name(draft: Draft) -> str:
    """Return the name of a new engagement, as far as it has one."""
    return str(draft.bodies["basics"].get("engagement", {}).get("name") or gettext("New engagement"))


def page_project() -> str:
    """Return the key of the project on whose page the call was made."""
    return request.args.get("project.key", "")


def origin() -> dict[str, object]:
    """Return what the addresses of a page carry that says where it was opened: the way back leads there.

    The administrators' frame has no tabs: whoever opened the project's page in it would find no way back. `back` is the
    engagement from whose settings, a tab beside its figures, a draft was opened.
    """
    if request.args.get("from") == "admin":
        return {"from": "admin"}
    return {"back": request.args["back"]} if request.args.get("back") else {}


def way_back(view: DraftView, **more: Any) -> str:
    """Return the address of the page from which a draft was opened; `more` is what that page is asked for beside."""
    if request.args.get("from") == "admin":
        return url_for("admin.content", whole=1, **more)
    if link() is not None:
        return url_for("setup_direct.content", **more)
    places: dict[str, Any] = {"project.key": view.project} | more
    settings = request.args.get("back")
    return url_for("project.content", **places | ({"tab": "settings", "engagement": settings} if settings else {}))


def said_text() -> str:
    """Return what was done on the page from which the caller comes back; "" for nothing."""
    return SAID.get(request.args.get("said", ""), "")


def find_administered(
    connection: Connection, projects: Collection[str], engagements: Iterable[StoredEngagement] | None = None
) -> frozenset[ActingRole]:
    """Return what the caller administers: the site, each of these projects, or each by the group. Raises JiraError.

    Nobody on an agency's side administers anything here: they would read about other agencies and the in-house side.
    `engagements` are all of the site, read here unless they are given.
    """
    app, tenant_id, who = container(), caller().tenant_id, account()
    stored = select_engagements(connection, tenant_id) if engagements is None else engagements
    if is_on_agency_side(stored, who, app.clock()):
        return frozenset()
    if link() is not None:
        # The link stands for the operator: here Jira is asked for nobody's permission.
        return frozenset({ADMIN_LINK})
    client = request_jira(tenant_id)
    if app.browse.may_administer(tenant_id, client, who):
        return frozenset({"admin"})
    kinds = _setup_roles(connection, projects)
    return frozenset(role for role, keys in kinds.items() if projects and set(projects) == keys)


def _setup_roles(connection: Connection, projects: Collection[str]) -> dict[ActingRole, frozenset[str]]:
    """Return those of the projects that the caller administers, and those that they browse as one of the group."""
    app, tenant_id, who = container(), caller().tenant_id, account()
    client, known = request_jira(tenant_id), _project_numbers(connection, projects)
    administered = [
        key for key, number in known.items() if app.browse.may_administer_project(tenant_id, client, who, number)
    ]
    if not _is_in_setup_group(connection):
        return {"project_admin": frozenset(administered)}
    browsed = [key for key, number in known.items() if app.browse.may_browse_project(tenant_id, client, who, number)]
    return {"project_admin": frozenset(administered), "setup_group": frozenset(browsed)}


def _is_in_setup_group(connection: Connection) -> bool:
    app, tenant_id = container(), caller().tenant_id
    group = select_setup_group(connection, tenant_id)
    try:
        return bool(group) and app.browse.is_in_group(tenant_id, request_jira(tenant_id), account(), group)
    except JiraError as error:
        # Where Jira does not let us read groups, nobody is known to be in one.
        if error.permanent:
            return False
        raise


def _project_numbers(connection: Connection, projects: Collection[str]) -> dict[str, int]:
    if link() is not None:
        # A site of files has no Jira to ask: what was read is what there is.
        known = {key: select_project(connection, caller().tenant_id, key) for key in projects}
        return {key: int(project.project_id) for key, project in known.items() if project is not None}
    ids = {key: find_project_id(connection, container(), key) for key in projects}
    return {key: int(number) for key, number in ids.items() if number.isdecimal()}


def administered(connection: Connection, projects: Collection[str]) -> frozenset[str]:
    """Return those of the projects on which the caller may set up; for an administrator of the site, all that exist."""
    app, tenant_id, who = container(), caller().tenant_id, account()
    if link() is not None or app.browse.may_administer(tenant_id, request_jira(tenant_id), who):
        return frozenset(_project_numbers(connection, projects))
    return frozenset().union(*_setup_roles(connection, projects).values())


def find_administered_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the keys of the projects named in fields, with commas between them, on which the caller may set up."""
    keys = {key.strip().upper() for text in texts for key in text.split(",")[:MOST_PROJECTS]}
    try:
        with container().reader.connect() as connection:
            return administered(connection, keys) if keys else frozenset()
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)


def find_project_administered(projects: Collection[str]) -> frozenset[ActingRole]:
    """Return whether the caller may set up on each of these projects; nothing where Jira does not answer.

    For showing the way to a page: the page itself asks again, and by the caller's sides in all engagements.
    """
    try:
        with container().reader.connect() as connection:
            keys = administered(connection, projects)
    except JiraError:
        return frozenset()
    return frozenset({"project_admin"}) if set(projects) == keys else frozenset()


def draft_number() -> int:
    """Return the number of the draft that the call names."""
    number = request.args.get("draft", "")
    return int(number) if number.isdecimal() and len(number) <= LONGEST_NUMBER else refuse(404, gettext(NO_DRAFT))


def read_draft_view(number: int) -> DraftView:
    """Return a draft as the caller may see it; who may not is refused."""
    with container().reader.connect() as connection:
        draft = select_draft(connection, caller().tenant_id, number)
        engagements = select_engagements(connection, caller().tenant_id) if draft else ()
        view = _view(connection, draft, engagements) if draft else None
    # Whether there is such a draft is nobody else's business.
    if view is None or not may(READ_DRAFT, view.roles):
        refuse(404, gettext(NO_DRAFT))
    return view


def require_setup(section: str = "") -> DraftView:
    """Return the draft that the call names; who may not change it, or a section of it, is refused."""
    view = read_draft_view(draft_number())
    if not view.may_change(section):
        refuse(403, gettext(setup_permission(view.draft, section).refusal))
    return view


def select_draft_views(
    connection: Connection, project: str, engagements: Iterable[StoredEngagement]
) -> list[DraftView]:
    """Return the drafts for a project that the caller may see. `engagements` are all of the site. Raises JiraError."""
    drafts = [
        draft
        for draft in select_drafts(connection, caller().tenant_id)
        # A change of an engagement stands on its settings.
        if project in draft.projects and draft.engagement is None
    ]
    views = [
        DraftView(draft, draft_roles(draft, account(), administers), administers, project)
        for draft in drafts
        for administers in (find_administered(connection, draft.projects, engagements),)
    ]
    return [view for view in views if may(READ_DRAFT, view.roles)]


def _view(connection: Connection, draft: Draft, engagements: Sequence[StoredEngagement]) -> DraftView | None:
    stored = next((each for each in engagements if each.engagement.key == draft.engagement), None)
    if draft.engagement and stored is None:
        return None
    try:
        # What is typed into a change takes nobody's permission away: the projects are those that are agreed.
        projects = stored.engagement.projects if stored else draft.projects
        administers = find_administered(connection, projects, engagements)
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    if stored is None:
        return DraftView(draft, draft_roles(draft, account(), administers), administers, page_project())
    roles = standing_roles(stored, account(), administers, container().clock())
    followed = follow_agreement(draft, stored.engagement)
    return DraftView(followed, roles, administers, page_project(), stored)
