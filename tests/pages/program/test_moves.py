"""What the drawers of Program say beside their sums: what would move a figure, and which objectives a sum counts."""

import re

import pytest

from tests.pages.conftest import BOLT, PageClient
from tests.pages.html_reader import Reader
from tests.pages.program.test_program import ADMIN, SPONSOR, opened

NOW, OVER = {"period": "2026Q4"}, {"period": "2026Q3"}


def moves(program: PageClient, figure: str, who: str = SPONSOR, **asked: str) -> str:
    _, _, text = Reader(opened(program, who, figure, **asked)).text.partition("What would move this")
    return text


def test_a_sponsor_reads_what_would_move_the_taught_share(program: PageClient) -> None:
    assert "Agency tickets on which somebody in-house shadows, or drives with help." in moves(
        program, "taught_share", **NOW
    )
    assert moves(program, "taught_share", **OVER) == ""


@pytest.mark.parametrize(("who", "asked", "people", "least"), [
    (ADMIN, {"engagement": BOLT}, "1 more person", 1),
    # Where nobody can do any, two are needed.
    (SPONSOR, {}, "2 more people", 0),
])  # fmt: skip
def test_the_objective_that_gives_exit_coverage_the_most_is_named(
    program: PageClient, who: str, asked: dict[str, str], people: str, least: int
) -> None:
    (table, *_) = Reader(opened(program, who, "exit", **NOW, **asked)).tables
    rows = {row[0]: [float(cell) for cell in row[1:]] for row in table.rows[1:]}
    whole, _, _ = rows.pop("All")
    near = {name: done for name, (done, two, single) in rows.items() if not two and (not least or single)}
    best = max(near, key=lambda name: near[name])
    line = f"{people} who can do “{best}” alone: {near[best]:g} of {whole:g} points with two holders, "
    text = moves(program, "exit", who, **NOW, **asked)
    assert line in text
    assert re.search(r"\d+", text.partition(line)[2])[0] == f"{100 * near[best] / whole:.0f}"  # type: ignore[index]


def test_what_is_over_nothing_moves_and_of_several_engagements_no_objective_is_told(program: PageClient) -> None:
    assert moves(program, "exit", **OVER) == ""
    assert moves(program, "exit", ADMIN, **NOW) == ""


def test_objectives_by_coverage_are_named(program: PageClient) -> None:
    drawer = opened(program, ADMIN, "objectives", **NOW, engagement=BOLT)
    assert "Single holder: Plan a mail test · Not covered: Build a landing page, Tune the checkout" in drawer
    assert "Not covered: Build a landing page, Tune the checkout" in opened(program, ADMIN, "objectives", **NOW)
