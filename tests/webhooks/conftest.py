"""Sites for tests of webhooks: a small story's engagements applied, and some, all or none of its webhooks drained."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import CopyFilled, FilledDatabases
from tests.webhooks.site import (
    Figures,
    FiguresOf,
    SiteTenant,
    add_site_tenant,
    copied,
    fill_agreed,
    fill_drained,
    filled,
    small,
)


@pytest.fixture
def site_tenant(copy_filled: CopyFilled) -> Iterator[SiteTenant]:
    """Nothing is delivered yet."""
    with copied(copy_filled, fill_agreed) as agreed_ground:
        yield agreed_ground


@pytest.fixture
def drained(copy_filled: CopyFilled) -> Iterator[SiteTenant]:
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
            with filled(*databases.find(fill)) as site_tenant:
                FIGURES[engine, fill] = site_tenant.all_figures()
        return FIGURES[engine, fill]

    return find


@pytest.fixture
def other(site_tenant: SiteTenant) -> SiteTenant:
    """A second site in the same database, with the same engagements."""
    other_ground = add_site_tenant(site_tenant.engine, site_tenant.now)
    other_ground.agree(*small().engagements())
    return other_ground
