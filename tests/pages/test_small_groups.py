"""A group under k leaves no distribution of its people in the page, its drawers or what comes after it."""

import re
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import save_engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, LEAD, PageClient
from webhooks.generations import measure_pending

K = 5
RUNGS = ("exposed", "shadowed", "assisted", "independent", "teaches")
CELL = re.compile(r'<a class="fig quiet (t1|t2|stale)"')


def with_people(page_client: PageClient, count: int, drop: int) -> Engagement:
    """The story's engagement with so many of its in-house people; the lead is always one of them."""
    whole = read_engagement(engagement_file(page_client.story_site.story, ACME))
    inhouse = list(
        dict.fromkeys(person.account for person in whole.people if person.side == "inhouse" and person.end is None)
    )
    others = [account for account in inhouse if account != account_of(LEAD)]
    turned = others[drop % len(others) :] + others[: drop % len(others)]
    by_key = {account_of(LEAD), *turned[: count - 1]}
    return replace(
        whole, people=tuple(person for person in whole.people if person.side != "inhouse" or person.account in by_key)
    )


def agree(page_client: PageClient, engagement: Engagement) -> None:
    story_site = page_client.story_site
    with story_site.container.engine.begin() as connection:
        save_engagement(
            connection,
            story_site.tenant_id,
            engagement,
            engagement_hash(engagement),
            now=story_site.clock.now(),
            by=None,
        )
    measure_pending(story_site.container.engine, story_site.tenant_id, story_site.clock.now())


@given(count=st.integers(1, 7), drop=st.integers(0, 6))
@settings(
    max_examples=6,
    deadline=timedelta(minutes=1),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_group_under_k_shows_coverage_alone(apart: PageClient, count: int, drop: int) -> None:
    agree(apart, with_people(apart, count, drop))
    page = apart.objectives(LEAD).text
    shown = bool(CELL.search(page))
    assert shown is (count >= K)
    assert ("coverage only" in page) is (count < K)
    addresses = sorted(
        {this_figure for this_figure in apart.read(apart.objectives(LEAD)).figures if "people" in this_figure}
    )
    assert bool(addresses) is shown
    expected = "people_at_rung" if count < K else ""
    query = f"engagement={ACME}&figure=objectives.ab-design.people_at_rung&from=2026-10-01&to=2026-12-31"
    for path in ("/pages/figure?", "/pages/figure/export?format=csv&", "/pages/figure/export?format=json&"):
        text = apart.follow(LEAD, path + query).text
        assert ("not published" in text.lower()) is bool(expected), path
        assert any(re.search(rf"\b{rung} \d", text) for rung in RUNGS) is not bool(expected), path
