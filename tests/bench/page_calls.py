"""The calls of pages that are measured: the page of a project, each tab, fragment, drawer and file."""

from datetime import date
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from tests.jira.story.people import account_of

Who: TypeAlias = Literal["lead", "agency", "gatekeeper", "learner", "administrator"]
PEOPLE: dict[Who, str] = {
    "lead": "Maren Vogt",
    "agency": "Callum Rhodes",
    "gatekeeper": "Henrike Osei",
    "learner": "Priya Raman",
    "administrator": "Viktor Amsel",
}


class Call(Struct, frozen=True):
    """An address with what it is asked for, and by whom."""

    path: str
    query: dict[str, Any] = {}
    who: Who = "lead"

    @property
    def account(self) -> str:
        return account_of(PEOPLE[self.who])


class Site(Struct, frozen=True):
    """What the addresses name: the engagement, a quarter that is over, and a ticket."""

    engagement: str
    first: date
    last: date
    period: str
    issue: int
    now: int


# Figures whose drawer lists each its own tickets or people.
DRAWERS = (
    "score", "dimensions.teaching", "dimensions.embedding", "dimensions.reciprocity", "dimensions.gatekeepers",
    "dimensions.teaching.taught_through", "dimensions.teaching.progression",
    "dimensions.embedding.workflow_checks", "owners.agency", "taught_share", "units.agency", "units.total",
    "exit_coverage.one_holder", "independence",
)  # fmt: skip


def calls_of(site: Site) -> dict[str, Call]:
    """Return every call by its name; the Overview of the page comes first."""
    mine: dict[str, Any] = {"engagement": site.engagement}
    quarter = mine | {"period": site.period}
    days = mine | {"from": str(site.first), "to": str(site.last)}
    tickets = "/pages/tickets"
    calls = {
        "overview": Call("/pages/project/content", quarter | {"project.key": "GROW"}),
        "overview of the agency": Call("/pages/project/content", {"project.key": "GROW", "tab": "overview"}, "agency"),
        "next tickets": Call("/pages/next", quarter),
        "objectives": Call("/pages/objectives", quarter),
        "progress": Call("/pages/objectives/progress", quarter),
        "learning of a lead": Call("/pages/learning", quarter),
        "learning of a learner": Call("/pages/learning", quarter, "learner"),
        "learning as a file": Call("/pages/learning/export", mine | {"format": "csv"}, "learner"),
        "tickets": Call(tickets, quarter),
        "tickets of an objective": Call(tickets, quarter | {"objective": "ab-design"}),
        "tickets of mine": Call(tickets, quarter | {"mine": "1"}, "learner"),
        "tickets of an agency's own people": Call(tickets, quarter | {"mine": "1"}, "agency"),
        "tickets open of mine": Call(tickets, quarter | {"show": "open", "mine": "1"}, "agency"),
        "tickets open": Call(tickets, quarter | {"show": "open"}),
        "tickets disputed": Call(tickets, quarter | {"show": "disputed"}),
        "ticket under its row": Call("/pages/tickets/evidence", mine | {"issue": site.issue}),
        "agency": Call("/pages/agency", quarter, "agency"),
        "what waits for the in-house team": Call("/pages/agency/asks", quarter),
        "what waits for the agency": Call("/pages/agency/own-asks", quarter, "agency"),
        "together": Call("/pages/together", quarter),
        "history": Call("/pages/history", quarter),
        "exit by a date": Call("/pages/history/exit", mine | {"by": "2026-12-01"}),
        "gatekeeping": Call("/pages/gatekeeping", quarter, "gatekeeper"),
        "settings": Call("/pages/settings", quarter),
        "evidence": Call("/pages/evidence", mine | {"issue": site.issue}),
        "live": Call("/pages/live", mine | {"since": site.now - 300_000_000}),
        "gadget": Call("/pages/gadget/content", mine),
        "program": Call("/pages/program/content", who="administrator"),
        "program as a file": Call("/pages/program/download", {"format": "json"}, "administrator"),
        "panel": Call("/pages/panel/content", {"issue": site.issue}),
    }
    return calls | {f"drawer {name}": Call("/pages/figure", days | {"figure": name}) for name in DRAWERS}


# Paths whose address Jira signs; all others are asked for by a page, with its token.
PAGE = frozenset({"/pages/project", "/pages/program", "/pages/gadget", "/pages/panel", "/pages/admin"})
# What is measured of a company, whose engagements are as large as any: each kind of page, and what reads all of them.
COMPANY_PAGES = (
    "program", "program as a file", "overview", "overview of the agency", "next tickets", "objectives",
    "learning of a lead", "tickets", "tickets open", "agency", "together", "history", "gatekeeping", "settings",
    "gadget", "panel", "live", "drawer score", "drawer taught_share",
)  # fmt: skip
