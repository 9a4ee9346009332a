"""The worked examples of ladder, ratios and suppression by their id, at the precision given."""

from math import log

import pytest

from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.statements import SignOff
from mappings.measure.model.ticket import Evidence, Kind
from mappings.measure.people.coverage import (
    Target,
    at_risk,
    burn_up,
    coverage_of,
    exit_coverage,
    independence_rate,
)
from mappings.measure.people.decay import freshness, freshness_at, is_stale
from mappings.measure.people.ladder import (
    RungAdvance,
    advances_of,
    credit_of,
    has_prior_knowledge,
    progress_of,
    rung_at,
)
from mappings.measure.people.sign_offs import Learner, SignOffState, cell_state, effective, sign_off_state_at
from mappings.measure.people.suppression import shows_people, suppressed
from tests.measure.builders import DAY, Story, at
from tests.measure.webhook_checks import measure

ACME = (("acme", 1),)


def seen(issue: int, kind: Kind, day: str, agencies: tuple = ACME, **more) -> tuple[int, Evidence]:
    when = at(day)
    return issue, Evidence("ab", "ben", 0, kind, when, when, agencies=agencies, **more)


C2 = [
    seen(1, 1, "2026-01-12"),
    seen(2, 2, "2026-01-20"),
    seen(3, 2, "2026-02-02"),
    seen(5, 3, "2026-02-16"),
    seen(8, 3, "2026-03-02"),
    seen(9, 4, "2026-03-20", ()),
    seen(11, 4, "2026-04-03", ()),
]


@pytest.mark.parametrize(("days", "rho"), [(0, 1.0), (60, 1.0), (90, 1.0), (166, 0.7071), (242, 0.5), (394, 0.25)])
def test_c1_decay(days: int, rho: float) -> None:
    assert round(freshness(days * DAY), 4) == rho


def test_c1_halflife_from_220d_constant() -> None:
    assert round(220 * log(2), 2) == 152.49
    assert DEFAULT.half_life_days == round(220 * log(2))


def test_c1_from_the_last_e2_on() -> None:
    rows = [row for _, row in (seen(1, 2, "2026-01-01"), seen(2, 1, "2026-06-01"))]
    assert round(freshness_at(rows, at("2026-01-01") + 242 * DAY), 4) == 0.5
    assert (freshness_at(rows[1:], at("2026-07-01")), is_stale(0.5), is_stale(0.4999)) == (0.0, False, True)


@pytest.mark.parametrize(
    ("day", "rung"),
    [
        ("2026-01-11", 0),
        ("2026-01-12", 1),
        ("2026-01-20", 1),
        ("2026-02-02", 2),
        ("2026-02-16", 2),
        ("2026-03-02", 3),
        ("2026-03-20", 3),
        ("2026-04-02", 3),
        ("2026-04-03", 4),
    ],
)
def test_c2_rung_timeline(day: str, rung: int) -> None:
    assert rung_at(C2, at(day)) == rung


def test_c2_on_tickets_that_were_measured() -> None:
    """The same climb, from seven tickets with their histories."""
    rows = [(story.number, row) for story in c2_stories() for row in measure(story).evidence if row.account == "ben"]
    days = ("2026-01-20", "2026-02-02", "2026-03-02", "2026-04-02", "2026-04-03")
    assert [rung_at(rows, at(f"{day} 18:00")) for day in days] == [1, 2, 3, 3, 4]


def c2_stories() -> list[Story]:
    led = [("2026-01-12", 1), ("2026-01-20", 2), ("2026-02-02", 2), ("2026-02-16", 3), ("2026-03-02", 3)]
    alone = [("2026-03-20", 4), ("2026-04-03", 4)]
    return [ticket_on(number, day, kind) for number, (day, kind) in enumerate(led + alone, start=1)]


def ticket_on(number: int, day: str, kind: int) -> Story:
    story = Story(f"GROW-{number}", f"{day} 09:00", "ben" if kind > 2 else "ann", "3", ("ab",), number=number)
    story.move("In Progress", f"{day} 09:00")
    if kind == 1:
        story.say("ben", f"{day} 10:00")
    if kind == 2:
        story.log("ben", 1, f"{day} 10:00")
    if kind == 3:
        story.log("ann", 1, f"{day} 10:00")
    return story.move("Done", f"{day} 17:00")


def test_c2b_higher_counts_for_lower() -> None:
    assert rung_at([seen(2, 2, "2026-01-20"), seen(5, 3, "2026-02-03")], at("2026-02-03")) == 2


def test_rungs_count_distinct_tickets() -> None:
    assert rung_at([seen(2, 2, "2026-01-20"), seen(2, 2, "2026-02-20")], at("2026-03-01")) == 1


@pytest.mark.parametrize(("last", "rung"), [("2026-03-07", 3), ("2026-03-08", 4)])
def test_rung_4_spans_7_days(last: str, rung: int) -> None:
    rows = [seen(1, 4, "2026-03-01"), seen(2, 4, "2026-03-03"), seen(3, 5, last)]
    assert rung_at(rows, at("2026-04-01")) == rung


@pytest.mark.parametrize(("last", "rung"), [("2026-03-07", 3), ("2026-03-08", 4)])
def test_the_step_to_rung_4_comes_when_the_span_is_full(last: str, rung: int) -> None:
    """As `rung_at` says: an advance is credited at the very evidence that makes it."""
    steps = advances_of([seen(1, 4, "2026-03-01"), seen(2, 4, "2026-03-03"), seen(3, 4, last)], at("2026-04-01"))
    assert (steps[-1].rung, steps[-1].at) == (rung, at(last) if rung == 4 else at("2026-03-03"))


@pytest.mark.parametrize(("learner", "rung"), [(2, 1), (3, 5)])
def test_rung_5_needs_a_learner_who_reaches_3(learner: int, rung: int) -> None:
    assert rung_at([seen(1, 5, "2026-03-01")], at("2026-04-01"), {1: learner}) == rung


def test_prior_knowledge_has_no_agency_in_the_180_days_before_rung_4() -> None:
    alone = C2[-2:]
    long_ago = seen(1, 2, "2025-10-04")
    just_in = seen(1, 2, "2025-10-06")
    as_of = at("2026-05-01")
    assert [has_prior_knowledge(rows, as_of) for rows in (alone, [long_ago, *alone], [just_in, *alone])] == [
        True,
        True,
        False,
    ]
    assert not has_prior_knowledge(C2[:3], as_of)


@pytest.mark.parametrize(
    ("name", "rung"),
    [
        ((3, 4), 4),
        ((1, 4), 2),
        ((4, None, 2), 2),
        ((3, 4, 3), 3),
        ((4, 2), 4),
    ],
)
def test_c3_signoff(name: tuple, rung: int) -> None:
    assert effective(*name) == rung


def signed(kind: str, day: str, rung: int = 0, signer: str = "lead", side: str = "inhouse") -> SignOff:
    return SignOff(kind, at(day), signer, side, rung)


def standing(*records: SignOff, auto: int = 3, as_of: str = "2026-06-01", **more) -> SignOffState:
    return sign_off_state_at(records, Learner("ben", lambda _: auto, **more), at(as_of))


def test_c3_rung_4_needs_two_signatures_neither_the_learners() -> None:
    own, lead = signed("attest", "2026-05-01", 4), signed("attest", "2026-05-02", 4, "mentor", "agency")
    himself = signed("attest", "2026-05-01", 4, "ben")
    assert [standing(*records).rung for records in ((own,), (own, lead), (himself, lead))] == [3, 4, 3]


def test_c3_a_revocation_holds_until_evidence_e3_or_better_follows() -> None:
    revoked = signed("revoke", "2026-05-10", 1)
    assert standing(revoked, signed("attest", "2026-05-11", 3), auto=2).rung == 1
    assert standing(revoked, proven=(at("2026-05-09"), at("2026-05-12"))).rung == 3


def test_c3_a_revocation_that_is_not_lower_takes_back_what_was_attested_above_it_and_no_more() -> None:
    attested = signed("attest", "2026-05-01", 3)
    assert [standing(attested, signed("revoke", "2026-05-02", rung), auto=2).rung for rung in (3, 5, 2, 1)] == [
        3, 3, 2, 1,
    ]  # fmt: skip
    assert standing(attested, signed("revoke", "2026-05-02", 3), auto=2).revoked_to is None
    lower, higher = signed("revoke", "2026-05-02", 1), signed("revoke", "2026-05-03", 4)
    assert standing(lower, higher).rung == 1


def test_c3_a_veto_goes_back_one_rung_and_an_attestation_lapses_with_the_affiliation() -> None:
    attested = signed("attest", "2026-05-01", 3)
    assert standing(attested, signed("veto", "2026-05-02", signer="ben"), auto=2).rung == 2
    assert standing(signed("veto", "2026-05-02"), auto=3).rung == 2
    assert standing(attested, auto=2, since=at("2026-05-02")).rung == 2


def test_c3_states_of_a_cell() -> None:
    cells = [SignOffState(3, 3), SignOffState(3, 2, 3), SignOffState(3, 3, 3), SignOffState(2, 3, None, 2)]
    assert [cell_state(cell, stale=False) for cell in cells] == ["auto", "attested", "confirmed", "vetoed"]
    assert cell_state(cells[0], stale=True) == "stale"


def test_c4_credit() -> None:
    inhouse = seen(4, 3, "2026-03-04", (), mentors=("ina",))
    rows = [seen(1, 2, "2026-03-01"), seen(2, 3, "2026-03-02"), seen(3, 2, "2026-03-03", (("bolt", 1),)), inhouse]
    credit = credit_of(rows, RungAdvance(3, at("2026-03-04")))
    assert ({key: float(part) for key, part in credit.agencies.items()}, float(credit.inhouse)) == (
        {"acme": 0.5, "bolt": 0.2},
        0.3,
    )


def test_c4_credit_single() -> None:
    assert credit_of(C2, advances_of(C2, at("2026-05-01"))[-1]).agencies == {"acme": 1}


def test_c4_a_ticket_of_several_agencies_is_split_and_an_empty_touch_weighs_nothing() -> None:
    rows = [seen(1, 2, "2026-03-01", (("acme", 3), ("bolt", 1))), seen(2, 1, "2026-03-02", (("bolt", 1),), trace=False)]
    credit = credit_of(rows, RungAdvance(2, at("2026-03-03")))
    assert {key: float(part) for key, part in credit.agencies.items()} == {"acme": 0.75, "bolt": 0.25}


def test_c4_credit_for_a_pair_is_at_most_1_and_only_for_advances_inside() -> None:
    assert progress_of(C2, "acme", start=at("2026-01-01"), end=at("2026-06-01")) == 1
    assert progress_of(C2, "acme", start=at("2026-04-04"), end=at("2026-06-01")) == 0
    assert progress_of(C2, "bolt", start=at("2026-01-01"), end=at("2026-06-01")) == 0


def test_d2_independence_7_of_12() -> None:
    rate = independence_rate(7, 12)
    assert [round(value, 4) for value in (rate.value or 0, rate.low, rate.high)] == [0.5833, 0.3195, 0.8067]
    assert independence_rate(0, 0).value is None


def test_d3_exit_coverage() -> None:
    demand, holders = {"o1": 20, "o2": 10, "o3": 15, "o4": 5}, {"o1": 2, "o2": 1, "o4": 3}
    assert [exit_coverage(demand, holders, least) for least in (1, 2)] == [0.7, 0.5]
    assert at_risk(demand, holders) == ("o2", "o3")
    assert exit_coverage({}, holders, 1) is None


def test_d3_coverage_is_named_by_the_number_of_holders() -> None:
    assert [coverage_of(holders) for holders in (0, 1, 2, 3)] == ["not covered", "single holder", "covered", "covered"]


def test_d7_burnup() -> None:
    fresh = [Target(2, 4, [(4, 1.0), (3, 1.0)]), Target(1, 3, [(4, 1.0)])]
    faded = [Target(2, 4, [(4, 0.5), (3, 1.0)]), fresh[1]]
    assert [round(burn_up(targets) or 0, 4) for targets in (fresh, faded)] == [0.8462, 0.6538]
    assert burn_up([]) is None


@pytest.mark.parametrize(
    ("groups", "hidden"),
    [
        ({"Design": 7, "Dev": 6, "Legal": 2, "Data": 9}, {"Dev", "Legal"}),
        ({"Design": 7, "Dev": 4, "Legal": 3, "Data": 9}, {"Dev", "Legal"}),
        ({"Design": 7, "Dev": 6}, set()),
    ],
    ids=["f1", "f2", "f3"],
)
def test_suppression(groups: dict[str, int], hidden: set[str]) -> None:
    assert suppressed(groups) == hidden


@pytest.mark.parametrize(
    ("team", "opted", "shown"), [(4, 0, False), (5, 0, True), (4, 4, True), (4, 3, False), (0, 0, False)]
)
def test_f_a_team_under_k_shows_no_distribution_unless_all_opted_in(team: int, opted: int, shown: bool) -> None:
    assert shows_people(team, opted) is shown


def test_c4_looks_back_180_days_limit_included() -> None:
    reached = at("2026-07-01")
    rows = [
        (issue, Evidence("ab", "ben", 0, 2, reached - days, reached, agencies=ACME))
        for issue, days in ((1, 180 * DAY), (2, 0))
    ]
    assert credit_of(rows, RungAdvance(2, reached)).agencies == {"acme": 1}
    assert credit_of(rows[:1], RungAdvance(2, reached)).agencies == {"acme": 1}
    assert credit_of(rows[:1], RungAdvance(2, reached + 1)).agencies == {}


def test_c3_evidence_of_the_moment_of_a_revocation_does_not_end_it() -> None:
    assert standing(signed("revoke", "2026-05-10", 1), proven=(at("2026-05-10"),)).rung == 1
