"""The score on the page: the numbers of the report, and each opens into what adds up to it."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest

from connector.figures.review import select_review
from connector.pages.project.score_text import whole
from connector.text import percent
from mappings.formats.explain.index import figures_of
from mappings.formats.report.json_report import report
from mappings.measure.model.ruleset import hash_of
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, LEAD, OTHER_LEAD, PageClient
from tests.pages.html_reader import Reader, squeeze, value
from tests.pages.test_numbers import QUARTERS, TENTH

VIEWERS = ((LEAD, ACME), (LEAD, BOLT), (AGENCY_LEAD, ACME), (OTHER_LEAD, BOLT))
Q3 = {"from": "2026-07-01", "to": "2026-09-30"}
Made = dict[str, Any]


def stored_of(page_client: PageClient, engagement: str) -> StoredEngagement:
    with page_client.story_site.container.reader.connect() as connection:
        engagements = select_engagements(connection, page_client.story_site.tenant_id)
    return next(row for row in engagements if row.engagement.key == engagement)


def reported(page_client: PageClient, engagement: str, days: tuple[date, date], as_of: int) -> Made:
    stored = stored_of(page_client, engagement)
    with page_client.story_site.container.reader.connect() as connection:
        return report(
            select_review(connection, page_client.story_site.tenant_id, stored, first=days[0], end=days[1], as_of=as_of)
        )


def figure_text(source: str, figure: str) -> str | None:
    """What the link says that opens a figure of the score; None where there is none."""
    match = re.search(rf"/pages/figure\?[^\"]*figure={re.escape(figure)}&[^>]*>(.*?)</a>", source, re.DOTALL)
    return squeeze(re.sub(r"<[^>]*>", "", match[1])) if match else None


@pytest.fixture(params=[(ACME, "2026Q3"), (ACME, "2026Q4"), (BOLT, "2026Q3"), (BOLT, "2026Q4")], ids=" ".join)
def both_ways(request: pytest.FixtureRequest, page_client: PageClient) -> tuple[str, Made]:
    """A lead's page of a period, and the report of the same days and instant."""
    engagement, period = request.param
    page = page_client.content(LEAD, engagement=engagement, period=period)
    made = reported(page_client, engagement, QUARTERS[period], page_client.story_site.clock.now())
    return page.text.replace("&amp;", "&"), made


def test_the_page_says_the_score_of_the_report(both_ways: tuple[str, Made]) -> None:
    page, made = both_ways
    score = made["score"]
    if score["published"]:
        assert figure_text(page, "score") == whole(score["value"])
        assert f"{whole(score['low'])}–{whole(score['high'])}, 80 % interval" in Reader(page).text
    else:
        assert figure_text(page, "score") == "Why it is not published"
        assert f"60 of 100 weights that have enough evidence: {score['weight_covered']} so far." in Reader(page).text


def test_the_page_says_each_owner_and_dimension_of_the_report(both_ways: tuple[str, Made]) -> None:
    page, made = both_ways
    assert set(made["owners"]) == {"agency", "client", "joint"}
    for owner, figure in made["owners"].items():
        assert figure_text(page, f"owners.{owner}") == whole(figure), owner
    for row in made["dimensions"]:
        # Reciprocity is of two owners: its components stand with theirs.
        assert figure_text(page, row["key"]) == (None if row["key"] == "reciprocity" else whole(row["score"])), row


def test_the_page_says_each_single_component_of_the_report(both_ways: tuple[str, Made]) -> None:
    page, made = both_ways
    parts = {part["key"]: part for component in made["dimensions"] for part in component["components"]}
    single = ("uptake", "reviews_in_time", "questions_answered", "brief_stable", "feedback_given", "feedback_acted_on")
    for component in (*(parts[key] for key in single), made["learners_offered"]):
        assert figure_text(page, component["key"]) == (
            whole(100 * component["value"]) if component["published"] else "–"
        ), component


@pytest.mark.parametrize("engagement", [ACME, BOLT])
def test_the_page_says_what_people_can_carry_as_the_report_of_the_same_instant(
    page_client: PageClient, engagement: str
) -> None:
    page = page_client.content(LEAD, engagement=engagement, period="2026Q3").text.replace("&amp;", "&")
    made = reported(page_client, engagement, QUARTERS["2026Q3"], page_client.story_site.clock.now())
    known = made["exit_coverage"]
    assert figure_text(page, "exit_coverage.two_holders") == squeeze(percent(known["two_holders"]))
    assert figure_text(page, "exit_coverage.one_holder") == squeeze(percent(known["one_holder"]))
    page = page_client.objectives(LEAD, engagement, period="2026Q3").text.replace("&amp;", "&")
    for row in made["objectives"]:
        assert figure_text(page, f"objectives.{row['key']}.coverage") == row["coverage"].capitalize(), row
    assert cells_of(page) == [list(row["people_at_rung"].values()) for row in made["objectives"]]


def cells_of(page: str) -> list[list[int]]:
    """The counts by rung, one list for each objective."""
    table = next(this_table for this_table in Reader(page).tables if "Shadowed" in this_table.rows[0])
    return [[0 if cell == "–" else int(cell.split(",")[0].split()[0]) for cell in row[1:6]] for row in table.rows[1:]]


@pytest.mark.parametrize(("who", "engagement"), VIEWERS)
def test_every_figure_of_the_score_opens_and_its_rows_add_up(
    page_client: PageClient, who: str, engagement: str
) -> None:
    stored, opened = stored_of(page_client, engagement), 0
    for place in figures_of(stored.engagement):
        if place.startswith(("units.", "taught_share")):
            continue
        drawer = page_client.read(ask(page_client, who, place, engagement))
        opened += 1
        for table in drawer.tables:
            *rows, total = [value(row[-1]) for row in table.rows[1:]]
            assert abs(sum(rows) - total) <= TENTH * (len(rows) + 1), place
        assert f"ruleset {stored.rules.name} {hash_of(stored.rules)[:19]}…" in drawer.text, place
        assert re.search(r"rule [A-Za-z]\w*@\d+", drawer.text), place
    assert opened > 40


def ask(page_client: PageClient, who: str, figure: str, engagement: str = ACME, **days: str) -> Any:
    asked = Q3 | days | {"engagement": engagement, "figure": figure}
    return page_client.story_site.ask(account_of(who), f"/pages/figure?{urlencode(asked)}")


def test_what_is_not_published_says_why(page_client: PageClient) -> None:
    made, lacking = reported(page_client, ACME, QUARTERS["2026Q3"], page_client.story_site.clock.now()), 0
    parts = [part for row in made["dimensions"] for part in (row, *row["components"])]
    for this_part in parts:
        drawer = page_client.read(ask(page_client, LEAD, this_part["key"]))
        assert ("Not published: " in drawer.text) is not this_part["published"], this_part["key"]
        assert this_part["published"] or re.search(r"Not published: \w+ \w+", drawer.text), this_part["key"]
        lacking += not this_part["published"]
    assert lacking > 2


def test_the_score_before_any_work_says_how_much_is_missing(page_client: PageClient) -> None:
    drawer = page_client.read(ask(page_client, LEAD, "score", **{"from": "2025-01-01", "to": "2025-03-31"}))
    assert "Not published: 0 of 3 dimensions and 0 of 60 in 100 of the weight." in drawer.text


@pytest.mark.parametrize("figure", ["units.unknown", "units.conflict", "conflict", "units.other", "units.not_known"])
def test_an_agency_opens_no_side_that_it_may_not_tell_apart(page_client: PageClient, figure: str) -> None:
    assert ask(page_client, AGENCY_LEAD, figure).status_code == 404


@pytest.mark.parametrize("figure", ["", "best", "score.", "objectives.none.coverage", "x" * 3000])
def test_a_figure_that_does_not_exist_is_not_found(page_client: PageClient, figure: str) -> None:
    assert ask(page_client, LEAD, figure).status_code == 404
