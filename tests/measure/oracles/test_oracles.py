"""Every worked example of the design has its test: this list names it, and the design's own list is the same."""

import json
from importlib import import_module

import pytest

from tests.measure.test_examples import ORACLES

LEDGER, PEOPLE, SCORE = (f"tests.measure.test_examples{end}" for end in ("", "_people", "_score"))
TESTS = {
    "a1_half_open": (LEDGER, "test_a1_half_open"),
    "a2_conflict": (LEDGER, "test_a2_conflict"),
    "a3_unknown": (LEDGER, "test_a3_unknown"),
    "b1_active_hours": (LEDGER, "test_b1_active_hours"),
    "b1_share_agency": (LEDGER, "test_b1_share_agency"),
    "b1_8sp_split": (LEDGER, "test_b1_8sp_split"),
    "b2_move_mid_issue": (LEDGER, "test_b2_move_mid_issue"),
    "b3_paused_excluded": (LEDGER, "test_b3_paused_excluded"),
    "b4_worklog_share": (LEDGER, "test_b4_worklog_share"),
    "b5_weekend": (LEDGER, "test_b5_weekend"),
    "b6_two_objectives": (LEDGER, "test_b6_two_objectives"),
    "b7_methods": (LEDGER, "test_b7_methods"),
    "b8_reopen_ledger": (LEDGER, "test_b8_reopen_ledger"),
    "c0_truth_table": (LEDGER, "test_c0_truth_table"),
    "c1_decay": (PEOPLE, "test_c1_decay"),
    "c1_halflife_from_220d_constant": (PEOPLE, "test_c1_halflife_from_220d_constant"),
    "c2_rung_timeline": (PEOPLE, "test_c2_rung_timeline"),
    "c2b_higher_counts_for_lower": (PEOPLE, "test_c2b_higher_counts_for_lower"),
    "c3_signoff": (PEOPLE, "test_c3_signoff"),
    "c4_credit": (PEOPLE, "test_c4_credit"),
    "c4_credit_single": (PEOPLE, "test_c4_credit_single"),
    "d1": (LEDGER, "test_d1"),
    "d1_headline": (LEDGER, "test_d1_headline"),
    "d2_independence_7_of_12": (PEOPLE, "test_d2_independence_7_of_12"),
    "d3_exit_coverage": (PEOPLE, "test_d3_exit_coverage"),
    "d7_burnup": (PEOPLE, "test_d7_burnup"),
    "e0_prior_equal_weight": (SCORE, "test_e0_prior_equal_weight"),
    "e0_prior_volume_weighted_REJECTED": (SCORE, "test_e0_prior_volume_weighted_rejected"),
    "e1_A": (SCORE, "test_estimates", "e1_A"),
    "e1_B": (SCORE, "test_estimates", "e1_B"),
    "e1_C": (SCORE, "test_estimates", "e1_C"),
    "e1_D": (SCORE, "test_estimates", "e1_D"),
    "e2_size_neutral": (SCORE, "test_e2_size_neutral"),
    "e2_neutral_prior_3_of_4": (SCORE, "test_e2_neutral_prior_3_of_4"),
    "e3_funnel_mu.6": (SCORE, "test_e3_funnel"),
    "e4_learner_availability": (SCORE, "test_e4_learner_availability"),
    "D1": (SCORE, "test_d1_dimension"),
    "D2": (SCORE, "test_d2_dimension"),
    "D3": (SCORE, "test_d3_dimension"),
    "D3_no_proposals_100_issues": (SCORE, "test_d3_no_proposals_100_issues"),
    "D4": (SCORE, "test_d4_dimension"),
    "D4_latency_bh": (SCORE, "test_d4_latency_bh"),
    "D5": (SCORE, "test_d5_dimension"),
    "D6": (SCORE, "test_d6_dimension"),
    "D7": (SCORE, "test_d7_dimension"),
    "F1_composite_all": (SCORE, "test_f1_composite_all"),
    "F2_no_crisis_no_gatekeeper": (SCORE, "test_f2_no_crisis_no_gatekeeper"),
    "F3_insufficient": (SCORE, "test_f3_insufficient"),
    "F4_balanced": (SCORE, "test_f4", "F4_balanced"),
    "F4_unbalanced": (SCORE, "test_f4", "F4_unbalanced"),
    "F5_sensitivity_range": (SCORE, "test_f5_sensitivity_range"),
    "F6_trend": (SCORE, "test_f6_trend"),
    "f1": (PEOPLE, "test_suppression", "f1"),
    "f2": (PEOPLE, "test_suppression", "f2"),
    "f3": (PEOPLE, "test_suppression", "f3"),
}
"""An example's id to its module and test, and which of the test's cases it is where it is one of several."""

DOOR, DOOR_PEOPLE, DOOR_SCORE = (
    f"tests.measure.oracles.test_oracles_{end}_events" for end in ("ledger", "people", "score")
)
BY_EVENTS = {
    "a1_half_open": (DOOR, "test_a1_half_open"),
    "a2_conflict": (DOOR, "test_a2_conflict"),
    "a3_unknown": (DOOR, "test_a3_unknown"),
    "b1_active_hours": (DOOR, "test_b1_hours_share_and_split"),
    "b1_share_agency": (DOOR, "test_b1_hours_share_and_split"),
    "b1_8sp_split": (DOOR, "test_b1_hours_share_and_split"),
    "b2_move_mid_issue": (DOOR, "test_b2_move_mid_issue"),
    "b3_paused_excluded": (DOOR, "test_b3_paused_excluded"),
    "b4_worklog_share": (DOOR, "test_b4_worklog_share"),
    "b5_weekend": (DOOR, "test_b5_weekend"),
    "b6_two_objectives": (DOOR, "test_b6_two_objectives"),
    "b7_methods": (DOOR, "test_b7_methods_are_printed_beside_the_number"),
    "b8_reopen_ledger": (DOOR, "test_b8_reopen_ledger"),
    "c0_truth_table": (DOOR, "test_c0_truth_table"),
    "d1": (DOOR, "test_d1"),
    "d1_headline": (DOOR, "test_d1_headline"),
    "c1_decay": (DOOR_PEOPLE, "test_c1_decay"),
    "c2_rung_timeline": (DOOR_PEOPLE, "test_c2_rung_timeline"),
    "c2b_higher_counts_for_lower": (DOOR_PEOPLE, "test_c2b_higher_counts_for_lower"),
    "c3_signoff": (DOOR_PEOPLE, "test_c3_signoff"),
    "c4_credit": (DOOR_PEOPLE, "test_c4_credit"),
    "c4_credit_single": (DOOR_PEOPLE, "test_c4_credit_single"),
    "d2_independence_7_of_12": (DOOR_PEOPLE, "test_d2_independence_7_of_12"),
    "d3_exit_coverage": (DOOR_PEOPLE, "test_d3_exit_coverage"),
    "d7_burnup": (DOOR_PEOPLE, "test_d7_burnup"),
    "e2_neutral_prior_3_of_4": (DOOR_SCORE, "test_e2_neutral_prior_3_of_4"),
    "e4_learner_availability": (DOOR_SCORE, "test_e4_learner_availability"),
    "D1": (DOOR_SCORE, "test_d1_dimension"),
    "D2": (DOOR_SCORE, "test_d2_dimension"),
    "D3": (DOOR_SCORE, "test_d3_dimension"),
    "D3_no_proposals_100_issues": (DOOR_SCORE, "test_d3_no_proposals_100_issues"),
    "D4": (DOOR_SCORE, "test_d4_dimension"),
    "D4_latency_bh": (DOOR_SCORE, "test_d4_latency_bh"),
    "D5": (DOOR_SCORE, "test_d5_dimension"),
    "D6": (DOOR_SCORE, "test_d6_dimension"),
    "D7": (DOOR_SCORE, "test_d7_dimension"),
}
"""Where an example's data comes in by webhook (what is said by hand, as its row) and its figure from the report."""

WITHOUT_EVENTS = {
    "c1_halflife_from_220d_constant": "a constant of the literature beside our default",
    "e0_prior_equal_weight": "a prior over engagements, for the admin's funnel alone: no report holds it",
    "e0_prior_volume_weighted_REJECTED": "the prior that is refused",
    "e1_A": "shrunk to the funnel's prior of .6667, by which no report goes",
    "e1_B": "as e1_A",
    "e1_C": "as e1_A",
    "e1_D": "as e1_A",
    "e2_size_neutral": "as e1_A: a prior of .6667",
    "e3_funnel_mu.6": "limits of a rate that is given",
    "F1_composite_all": "D2, D3 and D4 count the same tickets, which cannot be 8, 40 and 20 at once",
    "F2_no_crisis_no_gatekeeper": "as F1",
    "F3_insufficient": "tickets that publish D1 publish D2 and brief stability, too",
    "F4_balanced": "scores without any error",
    "F4_unbalanced": "as F4_balanced",
    "F5_sensitivity_range": "as F1",
    "F6_trend": "scores and errors that are given",
    "f1": "sizes of groups; Jira knows no group of ours",
    "f2": "as f1",
    "f3": "as f1",
}
"""Arithmetic on numbers that are given: why no events stand behind them."""

NOT_BUILT = {
    "d4_CHAOSS_CAF", "d4_elephant_8x12.5", "d5_KM_time_to_independence", "d5_naive_mean_uncensored",
    "d6_relapse_2_of_9", "d8_retention_6_of_8",
    "x1_statement_id",
}  # fmt: skip
"""Rules that wait for a page that asks (measurement (d), ‡), and the export of statements, which comes with it."""


@pytest.mark.parametrize("name", TESTS)
def test_each_example_has_a_test_of_its_name(name: str) -> None:
    module, test, *case = TESTS[name]
    function = getattr(import_module(module), test)
    cases = [kwarg for mark in getattr(function, "pytestmark", ()) for kwarg in mark.kwargs.get("ids") or ()]
    assert set(case) <= set(cases)


@pytest.mark.parametrize("name", BY_EVENTS)
def test_an_example_comes_in_by_events(name: str) -> None:
    module, test = BY_EVENTS[name]
    assert callable(getattr(import_module(module), test))


def test_each_example_comes_in_by_events_or_says_why_not() -> None:
    assert not BY_EVENTS.keys() & WITHOUT_EVENTS.keys()
    assert BY_EVENTS.keys() | WITHOUT_EVENTS.keys() == TESTS.keys()


def test_the_list_is_that_of_the_design() -> None:
    if not ORACLES.exists():
        pytest.skip("the worked examples stand outside of this checkout")
    assert set(json.loads(ORACLES.read_text())) == TESTS.keys() | NOT_BUILT
