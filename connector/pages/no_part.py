"""The line for somebody who has no part in a project's engagements: that it is so, and who can add them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import Connection

from connector.auth.access import EngagementView, roles_of, views_of
from connector.container import container, request_jira
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.empty_states import State
from connector.pages.visibility import account, administers, fetch_display_names
from connector.web.gate import caller, link, sample
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.facts.accounts import is_person_in
from mappings.records.facts.projects import select_project, select_project_ids, select_project_key
from mappings.translation import gettext, list_text, mark, ngettext

UNNEEDED = mark("If you work for neither the in-house team, an agency nor a gatekeeper, you need do nothing.")
GATEKEEPER = mark(
    "You are a gatekeeper in this project and do not see its figures: what is yours stands under Knowledge transfer."
)


# Of who is on no side: all of it; the side and who can change it; or, beside these, that it is so alone.
Length = Literal["page", "panel", "beside"]
# So many projects are linked where a page names none.
MOST_LINKS = 6


def no_part_line(connection: Connection, project: str, *, length: Length = "page") -> str:
    """Return the line; `project` is the key of a project that the caller may browse."""
    # By a link there is nobody whom a lead could add.
    if link() is not None:
        return gettext("This link shows no figures any more. Ask whoever gave it to you for a new one.")
    stored = [item for item in select_engagements(connection, caller().tenant_id) if _names(item, project)]
    if not stored:
        return gettext(
            "No engagement covers this project yet. An administrator of the project or of Jira can set one up here."
        )
    outside = _part_outside(stored, names_leads=length == "page")
    if outside:
        return outside
    known = select_project(connection, caller().tenant_id, project)
    name = known.name if known and known.name else project
    if length != "page":
        alone = gettext("You are on no side in %(project)s.", project=name)
        return alone if length == "beside" else f"{alone} {_who_puts(connection, stored, project)}"
    situation = gettext(
        "Teachback shows what in-house teams learn from agencies. You are on no side in %(project)s: neither in-house, "
        "nor an agency’s, nor a gatekeeper’s.",
        project=name,
    )
    works = _works_unnamed(connection, stored, project)
    return " ".join([situation, _who_adds(stored), *([_until_text(stored, name)] if works else []), gettext(UNNEEDED)])


@dataclass(frozen=True)
class NoProgram:
    """What stands in place of the program: its state, and the projects in which its reader has a part.

    For somebody without any, those of engagements that they may browse: the page of each names its leads.
    """

    state: State
    projects: Sequence[str] = ()


def no_program(connection: Connection) -> NoProgram:
    """Return what stands in place of the program, and who can make its reader a sponsor."""
    state = empty_states.NO_PROGRAM
    # By a link there is nobody who could be named.
    if link() is not None:
        return NoProgram(state)
    stored = select_engagements(connection, caller().tenant_id)
    if not stored and administers(container()):
        return NoProgram(empty_states.NO_ENGAGEMENT)
    views = views_of(stored, account(), container().clock())
    own = sorted({project for view in views for project in view.engagement.projects})
    if not views:
        own = open_projects(connection, {project for item in stored for project in item.engagement.projects})
    ask = _who_names(views)
    return NoProgram(replace(state, marked_text=f"{state.text} {ask}") if ask else state, own)


def open_projects(connection: Connection, projects: set[str]) -> list[str]:
    """Return the first of the projects that Jira lets the caller browse; none where it does not answer."""
    tenant_id = caller().tenant_id
    ids = {int(number) for number in select_project_ids(connection, tenant_id, projects) if number.isdecimal()}
    if not ids or sample() is not None:
        return []
    try:
        seen = container().browse.fetch_browsable_projects(tenant_id, request_jira(tenant_id), account(), ids)
    except JiraError:
        return []
    keys = (select_project_key(connection, tenant_id, str(number)) for number in sorted(seen)[:MOST_LINKS])
    return sorted(filter(None, keys))


def _who_names(views: Sequence[EngagementView]) -> str:
    """Return who can have the reader named as a sponsor; "" for agencies' people and gatekeepers: none can be one."""
    inside = [view for view in views if "gatekeeper" not in view.roles]
    if any(view.roles & {"agency_lead", "agency_member"} for view in views) or (views and not inside):
        return ""
    # A lead names them, or has whoever runs Teachback do so, where the engagement is kept as a file.
    names = _lead_names([view.stored for view in inside])
    if not names:
        return gettext(
            "If you should see it, ask an in-house lead of an engagement: the project’s page Knowledge transfer names "
            "them. Otherwise you need do nothing."
        )
    return gettext("Ask %(names)s, who can have you named.", names=list_text(names, "or"))


def _part_outside(stored: Iterable[StoredEngagement], *, names_leads: bool) -> str:
    """Return what those have who have a part in an engagement and do not see these pages; "" for everybody else."""
    now = container().clock()
    roles = [(item, roles_of(item.engagement, account(), now)) for item in stored]
    if any("gatekeeper" in own for _, own in roles):
        return gettext(GATEKEEPER)
    sponsored = [item for item, own in roles if "sponsor" in own]
    if not sponsored:
        return ""
    text = _sponsored_text(sorted(item.engagement.name for item in sponsored))
    # The program page sends them to the leads, and names nobody.
    names = _lead_names(sponsored) if names_leads else []
    if not names:
        return text
    leads = ngettext(
        "For what stands behind a figure, ask %(names)s, who leads the in-house side.",
        "For what stands behind a figure, ask %(names)s, who lead the in-house side.",
        len(names),
        names=list_text(names, "or"),
    )
    return f"{text} {leads}"


def _sponsored_text(sponsored: Sequence[str]) -> str:
    return ngettext(
        "You are a sponsor of %(engagements)s. Its sums and words stand on the program page and in the program’s "
        "quarterly review; its tickets and its people are for both sides alone.",
        "You are a sponsor of %(engagements)s. Their sums and words stand on the program page and in the program’s "
        "quarterly review; their tickets and their people are for both sides alone.",
        len(sponsored),
        engagements=list_text(sponsored),
    )


def is_sponsored_by_caller(connection: Connection, project: str) -> bool:
    """Tell whether the caller is a sponsor of an engagement of a project: its page leads them to the program."""
    if link() is not None:
        return False
    now = container().clock()
    stored = (item for item in select_engagements(connection, caller().tenant_id) if _names(item, project))
    return any("sponsor" in roles_of(item.engagement, account(), now) for item in stored)


def _names(stored: StoredEngagement, project: str) -> bool:
    return project in stored.engagement.projects


def _works_unnamed(connection: Connection, stored: Sequence[StoredEngagement], project: str) -> bool:
    """Return whether the caller worked in the project and is named nowhere, so that it counts as unknown."""
    is_named = any(stay.account == account() for item in stored for stay in item.engagement.people)
    return not is_named and is_person_in(connection, caller().tenant_id, account(), [project])


def _until_text(stored: Sequence[StoredEngagement], name: str) -> str:
    """Return what the caller's work is shown as, and to whom."""
    until = gettext("Until you are, your work in %(project)s is shown as unknown.", project=name)
    if any(item.rules.names for item in stored):
        until += " " + gettext(
            "In-house leads and administrators can read your name, the number of your tickets, and the days of the "
            "first and the last."
        )
    return until


def _who_puts(connection: Connection, stored: Sequence[StoredEngagement], project: str) -> str:
    """Return in few words who can have the caller put on a side, and what their work counts as before."""
    names = list_text(_lead_names(stored), "or") or gettext("An in-house lead")
    if not _works_unnamed(connection, stored, project):
        return gettext("%(names)s can have you put on one.", names=names)
    return gettext("%(names)s can have you put on one; until then your work counts as unknown.", names=names)


def _who_adds(stored: Sequence[StoredEngagement]) -> str:
    # A lead changes people on the pages; of an engagement kept as a file whoever runs Teachback does.
    on_pages = [item for item in stored if item.kept_in != "file"]
    names = _lead_names(on_pages or stored)
    if not on_pages:
        if not names:
            return gettext("Ask an in-house lead of the project to have you put on a side.")
        return ngettext(
            "Ask %(names)s, who leads the in-house side, to have you put on a side.",
            "Ask %(names)s, who lead the in-house side, to have you put on a side.",
            len(names),
            names=list_text(names, "or"),
        )
    if not names:
        return gettext("An in-house lead of the project can put you on a side.")
    return gettext("%(names)s can put you on a side.", names=list_text(names, "or"))


def _lead_names(stored: Iterable[StoredEngagement]) -> list[str]:
    # Names are given only where the rules of the engagement allow names.
    leads = {lead for item in stored if item.rules.names for lead in item.engagement.leads.get("inhouse", ())}
    return sorted(fetch_display_names(sorted(leads - {account()})).values())
