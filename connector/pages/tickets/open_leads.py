"""The first sentence above a list of open tickets: how many have an objective, and how many of these are listed.

Beside it stands how a ticket gets an objective that has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from connector.actions.policy import TAG
from connector.pages.act import may_act
from connector.pages.project.opening_gap import ask_text
from connector.pages.project.untagged_tickets import select_free
from connector.pages.tickets.filters import NO_OBJECTIVE, Filters
from connector.pages.tickets.finished import ListContext, select_mine
from connector.pages.tickets.listed_text import list_all_text
from connector.pages.tickets.open_tickets import OpenList, is_own_alone, stored_objective
from connector.text import capital, up_to
from mappings.measure.model.ticket import UNTAGGED
from mappings.records.figures.ticket_pages import count_open
from mappings.translation import gettext, mark_plural, ngettext

# Open tickets are counted up to here: to count them all would cost each page what all of them cost.
MOST_COUNTED = 1_000
# By the filter for the objective; every other is one of the engagement's.
OWN_LEADS: Mapping[str, tuple[str, str]] = {
    "": mark_plural(
        "You took part in %(own)s of %(number)s open ticket with an objective.",
        "You took part in %(own)s of %(number)s open tickets with an objective.",
    ),
    NO_OBJECTIVE: mark_plural(
        "You took part in %(own)s of %(number)s open ticket without an objective.",
        "You took part in %(own)s of %(number)s open tickets without an objective.",
    ),
}
WITH_THIS = mark_plural(
    "You took part in %(own)s of %(number)s open ticket with this objective.",
    "You took part in %(own)s of %(number)s open tickets with this objective.",
)


@dataclass(frozen=True)
class OpenLead:
    """The sentence; `wider` are the filters of the list that leaves less out, with what leads there."""

    text: str
    wider: Filters | None = None
    link: str = ""


def count_most(context: ListContext, objective: str | None = None) -> int:
    """Return how many open tickets have an objective, or a certain one; one more than MOST_COUNTED where more have."""
    return count_open(context.scope, MOST_COUNTED + 1, objective=objective)


def open_lead(context: ListContext, tickets: OpenList, number: int, wanted_number: int) -> OpenLead:
    """Return the sentence above a list of open tickets: `number` have an objective, `wanted_number` that asked for."""
    filters = context.filters
    # An empty list says itself that it is empty, with the way to all.
    if not (tickets.rows or tickets.hidden) or is_own_alone(context):
        return OpenLead(_narrowed_text(0, number) if filters.leads_on and number else _all_text(number))
    if filters.lifts and filters.untaught:
        link = gettext("List all that lift you")
        return OpenLead(_lifting_beside_text(tickets.narrowed), replace(filters, untaught="", before=None), link)
    if filters.leads_on:
        wider = replace(filters, lifts=False, towards=False, objective="", untaught="", before=None)
        text = _lifting_text(tickets.narrowed, number) if filters.lifts else _counting_text(tickets.narrowed, number)
        return OpenLead(text, wider, _all_link(number))
    if filters.untaught:
        whole = "" if filters.mine else tickets.untaught
        return OpenLead(whole or _narrowed_text(tickets.narrowed, number))
    if filters.mine:
        return _own_lead(context, filters, wanted_number or number)
    if filters.objective in {"", NO_OBJECTIVE}:
        return OpenLead(_all_text(number))
    text = gettext(
        "%(listed)s of %(all)s open tickets with an objective have this one.",
        listed=up_to(wanted_number, MOST_COUNTED),
        all=up_to(number, MOST_COUNTED),
    )
    return OpenLead(text, replace(filters, objective="", before=None), _all_link(number))


def _own_lead(context: ListContext, filters: Filters, whole: int) -> OpenLead:
    objective = stored_objective(filters)
    if objective == UNTAGGED:
        whole = count_most(context, objective)
    own = count_open(context.scope, MOST_COUNTED + 1, objective=objective, choice=select_mine(context))
    words = OWN_LEADS.get(filters.objective, WITH_THIS)
    text = ngettext(*words, whole, own=up_to(own, MOST_COUNTED), number=up_to(whole, MOST_COUNTED))
    return OpenLead(text, replace(filters, mine=False, before=None), _all_link(whole))


def _all_link(number: int) -> str:
    if number > MOST_COUNTED:
        return gettext("Show all")
    return list_all_text(number)


def _all_text(number: int) -> str:
    text = ngettext(
        "%(number)s open ticket has an objective.",
        "%(number)s open tickets have an objective.",
        number,
        number=up_to(number, MOST_COUNTED),
    )
    return capital(text) if number else ""


def _lifting_text(listed: int, number: int) -> str:
    return ngettext(
        "%(listed)s of %(number)s open ticket with an objective is listed: it would bring you to a higher rung.",
        "%(listed)s of %(number)s open tickets with an objective are listed: each would bring you to a higher rung.",
        number,
        listed=listed,
        number=up_to(number, MOST_COUNTED),
    )


def _counting_text(listed: int, number: int) -> str:
    return ngettext(
        "%(listed)s of %(number)s open ticket with an objective is listed: it counts towards your next rung, which "
        "takes several.",
        "%(listed)s of %(number)s open tickets with an objective are listed: each counts towards your next rung, which "
        "takes several.",
        number,
        listed=listed,
        number=up_to(number, MOST_COUNTED),
    )


def _lifting_beside_text(listed: int) -> str:
    """Return how many are listed of those that Overview counts: there are others that lift the reader."""
    return ngettext(
        "%(num)s of the open agency tickets that lift nobody enrolled for their objective would bring you to a higher "
        "rung.",
        "%(num)s of the open agency tickets that lift nobody enrolled for their objective would each bring you to a "
        "higher rung.",
        listed,
    )


def _narrowed_text(listed: int, number: int) -> str:
    """Return how many of the open tickets with an objective are listed, where some alone are asked for."""
    return ngettext(
        "%(listed)s of %(number)s open ticket with an objective is listed.",
        "%(listed)s of %(number)s open tickets with an objective are listed.",
        number,
        listed=listed,
        number=up_to(number, MOST_COUNTED),
    )


def advice_text(context: ListContext) -> str:
    if may_act(context.view, TAG):
        return gettext("Select those to set an objective on, or open one in Jira and set it in its panel.")
    if not context.view.agency:
        return gettext("Open one in Jira and set an objective in its panel.")
    agency = context.view.engagement.agency_name
    return gettext("A lead of %(agency)s, or somebody in-house, sets one in the ticket’s panel.", agency=agency)


def none_tagged_text(context: ListContext) -> str:
    """Return how a first open ticket gets an objective."""
    free = select_free(context.connection, context.view).to_tag
    if free is not None:
        return gettext("No open ticket has an objective: %(ask)s.", ask=ask_text(free))
    if context.view.agency and not may_act(context.view, TAG):
        return gettext("No open ticket has an objective. %(advice)s", advice=advice_text(context))
    return gettext("No open ticket has an objective. Tag one in its panel in Jira to see here what it would count as.")
