"""Every figure of a report opens into its rule and into parts that add up to it, and says what would move it."""

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.events.times import DAY
from mappings.formats.explain.index import explain, explained, figure_named, figures_of
from mappings.formats.explain.model import NO_TICKETS, points, sum_text, text_of
from mappings.formats.explain.people import FIRST_HOLDER, STAYS_CARRIED, STAYS_COVERED
from mappings.formats.explain.rule_texts import fill_move
from mappings.formats.explain.rule_texts_score import COMPONENTS
from mappings.formats.explain.taught_share import share_moves
from mappings.formats.explain.what_if import part_gain
from mappings.formats.report.json_report import report, report_bytes
from mappings.formats.report.source import Carried, OpportunityRow, ReportSource, Scores
from mappings.measure.model.engagement import Engagement, Signals
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import DEFAULT, Ruleset, hash_of
from mappings.measure.model.ticket import BILLION, DaySums
from mappings.measure.people.standing import Cell, people_figures
from mappings.measure.period.figures import figures_of_sums
from mappings.measure.score.dimensions import score_component
from mappings.measure.score.window import Counts, change_between, owner_shares, score_counts
from mappings.translation import decimal_text, read_decimal
from tests.formats.test_report import AS_OF, example, review
from tests.measure.builders import agree, goal, lens_of, stays
from tests.measure.test_composite_score import ALL as COUNTED

ALL = COUNTED | {"crisis_agency": (3, 3), "crisis_inhouse": (1.6, 3)}

TEAM = ("ben", "ina", "joe", "kim", "lea")
OBJECTIVES = (goal(), goal("tracking"))


def people(*team: str) -> tuple[Any, ...]:
    return (stays("ann", "agency", "2025-01-01"), *(stays(account, "inhouse", "2025-01-01") for account in team))


def scores_of(counts: Counts, before: Counts | None = None, rules: Ruleset = DEFAULT) -> Scores:
    now, earlier = score_counts(counts, rules), score_counts(before or {}, rules)
    window = Window(AS_OF - 180 * DAY, AS_OF, AS_OF)
    longer = Window(AS_OF - 365 * DAY, AS_OF, AS_OF)
    return Scores(now, earlier, change_between(earlier, now, rules), window, longer)


def what_ifs_of(counts: Counts) -> dict[str, list[OpportunityRow]]:
    """As many tickets as there were opportunities, which share x."""
    by_key = {}
    for key, (x, n) in counts.items():
        each = Fraction(x) / int(n) if n else Fraction(0)
        by_key[key] = [OpportunityRow(number, f"GROW-{number}", AS_OF - DAY, each) for number in range(1, int(n) + 1)]
    return by_key


def carried_of(engagement: Engagement, **more: Any) -> Carried:
    prepared = lens_of(people=engagement.people, objectives=engagement.objectives)
    cells = [Cell("ab", account, 4, 4, 1.0, "auto", is_holder=True) for account in ("ben", "ina")]
    demand = {"ab": 20_000_000_000, "tracking": 5_000_000_000}
    return Carried(people_figures(prepared, cells, demand, as_of=AS_OF, **more))


def whole(counts: Counts = ALL, *, team: tuple[str, ...] = TEAM, **more: Any) -> ReportSource:
    engagement = agree(people=people(*team), objectives=OBJECTIVES)
    rest = {"scores": scores_of(counts, ALL), "opportunities": what_ifs_of(counts), "carried": carried_of(engagement)}
    return replace(review(example(), engagement=engagement), **{**rest, **more})


PLACES = [*figures_of(agree(objectives=OBJECTIVES))]
NOT_IN_REPORT = {"units.rest", "units.not_known", "units.tickets", "units.unsized"}
"""What pages show and the report does not."""


def test_what_is_reached_is_not_asked_for_again() -> None:
    source = whole()
    alone = replace(source, carried=Carried(replace(source.carried.figures, exit_one=1.0, exit_two=1.0, at_risk=())))
    for place in ("exit_coverage.two_holders", "exit_coverage.one_holder"):
        assert explained(alone, place).moves == (STAYS_CARRIED,)
    # Who lacks a holder is named, as in the lines of the figure; without work nobody is.
    assert explained(source, "exit_coverage.one_holder").moves == ("A first holder for Tracking.",)
    idle = replace(source, carried=Carried(replace(source.carried.figures, exit_one=None, demand={})))
    assert explained(idle, "exit_coverage.one_holder").moves == (FIRST_HOLDER,)
    assert "until it has two" in explained(source, "exit_coverage.two_holders").moves[0]
    assert explained(source, "objectives.ab.coverage").moves == (STAYS_COVERED,)
    needed = "Somebody in-house who finishes {} of the objective alone{}; or a re-verification."
    days = ", the last 7 days or more after the first"
    for tickets, text in (
        ({}, needed.format("2 tickets", days)),
        ({"independent": 5}, needed.format("5 tickets", days)),
        ({"independent": 1}, needed.format("one ticket", "")),
    ):
        objectives = tuple(replace(each, tickets=tickets) for each in source.engagement.objectives)
        of_objective = replace(source, engagement=replace(source.engagement, objectives=objectives))
        assert explained(of_objective, "objectives.tracking.coverage").moves == (text,)


@pytest.mark.parametrize("place", PLACES)
def test_every_figure_opens_into_its_rule_and_what_would_move_it(place: str) -> None:
    source = whole()
    explanation, text = explained(source, place), explain(source, place)
    assert explanation.path == place
    assert (explanation.rule in text, explanation.rule_id in text, hash_of(DEFAULT) in text) == (True, True, True)
    assert "{" not in text
    assert explanation.moves
    assert all(move in text for move in explanation.moves)


def test_a_ticket_without_a_size_is_said_of_the_buckets_it_would_count_for() -> None:
    source = whole()
    place = next(place for place, row in enumerate(source.rows) if row.entry.done_only and row.entry.sign > 0)
    entry = source.rows[place].entry
    bare = replace(entry, sized=False, units=0, parts=(0,) * len(entry.parts), taught=0, done_only=0)
    rows = [*source.rows]
    rows[place] = replace(rows[place], entry=bare)
    unsized = replace(source, rows=rows)
    names = ("total", "agency", "done_only", "taught", "handed_over", "gatekeeper")
    inputs = {name: dict(explained(unsized, f"units.{name}").inputs)["Tickets"] for name in names}
    without = {name for name, text in inputs.items() if "1 without a size" in text}
    assert without == {"total", "agency", "done_only"}
    # The list of the total alone holds it.
    for name in without:
        is_listed = any(line.issue_id == rows[place].issue_id for line in explained(unsized, f"units.{name}").lines)
        assert ("(not listed)" not in inputs[name]) is is_listed is (name == "total")


@pytest.mark.parametrize("place", PLACES)
def test_what_opens_adds_up_to_the_figure(place: str) -> None:
    explanation = explained(whole(), place)
    if explanation.number is not None:
        assert math.fsum(line.contribution for line in explanation.lines) == pytest.approx(explanation.number, abs=1e-9)


counts = st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n).map(float), st.just(float(n))))


@settings(max_examples=15, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ALL, counts)))
def test_whatever_was_counted_what_opens_adds_up(made: dict[str, tuple[float, float]]) -> None:
    made["proposals"] = (made["proposals"][0], made["proposals"][0])
    source = whole(made)
    for place in PLACES:
        explanation = explained(source, place)
        if explanation.number is not None:
            assert math.fsum(line.contribution for line in explanation.lines) == pytest.approx(
                explanation.number, abs=1e-9
            ), place


def value_at(made: dict[str, Any], place: str) -> Any:
    """The figure of the report that a place names, as the report has it."""
    first, *rest = place.split(".")
    issue_rows = made[first]
    for name in rest:
        if isinstance(issue_rows, dict) and name in issue_rows:
            issue_rows = issue_rows[name]
            continue
        rows = issue_rows if isinstance(issue_rows, list) else [*issue_rows["components"], *issue_rows.get("sides", ())]
        issue_rows = next(row for row in rows if row["key"] == name)
    return issue_rows


@pytest.mark.parametrize("place", PLACES)
def test_what_opens_adds_up_as_it_is_printed(place: str) -> None:
    figure = explained(whole(), place)
    if figure.number is not None:
        printed = [Decimal(part.replace(",", "")) for part in figure.printed]
        off = Decimal(figure.rounding[1].replace("\N{MINUS SIGN}", "-")) if figure.rounding else 0
        assert sum(printed) + off == Decimal(points(figure.number).replace(",", ""))


def test_a_share_opens_into_both_of_its_sums() -> None:
    figure = explained(whole(), "taught_share")
    assert figure.base is not None
    assert math.fsum(line.weight or 0 for line in figure.lines) == pytest.approx(figure.base)
    assert figure.value.number == pytest.approx(100 * (figure.number or 0) / figure.base)


@pytest.mark.parametrize("place", [p for p in PLACES if p not in NOT_IN_REPORT])
def test_every_name_is_one_of_the_report(place: str) -> None:
    value_at(report(whole()), place)


@pytest.mark.parametrize(
    "place", [p for p in PLACES if p.startswith(("dimensions", "owners")) and "progression" not in p] + ["score"]
)
def test_the_number_that_opens_is_the_reports(place: str) -> None:
    source = whole()
    value = value_at(report(source), place)
    if isinstance(value, dict):
        value = value["score"] if "score" in value else value["value"]
    number = explained(source, place).number
    assert number is not None
    assert value in (pytest.approx(number), pytest.approx(number / 100))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("taught", "units.taught"), ("units.taught", "units.taught"), ("own", "units.inhouse_own"),
        ("agency", "units.agency"), ("owners.agency", "owners.agency"), ("crisis", "dimensions.crisis"),
        ("crisis.crisis", "dimensions.crisis.crisis"), ("uptake", "dimensions.challenge.uptake"),
        ("teaching.progression", "dimensions.teaching.progression"), ("score", "score"), ("change", "score.change"),
        ("objectives.ab", "objectives.ab.coverage"), ("at_risk", "exit_coverage.at_risk"), ("nothing", None),
        ("ing", None),
    ],
)  # fmt: skip
def test_a_figure_is_named_by_its_place_or_the_end_of_it(name: str, place: str | None) -> None:
    assert figure_named(name, agree(objectives=OBJECTIVES)) == place


@pytest.mark.parametrize("place", [p for p in PLACES if p.startswith("objectives.")])
def test_figures_about_people_open_into_their_rule_and_no_ticket(place: str) -> None:
    text = explain(whole(), place)
    assert NO_TICKETS in text
    assert "GROW-" not in text
    assert not set(re.findall(r"\w+", text)) & set(TEAM)


PROGRESS = "dimensions.teaching.progression"


def test_progress_of_learners_opens_into_its_rule_alone() -> None:
    explanation = explained(whole(ALL | {"progression": (1 / 3, 5)}), PROGRESS)
    assert (explanation.number, explanation.lines, explanation.note) == (None, (), NO_TICKETS)
    assert explanation.inputs[0] == ("Counted", "0.3 of 5")


@pytest.mark.parametrize("place", [PROGRESS, "dimensions.teaching", "owners.agency"])
@pytest.mark.parametrize("counted", [(3.0, 7.0), (1.0, 2.0)])
def test_f_of_a_group_under_k_progress_is_told_by_its_value_alone(place: str, counted: tuple[float, float]) -> None:
    """7 or 2 are nobody else's count here: where they were told they would be theirs."""
    counts = ALL | {"progression": counted}
    small = explain(whole(counts, team=TEAM[:4]), place)
    assert f"{counted[0]:g} of {counted[1]:g}" not in small
    assert "Learners’ progress: One more" not in small
    assert f": {counted[1]:g} of 4" not in small
    value = explained(whole(counts), place).value.text
    assert explained(whole(counts, team=TEAM[:4]), place).value.text == value


def test_f_of_k_people_progress_says_x_of_n() -> None:
    text = explain(whole(ALL | {"progression": (3, 7)}), "dimensions.teaching")
    assert "3 of 7" in text


def test_what_would_move_a_component_is_what_one_more_makes_of_it() -> None:
    first, _ = explained(whole(), "dimensions.challenge.uptake").moves
    assert first == "One more success: 57.1 to 60, score 60.5 to 60.8."


@pytest.mark.parametrize(("value", "text"), [(47.47, "47.4"), (47.44, "47.4"), (47.5, "47.5"), (60.51, "60.5")])
def test_a_score_with_one_place_rounds_to_the_score_without(value: float, text: str) -> None:
    """ "47" stood on the page, "Sum 47.4" in its drawer and "score 47.5 to 47.8" in that of each part."""
    assert sum_text(value) == text


def test_what_moves_a_part_has_the_score_as_its_parts_add_up_to_it() -> None:
    for x in range(1, 120):
        source = whole(ALL | {"reviews_in_time": (x, 120)})
        total = decimal_text(sum(map(read_decimal, explained(source, "score").printed), Decimal(0)))
        (move, *_) = explained(source, "dimensions.challenge.uptake").moves
        assert f"score {total} to " in move


@pytest.mark.parametrize(
    ("key", "counted", "move"),
    [
        # The quarters of a window are given in number: a pulse is given in one of them.
        ("feedback_given", (0, 4), "One more pulse given: 25 to 37.5"),
        # None of the five can gain so much: a new one can.
        ("cocreation", (3, 5), "One more objective, written by both sides: 53.8 to 57.1"),
        ("cocreation", (5, 5), "One more objective, written by both sides: 69.2 to 71.4"),
    ],
)
def test_one_more_adds_an_opportunity_where_there_can_be_one_more(
    key: str, counted: tuple[float, float], move: str
) -> None:
    assert explained(whole(ALL | {key: counted}), place_of(key)).moves[0].startswith(f"{move}, score ")


def test_where_all_of_what_is_given_in_number_is_met_one_more_is_left_out() -> None:
    moves = explained(whole(ALL | {"feedback_given": (4, 4)}), place_of("feedback_given")).moves
    assert not [move for move in moves if " to " in move]


def test_a_pulse_that_nobody_can_give_any_more_moves_nothing() -> None:
    source = replace(whole(ALL | {"feedback_given": (0, 4)}), as_of=AS_OF + 400 * DAY)
    assert not [move for move in explained(source, place_of("feedback_given")).moves if " to " in move]


def test_the_dimension_of_a_pulse_that_nobody_can_give_any_more_does_not_promise_one() -> None:
    source = whole(ALL | {"feedback_given": (0, 4)})
    title = COMPONENTS["feedback_given"].title
    for each, is_promised in ((source, True), (replace(source, as_of=AS_OF + 400 * DAY), False)):
        moves = explained(each, "dimensions.reciprocity").moves
        assert any(move.startswith(f"{title}: One more pulse given") for move in moves) is is_promised
        assert [move for move in moves if move.startswith(f"{COMPONENTS['reviews_in_time'].title}: ")]


@pytest.mark.parametrize(
    ("key", "counted", "value", "reach"),
    [
        # Five of five with a start value of 8 at 50.
        ("cocreation", (0, 5), 4 / 13, 9 / 13),
        # Of four quarters a pulse can be given on one: two of eight with a start value of 4 at 50.
        ("feedback_given", (0, 8), 2 / 12, 4 / 12),
        ("earliness", (10, 20), 0.5, 24 / 28),
    ],
)
def test_what_a_component_could_give_keeps_its_start_value_and_leaves_out_closed_pulses(
    key: str, counted: tuple[float, float], value: float, reach: float
) -> None:
    source = whole(ALL | {key: counted})
    assert source.scores is not None
    share = owner_shares(source.scores.now, "joint")[key]
    moves = explained(source, "owners.joint").moves
    title = COMPONENTS[key].title
    gain = next(match for move in moves if (match := re.match(rf"{title}.*: up to ([\d.]+) point", move)))
    assert float(gain[1]) == pytest.approx(100 * share * (reach - value), abs=0.1)


def test_a_gain_is_the_difference_of_the_two_figures_as_they_are_printed() -> None:
    """55.16 to 57.42 is printed as 55.2 to 57.4: that is 2.2, where 2.26 by itself would read as 2.3."""
    part = score_component("cocreation", 0.0, 5.0, DEFAULT)
    assert part_gain(part, 0.0226 / (1 - part.value), 1.0, 55.16) == Decimal("2.2")


def test_a_component_whose_pulses_are_all_closed_could_give_nothing() -> None:
    source = replace(whole(ALL | {"feedback_given": (0, 8)}), as_of=AS_OF + 400 * DAY)
    assert not [move for move in explained(source, "owners.joint").moves if move.startswith("Pulses given")]


def test_what_one_more_would_not_change_as_printed_is_left_out() -> None:
    many = whole(ALL | {"brief_stable": (100_000, 100_000)})
    assert not [move for move in explained(many, place_of("brief_stable")).moves if " to " in move]


def test_what_is_not_published_says_why_and_what_publishes_it() -> None:
    explanation = explained(whole(ALL | {"uptake": (1, 1)}), "dimensions.challenge.uptake")
    assert (explanation.value.text, explanation.value.why_not) == (
        "not published",
        "not enough evidence: 1 of the 4 decisions needed",
    )
    assert explanation.moves[0] == "3 more decisions publish it."
    assert "not published: not enough evidence: 1 of the 4 decisions needed" in explain(
        whole(ALL | {"uptake": (1, 1)}), "uptake"
    )


def test_one_more_that_publishes_a_component_is_named_as_what_it_is() -> None:
    moves = explained(whole(ALL | {"uptake": (1, 3)}), "dimensions.challenge.uptake").moves
    assert moves[0] == "1 more decision publishes it."


def test_a_score_that_is_not_published_names_what_would_publish_it() -> None:
    explanation = explained(whole({"taught_through": (9, 14), "progression": (1, 4)}), "score")
    assert explanation.value.why_not == "1 of 3 dimensions and 25 of 60 in 100 of the weight"
    assert "Embedding (15 of the weight): Process checks: 4 more tickets publish it." in explanation.moves


def test_the_sentences_have_the_thresholds_of_the_rules_that_hold() -> None:
    rules = replace(DEFAULT, review_hours=7, interval=0.9)
    source = whole(rules=rules, scores=scores_of(ALL, ALL, rules))
    text = explain(source, "reviews_in_time")
    assert "within 7 business hours" in text
    assert "90 % interval" in text


def test_the_change_test_is_explained_by_both_scores() -> None:
    explanation = explained(whole(), "score.change")
    assert (explanation.value.text, explanation.value.why_not) == ("no clear change", None)
    lone = explained(whole(scores=scores_of(ALL)), "score.change")
    assert (lone.value.text, lone.value.why_not) == ("not published", "one of the two scores is not published")


def test_f_too_few_people_leave_no_distribution_in_the_report() -> None:
    made = report(whole(team=TEAM[:4]))
    assert [row["people_at_rung"] for row in made["objectives"]] == [None, None]
    assert [(row["suppressed"], row["burn_up"]) for row in made["objectives"]] == [(True, None)] * 2
    assert [row["coverage"] for row in made["objectives"]] == ["covered", "not covered"]
    rungs = (b"exposed", b"independent", b"teaches")
    assert not any(rung in report_bytes(made | {"issues": []}) for rung in rungs)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 8), st.integers(0, 8), st.integers(1, 12), st.booleans())
def test_f_no_distribution_of_a_group_under_k(size: int, agreed: int, least: int, council: bool) -> None:
    team = tuple(f"p{number}" for number in range(size))
    rules = Ruleset(people=least, works_council=council)
    prepared = lens_of(people=people(*team), objectives=OBJECTIVES)
    prepared = replace(prepared, ruleset=rules)
    cells = [Cell("ab", objective, 4, 4, 1.0, "auto", is_holder=True) for objective in team]
    opted = frozenset(team[:agreed])
    made = Carried(people_figures(prepared, cells, {"ab": 1}, as_of=AS_OF, opted_in=opted))
    source = replace(whole(), carried=made, rules=rules)
    shown = size >= rules.k or (size > 0 and agreed >= size)
    for objective in report(source)["objectives"]:
        assert objective["suppressed"] != shown
        assert {objective[name] is not None for name in ("people_at_rung", "burn_up")} == {shown}
    for name in ("people_at_rung", "burn_up"):
        assert ("not published" in explain(source, f"objectives.ab.{name}")) == (not shown)


def test_keys_stand_in_the_order_of_the_documents() -> None:
    made = report(whole())
    assert [*made][10:] == [
        "units", "taught_share", "issues", "objectives", "exit_coverage", "dimensions", "owners", "score",
        "learners_offered", "marks",
    ]  # fmt: skip
    assert [*made["objectives"][0]] == ["key", "people_at_rung", "suppressed", "coverage", "burn_up", "independence"]
    assert [*made["exit_coverage"]] == ["one_holder", "two_holders", "at_risk"]
    dimension = made["dimensions"][0]
    assert [*dimension] == ["key", "owner", "weight", "score", "se", "low", "high", "n", "published", "components"]
    assert [*dimension["components"][0]] == ["key", "owner", "x", "n", "value", "low", "high", "published"]
    assert [*made["owners"]] == ["agency", "client", "joint"]
    assert [*made["score"]][:8] == [
        "value", "se", "low", "high", "weight_covered", "published", "geometric", "uneven",
    ]  # fmt: skip


def test_the_score_of_the_documents_is_given_as_it_stands_there() -> None:
    made = report(whole())
    teaching = made["dimensions"][0]
    assert (round(teaching["score"], 2), round(teaching["se"], 2)) == (53.16, 7.69)
    assert (teaching["n"], teaching["weight"]) == (10, 25)
    assert (round(teaching["low"], 1), round(teaching["high"], 1)) == (43.3, 63.0)
    first = teaching["components"][0]
    assert (first["x"], first["n"], round(first["value"], 4)) == (9, 14, 0.5909)
    score = made["score"]
    named = ("value", "se", "low", "high", "weight_covered", "geometric")
    assert [round(score[name], 2) for name in named] == [60.51, 3.89, 55.53, 65.5, 100, 60.09]
    assert (score["published"], score["uneven"]) == (True, False)


def test_what_is_not_published_is_null() -> None:
    made = report(whole({}))
    assert {part["value"] for dimension in made["dimensions"] for part in dimension["components"]} == {None}
    assert {part["score"] for part in made["dimensions"]} == {None}
    assert made["owners"] == {"agency": None, "client": None, "joint": None}
    assert (made["score"]["value"], made["score"]["sensitivity"], made["score"]["change"]) == (None, None, None)


def test_without_scores_there_are_no_keys_of_them() -> None:
    assert not {"score", "dimensions", "objectives"} & report(review(example())).keys()


LATENT = ("reviews_in_time", "questions_answered", "earliness", "crisis", "crisis_agency", "crisis_inhouse")
COUNCIL = Ruleset(works_council=True)


def place_of(key: str) -> str:
    return next(
        path for path in PLACES if path.startswith("dimensions.") and path.endswith(f".{key}") and path.count(".") > 1
    )


@pytest.mark.parametrize("key", LATENT)
def test_f_in_works_council_mode_a_latency_of_few_is_counts_per_quarter(key: str) -> None:
    explanation = explained(whole(rules=COUNCIL), place_of(key))
    assert [line.issue_id for line in explanation.lines if line.issue_id] == []
    assert any(re.fullmatch(r"Q\d \d{4}", line.key) for line in explanation.lines)
    assert math.fsum(line.contribution for line in explanation.lines) == pytest.approx(explanation.number)
    assert "GROW-" not in explain(whole(rules=COUNCIL), place_of(key))


@pytest.mark.parametrize("key", LATENT)
def test_f_a_latency_of_many_and_one_without_works_council_open_into_tickets(key: str) -> None:
    many = whole(rules=COUNCIL, of_many=frozenset({key}))
    assert explained(many, place_of(key)) == explained(whole(), place_of(key))
    assert "GROW-1 " in explain(many, place_of(key))


def test_f_what_was_met_and_not_met_is_counted_by_quarter() -> None:
    when = [AS_OF - 200 * DAY, AS_OF - 3 * DAY, AS_OF]
    rows = [OpportunityRow(7, "GROW-7", at, Fraction(x)) for at, x in zip(when, (1, 0, 1), strict=True)]
    source = whole(rules=COUNCIL, opportunities={"reviews_in_time": rows})
    lines = [(line.key, line.why) for line in explained(source, place_of("reviews_in_time")).lines]
    assert lines[1:3] == [("Q1 2026", "1 met, 0 not met"), ("Q3 2026", "0 met, 1 not met")]
    part = {"crisis": [OpportunityRow(7, "GROW-7", AS_OF, Fraction(1, 2))]}
    assert explained(replace(source, opportunities=part), place_of("crisis")).lines[1].why == "0.5 of 1"


@pytest.mark.parametrize("place", PLACES)
def test_f_in_works_council_mode_no_explanation_tells_an_hour_or_a_clock_time(place: str) -> None:
    text = explain(whole(rules=COUNCIL), place)
    rows = [line for line in text.splitlines() if "as of" not in line.casefold()]
    assert not re.search(r"\b\d\d:\d\d|\d\s?h\b", "\n".join(rows))


def test_it_says_where_a_part_is_rounded_to_another_number_so_that_all_add_up() -> None:
    figure = explained(whole(), "units.taught")
    parts = tuple(replace(figure.lines[0], contribution=0.25, printed=None) for _ in range(2))
    assert replace(figure, lines=parts, number=0.5).is_fitted
    assert not replace(figure, lines=parts[:1], number=0.25).is_fitted
    # Tickets are not: what they lack of the sum stands below them.
    tickets = tuple(replace(line, printed=Decimal("0.3")) for line in parts)
    assert replace(figure, lines=tickets, number=0.5).printed == ("0.3", "0.3")
    assert replace(figure, lines=tickets, number=0.5).rounding == ("0", "-0.1")
    assert "-0.1  rounding" in text_of(replace(figure, lines=tickets, number=0.5), whole())


def test_what_one_more_ticket_does_shows_from_what_to_what_with_a_decimal() -> None:
    source = whole()
    many = DaySums(agency=1000 * BILLION, taught=500 * BILLION, n=100, w=300 * BILLION, w2=90_000 * BILLION * BILLION)
    assert share_moves(source, figures_of_sums(many))[:2] == (
        "One more ticket of 3 points taught through: 50 % to 50.1 %.",
        "One more ticket of 3 points done only: 50 % to 49.9 %.",
    )
    # A larger move reads alike.
    move = "One more ticket of 4.2 points taught through: 61.9 % to 68.3 %."
    assert explained(source, "taught_share").moves[0] == move


@pytest.mark.parametrize(
    ("signals", "known"),
    [
        ({"labels": ("proposal",), "declined": ("Declined",)}, "with the label proposal"),
        ({"labels": ("idea", "proposal"), "types": ("Idea",)}, "with the label idea or proposal or of the type Idea"),
        (
            {"components": ("Ideas",), "epics": ("GROW-7",), "links": ("proposes",)},
            "with the component Ideas, below GROW-7 or with the link proposes",
        ),
        ({"declined": ("Declined",)}, "as the engagement’s signals know it"),
    ],
)
def test_a_proposal_is_told_by_how_the_engagement_knows_it(signals: dict[str, tuple[str, ...]], known: str) -> None:
    engagement = replace(agree(), signals=Signals(proposals=signals))
    moved = fill_move(COMPONENTS["proposal_rate"], engagement, DEFAULT)
    assert moved == f"A proposal by a person of the agency, {known}."
