"""The agency reader's own open tickets that stand still: those that wait for their side, and those opened again."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from connector.auth.access import EngagementView
from connector.figures.open_previews import reopened_at
from connector.figures.teaching import Teaching
from connector.pages.agency.open_asks import opened_again_text
from connector.text import day
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, mark, ngettext

SINCE, ON = mark("since %(day)s"), mark("on %(day)s")


@dataclass(frozen=True)
class Stops:
    """Since when each ticket waits or is open again, in words, the oldest first; empty where nobody reads it.

    `badges` are what a row of each of those that are open again says.
    """

    waiting: Mapping[int, str]
    reopened: Mapping[int, str]
    badges: Mapping[int, str]


@dataclass(frozen=True)
class StopLine:
    """Tickets of which the same is said, each with its key and its day."""

    text: str
    tickets: tuple[tuple[str, str], ...]


NO_STOPS = Stops({}, {}, {})


def own_stops(view: EngagementView, prepared: PreparedEngagement, teaching: Teaching, now: Instant) -> Stops:
    """Return which of the reader's tickets stand still; none to in-house people, who have lists of their own.

    The days are those of the record of a ticket, which is off in works-council mode (measurement (f)).
    """
    if not view.agency or prepared.ruleset.works_council:
        return NO_STOPS
    own = [item for item in teaching.mine if item.ticket.issue.assignee == caller().account]
    waiting = {item.issue_id: teaching.waiting.get(item.issue_id) for item in own}
    opened = {item.issue_id: at for item in own if (at := reopened_at(prepared, item.ticket)) is not None}
    stopped = {issue_id: wait.since for issue_id, wait in waiting.items() if wait and wait.side == "agency"}
    return Stops(
        _days(prepared, stopped, SINCE),
        _days(prepared, opened, ON),
        {issue_id: opened_again_text(prepared, at, now) for issue_id, at in opened.items()},
    )


def _days(prepared: PreparedEngagement, tickets: Mapping[int, Instant], text: str) -> Mapping[int, str]:
    oldest = sorted(tickets.items(), key=lambda item: item[1])
    return {issue_id: gettext(text, day=day(prepared.calendar.day(at))) for issue_id, at in oldest}


def stop_lines(stops: Stops, labels: Mapping[int, IssueLabel], seen: AbstractSet[int]) -> list[StopLine]:
    """Return what is said of the tickets that the reader may browse."""
    waiting, reopened = (
        tuple((labels[issue_id].key, text) for issue_id, text in tickets.items() if issue_id in seen)
        for tickets in (stops.waiting, stops.reopened)
    )
    waits = ngettext(
        "%(num)s ticket of yours waits for you to go on",
        "%(num)s tickets of yours wait for you to go on",
        len(waiting),
    )
    opened = ngettext(
        "%(num)s ticket of yours was opened again", "%(num)s tickets of yours were opened again", len(reopened)
    )
    return [line for line in (StopLine(waits, waiting), StopLine(opened, reopened)) if line.tickets]
