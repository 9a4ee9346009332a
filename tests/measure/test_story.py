"""The story of the stand-in, read and measured ticket by ticket: each row is what its authors planted."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from mappings.events.rest import read_issue
from mappings.events.types import Instant, IssueRead
from mappings.formats.engagement_file.reader import read_engagement
from mappings.measure.model.engagement import RUNGS, SIDES
from mappings.measure.model.ticket import BILLION, Entry, Measured, Role, StatusBook, Tag, Ticket
from mappings.measure.ticket.handover import handed_parts
from mappings.measure.ticket.prepared import prepare
from tests.jira.dump import issue_lines
from tests.jira.site import Site
from tests.jira.story.engagements import engagement_file
from tests.jira.story.story import Ids, Plan, plan, planted_report, play, populate
from tests.measure.builders import DAY, HOUR
from tests.measure.whole_measure import measure_ticket

EVER = (date(2020, 1, 1), date(2040, 1, 1))


@cache
def played_story() -> tuple[Plan, Site, Ids]:
    story = plan()
    site = Site("Growth", "https://growth.example")
    populate(site, story)
    return story, site, play(site, story)


@cache
def reads(version: int) -> tuple[IssueRead, ...]:
    return tuple(read_issue(line.encode(), str) for line in issue_lines(played_story()[1], version=version))


def book_of(issue_reads: Iterable[IssueRead]) -> StatusBook:
    """What a site's data says of its statuses: every name that an id carried, and the category it has today."""
    names: dict[str, set[str]] = defaultdict(set)
    categories: dict[str, str] = {}
    for row in issue_reads:
        for change in row.changes:
            if change.field_id == "status":
                names[change.old or ""].add((change.old_text or "").casefold())
                names[change.new or ""].add((change.new_text or "").casefold())
        for status in row.statuses:
            names[status.status_id].add(status.name.casefold())
            categories[status.status_id] = status.category or ""
    return StatusBook({number: frozenset(texts) for number, texts in names.items()}, categories)


def tickets(issue_reads: Iterable[IssueRead], engagement: str, panel: bool) -> list[Ticket]:
    roles, tags = set_in_the_panel(engagement) if panel else ({}, {})
    children: dict[int | None, list[Ticket]] = defaultdict(list)
    made = []
    for row in issue_reads:
        number = row.issue.issue_id
        dressed = {"roles": tuple(roles.get(number, ())), "tags": tuple(tags.get(number, ()))}
        ticket = Ticket(row.issue, row.changes, row.worklogs, row.comments, row.links, **dressed)
        made.append(ticket)
        children[row.issue.parent_id if row.issue.subtask else None].append(ticket)
    return [replace(row, subtasks=tuple(children.get(row.issue.issue_id, ()))) for row in made]


def set_in_the_panel(engagement: str) -> tuple[dict[int, list[Role]], dict[int, list[Tag]]]:
    story, _, ids = played_story()
    roles: dict[int, list[Role]] = defaultdict(list)
    tags: dict[int, list[Tag]] = defaultdict(list)
    for role in story.roles:
        roles[ids[role.ref]].append(Role(role.account, role.role, role.at, None, role.objective))
    for tag in story.tags:
        if tag.engagement == engagement:
            tags[ids[tag.ref]].append(Tag(tag.objective, tag.at, tag.by))
    return roles, tags


def first_taught(measured: Iterable[Measured]) -> dict[tuple[str, str], Instant]:
    first: dict[tuple[str, str], Instant] = {}
    rows = (row for measured_ticket in measured for row in measured_ticket.evidence if row.kind in {2, 3})
    for row in sorted(rows, key=lambda row: row.at):
        first.setdefault((row.objective, row.account), row.at)
    return first


def row_of(key: str, entry: Entry, handed: int, as_of: Instant) -> dict[str, Any]:
    """The row in the form of the story's sheet; parts are shown to the billionth that they are exact to."""
    buckets = (entry.done_only, entry.taught, handed, entry.parts[2] - handed)
    names = ("done_only", "taught", "handed_over", "inhouse_own")
    waiting = zip(entry.retro, entry.retro_at, strict=True)
    return {
        "key": key,
        "entry": "done" if entry.sign > 0 else "reopened",
        "at": entry.at,
        "units": Fraction(entry.sign * entry.units, BILLION),
        "method": entry.method,
        "shares": {
            side: Fraction(weight, sum(entry.weights)) for side, weight in zip(SIDES, entry.weights, strict=True)
        },
        "active_hours": {
            side: Fraction(time, HOUR) for side, time in zip((*SIDES, "unassigned"), entry.active, strict=True)
        },
        "paused_on_client_hours": Fraction(entry.paused_on_client, HOUR),
        "objectives": list(entry.objectives),
        "evidence": [RUNGS[kind - 1] for kind in entry.kinds],
        "retro": [key for key, since in waiting if as_of <= since + 30 * DAY],
        **{name: entry.sign * amount for name, amount in zip(names, buckets, strict=True)},
    }


def planted_rows(engagement: str, panel: bool) -> list[dict[str, Any]]:
    rows = planted_report(played_story()[0], engagement, *EVER, panel=panel)["issues"]
    for row in rows:
        row["at"] = round(datetime.fromisoformat(row["at"]).timestamp() * 1000) * 1000
    return rows


def measured_rows(engagement: str, version: int, panel: bool) -> list[dict[str, Any]]:
    story, issue_reads = played_story()[0], reads(version)
    bots = frozenset(
        account.account_id
        for measured_ticket in issue_reads
        for account in measured_ticket.accounts
        if account.kind == "app"
    )
    prepared = prepare(read_engagement(engagement_file(story, engagement)), book_of(issue_reads), bots)
    measured = [(ticket.issue, measure_ticket(prepared, ticket)) for ticket in tickets(issue_reads, engagement, panel)]
    taught = first_taught(measured_ticket for _, measured_ticket in measured)
    numbered = [
        (entry.at, issue.issue_id, row_of(issue.key, entry, sum(handed_parts(entry, taught)), story.end))
        for issue, measured_ticket in measured
        for entry in measured_ticket.entries
    ]
    return [row for *_, row in sorted(numbered, key=lambda measured_ticket: measured_ticket[:2])]


def near(planted: dict[str, Any], name: str, measured: int) -> bool:
    return abs(planted[name] * BILLION - measured) <= 1


@pytest.mark.parametrize("engagement", ["growth-acme", "growth-bolt"])
@pytest.mark.parametrize(("version", "panel"), [(2, False), (3, True)])
def test_every_row_is_what_the_story_planted(engagement: str, version: int, panel: bool) -> None:
    planted, measured = planted_rows(engagement, panel), measured_rows(engagement, version, panel)
    assert len(planted) == len(measured) > 500
    for theirs, ours in zip(planted, measured, strict=True):
        buckets = {name: ours.pop(name) for name in ("done_only", "taught", "handed_over", "inhouse_own")}
        assert all(near(theirs, name, amount) for name, amount in buckets.items()), theirs["key"]
        assert {name: theirs[name] for name in ours} == ours
