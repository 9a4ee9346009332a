"""The files of the Export menu: what a viewer may have of a tab, an engagement and a period."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from connector.actions.policy import OWN_LADDER
from connector.auth.access import EngagementView
from connector.figures.frozen import select_frozen_quarters
from connector.pages.act import may_act
from connector.pages.drawer.source import may_open
from connector.pages.periods import Period
from connector.pages.review.pdf import makes_pdf
from connector.pages.tabs import OVERVIEW, sees_figures, sees_tickets
from connector.pages.tickets.filters import all_query
from connector.web.gate import caller
from mappings.formats.export.figure import period_name
from mappings.translation import gettext

# Where the pack of a quarter is looked for.
TABS_OF_REVIEW = frozenset({OVERVIEW, "agency", "together", "history", "review"})
TABS_OF_TICKETS = frozenset({OVERVIEW, "tickets", "agency"})
FIGURE = "taught_share"


@dataclass(frozen=True)
class File:
    """A file: what it is called in the menu, where it comes from, and its own name."""

    title: str
    address: str
    name: str


def select_files(connection: Connection, view: EngagementView, tab: str, period: Period) -> list[File]:
    """Return the files of a tab that the viewer may have; before the first measuring there are none."""
    if view.stored.generation is None:
        return []
    files = [*_figure_files(view, period)] if tab == OVERVIEW else []
    if tab in TABS_OF_TICKETS and sees_tickets(view):
        files.append(_ticket_file(view, period))
    if tab == "learning" and may_act(view, OWN_LADDER):
        files += _own_files(view)
    # A quarter is frozen once it is over.
    if tab in TABS_OF_REVIEW and sees_figures(view) and not period.runs and _is_frozen(connection, view, period):
        files += _review_files(view, period)
    return files


def _figure_files(view: EngagementView, period: Period) -> Iterator[File]:
    key, name = view.engagement.key, period_name(period.first, period.end)
    days: dict[str, Any] = {"from": str(period.first), "to": str(period.last)}
    for form in ("csv", "json") if may_open(view, FIGURE) else ():
        address = url_for("figures.export", engagement=key, figure=FIGURE, format=form, **days)
        yield File(gettext("Taught share (%(form)s)", form=form.upper()), address, f"{key}-{FIGURE}-{name}.{form}")


def _ticket_file(view: EngagementView, period: Period) -> File:
    key, name = view.engagement.key, period_name(period.first, period.end)
    address = url_for("tickets.export", engagement=key, period=period.key, **all_query(by_agency=view.agency))
    return File(gettext("All finished tickets (CSV)"), address, f"{key}-tickets-{name}.csv")


def _own_files(view: EngagementView) -> Iterator[File]:
    key = view.engagement.key
    for form in ("csv", "json"):
        address = url_for("learning.export", engagement=key, format=form)
        yield File(gettext("My data (%(form)s)", form=form.upper()), address, f"{key}-my-ladder.{form}")


def _review_files(view: EngagementView, period: Period) -> Iterator[File]:
    key = view.engagement.key
    for form in ("pdf", "html", "csv", "json") if makes_pdf() else ("html", "csv", "json"):
        title = gettext("Quarterly review (%(form)s)", form=form.upper())
        address = url_for("review.file", engagement=key, period=period.key, format=form)
        yield File(title, address, f"{key}-review-{period.key}.{form}")


def _is_frozen(connection: Connection, view: EngagementView, period: Period) -> bool:
    frozen = select_frozen_quarters(connection, caller().tenant_id, view.stored)
    return any(item.first == period.first for item in frozen)
