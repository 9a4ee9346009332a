"""The sentences of the project page: what would be left without the agency, and what a dimension rests on."""

from types import SimpleNamespace
from typing import Any

import pytest

from connector.pages.project.coverage import exit_sentence
from connector.pages.project.score_text import dimension_line
from mappings.measure.score.window import find_dimension, score_counts
from tests.pages.conftest import ACME, LEAD, PageClient

NOBODY, SINGLE, COVERED = "not covered", "single holder", "covered"
SENTENCES = [
    ([NOBODY] * 5, "nobody could carry any of the five objectives alone"),
    ([SINGLE] * 5, "all five objectives could be carried by one person only"),
    ([COVERED] * 5, "at least two people could carry all five objectives alone"),
    ([SINGLE, *[COVERED] * 4], "one of five objectives could be carried by one person only"),
    ([NOBODY, *[COVERED] * 3], "one of four objectives could be carried by nobody"),
    (
        [NOBODY, SINGLE, COVERED, COVERED],
        "one of four objectives could be carried by nobody, and another by one person only",
    ),
    ([NOBODY, SINGLE, SINGLE], "one of three objectives could be carried by nobody, and two others by one person only"),
    ([NOBODY], "nobody could carry the one objective alone"),
    ([SINGLE], "the one objective could be carried by one person only"),
]


@pytest.mark.parametrize(("states", "sentence"), SENTENCES)
def test_what_would_be_left_is_a_true_sentence(states: list[str], sentence: str) -> None:
    people: Any = SimpleNamespace(objectives=[SimpleNamespace(coverage=state) for state in states])
    assert exit_sentence(people, "Acme") == f"If Acme left today, {sentence}."


def test_a_dimension_names_the_values_whose_mean_it_is() -> None:
    scored = score_counts({"taught_through": (9, 14), "progression": (4.5, 10)})
    line = dimension_line(find_dimension(scored, "teaching"), None)
    assert (line.on, line.score) == ("taught through 59, learners’ progress 47", "53")


def test_a_dimension_that_is_not_published_says_what_it_lacks() -> None:
    scored = score_counts({"proposal_rate": (2, 45), "proposals": (2, 2), "agency_done": (45, 45), "uptake": (1, 1)})
    line = dimension_line(find_dimension(scored, "challenge"), None)
    assert line.score == "–"
    assert line.on.endswith("proposals taken up: not enough evidence yet")


def test_a_quarter_that_ended_is_not_live(page_client: PageClient) -> None:
    page = page_client.read(page_client.content(LEAD, engagement=ACME, period="2026Q3"))
    assert "Ended on 30 Sep 2026, with what is known now" in page.text
    assert "Live" not in page.text
    assert "Live, just now" in page_client.read(page_client.content(LEAD, engagement=ACME, period="2026Q4")).text
