"""The sentences of the project page: what would be left without the agency, and what a part of a score rests on."""

from types import SimpleNamespace
from typing import Any

import pytest

from connector.pages.project.coverage import exit_sentence
from connector.pages.project.score_text import owners_of
from mappings.measure.score.window import score_counts
from tests.pages.conftest import ACME, LEAD, PageClient

NOBODY, SINGLE, COVERED = "not covered", "single holder", "covered"
SENTENCES = [
    ([NOBODY] * 5, "nobody could carry any of the five objectives alone"),
    ([SINGLE] * 5, "all five objectives could be carried by one person only"),
    ([COVERED] * 5, "each of the five objectives could be carried alone by at least two people"),
    ([SINGLE, *[COVERED] * 4], "one of five objectives could be carried by one person only"),
    ([NOBODY, *[COVERED] * 3], "one of four objectives could be carried by nobody"),
    (
        [NOBODY, SINGLE, COVERED, COVERED],
        "one of four objectives could be carried by nobody, and another by one person only",
    ),
    ([NOBODY, SINGLE, SINGLE], "one of three objectives could be carried by nobody, and two others by one person only"),
    ([NOBODY], "nobody could carry the one objective alone"),
    ([SINGLE] * 2, "both objectives could be carried by one person only"),
    ([SINGLE], "the one objective could be carried by one person only"),
]


# Learners, and two proposals of which one is decided: too few to say how many are taken up.
THIN = {
    "taught_through": (9.0, 14.0),
    "progression": (4.5, 10.0),
    "proposals": (2.0, 2.0),
    "agency_done": (45.0, 45.0),
    "uptake": (1.0, 1.0),
}


@pytest.mark.parametrize(("states", "sentence"), SENTENCES)
def test_what_would_be_left_is_a_true_sentence(states: list[str], sentence: str) -> None:
    people: Any = SimpleNamespace(objectives=[SimpleNamespace(coverage=state) for state in states])
    assert exit_sentence(people, "Acme") == f"If Acme left today, {sentence}."
    assert exit_sentence(people, "Acme", "16 Nov") == f"If Acme left, as of 16 Nov, {sentence}."


def test_a_part_of_a_score_says_its_value_and_what_it_adds() -> None:
    agency = next(owner for owner in owners_of(score_counts(THIN), None) if owner.key == "agency")
    assert [(line.name, line.score, line.adds) for line in agency.lines] == [
        ("Learners taught", "59", "23.8"),
        ("Learners’ progress", "47", "19"),
        ("Process checks", "–", ""),
        ("Proposals made", "92", "17.9"),
        ("Proposals taken up", "–", ""),
    ]
    assert (agency.score, agency.note) == (
        "61",
        "The parts with enough evidence (3 of 5) add up to 60.7. In Integration without Proposals made.",
    )


def test_a_part_that_is_not_published_says_what_it_lacks() -> None:
    agency = next(owner for owner in owners_of(score_counts(THIN), None) if owner.key == "agency")
    assert [line.on for line in agency.lines if not line.adds] == [
        "nothing to measure yet",
        "not enough evidence: 1 of the 4 decisions needed",
    ]


@pytest.mark.parametrize(
    ("key", "counted", "prior"),
    [
        ("taught_through", (1, 6), "with 8 more at 50"),
        ("taught_through", (50, 100), ""),
        ("reviews_in_time", (9, 12), "with 8 more at 50"),
        ("crisis", (0, 2), "with 4 more at 50"),
        ("feedback_given", (0, 4), "with 4 more at 50"),
        # Of how many of few people learners' progress is, nobody is told by what the start value weighs.
        ("progression", (1, 4), ""),
    ],
)
def test_a_figure_that_is_not_its_rate_says_what_the_start_value_weighs_in_it(
    key: str, counted: tuple[float, float], prior: str
) -> None:
    owners = owners_of(score_counts({key: counted}), None)
    assert [line.prior for owner in owners for line in owner.lines if line.key == key] == [prior]


def test_learners_progress_tells_only_of_enough_people_how_many_steps_it_counts() -> None:
    for is_of_few in (True, False):
        agency = next(
            owner for owner in owners_of(score_counts(THIN), None, is_of_few=is_of_few) if owner.key == "agency"
        )
        shown = {line.key: line for line in agency.lines}
        assert shown["taught_through"].interval
        assert bool(shown["progression"].interval) is not is_of_few
        assert shown["progression"].on == ("steps" if is_of_few else "4.5 of 10 steps") + " to the next rung"


def test_a_quarter_that_ended_is_not_live(page_client: PageClient) -> None:
    page = page_client.read(page_client.content(LEAD, engagement=ACME, period="2026Q3"))
    assert "Ended on 30 Sep 2026, with what is known now" in page.text
    assert "Live" not in page.text
    assert "Live, just now" in page_client.read(page_client.content(LEAD, engagement=ACME, period="2026Q4")).text
