"""Who is on which side today: the same numbers on the settings, on the administrators' page and in a ticket's panel."""

import re

import pytest
from msgspec.structs import replace

from connector.pages.sides_today import sides_today
from mappings.events.times import DAY
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.model.engagement import Affiliation
from mappings.records.agreement.engagements import save_engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, LEAD, MEMBER, OTHER_LEAD, STRANGER, PageClient, administering
from tests.pages.html_reader import text_of

MOVED_ON = "Jamal Whitcombe"
CAME_OVER = "Elif Sandoval"
AFTER = re.compile(r"(\d+) (in-house|of the agency|gatekeepers?|of other agencies|left)")
COLUMNS = {"in-house": "In-house", "of the agency": "Agency", "of other agencies": "Others", "left": "Left"}


def people(page_client: PageClient, who: str, engagement: str) -> str:
    """The section People of somebody's settings, in words."""
    text = page_client.follow(who, f"/pages/settings?engagement={engagement}&project.key=GROW").text
    match = re.search(r'(?s)id="fold-people">(.*?)</details>', text)
    assert match
    return text_of(match[1])


def counts(text: str) -> dict[str, int]:
    return {COLUMNS.get(words, "Gatekeepers"): int(number) for number, words in AFTER.findall(text)}


@pytest.mark.parametrize(("engagement", "row"), [(ACME, 1), (BOLT, 2)])
def test_settings_and_administration_count_the_same_people(page_client: PageClient, engagement: str, row: int) -> None:
    with administering(page_client, STRANGER):
        head, *rows = page_client.read(page_client.follow(STRANGER, "/pages/admin/people")).tables[-1].rows
        administration = {name: int(text) for name, text in zip(head[1:], rows[row - 1][1:], strict=True)}
    text = people(page_client, LEAD, engagement)
    assert counts(text) == {name: administration[name] for name in counts(text)}
    assert counts(text).keys() == administration.keys() - {"Need a side", "In conflict"}
    # Who moved stands on today's side alone, with the day, and apart with where they were.
    assert text.count(f"{CAME_OVER} (since 17") == 1
    assert "2 moved, 1 left" in text
    assert "Somebody who was erased (" not in text


def test_an_agency_reads_all_who_are_its_own_today_and_nobody_else(page_client: PageClient) -> None:
    bolt, acme = people(page_client, OTHER_LEAD, BOLT), people(page_client, AGENCY_LEAD, ACME)
    assert counts(bolt) == {"Agency": 2}
    assert f"{MOVED_ON} (since" in bolt
    assert counts(people(page_client, LEAD, ACME))["Agency"] == counts(acme)["Agency"] == 8
    for text in (bolt, acme):
        # Neither where somebody came from nor that, or where, they went.
        assert not re.search("moved|left|other agenc|until", text, re.IGNORECASE)
        assert MEMBER not in text
    assert MOVED_ON not in acme
    assert CAME_OVER not in acme


def test_who_was_on_no_side_for_a_while_stands_with_the_days_of_their_sides_alone(apart: PageClient) -> None:
    story_site = apart.story_site
    now, agreed = story_site.clock.now(), read_engagement(engagement_file(story_site.story, ACME))
    others = tuple(each for each in agreed.people if each.account != account_of(MEMBER))
    stays = (
        Affiliation(account_of(MEMBER), "inhouse", "Growth", now - 30 * DAY, now - 20 * DAY),
        Affiliation(account_of(MEMBER), "unknown", "", now - 20 * DAY, now - 10 * DAY),
        Affiliation(account_of(MEMBER), "unknown", "", now + 10 * DAY, None),
    )
    changed = replace(agreed, people=(*others, *stays))
    with story_site.container.engine.begin() as connection:
        save_engagement(connection, story_site.tenant_id, changed, engagement_hash(changed), now=now, by=None)
    assert re.search(rf"{MEMBER} \(in-house until \d+ \w+ \d+\)", people(apart, LEAD, ACME), re.IGNORECASE)


def test_who_comes_later_is_neither_on_a_side_nor_left(page_client: PageClient) -> None:
    story_site = page_client.story_site
    now, agreed = story_site.clock.now(), read_engagement(engagement_file(story_site.story, ACME))
    stays = (
        Affiliation("late", "inhouse", "Growth", now + DAY, None),
        Affiliation("gone", "agency", "acme", now - 9 * DAY, now - DAY),
        Affiliation("of bolt", "agency", "bolt", now - 9 * DAY, None),
        Affiliation("erased:1", "inhouse", "Growth", now - 9 * DAY, None),
    )
    sides = sides_today(replace(agreed, people=stays), now)
    assert (sides.later, sides.left, sides.moved) == ({"late"}, {"gone", "erased:1"}, set())
    assert sides.on == {"other": {"of bolt"}}
