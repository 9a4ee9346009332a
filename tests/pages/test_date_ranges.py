"""A figure opens for the weeks, months and quarters that the page offers: nobody narrows it to one hidden ticket."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.pages.periods import quarters
from connector.pages.project.charts import months_between, weeks_between
from mappings.formats.engagement_file.reader import read_engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.jira.story_site import StorySite
from tests.pages.conftest import ACME, LEAD, MEMBER, PageClient
from tests.pages.test_visibility import secured

NARROW = [
    ("one day", "2026-06-23", "2026-06-23"),
    ("a week that begins on a Tuesday", "2026-06-23", "2026-06-29"),
    ("a working week", "2026-06-22", "2026-06-26"),
    ("two weeks", "2026-06-22", "2026-07-05"),
    ("a month without its last day", "2026-06-01", "2026-06-29"),
    ("a month and a day", "2026-06-01", "2026-07-01"),
    ("two months", "2026-05-01", "2026-06-30"),
    ("a quarter from its second day", "2026-04-02", "2026-06-30"),
    ("two quarters", "2026-04-01", "2026-09-30"),
]
WEEK = ("2026-06-22", "2026-06-28")
MONTH = ("2026-06-01", "2026-06-30")
QUARTER = ("2026-04-01", "2026-06-30")
EARLIEST = date(2026, 5, 1)


def status(page_client: PageClient, path: str, days: tuple[str, str], who: str = MEMBER, **query: str) -> int:
    asked = {"engagement": ACME, "figure": "total", "from": days[0], "to": days[1]} | query
    return page_client.story_site.ask(account_of(who), path, **asked).status_code


@pytest.mark.parametrize(("name", "first", "last"), NARROW, ids=[address[0] for address in NARROW])
def test_days_that_no_page_offers_are_refused(page_client: PageClient, name: str, first: str, last: str) -> None:
    assert status(page_client, "/pages/figure", (first, last)) == 400
    assert status(page_client, "/pages/figure", (first, last), LEAD, figure="taught_through") == 400


def test_the_refusal_says_what_opens_and_why(page_client: PageClient) -> None:
    days = {"from": "2026-06-23", "to": "2026-06-23"}
    answer = page_client.story_site.ask(account_of(MEMBER), "/pages/figure", engagement=ACME, figure="total", **days)
    assert "a whole week, from Monday to Sunday, month or quarter" in answer.text
    assert secured(page_client)[1] not in answer.text


@pytest.mark.parametrize("days", [WEEK, MONTH, QUARTER])
def test_whole_weeks_months_and_quarters_open(page_client: PageClient, days: tuple[str, str]) -> None:
    assert status(page_client, "/pages/figure", days) == 200


@pytest.mark.parametrize("days", [WEEK, MONTH])
def test_by_objective_and_of_the_score_quarters_alone_open(page_client: PageClient, days: tuple[str, str]) -> None:
    """Else the week of a hidden ticket could be asked for objective by objective, and component by component."""
    assert status(page_client, "/pages/figure", days, objective="ab-design") == 400
    assert status(page_client, "/pages/figure", days, LEAD, figure="taught_through") == 400
    assert status(page_client, "/pages/figure", QUARTER, objective="ab-design") == 200
    assert status(page_client, "/pages/figure", QUARTER, LEAD, figure="taught_through") == 200


@pytest.mark.parametrize("figure", ["taught", "tickets", "total"])
def test_a_figure_of_an_objective_names_it_in_its_title_its_inputs_and_its_file(
    page_client: PageClient, figure: str
) -> None:
    asked = {"engagement": ACME, "figure": figure, "from": QUARTER[0], "to": QUARTER[1], "objective": "ab-design"}
    source = page_client.story_site.ask(account_of(MEMBER), "/pages/figure", **asked).text
    (title,) = re.findall(r'<h2 id="drawer-name">([^<]*)', source)
    assert re.search(r", Design an A/B test, 1 Apr", title), title
    assert "<dt>Objective</dt><dd>Design an A/B test</dd>" in source
    for form, words in (("csv", ", Design an A/B test"), ("json", '"objective": "ab-design"')):
        file = page_client.story_site.ask(account_of(MEMBER), "/pages/figure/export", **asked, format=form).text
        assert words in file


@pytest.fixture(scope="module")
def offered(story_site: StorySite) -> set[tuple[date, date]]:
    """All spans that a page can show, whatever its period and bars, and whole weeks before the start."""
    engagement = read_engagement(engagement_file(story_site.story, ACME))
    # These open too, and show nothing: they are whole, which is what matters.
    first, today = min(engagement.starts, EARLIEST), date(2026, 12, 31)
    bars = [*weeks_between(first, today), *months_between(first, today)]
    return {(bar[0], bar[1]) for bar in bars} | {
        (quarter.first, quarter.last) for quarter in quarters(engagement, today)
    }


@given(start=st.integers(0, 240), length=st.integers(0, 95))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_span_opens_only_where_some_page_offers_it(
    page_client: PageClient, offered: set[tuple[date, date]], start: int, length: int
) -> None:
    first = EARLIEST + timedelta(days=start)
    last = first + timedelta(days=length)
    if (first, last) not in offered:
        assert status(page_client, "/pages/figure", (str(first), str(last))) == 400


def test_every_span_that_a_page_offers_opens(page_client: PageClient, offered: set[tuple[date, date]]) -> None:
    assert len(offered) > 40
    assert {status(page_client, "/pages/figure", (str(first), str(last))) for first, last in offered} == {200}
