"""Cells, figures, exit plan and openings: what is said of people, and what is kept quiet."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connector.figures.alone_steps import ways_of
from mappings.measure.model.engagement import RUNGS
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.statements import DefinitionEdit, SignOff
from mappings.measure.model.ticket import Evidence, TeachBack
from mappings.measure.people import teaching_opportunities
from mappings.measure.people.decay import fresh_until, freshness, is_stale
from mappings.measure.people.exit_plan import exit_plan, tickets_missing
from mappings.measure.people.ladder import Credit, RungAdvance, advances_of, credit_by, rung_at, short_of
from mappings.measure.people.next_ticket import leap_of
from mappings.measure.people.sign_offs import unsigned_of
from mappings.measure.people.standing import Cell, PairView, cell_of, group_of, inhouse_since, people_figures
from mappings.measure.people.teaching_opportunities import Reach, Reaches, teaching_opportunities_of
from mappings.measure.score.cocreation import cocreated
from mappings.measure.score.definitions import claims_of, definitions_of
from mappings.measure.ticket.measure import measure_if_done
from tests.measure.builders import DAY, PEOPLE, Story, at, goal, lens_of, measure, row, stays
from tests.measure.test_examples_people import C2, seen, ticket_on
from tests.measure.whole_measure import measure_ticket

AS_OF = at("2026-04-04")
ALONE = (seen(9, 4, "2026-03-20", ()), seen(11, 4, "2026-04-03", ()))
DAYS = ("2026-03-01", "2026-03-03", "2026-03-10", "2026-03-30")
TEAM = tuple(stays(f"p{number}", "inhouse", "2025-01-01") for number in range(5))


def cell(*rows, as_of=AS_OF, **more) -> Cell:
    return cell_of(PairView("ab", "ben", rows, **more), as_of)


def holder(account: str, objective: str = "ab", *, rung: int = 4, rho: float = 1.0) -> Cell:
    return Cell(objective, account, rung, rung, rho, "auto", is_holder=rung >= 4 and rho >= 0.5)


def signed(kind: str, day: str, rung: int = 0, signer: str = "ann", side: str = "agency") -> SignOff:
    return SignOff(kind, at(day), signer, side, rung)


def test_c2_a_cell_follows_the_climb_and_holds_at_rung_4():
    ladder_cell = cell(*C2)
    assert (
        ladder_cell.auto,
        ladder_cell.effective,
        ladder_cell.state,
        ladder_cell.is_holder,
        ladder_cell.prior_knowledge,
    ) == (
        4,
        4,
        "auto",
        True,
        False,
    )


def test_c1_a_stale_holder_keeps_the_rung_and_leaves_coverage():
    ladder_cell = cell(*C2, as_of=at("2026-04-03") + 243 * DAY)
    assert (ladder_cell.effective, ladder_cell.state, ladder_cell.is_holder) == (4, "stale", False)


def test_an_e1_alone_is_not_stale():
    assert cell(seen(1, 1, "2025-01-12")).state == "auto"


def test_c3_states_attested_confirmed_vetoed():
    rows = C2[:4]
    up = (signed("attest", "2026-03-01", 3),)
    assert [cell(*rows, records=up).state, cell(*C2, records=up).state] == ["attested", "confirmed"]
    vetoed = cell(*C2, records=(SignOff("veto", at("2026-04-03") + 1, "ben", "inhouse"),))
    assert (vetoed.effective, vetoed.state, vetoed.is_holder) == (3, "vetoed", False)


def test_c3_an_attestation_lapses_with_the_affiliation():
    up = (signed("attest", "2026-02-20", 3),)
    assert [cell(*C2[:4], records=up, since=at(day)).effective for day in ("2025-01-01", "2026-03-01")] == [3, 2]


shares = st.lists(st.tuples(st.sampled_from(("acme", "bolt", "cord")), st.integers(1, 10**13)), max_size=3).map(tuple)


@given(st.dictionaries(shares, st.integers(0, 9), max_size=5))
def test_c4_credit_is_the_sum_of_each_weights_fractions(weights):
    parts: dict[str, Fraction] = {}
    for together, weight in weights.items():
        for agency, part in together:
            share = Fraction(weight * part, sum(amount for _, amount in together))
            parts[agency] = parts.get(agency, Fraction(0)) + share
    whole = sum(parts.values(), Fraction(weights.get((), 0)))
    expected = {agency: part / whole for agency, part in parts.items() if part}
    assert credit_by(weights) == Credit(expected, weights.get((), 0) / whole if whole else Fraction(0))


def waits(*records: SignOff, since: str = "2025-01-01") -> int | None:
    unsigned = unsigned_of(records, "ben", since=at(since), as_of=AS_OF)
    return unsigned and unsigned.rung


def test_c_rung_4_waits_until_the_other_side_signed():
    agency, inhouse = signed("attest", "2026-03-01", 4), signed("attest", "2026-03-02", 4, "ina", "inhouse")
    assert [waits(agency), waits(agency, inhouse), waits(signed("attest", "2026-03-01", 3))] == [4, None, None]
    assert waits(inhouse, replace(agency, rung=5)) == 5
    assert waits(signed("attest", "2026-03-01", 4, "ben", "inhouse")) is None


def test_c_what_was_taken_back_or_signed_before_the_stay_waits_for_nobody():
    agency = signed("attest", "2026-03-01", 4)
    assert waits(agency, SignOff("veto", at("2026-03-02"), "ben", "inhouse")) is None
    assert waits(agency, signed("revoke", "2026-03-02", 2)) is None
    assert waits(agency, since="2026-03-02") is None


@pytest.mark.parametrize(("rung", "short"), [(1, 0), (2, 0), (3, 1), (4, 2), (5, 1)])
def test_c2b_a_rung_is_short_of_the_tickets_that_it_takes(rung, short):
    assert short_of(C2[:4], rung, AS_OF) == short
    assert short_of(C2[:4], rung, at("2026-01-01")) >= short


def test_prior_knowledge_counts_for_coverage_and_is_flagged():
    ladder_cell = cell(*ALONE)
    assert (ladder_cell.prior_knowledge, ladder_cell.is_holder) == (True, True)


def test_what_was_hired_counts_and_is_flagged_as_hired():
    ladder_cell = cell(hired=ALONE)
    assert (ladder_cell.effective, ladder_cell.is_holder, ladder_cell.hired) == (4, True, True)
    assert cell(*C2, hired=ALONE).hired is False


@pytest.mark.parametrize(("others", "rung"), [((), 1), (((seen(5, 3, "2026-02-16"), seen(8, 3, "2026-03-02")),), 5)])
def test_rung_5_needs_a_learner_who_reaches_3(others, rung):
    assert cell(seen(5, 5, "2026-03-02"), mentees={5: others}).auto == rung


def test_a_move_from_team_to_team_does_not_end_a_stay():
    prepared = lens_of(people=(*PEOPLE[:2], stays("ben", "inhouse", "2025-01-01", "2026-01-01", org="seo"),
                           stays("ben", "inhouse", "2026-01-01")))  # fmt: skip
    assert inhouse_since(prepared.affiliations.span("ben"), AS_OF) == at("2025-01-01")


def test_a_leaver_leaves_the_group_and_coverage():
    prepared = lens_of(people=(*TEAM[:4], stays("p4", "inhouse", "2025-01-01", "2026-04-01")))
    figures = people_figures(prepared, [holder("p4"), holder("p3")], {"ab": 1}, as_of=AS_OF)
    assert (len(group_of(prepared, AS_OF)), figures.objectives[0].coverage) == (4, "single holder")


def test_d3_exit_coverage_from_cells():
    keys = ("o1", "o2", "o3", "o4")
    prepared = lens_of(people=TEAM, objectives=tuple(goal(key) for key in keys))
    held = {"o1": 2, "o2": 1, "o3": 0, "o4": 3}
    cells = [holder(f"p{number}", key) for key, count in held.items() for number in range(count)]
    figures = people_figures(prepared, cells, {"o1": 20, "o2": 10, "o3": 15, "o4": 5}, as_of=AS_OF)
    assert (figures.exit_one, figures.exit_two, figures.at_risk) == (0.7, 0.5, ("o2", "o3"))


@pytest.mark.parametrize(("rho", "share"), [(1.0, 0.8462), (0.5, 0.6538)])
def test_d7_burn_up_from_cells(rho, share):
    prepared = lens_of(people=TEAM, objectives=(goal("ab", people=2), goal("seo", rung="assisted")))
    cells = [holder("p0", rho=rho), holder("p1", rung=3), holder("p0", "seo")]
    assert round(people_figures(prepared, cells, {}, as_of=AS_OF).burn_up or 0, 4) == share


def test_d2_independence_rate_of_an_objective():
    rate = people_figures(lens_of(), [], {}, as_of=AS_OF, counted={"ab": (7, 12)}).objectives[0].independence
    assert [round(value, 4) for value in (rate.value or 0, rate.low, rate.high)] == [0.5833, 0.3195, 0.8067]


@given(
    size=st.integers(0, 12),
    opted=st.integers(0, 12),
    rungs=st.lists(st.integers(0, 5), max_size=12),
    council=st.booleans(),
)
def test_f_no_distribution_comes_out_for_a_group_under_k(size, opted, rungs, council):
    """Unless all opted in: whatever the cells are, in the normal and in works-council mode."""
    people = tuple(stays(f"p{number}", "inhouse", "2025-01-01") for number in range(size))
    prepared = lens_of(people=people)
    prepared = replace(prepared, ruleset=replace(prepared.ruleset, works_council=council))
    agreed = {f"p{number}" for number in range(opted)}
    cells = [holder(f"p{number}", rung=rung) for number, rung in enumerate(rungs)]
    figures = people_figures(prepared, cells, {"ab": 1}, as_of=AS_OF, opted_in=agreed)
    shown = size >= (10 if council else 5) or 0 < size <= opted
    own = figures.objectives[0]
    assert (own.people_at_rung is not None, own.burn_up is not None, figures.burn_up is not None) == (shown,) * 3
    assert own.suppressed is figures.suppressed is not shown
    assert own.coverage == ("not covered", "single holder", "covered")[min(2, sum(r >= 4 for r in rungs[:size]))]


@st.composite
def climbs(draw):
    kinds = st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(0, 60))
    return [(issue, Evidence("ab", "ben", 0, kind, day * DAY, 0)) for issue, kind, day in draw(st.lists(kinds))]


def advances_before(rows, as_of):
    """The plain form: the rung anew at each instant."""
    lines: list[RungAdvance] = []
    for instant in sorted({evidence.at for _, evidence in rows if evidence.at <= as_of}):
        rung = rung_at(rows, instant)
        lines += [RungAdvance(step, instant) for step in range(len(lines) + 1, rung + 1)]
    return tuple(lines)


@given(
    rows=climbs(),
    as_of=st.integers(0, 60),
    later=st.integers(0, 30),
    takes=st.tuples(*[st.integers(1, 3)] * 5),
)
def test_what_one_more_ticket_is_said_to_lead_to_is_what_it_leads_to(rows, as_of, later, takes):
    rules, now = replace(DEFAULT, rung_tickets=takes), as_of * DAY
    rows = [(issue, row) for issue, row in rows if row.at <= now]
    rung = rung_at(rows, now, rules=rules)
    leap, helped = leap_of(rows, rung, now, rules), leap_of(rows, rung, now, rules, kind=3)
    done = now + later * DAY

    def with_one(kind: int) -> int:
        return rung_at([*rows, (-1, Evidence("ab", "ben", 0, kind, done, done))], done, rules=rules)

    assert with_one(3) == (helped.rung if helped else rung)
    if leap is None:
        assert [with_one(kind) for kind in range(1, 5)] == [rung] * 4
    else:
        waits = leap.waits and later < rules.span_days
        assert waits or with_one(leap.rung) == leap.rung
        assert max(map(with_one, range(1, 5))) <= leap.rung


@given(
    grace=st.integers(0, 200), half_life=st.integers(1, 300), fresh=st.floats(0.01, 1), last=st.integers(0, 10**9 * DAY)
)
def test_c1_nothing_is_stale_until_the_day_that_is_named(grace, half_life, fresh, last):
    rules = replace(DEFAULT, grace_days=grace, half_life_days=half_life, fresh=fresh)
    until = fresh_until(last, rules)
    assert not is_stale(freshness(until - last - DAY // 100, rules), rules) or until - last < DAY // 100
    assert is_stale(freshness(until - last + DAY // 100, rules), rules)


@given(rows=climbs(), as_of=st.integers(0, 60))
def test_advances_in_one_pass_are_those_of_every_instant(rows, as_of):
    assert advances_of(rows, as_of * DAY) == advances_before(rows, as_of * DAY)


def taught_back(day: str, account: str = "ben", *, accepted: bool = True) -> dict[str, int]:
    """The kinds on a ticket that ann did and ben said a word on, explained back on a day."""
    back = TeachBack("ab", account, at(day), at(day) if accepted else None)
    rows = measure_ticket(lens_of(), ticket_on(1, "2026-03-02", 1).ticket(teach_backs=(back,))).evidence
    return {row.account: row.kind for row in rows}


def test_an_accepted_teach_back_is_e2_and_one_that_waits_is_not():
    assert taught_back("2026-03-10")["ben"] == 2
    assert taught_back("2026-03-10", accepted=False)["ben"] == 1


def test_a_teach_back_of_somebody_who_is_not_in_house_is_nothing():
    assert taught_back("2026-03-10", "oli") == taught_back("2026-03-10", "ann", accepted=False)


def test_an_objective_may_ask_for_more_tickets():
    prepared = lens_of(objectives=(goal(tickets={"shadowed": 3}), goal("seo")))
    assert [prepared.rules_of(key).rung_tickets for key in ("ab", "seo")] == [(1, 3, 2, 2, 1), (1, 2, 2, 2, 1)]
    view = PairView("ab", "ben", tuple(C2[:3]))
    assert [cell_of(view, AS_OF, prepared.rules_of(key)).auto for key in ("ab", "seo")] == [1, 2]


def test_the_fewest_tickets_count_for_the_lower_rungs_too():
    assert tickets_missing((), DEFAULT) == {"independent": 2}
    assert tickets_missing(C2[:4], DEFAULT) == {"independent": 2}
    assert tickets_missing((), DEFAULT, 3) == {"assisted": 2}
    assert tickets_missing((seen(1, 4, "2026-03-01"), seen(2, 4, "2026-03-03")), DEFAULT) == {"independent": 1}
    # Where a higher rung takes fewer tickets, it is the shorter way.
    assert tickets_missing((), replace(DEFAULT, rung_tickets=(1, 5, 2, 2, 1)), 2) == {"assisted": 2}


LADDERS = st.tuples(*[st.integers(1, 4)] * 4, st.just(1))
SEEN = st.lists(st.builds(seen, st.integers(1, 5), st.integers(1, 5), st.sampled_from(DAYS)), max_size=6)


@given(SEEN, st.builds(replace, st.just(DEFAULT), rung_tickets=LADDERS, span_days=st.integers(0, 9)), st.integers(2, 4))
def test_with_the_missing_tickets_the_rung_is_reached_and_with_one_fewer_it_is_not(rows, rules, rung):
    missing = tickets_missing(rows, rules, rung)
    kinds = [RUNGS.index(kind) + 1 for kind, count in missing.items() for _ in range(count)]
    assert _rung_with(rows, kinds, rules) >= rung
    if kinds:
        assert _rung_with(rows, [4] * (len(kinds) - 1), rules) < rung


def _rung_with(rows, kinds, rules):
    """The rung with more tickets, each as long after those before it as rung 4's lie apart."""
    first = AS_OF + rules.span_days * DAY
    days = [first + place * rules.span_days * DAY for place in range(len(kinds))]
    more = [
        (100 + place, Evidence("ab", "ben", 0, kind, day, day))
        for place, (kind, day) in enumerate(zip(kinds, days, strict=True))
    ]
    return rung_at([*rows, *more], AS_OF + 1000 * DAY, rules=rules)


def test_an_exit_plan_names_the_tickets_until_a_second_holder():
    prepared = lens_of(people=TEAM)
    views = [PairView("ab", "p0", tuple(C2)), PairView("ab", "p1", tuple(C2[:4]))]
    plan = exit_plan(prepared, views, {"ab": 5}, on=AS_OF)
    assert (plan.one_holder, plan.two_holders, plan.at_risk) == (1.0, 0.0, ("ab",))
    assert (plan.gaps[0].missing, plan.gaps[0].tickets) == (1, {"independent": 2})


def test_by_a_later_exit_knowledge_has_faded():
    plan = exit_plan(lens_of(people=TEAM), [PairView("ab", "p0", tuple(C2))], {"ab": 5}, on=AS_OF + 300 * DAY)
    assert (plan.one_holder, plan.gaps[0].missing) == (0.0, 2)
    # The one to shadow teaches nobody: it keeps fresh who is able to already.
    assert plan.gaps[0].tickets == {"shadowed": 1, "independent": 2}
    assert plan.gaps[0].refreshing == 1


def test_who_is_lifted_by_a_sign_off_lacks_no_ticket():
    signed = tuple(
        SignOff("attest", AS_OF - DAY, signer, side, 4) for signer, side in (("ann", "agency"), ("oli", "inhouse"))
    )
    prepared = lens_of(people=TEAM, objectives=(goal(rung="independent"),))
    views = [PairView("ab", "p0", tuple(C2[:5])), PairView("ab", "p1", tuple(C2[:5]), records=signed)]
    pairs = {("ab", view.account) for view in views} | {("ab", "p2")}
    ways = ways_of(prepared, pairs, views, AS_OF)["ab"]
    # Both need two driven alone; nearer is who lacks nothing below.
    assert [(way.account, way.tickets, way.behind, way.is_taught) for way in ways] == [
        ("p0", {"independent": 2}, 0, True),
        ("p2", {"independent": 2}, 4, False),
    ]


def test_f_an_exit_plan_of_a_small_team_tells_nothing_about_anybody():
    prepared, far, near = lens_of(people=TEAM[:3]), [], [PairView("ab", "p1", tuple(C2[:5]))]
    plans = [exit_plan(prepared, views, {"ab": 5}, on=AS_OF) for views in (far, near)]
    assert plans[0] == plans[1]
    assert plans[0].gaps[0].suppressed


def open_ticket(assignee: str = "ann") -> Story:
    story = Story("GROW-7", "2026-04-01 09:00", assignee, "3", ("ab",), number=7)
    return story.move("In Progress", "2026-04-01 09:00")


def opened(rows, assignee: str = "ann", story: Story | None = None):
    prepared = lens_of(objectives=(goal(learners=("ben",)),))
    preview = measure_if_done(prepared, (story or open_ticket(assignee)).ticket(), at("2026-04-03 12:00"))
    reaches = Reaches(prepared, {("ab", "ben"): rows})
    return teaching_opportunities_of(prepared, 7, preview, reaches=reaches, learners=[("ab", "ben")])


def test_an_open_agency_ticket_lifts_a_learner_as_shadow_or_driver():
    rows = [(what_if.part, what_if.kind, what_if.learners) for what_if in opened(C2[:2])]
    assert rows == [("shadow", 2, ("ben",)), ("driver", 3, ("ben",))]
    assert [what_if.part for what_if in opened(C2[:4])] == ["driver"]


def test_who_shadows_already_is_named_until_they_left_a_trace():
    story = open_ticket().role("ben", "shadow", "2026-04-02 09:00")
    assert [what_if.named for what_if in opened(C2[:2], story=story)] == [("ben",), ()]
    # What is too short to count is no trace.
    assert opened(C2[:2], story=story.say("ben", "2026-04-02 10:00", 5))[0].named == ("ben",)
    assert opened(C2[:2], story=story.say("ben", "2026-04-02 10:01"))[0].named == ()


def test_a_ticket_of_the_in_house_team_or_one_that_lifts_nobody_is_no_opening():
    assert opened(C2[:2], "ina") == ()
    assert opened(C2) == ()


def test_agreed_counts_once_a_lead_confirmed_it():
    claimed = goal(agreed={"inhouse": date(2026, 1, 7), "agency": date(2026, 1, 8)})
    edits = [DefinitionEdit("ab", "agency", "agree", date(2026, 1, 8), AS_OF)]
    assert claims_of(claimed, edits) == {"inhouse": date(2026, 1, 7)}
    assert cocreated(definitions_of(edits)["ab"], date(2026, 2, 1)) == 0
    all_edits = [*edits, DefinitionEdit("ab", "inhouse", "agree", date(2026, 1, 7), AS_OF)]
    assert cocreated(definitions_of(all_edits)["ab"], date(2026, 2, 1)) == Fraction(3, 5)


def test_edits_of_both_sides_share_the_rest():
    edits = [DefinitionEdit("ab", side, "edit", date(2026, 1, 7), AS_OF) for side in ("agency", "inhouse")]
    assert cocreated(definitions_of(edits)["ab"], date(2026, 2, 1)) == 1


# Moves of the gaming table that concern people (measurement (f)): each is tried.


def test_move_an_empty_shadow_role_gives_e1_without_weight():
    shadowing = ticket_on(1, "2026-03-02", 0).role("ben", "shadow", "2026-03-02 09:30")
    evidence_row = row(shadowing, "ben")
    assert (evidence_row.kind, evidence_row.trace) == (1, False)


def test_move_tiny_tickets_do_not_reach_rung_4():
    small = lens_of(objectives=(goal(min_size=5),))
    stories = [ticket_on(1, "2026-03-02", 4), ticket_on(2, "2026-03-20", 4)]
    rows = [
        (story.number, evidence_row)
        for story in stories
        for evidence_row in measure(story, small).evidence
        if evidence_row.account == "ben"
    ]
    assert rung_at(rows, AS_OF) < 4
    rows = [
        (story.number, evidence_row)
        for story in stories
        for evidence_row in measure(story).evidence
        if evidence_row.account == "ben"
    ]
    assert rung_at(rows, AS_OF) == 4


def test_move_tickets_done_alone_within_a_week_do_not_reach_rung_4():
    assert rung_at([seen(1, 4, "2026-03-02"), seen(2, 4, "2026-03-06")], AS_OF) == 3


def test_move_a_rubber_stamp_lifts_by_one_rung_and_never_by_one_side():
    stamp = (signed("attest", "2026-03-01", 4),)
    all_records = (*stamp, signed("attest", "2026-03-01", 4, "ina", "inhouse"))
    assert [cell(*C2[:5], records=records).effective for records in (stamp, all_records)] == [3, 4]
    assert cell(*C2[:3], records=all_records).effective == 3


def test_move_hidden_help_gives_no_credit_and_the_learner_has_a_veto():
    hidden = cell(*ALONE)
    assert hidden.prior_knowledge
    vetoed = cell(*ALONE, records=(SignOff("veto", AS_OF, "ben", "inhouse"),))
    assert (vetoed.effective, vetoed.is_holder) == (3, False)


@pytest.mark.parametrize(
    ("rows", "kind", "reach"),
    [
        # The second of those driven makes assisted, and it is the first alone.
        (C2[:4], 4, Reach(1, 2, lifts=True, at_once=3)),
        (C2[:4], 3, Reach(2, 2, lifts=True)),
        (C2[:2], 3, Reach(1, 2, lifts=True, at_once=2)),
        (C2[:3], 3, Reach(1, 2, lifts=False)),
    ],
)
def test_a_ticket_may_bring_somebody_to_a_rung_below_its_own_at_once(rows, kind, reach):
    reaches = Reaches(lens_of(), {("ab", "ben"): rows})
    assert reaches.reach(("ab", "ben"), kind, 1_000, at("2026-04-03 12:00")) == reach


def test_how_far_a_ticket_brings_somebody_is_worked_out_once_for_those_they_were_not_on(monkeypatch):
    prepared, asked = lens_of(), []

    def note(*of, **rules):
        asked.append(of)
        return rung_at(*of, **rules)

    monkeypatch.setattr(teaching_opportunities, "rung_at", note)
    pair, now = ("ab", "ben"), at("2026-04-03 12:00")
    rows = {pair: C2[:3]}
    reaches, their_own = Reaches(prepared, rows), {issue for issue, _ in C2[:3]}
    tickets = [*their_own, *range(1_000, 1_005)]
    for kind in (2, 3):
        for ticket in tickets:
            assert reaches.reach(pair, kind, ticket, now) == Reaches(prepared, rows).reach(pair, kind, ticket, now)
    # Each of the two asks for the rung before and after.
    assert len(asked) == 2 * 2 * (len(tickets) + len(their_own) + 1)
