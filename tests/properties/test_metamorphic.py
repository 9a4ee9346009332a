"""The metamorphic tests of measurement (f), each named by its sentence; this list says where each stands."""

from importlib import import_module

import pytest

MEASURE, SCORES, HERE = "tests.measure.test_properties", "tests.measure.test_examples_score", "tests.properties"
SENTENCES = {
    "adding watchers changes no score": [
        (MEASURE, "test_watchers_change_nothing"),
        (f"{HERE}.test_report_invariance", "test_watchers_change_no_byte"),
    ],
    "splitting/merging sub-tasks keeps the sum of units": [
        (MEASURE, "test_splitting_off_subtasks_keeps_units"),
        (f"{HERE}.test_intake_order", "test_subtasks_change_no_units_of_a_report"),
    ],
    "the shares of a ticket add up to 1": [(MEASURE, "test_shares_sum_to_1_and_parts_add_up_to_units")],
    "permuting webhook order or replaying duplicates gives the same state": [
        (MEASURE, "test_permuted_events_give_the_same"),
        (f"{HERE}.test_intake_order", "test_any_order_with_any_duplicates_gives_the_same_figures"),
        ("tests.measure.test_intake_order", "test_in_any_order_and_twice_comes_the_same"),
        ("tests.webhooks.test_convergence", "test_facts_converge_on_rest"),
    ],
    "shifting all timestamps by 7 days of local time keeps hours": [
        (MEASURE, "test_shifting_by_weeks_of_local_time_keeps_hours"),
        (f"{HERE}.test_intake_order", "test_weeks_of_local_time_keep_the_hours_of_a_report"),
    ],
    "agency B's engagement and its people's other work change no byte of A's report": [
        (f"{HERE}.test_agency_isolation", "test_what_another_agency_does_changes_no_byte")
    ],
    "growing x and n at a fixed rate moves the estimate monotonically towards that rate": [
        (SCORES, "test_growing_at_a_fixed_rate_moves_towards_the_rate")
    ],
    "one more success never lowers, one more failure never raises a component": [
        (SCORES, "test_one_more_success_never_lowers_and_one_more_failure_never_raises")
    ],
    "removing a dimension never changes the others": [(SCORES, "test_removing_a_dimension_changes_no_other")],
    "closing an affiliation yesterday leaves last quarter's snapshot identical": [
        (f"{HERE}.test_report_invariance", "test_closing_an_affiliation_leaves_the_recorded_quarter")
    ],
    "deleting a learner keeps aggregates and removes the row": [
        (f"{HERE}.test_report_invariance", "test_erasing_somebody_keeps_the_report_and_leaves_no_trace")
    ],
    "no response body to agency A contains B's id or name": [
        ("tests.pages.test_visibility", "test_no_answer_to_an_agency_tells_of_the_other"),
        (f"{HERE}.test_agency_isolation", "test_an_agencys_report_never_names_another"),
    ],
    "for a group under k no people-derived distribution appears": [
        (f"{HERE}.test_small_groups", "test_a_group_under_k_leaves_no_distribution")
    ],
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_has_its_property(sentence: str) -> None:
    for module, name in SENTENCES[sentence]:
        assert callable(getattr(import_module(module), name))
