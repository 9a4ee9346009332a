"""A site with the Forge app and nothing told yet, for tests that look at calls alone."""

from collections.abc import Iterator

import pytest

from tests.connector.platforms.forge_site import ForgeSite, forge_site
from tests.jira.story_site import open_story_site

DAY = 86_400_000_000


@pytest.fixture(scope="module")
def quiet_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForgeSite]:
    """One for each module: its tests leave it installed."""
    folder = tmp_path_factory.mktemp("quiet")
    with open_story_site(f"sqlite:///{folder / 'connect.db'}", tickets=10) as story_site:
        story_site.clock.at = story_site.story.end - 400 * DAY
        with forge_site(story_site, f"sqlite:///{folder / 'forge.db'}") as opened:
            yield opened
