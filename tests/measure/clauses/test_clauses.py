"""Every clause of measurement (h), in its order, with the tests that name it."""

from importlib import import_module

import pytest

FIRST, JOINT, SCORE, SCORED = (
    f"tests.measure.{n}"
    for n in ("clauses.test_signals", "clauses.test_signals_joint", "test_examples_score", "test_composite_score")
)
AGENCY, CLIENT, BOTH = (f"tests.measure.clauses.test_clauses_{name}" for name in ("agency", "client", "joint"))
DOOR = "tests.measure.oracles.test_oracles_score_events"
CLAUSES = {
    "done ticket, taken back inside the window or not": [
        (AGENCY, "test_done_ticket_is_one_that_no_reopening_took_back_inside_the_window"),
        (AGENCY, "test_done_ticket_reopened_at_the_windows_end_counts_still"),
    ],
    "agency-led: at least half": [(FIRST, "test_h_agency_led_is_at_least_half")],
    "touch: comment, worklog, change, creation": [
        (CLIENT, "test_d4_reviews_any_touch_of_the_client_answers"),
        (BOTH, "test_d6_who_opens_the_incident_has_touched_it"),
    ],
    "a request belongs to its window": [(FIRST, "test_h_a_request_belongs_to_the_window_in_which_it_was_made")],
    "latencies are business hours": [
        (CLIENT, "test_d4_reviews_wait_in_business_hours_over_a_weekend_and_a_clock_change")
    ],
    "younger than its limit and open": [
        (FIRST, "test_h_d4_what_is_younger_than_its_limit_and_open_is_not_yet_counted")
    ],
    "D1a n": [
        (AGENCY, "test_d1a_agency_led_alone_and_only_this_engagements_agency"),
        (AGENCY, "test_d1a_a_learner_is_in_house_at_the_done_moment"),
    ],
    "D1a x": [
        (FIRST, "test_h_d1a_needs_an_enrolled_learner_and_counts_their_e2_or_e3"),
        (AGENCY, "test_d1a_a_learner_who_did_it_alone_was_not_taught_through_it"),
    ],
    "learners offered": [
        (FIRST, "test_h_learners_offered_is_counted_on_every_agency_led_ticket_with_an_objective"),
        (DOOR, "test_e4_learner_availability"),
    ],
    "D1b n": [(AGENCY, "test_d1b_met_is_a_pair_for_each_enrolled_learner_of_each_objective")],
    "D1b x": [
        (FIRST, "test_h_d1b_counts_pairs_met_below_rung_4_with_the_agencys_credit"),
        (DOOR, "test_d1_dimension"),
    ],
    "D2": [
        (FIRST, "test_h_d2_x_is_the_share_of_applicable_checks_passed"),
        (DOOR, "test_d2_dimension"),
    ],
    "D3a n and k": [
        (FIRST, "test_h_d3a_proposals_are_this_agencys_and_dated_at_creation"),
        (AGENCY, "test_d3a_counts_in_the_window_of_creation_and_watches_the_engagements_dates"),
        (SCORE, "test_h_components_publish_at_half_the_priors_weight"),
    ],
    "D3b adopted, declined, dropped": [(FIRST, "test_h_d3b_adopted_declined_with_a_reason_and_dropped")],
    "D3b whenever created": [(AGENCY, "test_d3b_proposals_count_whenever_created")],
    "D3b undecided after 90 days": [
        (FIRST, "test_h_d3b_undecided_after_90_days_counts_as_0_on_that_day"),
        (AGENCY, "test_d3b_decided_after_90_days_stays_undecided"),
    ],
    "D4 reviews": [
        (FIRST, "test_h_d4_reviews_in_time"),
        (FIRST, "test_h_d4_a_review_by_the_client_is_no_request"),
        (CLIENT, "test_d4_reviews_left_by_somebody_else_than_the_agency"),
    ],
    "D4 reviews withdrawn": [(CLIENT, "test_d4_reviews_withdrawn_by_the_agency_leave_n_unless_the_limit_has_passed")],
    "D4 questions": [
        (FIRST, "test_h_d4_questions_are_mentions_and_waiting_for_the_client"),
        (FIRST, "test_h_d4_a_mention_of_a_colleague_is_no_question"),
        (CLIENT, "test_d4_questions_withdrawn_likewise"),
    ],
    "D4 brief stable": [
        (CLIENT, "test_d4_brief_stable_from_the_first_active_instant_to_the_done_moment"),
        (CLIENT, "test_d4_brief_stable_summary_description_and_estimate"),
    ],
    "D4 pulses given": [
        (SCORED, "test_h_d4_feedback_given_counts_each_side_once_for_a_quarter"),
        (SCORED, "test_h_d4_quarters_are_the_four_latest_that_ended_inside_the_engagement"),
        (DOOR, "test_d4_dimension"),
    ],
    "D4 feedback acted on": [(SCORED, "test_h_d4_feedback_is_acted_on_within_sixty_days"), (DOOR, "test_d4_dimension")],
    "D5 earliness n": [
        (BOTH, "test_d5_earliness_required_by_a_label_or_met_counts_for_every_done_ticket_whoever_led_it"),
        (JOINT, "test_h_d5_assignment_to_a_gatekeeper_is_a_meeting_and_makes_it_count"),
    ],
    "D5 earliness x": [
        (JOINT, "test_h_d5_earliness_in_elapsed_time"),
        (JOINT, "test_h_d5_done_at_once_is_1_if_touched"),
        (BOTH, "test_d5_earliness_after_the_done_moment_is_never"),
        (BOTH, "test_d5_earliness_starts_at_the_first_active_instant_else_at_creation"),
    ],
    "D5 first pass": [
        (JOINT, "test_h_d5_first_pass"),
        (BOTH, "test_d5_first_pass_looks_at_the_first_exit_alone"),
    ],
    "D6": [
        (JOINT, "test_h_d6_first_touch_presence_and_review_of_both_sides"),
        (BOTH, "test_d6_first_touch_within_60_minutes"),
        (JOINT, "test_h_d6_minutes_are_counted_inside_on_call"),
        (JOINT, "test_h_d6_present_in_the_last_quarter"),
        (BOTH, "test_d6_present_as_assignee_at_done_whoever_the_done_transition_sets"),
        (BOTH, "test_d6_a_review_counts_for_both_and_other_types_for_nobody"),
        (BOTH, "test_d6_both_sides_are_shown_beside_their_mean"),
    ],
    "D7": [
        (BOTH, "test_d7_active_in_the_window"),
        (JOINT, "test_h_d7_cocreation"),
        (JOINT, "test_h_d7_no_edits_and_one_side_alone"),
        (DOOR, "test_d7_dimension"),
    ],
    "checks by model, and a setting that is missing": [
        (FIRST, "test_h_d2_checks_by_model_and_setting"),
        (AGENCY, "test_d2_a_check_whose_setting_is_missing_does_not_apply"),
    ],
    "check 1": [(FIRST, "test_h_d2_1_passed_through_a_review_status")],
    "check 2": [(FIRST, "test_h_d2_2_required_fields_filled_at_the_first_active_instant")],
    "check 3": [(FIRST, "test_h_d2_3_active_time_without_a_touch_lasts_5_business_days_at_most")],
    "check 4": [(FIRST, "test_h_d2_4_a_parent_or_a_link_of_the_type")],
    "check 5": [(FIRST, "test_h_d2_5_in_a_sprint_at_the_first_active_instant")],
    "check 6": [
        (FIRST, "test_h_d2_6_scope_changes_by_the_agency_are_seen_by_the_client"),
        (AGENCY, "test_d2_check_6_wants_the_touch_later_than_the_change"),
    ],
    "a component publishes at half of m": [(SCORE, "test_h_components_publish_at_half_the_priors_weight")],
    "a dimension publishes with half of its weight": [(SCORE, "test_h_a_dimension_publishes_with_half_of_its_weight")],
    "windows of 180 and 365 days, cut at the start": [(JOINT, "test_h_a_window_is_cut_at_the_engagements_start")],
    "the change test shares no ticket": [
        (SCORED, "test_f6_there_is_no_change_against_what_is_not_published"),
        (SCORED, "test_f6_a_small_difference_is_no_clear_change_and_a_large_one_is"),
    ],
    "intervals are cut at 0 and 100": [(SCORE, "test_intervals_are_cut_at_0_and_100")],
    "owners": [(SCORE, "test_h_owners_are_the_weighted_means_of_their_published_components")],
    "learners offered enter no score": [(SCORED, "test_e4_learners_offered_stand_beside_and_enter_no_score")],
}


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_clause_is_named_by_its_tests(clause: str) -> None:
    for module, name in CLAUSES[clause]:
        assert callable(getattr(import_module(module), name))
