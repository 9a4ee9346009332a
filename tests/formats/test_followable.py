"""Each figure of the score follows from what it is said to be made of, as both are printed."""

import re

import pytest

from connector.pages.project.score_text import component_line
from mappings.formats.explain.followable import followable_parts, mean_text, met_text
from mappings.formats.explain.score import basis_of
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.period.rounding import percent
from mappings.measure.score.dimensions import PARTS, score_component
from mappings.measure.score.window import score_beside


def whole(value: float) -> int:
    return int(round(100 * value, 6) + 0.5)


def test_a_figure_follows_from_the_numbers_beside_it() -> None:
    """4.9 of 7 with 4 more at 50 make 63, and 62 stood there."""
    crisis = score_component("crisis", 4.87, 7)
    assert whole((4.9 + 4 * 0.5) / 11) == 63
    assert met_text(crisis, DEFAULT) == "4.87"
    line = component_line(crisis, None, is_of_few=False)
    assert (line.score, line.counted) == ("62", "4.87 of 7")
    assert line.on.startswith("4.87 of 7 incidents")
    assert basis_of(crisis, DEFAULT) == "4.87 of 7"
    # Where the one place that stands everywhere is enough, no other stands here.
    assert met_text(score_component("crisis", 4.93, 7), DEFAULT) == "4.9"
    assert met_text(score_beside("crisis_agency", 4.87, 7), DEFAULT) == "4.87"
    # What is not published has no figure to follow.
    assert met_text(score_component("crisis", 0.87, 1), DEFAULT) == "0.9"


@pytest.mark.parametrize("key", PARTS)
def test_every_part_follows_from_what_is_printed(key: str) -> None:
    for n in (2, 5, 11, 48, 241):
        for step in range(0, 1000, 7):
            part = score_component(key, step * n / 1000, n)
            if not part.published:
                continue
            line = component_line(part, None, is_of_few=False)
            printed = float(re.sub(",", "", met_text(part, DEFAULT)))
            assert whole(score_component(key, printed, n).value) == int(line.score), (n, step)
            if not line.prior and key != "proposal_rate":
                assert whole(printed / n) == int(line.score), (n, step)


def test_a_mean_is_one_from_which_the_figure_follows() -> None:
    means = [score_component("earliness", step / 100, 11) for step in range(0, 1101, 3)]
    for part in means:
        mean = float(mean_text(part, DEFAULT))
        assert whole(score_component("earliness", mean * 11 / 100, 11).value) == whole(part.value)
    # A whole one without a place, others with one, and with two where it takes them.
    assert {len(mean_text(part, DEFAULT).partition(".")[2]) for part in means} == {0, 1, 2}


def test_a_share_follows_from_both_amounts_of_its_drawer() -> None:
    """2.26 of 3.64 is 62 %, and 2.3 of 3.6 is 64 %."""
    assert tuple(map(str, followable_parts(2.26, 3.64))) == ("2.26", "3.64")
    assert tuple(map(str, followable_parts(134.3, 225.0))) == ("134.3", "225.0")
    for part in range(0, 3640, 7):
        taught, delivered = followable_parts(part / 1000, 3.64)
        assert percent(float(taught / delivered)) == percent(part / 3640)
