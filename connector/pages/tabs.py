"""The tabs of the project page: their order and names, where their content comes from, and who sees each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import request, url_for
from msgspec import Struct

from connector.actions.policy import READ_DRAFT, SET_UP, SIGN, may
from connector.auth.access import EngagementView
from connector.pages.act import has_agency_page, has_leads_page, is_read_only, may_act, sees_own_ladder
from connector.pages.setup.access import find_project_administered
from connector.web.gate import link
from mappings.measure.model.engagement import Engagement
from mappings.translation import Texts, gettext, mark

OVERVIEW = "overview"


class Tab(Struct, frozen=True):
    """A tab. `endpoint` answers with its content: it is asked with `engagement` and `period`.

    The Overview has no endpoint: it comes with the frame. `measured`: nothing is there before the first measuring.
    `element` is the id into which its content is loaded, where that is a target of its own forms. One that stands
    `within` another has an address and no place in the bar: it is opened from there. `keeps` names what its
    content is asked for beside engagement and period: it stands in the address, so that a link opens it so. Where it
    is as of now whatever the period is (`of_period` False), none is offered, and the chosen one is kept.
    """

    key: str
    marked_name: str
    endpoint: str
    is_visible: Callable[[EngagementView], bool]
    measured: bool = True
    element: str = ""
    within: str = ""
    keeps: tuple[str, ...] = ()
    of_period: bool = True

    @property
    def name(self) -> str:
        return gettext(self.marked_name)


def sees_figures(view: EngagementView) -> bool:
    return "ratios" in view.sees


def sees_coverage(view: EngagementView) -> bool:
    return "coverage" in view.sees


def sees_tickets(view: EngagementView) -> bool:
    return "drilldown" in view.sees


def sees_learning(view: EngagementView) -> bool:
    return sees_own_ladder(view) or may_act(view, SIGN)


def sees_settings(view: EngagementView) -> bool:
    """Tell whether the viewer may open the settings: leads, administrators, and who administers the projects."""
    if is_read_only():
        return False
    if may(READ_DRAFT, view.roles):
        return True
    return not view.agency and may(SET_UP, find_project_administered(view.engagement.projects))


def is_gatekeeper(view: EngagementView) -> bool:
    return "own_latency" in view.sees and link() is None


TICKET_FILTERS = ("show", "objective", "kind", "mine", "late", "disputed", "own", "untaught", "aim", "before")
# In the order of docs and pages; whoever adds a tab adds a row. Its content is a fragment without h1.
TABS: tuple[Tab, ...] = (
    Tab(OVERVIEW, mark("Overview"), "", sees_figures, measured=False, keeps=("bars",)),
    Tab(
        "objectives",
        mark("Objectives"),
        "objectives.show",
        sees_coverage,
        element="objectives-page",
        keeps=("objective",),
    ),
    Tab(
        "learning",
        mark("Learning"),
        "learning.show",
        sees_learning,
        element="learning",
        of_period=False,
        keeps=("objective", "learner"),
    ),
    Tab("tickets", mark("Tickets"), "tickets.content", sees_tickets, keeps=TICKET_FILTERS),
    Tab("agency", mark("Agency"), "agency.show", has_agency_page, element="agency"),
    Tab("together", mark("Together"), "together.show", has_leads_page, element="together"),
    Tab("history", mark("History"), "history.show", sees_figures),
    Tab("review", mark("Quarterly review"), "review.show", sees_figures, element="review-page", within="history"),
    # Who is a gatekeeper alone has this page without tabs.
    Tab("gatekeeping", mark("Gatekeeping"), "gatekeeping.content", is_gatekeeper),
    Tab(
        "settings",
        mark("Settings"),
        "settings.content",
        sees_settings,
        measured=False,
        element="settings",
        keeps=("objective",),
    ),
)
# Whom a tab is for that not everybody has, for who follows a link to it; `tab` is what opens instead.
CLOSED: Mapping[str, str] = Texts(
    {
        "agency": mark("Agency is for in-house leads and the people of the agency. Here is %(tab)s."),
        "together": mark("Together is for the leads of both sides. Here is %(tab)s."),
        "settings": mark("Settings are for the leads of both sides and for administrators. Here is %(tab)s."),
        "gatekeeping": mark("Gatekeeping is for gatekeepers. Here is %(tab)s."),
    }
)
# What an agency reads first: what it owes, and what it is owed.
FIRST_OF_AGENCY = "agency"


def tabs_of(view: EngagementView) -> list[Tab]:
    """Return the tabs that the viewer sees, the one that opens by itself first for an agency."""
    is_measured = view.stored.generation is not None
    tabs = [tab for tab in TABS if tab.is_visible(view) and (is_measured or not tab.measured)]
    return sorted(tabs, key=lambda tab: not (view.agency and tab.key == FIRST_OF_AGENCY))


def frame_address(tab: str, engagement: Engagement, period: str, **asked: str) -> str:
    """Return the address of a tab in its frame, for a link in another tab's content.

    `asked` is what the tab is asked for beside that: one of the names that it keeps.
    """
    chosen: dict[str, Any] = {"project.key": project_of(engagement)}
    chosen |= {"engagement": engagement.key, "period": period, "tab": tab}
    return url_for("project.content", **(chosen | asked))


def project_of(engagement: Engagement) -> str:
    """Return the project that a page was opened in."""
    # What a tab's own forms answer with was asked for without a project: then it is any of the engagement's.
    return request.args.get("project.key", "") or min(engagement.projects)


def later_query(engagement: Engagement, period: str) -> dict[str, Any]:
    """Return what a part of a tab that is loaded after it is asked with."""
    return {"engagement": engagement.key, "period": period, "project.key": request.args.get("project.key", "")}


def choose_tab(tabs: Iterable[Tab], key: str | None) -> Tab:
    """Return the tab that is asked for, the first where the viewer has no such tab."""
    tabs = list(tabs)
    return next((tab for tab in tabs if tab.key == key), tabs[0])


def closed_text(view: EngagementView, key: str, shown: Tab) -> str:
    """Return whom a tab is for that is asked for and that the viewer never has; "" for any other."""
    if key not in CLOSED or any(tab.key == key and tab.is_visible(view) for tab in TABS):
        return ""
    return CLOSED[key] % {"tab": shown.name}
