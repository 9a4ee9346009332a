"""The story with two quarters frozen, as a lead freezes them by hand."""

from collections.abc import Iterator
from datetime import date

import pytest

from connector.jobs.snapshots import take_snapshot
from mappings.measure.period.snapshot_spans import span_of
from tests.jira.story_site import Together
from tests.pages.conftest import ACME, BOLT, Desk, copy_of

QUARTERS = (date(2026, 4, 1), date(2026, 7, 1))


@pytest.fixture(scope="session")
def frozen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    story: Together = request.getfixturevalue("told")
    with copy_of(story, tmp_path_factory.mktemp("frozen")) as desk:
        freeze(desk)
        yield desk


def freeze(desk: Desk) -> None:
    """Freeze two quarters of both engagements as they are known now."""
    both = desk.both
    for key in (ACME, BOLT):
        for first in QUARTERS:
            stores = (both.house.engine, both.house.reader)
            take_snapshot(stores, both.tenant_id, key, span=span_of("quarter", first), now=both.clock.now())
