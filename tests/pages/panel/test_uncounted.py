"""The panel of a ticket that does not count: the one cause that applies, and nothing to press."""

import re
from datetime import date

import pytest
from msgspec.structs import replace

from mappings.formats.engagement_file.reader import engagement_hash
from mappings.records.agreement.engagements import save_engagement, select_engagements
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, LEAD, OTHER_LEAD, PageClient, go_on
from tests.pages.html_reader import Reader
from webhooks.generations import measure_pending

CAUSE = re.compile(r"Finished on (\d+ \w+ \d+), before Growth and Bolt began on (\d+ \w+ \d+): does not count\.")


def panel(page_client: PageClient, who: str, issue_id: str) -> Reader:
    return page_client.read(page_client.follow(who, f"/pages/panel/content?issue={issue_id}"))


def has_controls(page: Reader) -> bool:
    fields = [element for name in ("select", "input") for element in page.all(name)]
    return bool(fields or [element for element in page.all("button") if "hx-post" in element])


def first_finished(page_client: PageClient) -> str:
    """A ticket of GROW that was finished before the second agency came."""
    planted = page_client.story_site.story.planted.values()
    return next(
        item.ref for item in planted if item.key.startswith("GROW") and item.scene != "secured" and item.ledger(ACME)
    )


def test_a_ticket_finished_before_an_engagement_says_so_and_has_no_controls(page_client: PageClient) -> None:
    issue_id = str(page_client.story_site.ids[first_finished(page_client)])
    page = panel(page_client, OTHER_LEAD, issue_id)
    assert CAUSE.search(page.text)
    assert "An epic" not in page.text
    assert not has_controls(page)
    narrow = page_client.follow(OTHER_LEAD, f"/pages/context/content?issue={issue_id}").text
    assert CAUSE.search(narrow)
    assert "Learning objectives</h" not in narrow


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Epic", "An epic does not count: the tickets below it do."),
        ("Sub-task", "A sub-task does not count by itself: its work counts for its parent."),
    ],
)
def test_a_ticket_of_another_level_says_which(lively: PageClient, kind: str, text: str) -> None:
    site, at = lively.story_site.site, lively.story_site.clock.now()
    planted = lively.story_site.story.planted.values()
    parent = next(lively.story_site.ids[item.ref] for item in planted if item.key.startswith("GROW"))
    below = {"parent": parent} if kind == "Sub-task" else {}
    made = site.create_issue("GROW", kind, "Another level", by=account_of(LEAD), at=at, **below)
    go_on(lively)
    page = panel(lively, LEAD, str(made.id))
    assert text in page.text
    assert "Finished on" not in page.text
    assert not has_controls(page)


def test_an_open_ticket_after_the_end_says_when_it_ended(apart: PageClient) -> None:
    ticket = next(item for item in apart.story_site.story.planted.values() if item.scene == "never_begun")
    issue_id = str(apart.story_site.ids[ticket.ref])
    assert has_controls(panel(apart, LEAD, issue_id))
    ended_on(apart, date(2026, 11, 1))
    page = panel(apart, LEAD, issue_id)
    assert "Growth and Acme ended on 31 Oct 2026: what is finished later does not count." in page.text
    assert not has_controls(page)


def ended_on(page_client: PageClient, day: date) -> None:
    """Both engagements, with `day` as the first day that no longer counts."""
    story_site = page_client.story_site
    with story_site.container.engine.begin() as connection:
        for stored in select_engagements(connection, story_site.tenant_id):
            ended = replace(stored.engagement, ends=day)
            now = story_site.clock.now()
            save_engagement(connection, story_site.tenant_id, ended, engagement_hash(ended), now=now, by=None)
    measure_pending(story_site.container.engine, story_site.tenant_id, story_site.clock.now())
