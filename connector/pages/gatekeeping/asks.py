"""Open tickets that ask for a gatekeeper and are not with one yet: Jira finds them by what asks, in one search."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.container import Container
from connector.figures.gatekeepers.lists import select_open
from connector.figures.gatekeepers.ticket import Left, Open
from connector.jira.client import JiraError
from connector.pages.gatekeeping.asked_rows import why_words
from connector.pages.gatekeeping.viewer import Viewer, began_words
from connector.pages.gatekeeping.waits import Gatekept
from connector.pages.visibility import account
from connector.text import day
from connector.web.gate import caller, sample, tenant
from mappings.events.types import Instant
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.translation import gettext

# Tickets that are looked at for each engagement, those updated last, and of these so many rows.
MOST, SHOWN = 50, 20
# What Jira's search calls what asks; it has no name for a kind of link that Cloud and Data Center share.
FIELDS: Mapping[str, str] = {"labels": "labels", "components": "component", "types": "issuetype", "epics": "parent"}


@dataclass(frozen=True)
class AsksRow:
    """An open ticket that asks; `there` is since when a gatekeeper was there, "" where none was yet."""

    key: str
    summary: str
    why: str
    work: str
    there: str


@dataclass(frozen=True)
class LeftRow:
    """An open ticket that was with a gatekeeper: since when it is not any more, and how it passed at first."""

    key: str
    summary: str
    why: str
    left: str
    passed: str
    work: str


@dataclass(frozen=True)
class Asking:
    """Open tickets that ask for a gatekeeper and were not sent to one; `is_all`: all that asks was looked at.

    `left` are those that were sent, and that no gatekeeper has any more.
    """

    tickets: Sequence[Open] = ()
    is_all: bool = False
    left: Sequence[Open] = ()


def select_all_asking(
    connection: Connection, app: Container, engagements: Sequence[Gatekept], now: Instant
) -> list[Asking] | None:
    """Return by engagement its open tickets that ask for a gatekeeper and were not sent; None where Jira gives none."""
    clauses = [clause for gatekept in engagements if (clause := _clause_of(gatekept))]
    if not clauses or sample() is not None:
        return [Asking() for _ in engagements]
    jql = f"statusCategory != Done AND ({' OR '.join(clauses)}) ORDER BY updated DESC"
    try:
        ids = next(iter(app.client(tenant()).fetch_ids(jql)), [])
    except JiraError:
        return None
    most = MOST * len(engagements)
    # Only what is stored tells whether one was there; what Jira made since is not stored yet.
    labels = select_labels(connection, caller().tenant_id, set(ids[:most]))
    return [_asking_in(gatekept, labels, now, is_all=len(ids) <= most) for gatekept in engagements]


def _asking_in(gatekept: Gatekept, labels: Mapping[int, IssueLabel], now: Instant, *, is_all: bool) -> Asking:
    ids = [issue_id for issue_id, label in labels.items() if label.key.rpartition("-")[0] in gatekept.projects]
    opened = select_open(gatekept.scope, gatekept.prepared, ids, viewer=account(), now=now) if ids else []
    tickets = [item for item in opened if item.asks]
    left = [item for item in opened if item.left]
    # Where nothing asks by a rule, nobody is asked for, and that is no finding.
    return Asking(tickets, is_all and bool(_clause_of(gatekept)) and _is_searched_whole(gatekept), left)


def _is_searched_whole(gatekept: Gatekept) -> bool:
    rule = gatekept.view.engagement.signals.gatekeeper
    return all(kind in FIELDS for kind, values in rule.items() if values)


def _clause_of(gatekept: Gatekept) -> str:
    rule = gatekept.view.engagement.signals.gatekeeper
    asks = [f"{FIELDS[kind]} in ({_listed(values)})" for kind, values in rule.items() if kind in FIELDS and values]
    projects = _listed(sorted(gatekept.projects))
    return f"(project in ({projects}) AND ({' OR '.join(asks)}))" if asks else ""


def _listed(values: tuple[str, ...] | list[str]) -> str:
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)


def asks_row(viewer: Viewer, item: Open, label: IssueLabel) -> AsksRow:
    there = "" if item.met is None else day(viewer.calendar.day(item.met))
    return AsksRow(label.key, label.summary, why_words(item), began_words(viewer, item.began), there)


def left_row(viewer: Viewer, item: Open, left: Left, label: IssueLabel) -> LeftRow:
    passed = gettext("came back") if left.came_back else gettext("passed")
    why, since = why_words(item) or gettext("it was sent"), day(viewer.calendar.day(left.at))
    return LeftRow(label.key, label.summary, why, since, passed, began_words(viewer, item.began))
