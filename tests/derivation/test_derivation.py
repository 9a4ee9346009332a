"""On the story of the stand-in, the report is what a second, plain derivation of the rules gives."""

from collections.abc import Iterator
from typing import Any

import pytest

from mappings.records.engine import upgrade
from tests.derivation.compare import differences
from tests.derivation.ledger import all_entries, all_rows, issue_row, taught_share, units_of
from tests.derivation.stage import Story, measured, told
from tests.webhooks.ground import KEYS, Ground

SIZES = [(7, 600), (1, 30), (2, 30), (3, 60), (11, 100)]
"""Seeds and tickets of the stories."""
ALWAYS = (0, 1 << 62)


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"seed{size[0]}x{size[1]}")
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, Ground]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('derivation')}/one.db"
    upgrade(url)
    story = told(*request.param)
    with measured(url, story) as ground:
        yield story, ground


@pytest.mark.parametrize("key", KEYS)
def test_every_row_and_sum_is_what_the_derivation_gives(both: tuple[Story, Ground], key: str) -> None:
    story, ground = both
    agreed, shipped = story.agreed(key), ground.report(key)
    rows = all_rows(all_entries(agreed))
    derived: dict[str, Any] = {
        "units": units_of(rows, agreed),
        "taught_share": taught_share(rows, *ALWAYS),
        "issues": [issue_row(row, story.plan.end) for row in rows],
    }
    assert len(rows) >= 60
    assert differences(derived, {name: shipped[name] for name in derived}) == []
