"""The story with a sponsor and frozen quarters: both engagements of the third, the one with Acme also of the second."""

from collections.abc import Iterator
from datetime import date

import pytest

from connector.jobs.snapshots import take_snapshot
from mappings.measure.period.snapshot_spans import span_of
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, BOLT, PageClient, copy_of
from tests.pages.program.test_program import ADMIN, name_sponsor

FROZEN = ((ACME, date(2026, 4, 1)), (ACME, date(2026, 7, 1)), (BOLT, date(2026, 7, 1)))


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


@pytest.fixture
def recorded(frozen_program: PageClient) -> Iterator[PageClient]:
    """The same with an administrator, whom other tests do not have."""
    frozen_program.story_site.site.admins.add(account_of(ADMIN))
    yield frozen_program
    frozen_program.story_site.site.admins.discard(account_of(ADMIN))
