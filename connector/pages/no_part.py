"""The line for somebody who has no part in a project's engagements: that it is so, and who can add them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from connector.auth.access import EngagementView, roles_of, views_of
from connector.container import container
from connector.pages import empty_states
from connector.pages.empty_states import State
from connector.pages.visibility import account, administers, fetch_display_names
from connector.web.gate import caller, link
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.facts.accounts import is_person_in
from mappings.records.facts.projects import select_project
from mappings.translation import gettext, list_text, mark, ngettext

GATEKEEPER = mark(
    "You are a gatekeeper in this project and do not see its figures: what is yours stands under Knowledge transfer."
)


def no_part_line(connection: Connection, project: str, *, short: bool = False) -> str:
    """Return the line; `project` is the key of a project that the caller may browse.

    `short` leaves out, of who is on no side, what the whole line says elsewhere on the same page.
    """
    # By a link there is nobody whom a lead could add.
    if link() is not None:
        return gettext("This link shows no figures any more. Ask whoever gave it to you for a new one.")
    stored = [item for item in select_engagements(connection, caller().tenant_id) if _names(item, project)]
    if not stored:
        return gettext(
            "No engagement covers this project yet. An administrator of the project or of Jira can set one up here."
        )
    outside = _part_outside(stored)
    if outside:
        return outside
    known = select_project(connection, caller().tenant_id, project)
    name = known.name if known and known.name else project
    if short:
        return gettext("You are on no side in %(project)s.", project=name)
    situation = gettext(
        "Teachback shows what in-house teams learn from agencies. You are on no side in %(project)s: neither in-house, "
        "nor an agency’s, nor a gatekeeper’s.",
        project=name,
    )
    return " ".join([situation, _who_adds(stored), _unneeded_text(connection, stored, project, name)])


@dataclass(frozen=True)
class NoProgram:
    """What stands in place of the program: its state, and the projects in which its reader has a part."""

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
    ask = _who_names(views)
    return NoProgram(replace(state, marked_text=f"{state.text} {ask}") if ask else state, own)


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
            "them. Otherwise nothing is to be done."
        )
    return gettext("Ask %(names)s, who can have you named.", names=list_text(names, "or"))


def _part_outside(stored: Iterable[StoredEngagement]) -> str:
    """Return what those have who have a part in an engagement and do not see these pages; "" for everybody else."""
    now = container().clock()
    roles = {item.engagement.name: roles_of(item.engagement, account(), now) for item in stored}
    if any("gatekeeper" in own for own in roles.values()):
        return gettext(GATEKEEPER)
    sponsored = sorted(name for name, own in roles.items() if "sponsor" in own)
    if not sponsored:
        return ""
    return ngettext(
        "You are a sponsor of %(engagements)s. Its sums and words stand on the program page and in the program’s "
        "quarterly review; its tickets and its people are for both sides alone.",
        "You are a sponsor of %(engagements)s. Their sums and words stand on the program page and in the program’s "
        "quarterly review; their tickets and their people are for both sides alone.",
        len(sponsored),
        engagements=list_text(sponsored),
    )


def _names(stored: StoredEngagement, project: str) -> bool:
    return project in stored.engagement.projects


def _unneeded_text(connection: Connection, stored: Sequence[StoredEngagement], project: str, name: str) -> str:
    """Return who has nothing to do; where the caller worked and is not named, what it is shown as, and to whom."""
    is_named = any(stay.account == account() for item in stored for stay in item.engagement.people)
    unneeded = gettext("If you work for none of them, nothing is to be done.")
    if is_named or not is_person_in(connection, caller().tenant_id, account(), [project]):
        return unneeded
    until = gettext("Until then your work in %(project)s is shown as unknown.", project=name)
    if any(item.rules.names for item in stored):
        until += " " + gettext("In-house leads and administrators can read your name and on how many tickets it was.")
    return f"{until} {unneeded}"


def _who_adds(stored: Sequence[StoredEngagement]) -> str:
    # A lead changes people on the pages; of an engagement kept as a file whoever runs Teachback does.
    on_pages = [item for item in stored if item.kept_in != "file"]
    names = _lead_names(on_pages or stored)
    if not on_pages:
        if not names:
            return gettext("Ask an in-house lead of the project, who can have you added.")
        return ngettext(
            "Ask %(names)s, who leads the in-house side.",
            "Ask %(names)s, who lead the in-house side.",
            len(names),
            names=list_text(names, "or"),
        )
    if not names:
        return gettext("An in-house lead of the project can add you.")
    return gettext("%(names)s can add you.", names=list_text(names, "or"))


def _lead_names(stored: Iterable[StoredEngagement]) -> list[str]:
    # Names are given only where the rules of the engagement allow names.
    leads = {lead for item in stored if item.rules.names for lead in item.engagement.leads.get("inhouse", ())}
    return sorted(fetch_display_names(sorted(leads - {account()})).values())
