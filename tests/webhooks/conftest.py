"""Sites for tests of webhooks: a small story's engagements applied, and some, all or none of its webhooks drained."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import CopyFilled, FilledDatabases
from tests.webhooks.site import (
    Figures,
    FiguresOf,
    Ground,
    add_ground,
    copied,
    fill_agreed,
    fill_drained,
    filled,
    small,
)


@pytest.fixture
def ground(copy_filled: CopyFilled) -> Iterator[Ground]:
    """Nothing is delivered yet."""
    with copied(copy_filled, fill_agreed) as agreed_ground:
        yield agreed_ground


@pytest.fixture
def drained(copy_filled: CopyFilled) -> Iterator[Ground]:
    """All webhooks of the story are drained."""
    with copied(copy_filled, fill_drained) as drained_ground:
        yield drained_ground


FILLED = {"sqlite": "filled_sqlite", "postgresql": "filled_postgres"}
FIGURES: dict[tuple[str, Callable[[str], int]], Figures] = {}


@pytest.fixture
def figures_of(request: pytest.FixtureRequest, copy_filled: CopyFilled) -> FiguresOf:
    """All figures of what a function fills, made once for each engine: others are compared to them."""
    engine = request.node.callspec.params["copy_filled"]
    databases: FilledDatabases = request.getfixturevalue(FILLED[engine])

    def find(fill: Callable[[str], int]) -> Figures:
        if (engine, fill) not in FIGURES:
            with filled(*databases.find(fill)) as ground:
                FIGURES[engine, fill] = ground.all_figures()
        return FIGURES[engine, fill]

    return find


@pytest.fixture
def other(ground: Ground) -> Ground:
    """A second site in the same database, with the same engagements."""
    other_ground = add_ground(ground.engine, ground.now)
    other_ground.agree(*small().engagements())
    return other_ground
