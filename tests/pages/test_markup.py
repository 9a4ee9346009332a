"""What every answer keeps: no inline code, one first heading, links behind figures, a table behind the chart."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.pages.conftest import ACME, AGENCY_LEAD, LEAD, MEMBER, NASTY, STRANGER, PageClient
from tests.pages.html_reader import Reader, query, text_of

NUMBER = re.compile(r"^-?[\d,]+(\.\d)?( %| points?| tickets?)?$")


def frames(page_client: PageClient) -> Iterator[str]:
    yield page_client.open(MEMBER).text
    yield page_client.open(AGENCY_LEAD).text
    yield page_client.open(STRANGER).text
    yield page_client.panel(LEAD, "t0110").text
    yield page_client.panel(LEAD, "t0119").text
    yield page_client.narrow(LEAD, "t0110").text


def parts(page_client: PageClient) -> Iterator[str]:
    page = page_client.content(MEMBER, engagement=ACME, period="2026Q3")
    yield page.text
    for who in (LEAD, MEMBER, AGENCY_LEAD):
        yield page_client.follow(who, f"/pages/learning?engagement={ACME}").text
    for address in Reader(page.text).figures[:15]:
        drawer = page_client.follow(MEMBER, address)
        yield drawer.text
    for address in Reader(drawer.text).figures[:5]:
        yield page_client.follow(MEMBER, address).text


def test_no_answer_carries_inline_code(page_client: PageClient):
    for answer in (*frames(page_client), *parts(page_client)):
        page = Reader(answer)
        assert "style" not in {name for name, _ in page.tags}
        assert all("src" in attributes for name, attributes in page.tags if name == "script")
        for _, attributes in page.tags:
            assert not [name for name in attributes if name == "style" or name.startswith(("on", "hx-on"))]
            assert not [
                attribute
                for attribute in attributes.values()
                if attribute and attribute.lower().startswith("javascript:")
            ]


def test_every_answer_forbids_inline_code_and_keeping(page_client: PageClient):
    for answer in (page_client.open(MEMBER), page_client.content(MEMBER), page_client.panel(MEMBER, "t0110")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"


def test_each_frame_has_one_first_heading_and_no_rank_is_left_out(page_client: PageClient):
    for answer in frames(page_client):
        ranks = [int(name[1]) for name, _ in Reader(answer).tags if re.fullmatch("h[1-6]", name)]
        assert ranks[0] == 1
        assert ranks.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(ranks))


def test_ids_are_given_once(page_client: PageClient):
    for answer in frames(page_client):
        ids = [attributes["id"] for _, attributes in Reader(answer).tags if "id" in attributes]
        assert len(ids) == len(set(ids))


def test_every_figure_of_the_page_is_a_link(page_client: PageClient):
    page = page_client.content(MEMBER, engagement=ACME, period="2026Q3").text
    text = re.sub(r"(?s)<(figure|svg|select|details)\b.*?</\1>", "", page)
    loose = re.sub(r"(?s)<a class=\"fig.*?</a>", "", text)
    rows = [line.strip() for line in re.sub(r"<[^>]+>", "\n", loose).replace("\xa0", " ").split("\n")]
    assert [line for line in rows if NUMBER.match(line)] == []


def test_every_link_of_a_figure_opens(page_client: PageClient):
    page = page_client.read(page_client.content(MEMBER, engagement=ACME, period="2026Q3"))
    for address in page.figures:
        drawer = page_client.follow(MEMBER, address)
        assert drawer.status_code == 200, address
        assert "drawer-foot" in drawer.text
        # A negative amount has a minus sign: a hyphen belongs to files, keys and dates.
        assert re.findall(r".{0,30}(?<!\w)-\d.{0,20}", text_of(drawer.text)) == [], address


def test_the_picture_has_a_name_a_text_and_a_table(page_client: PageClient):
    answer = page_client.content(MEMBER, engagement=ACME, period="2026Q3").text
    chart = answer[answer.index('<svg class="chart"') : answer.index("<figcaption")]
    assert '<title id="delivered-title">Points delivered by week' in chart
    assert "Every value stands in the table that follows." in chart
    assert answer.index('<details class="data"') > answer.index("<figcaption")


@pytest.mark.parametrize("who", [MEMBER, AGENCY_LEAD])
def test_a_title_is_text(page_client: PageClient, who: str):
    days = {"figure": "total", "from": "2026-07-01", "to": "2026-09-30", "engagement": ACME, "all": "1"}
    drawer = page_client.follow(who, "/pages/figure?" + "&".join(f"{name}={day}" for name, day in days.items()))
    assert NASTY in page_client.read(drawer).text
    assert "<script" not in drawer.text
    evidence = next(
        this_figure
        for this_figure in Reader(drawer.text).figures
        if query(this_figure)["issue"] == str(page_client.story_site.ids["nasty"])
    )
    assert "<script" not in page_client.follow(who, evidence).text
