"""Asks of a review: by a lead of the other side, printed in it and in the next, done or taken back by whoever asked."""

import json
import re
from html import escape

from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, LEAD, PageClient
from tests.pages.frozen import freeze
from tests.pages.html_reader import Reader
from tests.pages.overview.test_waiting import undo


def press(page_client: PageClient, who: str, act: str = "", *, quarter: str = "2026Q3", **form: str) -> tuple[int, str]:
    address = f"/pages/review/ask{act}?engagement={ACME}&period={quarter}"
    answer = page_client.story_site.ask(account_of(who), address, "POST", form)
    return answer.status_code, Reader(answer.text).text


def asks(page_client: PageClient, who: str, quarter: str, key: str = "asks") -> list[tuple[str, str, str, str | None]]:
    answer = page_client.follow(who, f"/pages/review/file?engagement={ACME}&period={quarter}&format=json")
    return [(ask["side"], ask["text"], ask["owner"], ask["done"]) for ask in json.loads(answer.data)[key]]


def test_both_sides_ask_and_each_says_when_its_own_is_done(apart: PageClient) -> None:
    freeze(apart)
    for who, text in ((LEAD, "Pair on each test"), (AGENCY_LEAD, "Review in two days"), (LEAD, "Not this")):
        status, page = press(apart, who, quarter="2026Q2", words=text, owner="lead", due="2026-12-31")
        assert status == 200
        assert f"{text} Lead of" in page
    assert press(apart, AGENCY_LEAD, "/done", quarter="2026Q2", ask="1")[0] == 422
    for act in ("/done", "/undo-done", "/done"):
        assert press(apart, LEAD, act, quarter="2026Q2", ask="1")[0] == 200
    assert press(apart, LEAD, "/withdraw", quarter="2026Q2", ask="3")[0] == 200
    expected = [
        ("inhouse", "Pair on each test", "Lead of Acme Experiments", "2026-11-20"),
        ("agency", "Review in two days", "Lead of the in-house team", None),
    ]
    for who in (LEAD, AGENCY_LEAD):
        assert asks(apart, who, "2026Q2") == expected
        assert asks(apart, who, "2026Q3", "asks_before") == expected
        assert asks(apart, who, "2026Q3") == []


def test_an_ask_has_words_an_owner_and_a_day(apart: PageClient) -> None:
    freeze(apart)
    whole = {"words": "Pair", "owner": "team", "due": "2026-12-31"}
    for wrong, why in (
        ({"words": " "}, "The ask is missing"),
        ({"words": "x" * 401}, "at most 400"),
        ({"owner": "Maren"}, "Choose whose ask"),
        ({"due": "2026-11-19"}, "from today"),
        ({"due": "soon"}, "The day is missing"),
    ):
        status, text = press(apart, LEAD, **(whole | wrong))
        assert (status, why in text) == (422, True), (wrong, text)
    assert press(apart, LEAD, quarter="2026Q4", **whole)[0] == 422
    assert [press(apart, LEAD, **whole)[0] for _ in range(11)] == [200] * 10 + [422]


def test_the_newest_review_waits_for_each_side_until_its_lead_has_read_it(apart: PageClient) -> None:
    freeze(apart)
    title = "The review of Q3 2026 is ready"
    for who in (LEAD, AGENCY_LEAD):
        page = apart.content(who, engagement=ACME, tab="overview").text
        assert title in page
        address = re.search(r'aria-label="Read: The review[^>]*hx-get="([^"]+)"', page)
        assert address is not None
        assert "period=2026Q3" in address[1]
        assert "tab=review" in address[1]
        answer = apart.press(who, f"/pages/review/read?engagement={ACME}&period=2026Q3")
        assert "It waits for you no longer." in Reader(answer.text).text
        assert title not in apart.content(who, engagement=ACME, tab="overview").text
    assert "Read by a lead of Acme Experiments and by one of the in-house team." in Reader(answer.text).text


def test_that_a_review_was_read_is_undone_for_a_minute_and_by_who_read_it(apart: PageClient) -> None:
    freeze(apart)
    title, place = "The review of Q3 2026 is ready", f"?engagement={ACME}&period=2026Q3"

    def waits(who: str) -> bool:
        return title in apart.content(who, engagement=ACME, tab="overview").text

    address = undo(apart.press(LEAD, f"/pages/review/read{place}").text)
    # Nobody takes back what another read.
    assert apart.press(AGENCY_LEAD, address).status_code == 422
    answer = apart.press(LEAD, address)
    assert (answer.status_code, "Undone." in answer.text, "data-undo" in answer.text) == (200, True, False)
    assert "I have read it" in Reader(answer.text).text
    assert waits(LEAD)
    assert apart.press(LEAD, address).status_code == 422
    address = undo(apart.press(LEAD, f"/pages/review/read{place}").text)
    assert not waits(LEAD)
    # It is there, too, where the review is opened again meanwhile, and after another act in it.
    review = f"/pages/review{place}"
    assert undo(apart.follow(LEAD, review).text) == address
    asked = apart.press(LEAD, f"/pages/review/ask{place}", words="Pair", owner="team", due="2026-12-31")
    assert undo(asked.text) == address
    assert "data-undo" not in apart.follow(AGENCY_LEAD, review).text
    # What is left of the minute is told to its timer.
    apart.story_site.clock.at += 20_000_000
    assert f'hx-post="{escape(address)}" data-rest="40"' in apart.follow(LEAD, review).text
    apart.story_site.clock.at += 41_000_000
    assert "data-undo" not in apart.follow(LEAD, review).text
    assert apart.press(LEAD, address).status_code == 422
    assert not waits(LEAD)
