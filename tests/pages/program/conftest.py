"""The story with a sponsor and frozen quarters: both engagements of the third, the one with Acme also of the second."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from connector.jobs.snapshots import take_snapshot
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.period.snapshot_spans import span_of
from mappings.records.agreement.engagements import save_engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, BOLT, STRANGER, PageClient, administering, copy_of
from tests.pages.program.test_program import ADMIN, name_sponsor

FROZEN = ((ACME, date(2026, 4, 1)), (ACME, date(2026, 7, 1)), (BOLT, date(2026, 7, 1)))
# Engagements that were not recorded.
MANY = 48


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    with copy_of(request.getfixturevalue("story_site"), tmp_path_factory.mktemp("program")) as page_client:
        name_sponsor(page_client)
        site = page_client.story_site.site
        site.admins.add(account_of(ADMIN))
        site.deny(account_of(STRANGER), "SHOP", "BROWSE_PROJECTS")
        yield page_client
        site.grant(account_of(STRANGER), "SHOP", "BROWSE_PROJECTS")
        site.admins.discard(account_of(ADMIN))


@pytest.fixture(scope="session")
def frozen_program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    with copy_of(request.getfixturevalue("story_site"), tmp_path_factory.mktemp("recorded")) as page_client:
        name_sponsor(page_client)
        for key, first in FROZEN:
            stores, now = (
                (page_client.story_site.container.engine, page_client.story_site.container.reader),
                page_client.story_site.clock.now(),
            )
            take_snapshot(stores, page_client.story_site.tenant_id, key, span=span_of("quarter", first), now=now)
        yield page_client


@pytest.fixture(scope="module")
def many_engagements(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The recorded program with dozens more engagements of which nothing was frozen."""
    frozen: PageClient = request.getfixturevalue("frozen_program")
    with copy_of(frozen.story_site, tmp_path_factory.mktemp("many")) as page_client:
        story_site = page_client.story_site
        agreed = read_engagement(engagement_file(story_site.story, ACME))
        # They are set up after the quarters were frozen.
        later = story_site.clock.now() + 1
        with story_site.container.engine.begin() as connection:
            for number in range(MANY):
                more = replace(agreed, key=f"more-{number:02}", name=f"Growth {number:02}")
                save_engagement(connection, story_site.tenant_id, more, engagement_hash(more), now=later, by=None)
        yield page_client


@pytest.fixture
def many(many_engagements: PageClient) -> Iterator[PageClient]:
    with administering(many_engagements, ADMIN):
        yield many_engagements


@pytest.fixture
def recorded(frozen_program: PageClient) -> Iterator[PageClient]:
    """The same with an administrator, whom other tests do not have."""
    with administering(frozen_program, ADMIN):
        yield frozen_program


@pytest.fixture
def recorded_apart(frozen_program: PageClient, tmp_path: Path) -> Iterator[PageClient]:
    """The same on a copy of the database, for what would change the figures that other tests read."""
    with copy_of(frozen_program.story_site, tmp_path) as page_client, administering(page_client, ADMIN):
        yield page_client
