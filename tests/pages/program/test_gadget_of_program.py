"""The gadget beside Program: its figures open the page where they stand for the viewer, and reasons are one text."""

import re
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace

from connector.figures.program.computed import select_program
from connector.pages.gadget import views
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, LEAD, PageClient
from tests.pages.html_reader import Reader, text_of
from tests.pages.program.test_program import ADMIN, SPONSOR, content

GADGET = "/pages/gadget/content"
PERIODS = (("running", "2026Q4"), ("full", "2026Q3"))


def gadget(program: PageClient, who: str, **query: str) -> str:
    return program.story_site.ask(account_of(who), GADGET, engagement=ACME, **query).text


@pytest.mark.parametrize(("period", "key"), PERIODS)
@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_a_sponsors_figures_open_program_at_that_engagement_and_quarter(
    program: PageClient, size: str, period: str, key: str
) -> None:
    links = [
        link for link in Reader(gadget(program, SPONSOR, period=period, size=size)).all("a") if link["data-choice"]
    ]
    assert links
    assert {(link.get("data-project"), link["data-choice"]) for link in links} == {
        (None, f"engagement={ACME}&period={key}")
    }
    assert all((link["href"] or "").endswith(f"/teachback-program#!{link['data-choice']}") for link in links)
    # What it opens has the figure, and is of that quarter.
    page = content(program, SPONSOR, **dict(pair.split("=") for pair in str(links[0]["data-choice"]).split("&")))
    assert f'<option value="{key}" selected>' in page


@pytest.mark.parametrize("single", [0.8, 0.2])
def test_exit_coverage_says_with_one_holder_too_where_it_is_more(
    program: PageClient, monkeypatch: pytest.MonkeyPatch, single: float
) -> None:
    """As Program does below the same number."""

    def of_few(*of: Any) -> Any:
        (item,) = select_program(*of)
        now = replace(item.now, people=replace(item.now.people, exit_two=0.2, exit_one=single))
        return [replace(item, quarters=(*item.quarters[:-1], now))]

    monkeypatch.setattr(views, "select_program", of_few)
    for size in ("small", "medium", "large"):
        shown = text_of(gadget(program, SPONSOR, size=size, period="running", figures="exit"))
        # Beside the share with two stands how that changed, and of which of both the change is.
        assert re.search(r"with two holders: [a-z ]+ \d+\s% in Q3", shown)
        assert bool(re.search(r"in Q3 · 80\s% with at least one", shown)) is (single == 0.8)
        assert ("with at least one" in shown) is (single == 0.8)


def test_a_first_holders_change_is_not_that_of_two(program: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_first(*of: Any) -> Any:
        (item,) = select_program(*of)
        *earlier, then, now = item.quarters
        holders = [replace(objective, coverage="single holder") for objective in now.people.objectives]
        nobody = [replace(objective, coverage="not covered") for objective in holders]
        now = replace(now, people=replace(now.people, objectives=tuple(holders), exit_two=0.0, exit_one=1.0))
        then = replace(then, people=replace(now.people, objectives=tuple(nobody), exit_two=0.0, exit_one=0.0))
        return [replace(item, quarters=(*earlier, then, now))]

    monkeypatch.setattr(views, "select_program", of_first)
    shown = text_of(gadget(program, SPONSOR, period="running", figures="exit"))
    assert re.search(r"with two holders · up with at least one: 100\s%, was 0\s% in Q3", shown), shown


def test_an_integration_is_of_a_hundred(program: PageClient) -> None:
    for size in ("small", "medium", "large"):
        assert "of 100" in text_of(gadget(program, SPONSOR, size=size, figures="score"))


@pytest.mark.parametrize(("period", "key"), PERIODS)
@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_everybody_elses_open_the_project_at_that_quarter(program: PageClient, who: str, period: str, key: str) -> None:
    links = [link for link in Reader(gadget(program, who, period=period)).all("a") if link["data-choice"]]
    assert {(link["data-project"], link["data-choice"]) for link in links} == {
        ("GROW", f"engagement={ACME}&period={key}")
    }


def test_program_opens_the_project_at_its_quarter(program: PageClient) -> None:
    page = unescape(content(program, ADMIN, engagement=BOLT, period="2026Q3"))
    assert f'data-choice="engagement={BOLT}&period=2026Q3"' in page


def test_an_integration_that_is_not_compared_has_the_reason_of_program(program: PageClient) -> None:
    reason = r"the \d+ of Q3 shares days with it; too little evidence before its window"
    shown = set(re.findall(reason, text_of(content(program, SPONSOR, engagement=ACME, period="2026Q4"))))
    assert shown
    assert shown == set(re.findall(reason, text_of(gadget(program, SPONSOR, period="running"))))
