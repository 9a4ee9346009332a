"""Objectives that were set after a ticket was done: they wait for the other side, and count nowhere once dropped."""

import csv
import html
import io
import re

import pytest
from werkzeug.test import TestResponse

from mappings.formats.engagement_file.reader import read_engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, LEAD, PageClient
from tests.pages.html_reader import text_of
from tests.pages.panel.test_panel import labelled_late

WAITS = "its objective was set after it was done, and counts once the other side confirms it"
DROPPED = "its objective was set after it was done and was not confirmed in time: it counts without it"
PERIODS = ("2026Q2", "2026Q3", "2026Q4")


def ask(page_client: PageClient, path: str, period: str, **query: str) -> TestResponse:
    return page_client.story_site.ask(
        account_of(LEAD), f"/pages/{path}", engagement=ACME, period=period, own="0", **query
    )


def lines(page_client: PageClient, **query: str) -> list[dict[str, str]]:
    """The lines of the file of all finished tickets."""
    files = (ask(page_client, "tickets/export", period, **query).text for period in PERIODS)
    return [line for file in files for line in csv.DictReader(io.StringIO(file.removeprefix("\ufeff")))]


def dropped_lines(page_client: PageClient) -> list[dict[str, str]]:
    return [line for line in lines(page_client) if "its objective was set after" in line["why"]]


def row_of(page_client: PageClient, period: str, key: str) -> str:
    """The row of a ticket, on whichever page of the list it is."""
    page = ask(page_client, "tickets", period).text
    while f"Evidence of {key}" not in page:
        older = re.search(r'<a class="button" href="([^"]*)"[^>]*>Older tickets', page)
        assert older, key
        page = page_client.follow(LEAD, html.unescape(older[1])).text
    return next(row for row in re.findall(r"(?s)<tbody.*?</tbody>", page) if f"Evidence of {key}" in row)


def test_what_was_not_confirmed_in_time_promises_nothing_anywhere(page_client: PageClient) -> None:
    """Rows and file said for months that a tag counts once it is confirmed, which nobody could do any more."""
    rows = dropped_lines(page_client)
    assert rows
    for line in rows:
        assert DROPPED in line["why"], line
        assert (line["objectives"], line["late"]) == ("", "false"), line
    line, quarter = rows[0], (int(rows[0]["date"][5:7]) + 2) // 3
    row = row_of(page_client, f"2026Q{quarter}", line["ticket"])
    assert DROPPED in text_of(row)
    assert re.findall(r'<td class="objective"[^>]*>([^<]*)', row) == ["none"]
    issue = page_client.story_site.site.issue(line["ticket"]).id
    shown = [
        page_client.follow(LEAD, f"/pages/panel/content?issue={issue}").text,
        page_client.follow(LEAD, f"/pages/evidence?engagement={ACME}&issue={issue}").text,
        page_client.follow(LEAD, f"/pages/tickets/evidence?engagement={ACME}&issue={issue}").text,
    ]
    for page in map(text_of, shown):
        assert DROPPED in page, page
        assert "no objective of Growth and Acme" not in page
        assert "counts only if the other side" not in page
    # The panel names it as dropped, with how, when and from which side it came.
    assert re.search(
        r"(?:label|component|type|epic|\w+) [^:]+: set on \d+ \w+ \([^)]+\), after it was done; "
        r"not confirmed in time \(until \d+ \w+\): it does not count",
        text_of(shown[0]),
    ), text_of(shown[0])
    assert "was not confirmed in time, and does not count" in text_of(shown[0])
    # The filter finds what rows call late: nothing here.
    assert not lines(page_client, late="1")


@pytest.mark.parametrize("late", ["", "1"])
def test_what_waits_is_among_the_late_tags_and_not_yet_the_objectives(apart: PageClient, late: str) -> None:
    _, engagement, _ = labelled_late(apart)
    assert engagement == ACME
    waiting = [line for line in lines(apart, late="1") if line["late"] == "true"]
    assert waiting
    for line in waiting:
        assert WAITS in line["why"]
        assert line["objectives"]
    keys = {line["ticket"] for line in waiting}
    agreed = read_engagement(engagement_file(apart.story_site.story, ACME)).objectives
    keys_of = {objective.name: objective.key for objective in agreed}
    for name in {line["objectives"] for line in waiting}:
        listed = {line["ticket"] for line in lines(apart, objective=keys_of[name], **({"late": late} if late else {}))}
        own = {line["ticket"] for line in waiting if line["objectives"] == name}
        assert listed & keys == (own if late else set())


def test_the_filter_says_that_it_finds_what_waits_and_not_what_was_dropped(page_client: PageClient) -> None:
    says = (
        "An objective was set after the ticket was done, and the other side can still confirm it: after 30 days "
        "without that it is dropped, and its ticket is not listed here."
    )
    page = ask(page_client, "tickets", "2026Q3").text
    assert f'title="{says}"' in page
    assert "Late tag, waits for a confirmation" in text_of(page)
    # Also to who reads no tooltip, once it is chosen, whether or not it finds any.
    assert says not in text_of(page)
    assert says in text_of(ask(page_client, "tickets", "2026Q3", late="1").text)
