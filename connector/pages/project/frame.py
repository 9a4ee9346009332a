"""The frame around every tab: engagement and period to choose, the tabs, and how far the figures are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import Container, container
from connector.pages import empty_states
from connector.pages.live import mark_of
from connector.pages.periods import Period, choose, quarters
from connector.pages.project.export_menu import select_files
from connector.pages.tabs import OVERVIEW, Tab, choose_tab, closed_text, tabs_of
from connector.pages.tickets.filters import NO_OBJECTIVE
from connector.pages.unit_choice import chosen_unit, unit_query
from connector.pages.waiting.kinds import Waiting, select_waiting
from connector.pages.waiting.model import WaitingItem
from connector.text import ago, full_day, left
from connector.web.gate import caller, link
from mappings.events.times import MINUTE, SECOND
from mappings.events.types import Instant
from mappings.formats.report.source import calendar_of
from mappings.measure.model.engagement import UnitsBy
from mappings.records.operations.progress import Progress, select_all_progress
from mappings.translation import gettext

# What a platform keeps in its address, in the order in which the page's script compares it.
STATE = ("tab", "engagement", "period", "by", "unit")
BY_DEFAULT = "week"
# Work that goes on says so every few seconds.
STANDSTILL = 15 * MINUTE


@dataclass(frozen=True)
class TabLink:
    """A tab in the frame: where its frame and its content come from; `page` is what the address bar shows."""

    key: str
    name: str
    address: str
    page: str
    is_current: bool
    waiting: int


@dataclass(frozen=True)
class WaitingLink:
    """Something that waits for the viewer, and where it is settled: a tab, or a page that takes the place of all.

    With `act` it is settled in the list; `ask` is what it would do, where that is shown first. `ask_all` asks for what
    would settle all of its kind.
    """

    item: WaitingItem
    address: str
    page: str
    is_tab: bool
    tab: str
    act: str = ""
    ask: str = ""
    ask_all: str = ""

    @property
    def id(self) -> str:
        """What names it among the others of the list, also after one of them was settled."""
        step = self.item.step
        sent = step.sends.values() if step else self.item.query.values()
        # Its question is looked for by a selector, in which the colon of an account id would be a pseudo-class.
        return re.sub(r"[^\w-]", "-", "-".join(["waits", step.action if step else self.item.verb, *sent]))


@dataclass(frozen=True)
class Frame:
    """What is chosen: the engagement as the viewer sees it, a period, a tab, and the instant of all figures."""

    project: str
    view: EngagementView
    periods: Sequence[Period]
    period: Period
    tab: Tab
    tabs: Sequence[Tab]
    by: str
    unit: UnitsBy
    today: date
    now: Instant

    def address(self, endpoint: str = "project.content", **changes: str | None) -> str:
        return url_for(endpoint, **(self.choice | changes))

    @property
    def choice(self) -> dict[str, Any]:
        chosen = {"engagement": self.view.engagement.key, "period": self.period.key, "tab": self.tab.key, "by": self.by}
        own = self.view.engagement.units.by
        return {"project.key": self.project} | chosen | unit_query(own, self.unit)

    @property
    def today_text(self) -> str:
        return full_day(self.today)

    @property
    def state(self) -> str:
        """Return what a platform keeps in its own address, so that the same page opens again."""
        choice = {key: value for key, value in self.choice.items() if (key, value) != ("by", BY_DEFAULT)}
        return urlencode({key: choice[key] for key in STATE if key in choice} | self.content_query)

    @property
    def content_query(self) -> dict[str, str]:
        """What the tab's content is asked for; an objective of another engagement is not. Settings take several."""
        query = {name: request.args[name] for name in self.tab.keeps if request.args.get(name)}
        known = {NO_OBJECTIVE, *(item.key for item in self.view.engagement.objectives)}
        if not known.issuperset(query.get("objective", "").split(",")):
            query.pop("objective", None)
        return query

    def links(self, waiting: Waiting) -> list[TabLink]:
        return [
            TabLink(
                tab.key,
                tab.name,
                self.address(tab=tab.key),
                self.address("project.linked", tab=tab.key) if link() else "",
                tab.key in {self.tab.key, self.tab.within},
                self._count(tab, waiting),
            )
            for tab in self.tabs
            if not tab.within
        ]

    def _count(self, tab: Tab, waiting: Waiting) -> int:
        # Each thing is counted once, on the tab that settles it: what stands within a tab there, what has none on the
        # Overview, whose list has all of it.
        known = {item.key: item.within or item.key for item in self.tabs}
        return sum(count for key, count in waiting.counts.items() if known.get(key, OVERVIEW) == tab.key)

    def waiting_link(self, tab: str, item: WaitingItem) -> WaitingLink:
        """Return where an item is settled."""
        if item.endpoint:
            query: dict[str, Any] = {"project.key": self.project, **item.query}
            return WaitingLink(item, url_for(item.endpoint, **query), "", is_tab=False, tab="")
        if not any(known.key == tab for known in self.tabs):
            # Settings take the place of the whole page.
            return WaitingLink(item, url_for("settings.content", **self.choice), "", is_tab=False, tab="")
        address = self.address(tab=tab, **item.query)
        page = self.address("project.linked", tab=tab, **item.query) if link() else ""
        name = next(known.name for known in self.tabs if known.key == tab)
        step = item.step
        act = self.address("waiting.act", act=step.action) if step else ""
        ask = self.address("waiting.ask", act=step.action, **step.sends) if step and step.asks else ""
        ask_all = self.address("waiting.ask", act=step.of_all) if step and step.of_all else ""
        return WaitingLink(item, address, page, is_tab=True, tab=name, act=act, ask=ask, ask_all=ask_all)

    def content_address(self) -> str:
        chosen: dict[str, Any] = {"engagement": self.view.engagement.key, "period": self.period.key}
        # For the addresses of the frame that a tab's content names.
        chosen["project.key"] = self.project
        chosen |= self.content_query
        return url_for(self.tab.endpoint, **chosen) if self.tab.key != OVERVIEW else ""


def read_frame(app: Container, project: str, views: Sequence[EngagementView]) -> Frame:
    """Return what the address asks for, of the engagements that the viewer may see."""
    key, now = request.args.get("engagement"), app.clock()
    view = next((item for item in views if item.engagement.key == key), views[0]).as_shown
    today = calendar_of(view.engagement).day(now)
    periods, tabs = quarters(view.engagement, today), tabs_of(view)
    by = "month" if request.args.get("by") == "month" else BY_DEFAULT
    unit = chosen_unit(view) or view.engagement.units.by
    period, tab = choose(periods, request.args.get("period")), choose_tab(tabs, request.args.get("tab"))
    return Frame(project, view, periods, period, tab, tabs, by, unit, today, now)


def frame_values(connection: Connection, frame: Frame, engagements: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the frame for its template, with the engagements (key, name) to choose from.

    It is read before the figures, so that what is written meanwhile is offered.
    """
    mark = mark_of(connection, frame.view)
    waiting = select_waiting(connection, frame.view, frame.now)
    # A period that ended is not live, though what comes late restates its figures.
    ended = _ended_text(frame)
    is_live = not ended and frame.view.stored.generation is not None
    return {
        "choice": frame,
        "tab": frame.tab,
        "closed": closed_text(frame.view, request.args.get("tab", ""), frame.tab),
        "tabs": frame.links(waiting),
        "waiting": [frame.waiting_link(tab, item) for tab, item in waiting.items],
        "upcoming": waiting.upcoming,
        "content_address": frame.content_address(),
        "engagements": engagements,
        "states": select_states(connection, frame.view),
        "ended": ended,
        "live": mark if is_live else mark | {"status": ""},
        "again": frame.address(),
        "files": select_files(connection, frame.view, frame.tab.key, frame.period),
    }


def _ended_text(frame: Frame) -> str:
    if frame.period.last >= frame.today or not frame.tab.of_period:
        return ""
    # A review is of the figures that were frozen.
    if frame.tab.key == "review":
        return gettext("Ended on %(day)s", day=full_day(frame.period.last))
    return gettext("Ended on %(day)s, with what is known now", day=full_day(frame.period.last))


def select_states(connection: Connection, view: EngagementView) -> list[empty_states.State]:
    """Return what is under way, with per cent and time left: importing, and measuring this engagement."""
    states = []
    key, first = view.stored.engagement.key, view.stored.generation is None
    for progress in select_all_progress(connection, caller().tenant_id):
        way = _way(progress)
        if (progress.kind, progress.subject) == ("measure", key):
            states.append(empty_states.measuring(way, first=first))
        elif progress.kind == "import" and progress.done < progress.total:
            states.append(empty_states.importing(way))
    return states


def _way(progress: Progress) -> empty_states.Way:
    idle = container().clock() - progress.changed_at
    if idle > STANDSTILL:
        # Neither a command nor a worker is at it: no time left can be said.
        return empty_states.Way(progress.done, progress.total, stopped=ago(idle / SECOND))
    rest = left(progress.done, progress.total, (progress.changed_at - progress.started_at) / SECOND)
    return empty_states.Way(progress.done, progress.total, rest)
