"""Why no open ticket could teach just now, as text, and the tab on which that can be looked into."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.auth.access import EngagementView
from connector.figures.teaching import Missing, Teaching
from connector.pages.act import sees_own_ladder
from connector.pages.project.tickets_missing import tickets_text
from connector.pages.tabs import frame_address
from connector.pages.tickets.filters import NO_OBJECTIVE
from mappings.translation import gettext, mark, mark_plural, ngettext

# What is missing before any ticket is counted.
NONE_YET: Mapping[Missing, str] = {
    "learner": mark("Nobody in-house is enrolled for an objective yet. A lead can enrol learners."),
    "objective": mark("No open ticket has an objective yet. It can be set in the ticket’s panel."),
    "learner_of_objective": mark("Open tickets have an objective, but nobody is enrolled for any of those."),
}
# What the open tickets lack that have an objective with learners.
LACKING: Mapping[Missing, tuple[str, str]] = {
    "agency": mark_plural(
        "%(num)s open ticket has an objective with learners, but %(agency)s has less than half of its work.",
        "%(num)s open tickets have an objective with learners, but %(agency)s has less than half of the work on each.",
    ),
    "step": mark_plural(
        "%(num)s open ticket of %(agency)s has an objective, but led by the agency it would bring no enrolled learner "
        "nearer to a rung.",
        "%(num)s open tickets of %(agency)s have an objective, but led by the agency they would bring no enrolled "
        "learner nearer to a rung.",
    ),
}
OWN_STEPS = mark(
    "What “My ladder” names counts for you all the same: there one need not be enrolled, nor has the agency to lead."
)

# Of how many objectives it is said what the nearest learner lacks.
NAMED = 3


@dataclass(frozen=True)
class Gap:
    """What is missing, and the link to where it is looked into."""

    text: str = ""
    link: str = ""
    address: str = ""


def gap_of(view: EngagementView, teaching: Teaching, period: str) -> Gap:
    """Return what is missing in an engagement none of whose open tickets could teach."""
    gap = teaching.gap
    if gap is None:
        return Gap(gettext("This engagement is being measured. Come back in a minute."))
    if gap.missing in NONE_YET:
        address, name = frame_address("objectives", view.engagement, period), gettext("Objectives")
        if gap.missing == "objective":
            tickets = frame_address("tickets", view.engagement, period)
            address, name = (
                f"{tickets}&show=open&objective={NO_OBJECTIVE}",
                gettext("Open tickets without an objective"),
            )
        return Gap(gettext(NONE_YET[gap.missing]), name, address)
    text = ngettext(*LACKING[gap.missing], gap.tickets, agency=view.engagement.agency_name)
    # Their own next steps stand above it, on such tickets, too.
    own = gettext(OWN_STEPS) if sees_own_ladder(view) else ""
    text = " ".join(part for part in (text, _lacks_text(view, teaching), own) if part)
    return Gap(text, gettext("Open tickets"), f"{frame_address('tickets', view.engagement, period)}&show=open")


def _lacks_text(view: EngagementView, teaching: Teaching) -> str:
    """Return what the nearest learners lack; counts of people tell it, so it is for who may see these."""
    if "cells" not in view.sees or not teaching.ways:
        return ""
    names = {objective.key: objective.name for objective in view.engagement.objectives}
    return " ".join(
        gettext(
            "Of %(objective)s the nearest learner still needs %(tickets)s.",
            objective=names[key],
            tickets=tickets_text(tickets),
        )
        for key, tickets in list(teaching.ways.items())[:NAMED]
    )
