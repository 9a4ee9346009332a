"""On the story of the stand-in, the report is what a second, plain derivation of the rules gives."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from connector.figures.review import select_review
from mappings.formats.report.json_report import report
from mappings.records.agreement.engagements import select_engagement
from tests.derivation.comparisons.differences import differences
from tests.derivation.comparisons.story import Story, draw_story, measured
from tests.derivation.report import derive
from tests.upgraded import upgrade_copy
from tests.webhooks.site import KEYS, SiteTenant

STORIES = [(7, 600), (1, 30), (2, 60), (3, 120)]
"""Seeds and tickets."""
PERIODS = {
    "2026Q2": (date(2026, 4, 1), date(2026, 7, 1)),
    "2026Q3": (date(2026, 7, 1), date(2026, 10, 1)),
    "2026Q4": (date(2026, 10, 1), date(2027, 1, 1)),
    "all": (date(2026, 5, 25), date(2026, 11, 21)),
}
NAMED_BY_HASH = {"ruleset", "engagement_hash"}
"""What a digest of ours names; no rule gives its digits."""


@pytest.fixture(scope="module", params=STORIES, ids=lambda size: f"seed{size[0]}x{size[1]}")
def story_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Story, SiteTenant]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('derivation')}/one.db"
    upgrade_copy(url)
    story = draw_story(*request.param)
    with measured(url, story) as site_tenant:
        yield story, site_tenant


def shipped(site_tenant: SiteTenant, key: str, period: tuple[date, date]) -> dict[str, Any]:
    """The report as `teachback report --format json` makes it."""
    with site_tenant.engine.connect() as connection:
        stored = select_engagement(connection, site_tenant.tenant_id, key)
        assert stored is not None
        first, end = period
        return report(
            select_review(connection, site_tenant.tenant_id, stored, first=first, end=end, as_of=site_tenant.now)
        )


@cache
def derived_report(story: Story, key: str, period: str) -> dict[str, Any]:
    return derive(story.agreed(key), *PERIODS[period], story.plan.end)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("key", KEYS)
def test_the_whole_report_is_what_the_derivation_gives(
    story_site: tuple[Story, SiteTenant], key: str, period: str
) -> None:
    story, site_tenant = story_site
    shipped_report = shipped(site_tenant, key, PERIODS[period])
    derived = derived_report(story, key, period)
    assert shipped_report.keys() - derived.keys() == NAMED_BY_HASH
    assert differences(derived, {name: shipped_report[name] for name in derived}) == []


@pytest.mark.parametrize("key", KEYS)
def test_what_is_said_by_hand_moves_it_as_the_derivation_says(story_site: tuple[Story, SiteTenant], key: str) -> None:
    """The last of this file: what was said stays in the database."""
    story, site_tenant = story_site
    untouched = derived_report(story, key, "all")
    derived = derive(story.said_by_hand(site_tenant, key), *PERIODS["all"], story.plan.end)
    shipped_report = shipped(site_tenant, key, PERIODS["all"])
    assert derived["objectives"] != untouched["objectives"]
    assert derived["dimensions"] != untouched["dimensions"]
    assert derived["marks"]["disputed_tickets"]
    assert differences(derived, {name: shipped_report[name] for name in derived}) == []
