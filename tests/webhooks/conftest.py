"""Grounds for tests of the second floor: a small story's engagements applied, nothing delivered yet."""

from collections.abc import Iterator

import pytest

from tests.webhooks.site import Ground, add_ground, ground_of, small


@pytest.fixture
def ground(migrated_url: str) -> Iterator[Ground]:
    with ground_of(migrated_url, now=small().story.end) as [measured_ground]:
        measured_ground.agree(*small().engagements())
        yield measured_ground


@pytest.fixture
def other(ground: Ground) -> Ground:
    """A second site in the same database, with the same engagements."""
    other_ground = add_ground(ground.engine, ground.now)
    other_ground.agree(*small().engagements())
    return other_ground
