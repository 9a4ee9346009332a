"""The whole score from counts: the worked examples through the assembled code, and what would move it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.events.times import DAY
from mappings.measure.model.opportunity import Window, count
from mappings.measure.model.ruleset import DEFAULT, WEIGHTS
from mappings.measure.score.dimensions import PARTS
from mappings.measure.score.feedback import ended_quarters, feedback_acted_on, feedback_given
from mappings.measure.score.window import (
    BESIDE,
    DIMENSION_OWNERS,
    Counts,
    Scored,
    change_between,
    counts_in,
    find_component,
    find_dimension,
    moved,
    score_counts,
    shares_of,
    verdict_of,
)
from tests.measure.builders import at

ALL: dict[str, tuple[float, float]] = {
    "taught_through": (9, 14),
    "progression": (4.5, 10),
    "workflow_checks": (5.8, 8),
    "proposals": (3, 3),
    "agency_done": (40, 40),
    "uptake": (4, 6),
    "reviews_in_time": (18, 25),
    "questions_answered": (20, 22),
    "brief_stable": (15, 20),
    "feedback_given": (3, 4),
    "feedback_acted_on": (2, 3),
    "earliness": (2.15, 4),
    "first_pass": (2, 3),
    "crisis": (2.3, 3),
    "cocreation": (2.72, 4),
    "learners_offered": (14, 20),
}
"""The counts of the worked examples d1 to d7 and e4 (measurement (e))."""

OF_DIMENSION = {key: [name for name, part in PARTS.items() if part.dimension == key] for key in WEIGHTS}


def without(*dimensions: str) -> Scored:
    gone = {name for key in dimensions for name in OF_DIMENSION[key]}
    return score_counts({key: count for key, count in ALL.items() if key not in gone})


def rounded(scored: Scored) -> tuple[float, ...]:
    score = scored.score
    return tuple(round(figure or 0, 2) for figure in (score.value, score.geometric, score.se, score.low, score.high))


def test_f1_all_seven_from_their_counts() -> None:
    scored = score_counts(ALL)
    assert rounded(scored) == (60.51, 60.09, 3.89, 55.53, 65.5)
    assert [round(part, 2) for part in scored.score.contributions.values()] == [
        13.29,
        9.19,
        11.14,
        9.85,
        5.3,
        6.14,
        5.6,
    ]
    assert [round(dimension.score or 0, 2) for dimension in scored.dimensions] == [
        53.16,
        61.25,
        74.29,
        65.66,
        53.02,
        61.43,
        56.0,
    ]


def test_f2_without_gatekeepers_and_crisis() -> None:
    scored = without("gatekeepers", "crisis")
    assert (rounded(scored)[0], scored.score.weight_covered) == (61.34, 80)


def test_f3_too_little_is_not_published() -> None:
    scored = without("embedding", "reciprocity", "gatekeepers", "crisis", "challenge")
    scored = score_counts(
        {key: value for key, value in counts_in(scored).items() if key not in ("proposals", "agency_done")}
    )
    assert (scored.score.weight_covered, scored.score.value, scored.sensitivity) == (35, None, None)


def test_f4_an_uneven_score_says_so() -> None:
    lame = score_counts(ALL | {"taught_through": (0, 4000), "progression": (0, 4000)})
    assert (score_counts(ALL).score.uneven, lame.score.uneven) == (False, True)


def test_f5_the_range_under_other_weights() -> None:
    assert tuple(round(bound, 2) for bound in score_counts(ALL).sensitivity or ()) == (59.4, 61.56)


def test_f6_a_small_difference_is_no_clear_change_and_a_large_one_is() -> None:
    now = score_counts(ALL)
    little = change_between(moved(now, "uptake", x=0, n=1), now)
    bad = {key: (0.0, n) if key not in ("agency_done", "proposals") else (x, n) for key, (x, n) in ALL.items()}
    much, back = change_between(score_counts(bad), now), change_between(now, score_counts(bad))
    assert [this_change and verdict_of(this_change) for this_change in (little, much, back)] == [
        "no clear change",
        "up",
        "down",
    ]


def test_f6_there_is_no_change_against_what_is_not_published() -> None:
    assert change_between(score_counts({}), score_counts(ALL)) is None


def test_e4_learners_offered_stand_beside_and_enter_no_score() -> None:
    scored, fewer = score_counts(ALL), score_counts(ALL | {"learners_offered": (0, 20)})
    offered = scored.learners_offered
    assert (offered.owner, round(offered.value, 4), offered.n) == ("client", 0.6429, 20)
    assert find_component(scored, "taught_through").n == 14
    assert (fewer.score, fewer.owners) == (scored.score, scored.owners)


def test_h_owners_are_the_means_of_their_own_components() -> None:
    assert {key: round(owner or 0, 1) for key, owner in score_counts(ALL).owners.items()} == {
        "agency": 61.1, "client": 66.7, "joint": 57.4,
    }  # fmt: skip


def test_nothing_counted_is_nothing_published() -> None:
    scored = score_counts({})
    assert not any(dimension.published for dimension in scored.dimensions)
    assert set(scored.owners.values()) == {None}


def test_each_dimension_belongs_to_whoever_owns_most_of_it() -> None:
    for key, owner in DIMENSION_OWNERS.items():
        weights = [(PARTS[name].weight, PARTS[name].owner) for name in OF_DIMENSION[key]]
        most = {this_owner: sum(weight for weight, each in weights if each == this_owner) for _, this_owner in weights}
        assert most[owner] == max(most.values())


sizes = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n).map(float), st.just(float(n))))
few = settings(max_examples=25, deadline=None)
counted = st.fixed_dictionaries(dict.fromkeys(ALL, sizes))


@few
@given(counted)
def test_counts_come_back_from_the_score_they_made(counts: Counts) -> None:
    this_counts = counts_in(score_counts(counts))
    same = {key: count for key, count in counts.items() if key not in ("proposals", "agency_done")}
    assert {key: this_counts[key] for key in same} == same
    assert (this_counts["proposals"][0], this_counts["agency_done"][1]) == (
        counts["proposals"][0],
        counts["agency_done"][1],
    )


@few
@given(counted, st.sampled_from([key for key in PARTS if key != "proposal_rate"]))
def test_one_more_success_never_lowers_anything(counts: Counts, key: str) -> None:
    scored = score_counts(counts)
    before, after = find_component(scored, key), find_component(moved(scored, key, x=1, n=1), key)
    assert after.value >= before.value
    if before.published:
        dimension = PARTS[key].dimension
        was, then = (find_dimension(score, dimension).score for score in (scored, moved(scored, key, x=1, n=1)))
        assert was is None or (then or 0) >= was - 1e-9


@few
@given(counted)
def test_the_shares_of_a_published_dimension_are_the_whole(counts: Counts) -> None:
    for dimension in score_counts(counts).dimensions:
        if dimension.published:
            assert sum(shares_of(dimension).values()) == pytest.approx(1)


@few
@given(counted, st.sampled_from(sorted(BESIDE)))
def test_what_stands_beside_moves_no_score(counts: Counts, key: str) -> None:
    scored = score_counts(counts)
    assert moved(scored, key, x=1, n=1).score == scored.score


def test_h_d4_quarters_are_the_four_latest_that_ended_inside_the_engagement() -> None:
    starts = date(2025, 11, 3)
    assert ended_quarters(starts, None, date(2026, 10, 1)) == (
        date(2026, 7, 1), date(2026, 4, 1), date(2026, 1, 1), date(2025, 10, 1),
    )  # fmt: skip
    assert ended_quarters(starts, None, date(2026, 9, 30))[0] == date(2026, 4, 1)
    assert ended_quarters(starts, date(2026, 4, 1), date(2026, 10, 1)) == (date(2026, 1, 1), date(2025, 10, 1))
    assert ended_quarters(date(2026, 9, 1), None, date(2026, 9, 30)) == ()


def test_h_d4_feedback_given_counts_each_side_once_for_a_quarter() -> None:
    first, second = date(2026, 4, 1), date(2026, 7, 1)
    pulses = [("agency", first), ("agency", first), ("inhouse", first), ("agency", date(2025, 1, 1))]
    assert feedback_given((first, second), pulses) == (2, 4)


def test_h_d4_feedback_is_acted_on_within_sixty_days() -> None:
    filed = at("2026-05-01")
    window = Window(filed, filed + DAY, filed + 70 * DAY)

    def counts(linked: int | None, as_of: int) -> tuple[float, int]:
        opportunity = feedback_acted_on(filed, None if linked is None else filed + linked * DAY)
        return count([opportunity], "feedback_acted_on", Window(window.start, window.end, filed + as_of * DAY))

    assert [counts(60, 70), counts(61, 70), counts(None, 60)] == [(1, 1), (0, 1), (0, 1)]
    assert [counts(10, 9), counts(None, 59)] == [(0, 0), (0, 0)]
    assert DEFAULT.acted_days == 60


def test_dimensions_stand_in_the_order_of_the_rules_text_whatever_order_a_ruleset_was_kept_in() -> None:
    ruleset = replace(DEFAULT, weights=dict(sorted(WEIGHTS.items())))
    score = score_counts(ALL, ruleset)
    assert [dimension.key for dimension in score.dimensions] == list(WEIGHTS) == list(score.score.contributions)
