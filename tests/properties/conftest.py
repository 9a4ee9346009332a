"""One small story in a database for all properties of a module; each example goes on from the one before."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.derivation.comparisons.story import Story, draw_story, measured
from tests.upgraded import upgrade_copy
from tests.webhooks.site import SiteTenant


@pytest.fixture(scope="session")
def story() -> Story:
    return draw_story(4, 30)


@pytest.fixture(scope="module")
def site_tenant(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteTenant]:
    url = f"sqlite:///{tmp_path_factory.mktemp('properties')}/one.db"
    upgrade_copy(url)
    with measured(url, story) as site:
        yield site


@pytest.fixture(scope="session")
def later() -> Iterator[int]:
    """Instants that never come twice, for rows that are kept by their instant."""
    return count(1, 1000)
