"""The worked examples of estimator, dimensions and score by their id, at the precision given."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.measure.funnel import equal_prior, funnel_limits
from mappings.measure.model.ruleset import DEFAULT, WEIGHTS, Ruleset, hash_of
from mappings.measure.model.statistics import Z95, beta_interval, shrink, wilson
from mappings.measure.score.composite import compare, known, score_composite, sensitivity
from mappings.measure.score.dimensions import PARTS, Dimension, score_component, score_dimension, score_owners
from tests.measure.builders import HOUR, at, lens_of

COUNTS = {
    "teaching": {"taught_through": (9, 14), "progression": (4.5, 10)},
    "embedding": {"workflow_checks": (5.8, 8)},
    "challenge": {"proposal_rate": (3, 40), "uptake": (4, 6)},
    "reciprocity": {
        "reviews_in_time": (18, 25),
        "questions_answered": (20, 22),
        "brief_stable": (15, 20),
        "feedback_given": (3, 4),
        "feedback_acted_on": (2, 3),
    },
    "gatekeepers": {"earliness": (2.15, 4), "first_pass": (2, 3)},
    "crisis": {"crisis": (2.3, 3)},
    "cocreation": {"cocreation": (2.72, 4)},
}


def dimension(key: str, **counts: tuple[float, float]) -> Dimension:
    rows = {**COUNTS[key], **counts}
    return score_dimension(key, tuple(score_component(name, x, n) for name, (x, n) in rows.items()))


def values(key: str) -> dict[str, float]:
    return {component.key: round(component.value, 4) for component in dimension(key).components}


def figure(key: str) -> tuple[float, float]:
    dimension_row = dimension(key)
    return round(dimension_row.score or 0, 2), round(dimension_row.se or 0, 2)


ALL = {key: dimension(key) for key in COUNTS}


def composite(*without: str):
    return score_composite(known({key: count for key, count in ALL.items() if key not in without}))


def rounded(score) -> tuple:
    return tuple(round(value, 2) for value in (score.value, score.geometric, score.se, score.low, score.high))


@pytest.mark.parametrize(
    ("x", "n", "numbers", "lower"),
    [
        (60, 100, (0.6049, 0.5443, 0.6647), 0.502),
        (3, 4, (0.6944, 0.5203, 0.8531), 0.3006),
        (18, 20, (0.8333, 0.7398, 0.9162), 0.699),
        (5, 10, (0.5741, 0.4243, 0.72), 0.2366),
    ],
    ids=["e1_A", "e1_B", "e1_C", "e1_D"],
)
def test_estimates(x: int, n: int, numbers: tuple[float, ...], lower: float) -> None:
    estimate = shrink(x, n, prior=2 / 3)
    assert tuple(round(value, 4) for value in (estimate.point, estimate.low, estimate.high)) == numbers
    assert round(wilson(x, n, Z95)[0], 4) == lower


def test_e0_prior_equal_weight() -> None:
    assert round(equal_prior([(60, 100), (3, 4), (18, 20), (5, 10)]) or 0, 4) == 0.6667
    assert equal_prior([(3, 4)]) is None


def test_e0_prior_volume_weighted_rejected() -> None:
    """Weighted by volume it would be .6385: the large partner would say what is usual."""
    rates = [(60, 100), (3, 4), (18, 20), (5, 10)]
    by_volume = sum(x for x, n in rates if n >= 8) / sum(n for _, n in rates if n >= 8)
    assert round(by_volume, 4) == 0.6385
    assert equal_prior(rates) != pytest.approx(by_volume, abs=1e-3)
    assert equal_prior([(x * 100, n * 100) if n == 100 else (x, n) for x, n in rates]) == equal_prior(rates)


def test_e2_size_neutral() -> None:
    assert {round(shrink(n * 2 / 3, n, prior=2 / 3).point, 4) for n in (4, 40, 400)} == {0.6667}


def test_e2_neutral_prior_3_of_4() -> None:
    estimate = shrink(3, 4)
    numbers = (estimate.point, estimate.low, estimate.high, estimate.se, estimate.se**2)
    assert [round(value, 4) for value in numbers] == [0.5833, 0.4005, 0.7595, 0.1367, 0.0187]


@pytest.mark.parametrize(
    ("n", "limits"), [(10, (0.2964, 0.9036)), (20, (0.3853, 0.8147)), (50, (0.4642, 0.7358)), (100, (0.504, 0.696))]
)
def test_e3_funnel(n: int, limits: tuple[float, float]) -> None:
    assert tuple(round(limit, 4) for limit in funnel_limits(0.6, n)) == limits


def test_e4_learner_availability() -> None:
    assert (14 / 20, round(shrink(14, 20).point, 4), dimension("teaching").components[0].n) == (0.7, 0.6429, 14)


def test_beta_interval_is_exact_where_it_can_be_written_down() -> None:
    low, high = beta_interval(2, 1)
    assert (low, high) == (pytest.approx(0.1**0.5, abs=1e-12), pytest.approx(0.9**0.5, abs=1e-12))
    assert beta_interval(1, 3)[0] == pytest.approx(1 - 0.9 ** (1 / 3), abs=1e-12)


def test_beta_interval_of_a_hundred_thousand_stays_close_to_the_rate() -> None:
    low, high = beta_interval(60_004, 40_004)
    assert (low, high) == (pytest.approx(0.5980, abs=1e-4), pytest.approx(0.6020, abs=1e-4))


def test_d1_dimension() -> None:
    assert values("teaching") == {"taught_through": 0.5909, "progression": 0.4722}
    assert figure("teaching") == (53.16, 7.69)


def test_d2_dimension() -> None:
    assert figure("embedding") == (61.25, 11.82)


def test_d3_dimension() -> None:
    assert values("challenge") == {"proposal_rate": 1.0, "uptake": 0.5714}
    assert figure("challenge") == (74.29, 7.67)


def test_d3_no_proposals_100_issues() -> None:
    assert round(score_component("proposal_rate", 0, 100).value, 4) == 0.1667


def test_d4_dimension() -> None:
    component_values = values("reciprocity")
    assert [component_values[key] for key in ("reviews_in_time", "questions_answered", "brief_stable")] == [
        0.6667,
        0.8,
        0.6786,
    ]
    assert (component_values["feedback_given"], component_values["feedback_acted_on"]) == (0.625, 0.5714)
    assert figure("reciprocity") == (65.66, 6.38)


def test_d4_client_readiness() -> None:
    three = dimension("reciprocity", feedback_given=(0, 0), feedback_acted_on=(0, 0))
    assert (three.published, round(three.score or 0, 2)) == (True, 71.51)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02 15:00", "2026-03-04 10:00", 11),
        ("2026-03-06 16:00", "2026-03-09 09:00", 1),
        ("2026-03-02 09:00", "2026-03-06 09:00", 32),
    ],
)
def test_d4_latency_bh(start: str, end: str, hours: int) -> None:
    latency = lens_of().calendar.business(at(start), at(end))
    assert latency == hours * HOUR
    assert (latency <= DEFAULT.review_hours * HOUR) is (hours != 32)


def test_d5_dimension() -> None:
    assert values("gatekeepers") == {"earliness": 0.5125, "first_pass": 0.5714}
    assert figure("gatekeepers") == (53.02, 11.03)


def test_d6_dimension() -> None:
    assert figure("crisis") == (61.43, 17.21)


def test_d7_dimension() -> None:
    assert figure("cocreation") == (56.0, 13.77)


def test_f1_composite_all() -> None:
    score = composite()
    assert (rounded(score), score.weight_covered) == ((60.51, 60.09, 3.89, 55.53, 65.5), 100)
    assert [round(part, 2) for part in score.contributions.values()] == [13.29, 9.19, 11.14, 9.85, 5.3, 6.14, 5.6]
    assert sum(score.contributions.values()) == pytest.approx(score.value)


def test_f2_no_crisis_no_gatekeeper() -> None:
    score = composite("gatekeepers", "crisis")
    assert (rounded(score), score.weight_covered) == ((61.34, 60.87, 4.14, 56.03, 66.64), 80)
    assert [round(part, 2) for part in score.contributions.values()] == [16.61, 11.48, 13.93, 12.31, 7.0]


def test_f3_insufficient() -> None:
    score = composite(*(key for key in ALL if key not in {"teaching", "cocreation"}))
    assert (score.weight_covered, score.published, score.value) == (35, False, None)


@pytest.mark.parametrize(("more", "published"), [({}, False), ({"embedding"}, True)])
def test_f3_three_dimensions_with_enough_of_the_weight_publish(more: set[str], published: bool) -> None:
    """Under weights that make 60 % of two: by those of the release three dimensions never have so much."""
    rules = Ruleset(
        name="few", weights={**dict.fromkeys(WEIGHTS, 0), "teaching": 50, "cocreation": 30, "embedding": 20}
    )
    score = score_composite(known({key: ALL[key] for key in {"teaching", "cocreation", *more}}), rules)
    assert (score.published, score.weight_covered >= 60) == (published, True)


@pytest.mark.parametrize(
    ("numbers", "arithmetic", "geometric", "uneven"),
    [((60,) * 7, 60.0, 60.0, False), ((5, 80, 80, 80, 75, 75, 77.5), 60.0, 39.36, True)],
    ids=["F4_balanced", "F4_unbalanced"],
)
def test_f4(numbers: tuple[float, ...], arithmetic: float, geometric: float, uneven: bool) -> None:
    score = score_composite({key: (number, 0.0) for key, number in zip(WEIGHTS, numbers, strict=True)})
    assert (rounded(score)[:2], score.uneven) == ((arithmetic, geometric), uneven)


def test_f4_a_dimension_under_the_floor_weighs_in_the_geometric_mean_as_the_floor() -> None:
    rows = [score_composite({key: (low if key == "teaching" else 80.0, 0.0) for key in WEIGHTS}) for low in (0.0, 5.0)]
    assert rows[0].geometric == rows[1].geometric
    assert (rows[0].value or 0) < (rows[1].value or 0)


def test_f5_sensitivity_range() -> None:
    assert tuple(round(value, 2) for value in sensitivity(known(ALL))) == (59.4, 61.56)


def test_f6_trend() -> None:
    small, real = compare((58, 4.5), (61, 4.4)), compare((50, 4.5), (61, 4.4))
    assert [(round(change.z, 2), change.changed) for change in (small, real)] == [(0.48, False), (1.75, True)]
    assert (compare((50, 0), (50, 0)).z, compare((50, 0), (51, 0)).z) == (0.0, inf)


def test_h_components_publish_at_half_the_priors_weight() -> None:
    published = {(key, n): score_component(key, 0, n).published for key, n in [("uptake", 3), ("uptake", 4)]}
    assert list(published.values()) == [False, True]
    assert [score_component("crisis", 1, n).published for n in (1, 2)] == [False, True]
    assert [score_component("proposal_rate", 0, n).published for n in (9, 10)] == [False, True]


def test_h_a_dimension_publishes_with_half_of_its_weight() -> None:
    assert not dimension("challenge", uptake=(1, 3)).published
    assert dimension("teaching", progression=(0, 3)).score == pytest.approx(100 * 13 / 22)
    assert (dimension("teaching").n, dimension("teaching", progression=(0, 3)).n) == (10, 14)


def test_h_owners_are_the_weighted_means_of_their_published_components() -> None:
    owners = score_owners(ALL)
    assert round(owners["agency"] or 0, 1) == 61.1
    assert score_owners({"crisis": ALL["crisis"]}) == {
        "agency": None,
        "client": None,
        "joint": pytest.approx(61.43, abs=0.005),
    }


def test_h_component_weights_of_a_dimension_add_up_to_1() -> None:
    for key in WEIGHTS:
        assert sum(part.weight for part in PARTS.values() if part.dimension == key) == pytest.approx(1)


def test_intervals_are_cut_at_0_and_100() -> None:
    score = score_composite(dict.fromkeys(WEIGHTS, (1.0, 20.0)))
    assert (score.low, (score.high or 0) < 100) == (0.0, True)


@pytest.mark.parametrize("change", [{"drives": 501}, {"weights": {**WEIGHTS, "crisis": 11}}])
def test_a_ruleset_is_named_by_what_it_says(change: dict) -> None:
    assert hash_of(Ruleset()) == hash_of(DEFAULT) != hash_of(Ruleset(**change))
    assert hash_of(DEFAULT).startswith("sha256:")


counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([key for key in PARTS if key != "proposal_rate"]))
def test_one_more_success_never_lowers_and_one_more_failure_never_raises(count: tuple[int, int], key: str) -> None:
    x, n = count
    value = score_component(key, x, n).value
    assert score_component(key, x + 1, n + 1).value >= value >= score_component(key, x, n + 1).value


@given(counts)
def test_growing_at_a_fixed_rate_moves_towards_the_rate(count: tuple[int, int]) -> None:
    x, n = count
    gaps = [abs(shrink(x * times, n * times).point - x / n) for times in (1, 2, 10)]
    assert gaps == sorted(gaps, reverse=True)


@given(counts)
def test_an_estimate_lies_in_its_interval(count: tuple[int, int]) -> None:
    estimate = shrink(*count)
    assert 0 <= estimate.low < estimate.point < estimate.high <= 1


@given(st.sampled_from(sorted(ALL)))
def test_removing_a_dimension_changes_no_other(key: str) -> None:
    rest = {name: count for name, count in ALL.items() if name != key}
    assert {name: dimension(name) for name in rest} == rest
    assert set(composite(key).contributions) == set(rest)
