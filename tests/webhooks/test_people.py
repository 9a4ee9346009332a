"""Who can do what, from tickets as Jira gives them and from what people say, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from connector.actions import feedback, sign_offs
from connector.actions.actor import Actor
from connector.actions.errors import ActionRefused
from connector.figures.exit_plans import select_exit_plan
from connector.figures.people import (
    MetPairs,
    load_weekly_people,
    monday,
    select_cells,
    select_people,
    select_site_progression,
)
from connector.figures.teaching import Teaching, select_teaching
from mappings.events.times import DAY
from mappings.measure.model.opportunity import Window
from mappings.measure.people.standing import Cell
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.measure.score.feedback import ended_quarters, feedback_given
from mappings.records.agreement.definitions import select_definition_edits
from mappings.records.agreement.engagements import select_engagement
from mappings.records.agreement.feedback import select_feedback
from mappings.records.agreement.pulses import select_pulses
from mappings.records.operations.progress import Progress, delete_progress, save_progress
from mappings.records.sql.engine import StoreError
from mappings.records.sql.scope import AgreementScope, Scope
from tests.audit_log import select_acts
from tests.measure.builders import PEOPLE, Story, at, goal, stays
from tests.measure.test_examples_people import c2_stories, ticket_on
from tests.webhooks.site import VAULT, SiteTenant, open_site_tenants
from tests.webhooks.test_examples import keep, read_of
from webhooks.erasure import erase
from webhooks.measure import measure_issues, select_targets

NOW = at("2026-04-10 12:00")
LEADS = {"inhouse": ("ina",), "agency": ("ann",)}
LEARNING = (goal(learners=("ben",), people=2),)
TEAM = tuple(stays(f"p{number}", "inhouse", "2025-01-01") for number in range(3))
KEY = "growth-acme"


@dataclass
class PeopleSite:
    """One site whose engagement was measured, at a moment."""

    site_tenant: SiteTenant
    now: int = NOW

    def as_(self, account: str, act: Any, *values: Any, **more: Any) -> Any:
        with self.site_tenant.engine.begin() as connection:
            return act(self.actor(connection, account), *values, **more)

    def actor(self, connection: Any, account: str) -> Actor:
        return Actor(connection, self.site_tenant.tenant_id, *self.seat(connection), account, self.now)

    def seat(self, connection: Any) -> tuple[Any, Any]:
        stored = select_engagement(connection, self.site_tenant.tenant_id, KEY)
        prepared = next(
            select_target.prepared
            for select_target in select_targets(connection, self.site_tenant.tenant_id)
            if select_target.engagement == KEY
        )
        return stored, prepared

    def ask(self, select: Any, **more: Any) -> Any:
        with self.site_tenant.engine.connect() as connection:
            return select(connection, self.site_tenant.tenant_id, *self.seat(connection), **more)

    def cell(self, account: str = "ben") -> Cell | None:
        return next(iter(self.ask(select_cells, as_of=self.now, account=account)), None)

    def week(self) -> Any:
        with self.site_tenant.engine.connect() as connection:
            seat = self.seat(connection)
        return load_weekly_people(self.site_tenant.engine, self.site_tenant.tenant_id, *seat, now=self.now)

    def acts(self) -> list[str]:
        with self.site_tenant.engine.connect() as connection:
            return [act.act for act in select_acts(connection, self.site_tenant.tenant_id, 99) if act.account]


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    with open_site_tenants(migrated_url, now=NOW) as [measured_ground]:
        yield measured_ground


@pytest.fixture
def people_site(site_tenant: SiteTenant) -> PeopleSite:
    """Ben climbed to rung 4 as in c2, up to the seventh ticket."""
    return settle(site_tenant, *c2_stories())


def settle(site_tenant: SiteTenant, *stories: Story, **agreed: Any) -> PeopleSite:
    keep(site_tenant, *stories, **{"objectives": LEARNING, "leads": LEADS, **agreed})
    return PeopleSite(site_tenant)


def test_c2_a_climb_through_tickets_holds(people_site: PeopleSite) -> None:
    ladder_cell = people_site.cell()
    assert ladder_cell is not None
    assert (ladder_cell.auto, ladder_cell.effective, ladder_cell.is_holder, ladder_cell.prior_knowledge) == (
        4,
        4,
        True,
        False,
    )


def test_d3_demand_and_holders_from_tickets(people_site: PeopleSite) -> None:
    figures = people_site.ask(select_people, as_of=NOW)
    assert (figures.exit_one, figures.exit_two, figures.at_risk) == (1.0, 0.0, ("ab",))
    assert (figures.objectives[0].coverage, figures.objectives[0].people_at_rung) == ("single holder", None)


def test_d2_independence_rate_from_tickets(people_site: PeopleSite) -> None:
    rate = people_site.ask(select_people, as_of=NOW).objectives[0].independence
    assert (round(rate.value or 0, 4), rate.n) == (round(2 / 7, 4), 7)


def test_d2_a_ticket_that_was_opened_again_is_none_of_those_done(site_tenant: SiteTenant) -> None:
    """18 days after: what ben showed by it stays evidence, but the ticket is neither done nor done alone."""
    again = ticket_on(1, "2026-03-02", 4).move("In Progress", "2026-03-20 12:00")
    people_site = settle(site_tenant, again, ticket_on(2, "2026-03-10", 0))
    assert site_tenant.rows("SELECT issue_id FROM evidence WHERE tenant_id = :t AND kind = 4") == [(1,)]
    rate = people_site.ask(select_people, as_of=NOW).objectives[0].independence
    assert (rate.value, rate.n) == (0, 1)


def test_f_a_small_team_gets_its_distribution_once_every_member_opted_in(people_site: PeopleSite) -> None:
    for account in ("ben", "ina"):
        assert people_site.ask(select_people, as_of=NOW).suppressed
        people_site.as_(account, sign_offs.agree_to, "distribution")
    people_site.now += 1
    shown = people_site.ask(select_people, as_of=people_site.now)
    assert (shown.objectives[0].people_at_rung["independent"], shown.burn_up) == (1, 0.5)
    people_site.as_("ben", sign_offs.withdraw, "distribution")
    assert people_site.ask(select_people, as_of=people_site.now).suppressed


def test_f_works_council_mode_wants_ten(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, *c2_stories(), people=(*PEOPLE, *TEAM))
    with site_tenant.engine.connect() as connection:
        stored, prepared = people_site.seat(connection)
        council = replace(prepared, ruleset=replace(prepared.ruleset, works_council=True))
        rows = [
            select_people(connection, site_tenant.tenant_id, stored, rules, as_of=NOW).suppressed
            for rules in (prepared, council)
        ]
    assert rows == [False, True]


def test_c3_rung_4_needs_both_sides_and_never_the_learner(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, *c2_stories()[:5])
    pair = ("ab", "ben")
    with pytest.raises(ActionRefused):
        people_site.as_("ben", sign_offs.attest, pair, 4)
    people_site.as_("ann", sign_offs.attest, pair, 4)
    assert people_site.cell().effective == 3
    people_site.as_("ina", sign_offs.attest, pair, 4)
    assert (people_site.cell().effective, people_site.cell().state) == (4, "attested")


@pytest.mark.parametrize(("seen", "rung"), [(2, 2), (3, 3)])
def test_c3_too_high_a_signature_is_accepted_and_lifts_by_one_rung(
    site_tenant: SiteTenant, seen: int, rung: int
) -> None:
    people_site = settle(site_tenant, *c2_stories()[:seen])
    auto = people_site.cell().auto
    for account in ("ann", "ina"):
        people_site.as_(account, sign_offs.attest, ("ab", "ben"), 5)
    assert (auto, people_site.cell().effective) == (rung - 1, rung)


def test_whether_a_signature_is_taken_tells_nothing_of_the_rung(people_site: PeopleSite) -> None:
    """ben stands at 4, ina at none: every rung is taken for both, and taking back too."""
    for learner in ("ben", "ina"):
        for rung in range(1, 6):
            people_site.as_("abe", sign_offs.attest, ("ab", learner), rung)
            people_site.as_("abe", sign_offs.revoke, ("ab", learner), rung, reason="so it seems")
            people_site.now += 1
    assert len(people_site.acts()) == 20
    for rung in (0, 6):
        with pytest.raises(ActionRefused, match="A rung is a number"):
            people_site.as_("abe", sign_offs.attest, ("ab", "ben"), rung)


def test_taking_back_to_where_a_learner_does_not_stand_lifts_and_lowers_nothing(people_site: PeopleSite) -> None:
    people_site.as_("ben", sign_offs.veto, "ab")
    people_site.now += 1
    people_site.as_("ina", sign_offs.revoke, ("ab", "ben"), 5, reason="not above 5")
    assert (people_site.cell().effective, people_site.cell().state) == (3, "vetoed")


@pytest.mark.parametrize("account", ["oli", "gus", "ben", "nobody"])
def test_whoever_is_no_signer_is_refused_and_nothing_is_kept(people_site: PeopleSite, account: str) -> None:
    for act, values in (
        (sign_offs.attest, (("ab", "ina"), 1)),
        (sign_offs.revoke, (("ab", "ben"), 1)),
        (feedback.file_feedback, ("reviews", "words")),
        (feedback.give_pulse, (date(2026, 4, 1), 4)),
        (feedback.edit_definition, ("ab",)),
        (feedback.confirm_agreement, ("ab",)),
    ):
        with pytest.raises(ActionRefused):
            people_site.as_(account, act, *values, **({"reason": "why"} if act is sign_offs.revoke else {}))
    assert people_site.acts() == []


def test_c3_a_veto_is_the_learners_alone_and_goes_back_one_rung(people_site: PeopleSite) -> None:
    people_site.as_("ben", sign_offs.veto, "ab")
    ladder_cell = people_site.cell()
    assert (ladder_cell.effective, ladder_cell.state, ladder_cell.is_holder) == (3, "vetoed", False)
    with pytest.raises(ActionRefused):
        people_site.as_("ann", sign_offs.veto, "ab")


def test_c3_a_revocation_holds_until_new_evidence_and_needs_a_reason(people_site: PeopleSite) -> None:
    with pytest.raises(ActionRefused):
        people_site.as_("ina", sign_offs.revoke, ("ab", "ben"), 2, reason=" ")
    people_site.as_("ina", sign_offs.revoke, ("ab", "ben"), 2, reason="it came back twice")
    assert people_site.cell().effective == 2
    again = ticket_on(8, "2026-04-13", 3)
    again.history = 900
    people_site.site_tenant.now = people_site.now = at("2026-05-01 12:00")
    keep(people_site.site_tenant, again, objectives=LEARNING, leads=LEADS)
    assert people_site.cell().effective == 4


def test_a_teach_back_counts_once_somebody_else_accepted_it(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, ticket_on(1, "2026-03-02", 1))
    people_site.as_("ben", sign_offs.give_teach_back, 1, "ab")
    kinds = "SELECT kind FROM evidence WHERE tenant_id = :t AND account = 'ben'"
    assert site_tenant.rows(kinds) == [(1,)]
    with pytest.raises(ActionRefused):
        people_site.as_("ben", sign_offs.accept_teach_back, 1, ("ab", "ben"))
    people_site.as_("ann", sign_offs.accept_teach_back, 1, ("ab", "ben"))
    assert site_tenant.rows(kinds) == [(2,)]
    with pytest.raises(ActionRefused):
        people_site.as_("ann", sign_offs.accept_teach_back, 1, ("ab", "ben"))


def test_a_declined_teach_back_counts_nothing_and_can_be_given_again(site_tenant: SiteTenant) -> None:
    """It counts from when it was given again."""
    people_site = settle(site_tenant, ticket_on(1, "2026-03-02", 1))
    figures = ("evidence", "day_sum", "entry")
    before = [site_tenant.rows(f"SELECT * FROM {table} WHERE tenant_id = :t ORDER BY 1, 2, 3, 4") for table in figures]
    people_site.as_("ben", sign_offs.give_teach_back, 1, "ab")
    for who in ("ben", "zoe"):
        with pytest.raises(ActionRefused):
            people_site.as_(who, sign_offs.decline_teach_back, 1, ("ab", "ben"))
    people_site.as_("ann", sign_offs.decline_teach_back, 1, ("ab", "ben"))
    after = [site_tenant.rows(f"SELECT * FROM {table} WHERE tenant_id = :t ORDER BY 1, 2, 3, 4") for table in figures]
    assert after == before
    # Neither answer fits what waits no more, and its own minute is over by an answer.
    for answer in (sign_offs.accept_teach_back, sign_offs.decline_teach_back):
        with pytest.raises(ActionRefused):
            people_site.as_("ina", answer, 1, ("ab", "ben"))
    with pytest.raises(ActionRefused):
        people_site.as_("ben", sign_offs.undo_teach_back, 1, "ab")
    people_site.now += DAY
    people_site.as_("ben", sign_offs.give_teach_back, 1, "ab")
    rows = site_tenant.rows("SELECT at, declined_at, declined_by FROM teach_back WHERE tenant_id = :t")
    assert rows == [(people_site.now, None, None)]
    people_site.as_("ann", sign_offs.accept_teach_back, 1, ("ab", "ben"))
    assert site_tenant.rows("SELECT kind, at FROM evidence WHERE tenant_id = :t AND account = 'ben'") == [
        (2, people_site.now)
    ]


def test_a_teach_back_is_declined_for_a_minute_until_it_is_given_again(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, ticket_on(1, "2026-03-02", 1))
    people_site.as_("ben", sign_offs.give_teach_back, 1, "ab")
    people_site.as_("ann", sign_offs.decline_teach_back, 1, ("ab", "ben"))
    with pytest.raises(ActionRefused):
        people_site.as_("ina", sign_offs.undo_decline, 1, ("ab", "ben"))
    people_site.as_("ann", sign_offs.undo_decline, 1, ("ab", "ben"))
    people_site.as_("ann", sign_offs.decline_teach_back, 1, ("ab", "ben"))
    people_site.as_("ben", sign_offs.give_teach_back, 1, "ab")
    with pytest.raises(ActionRefused):
        people_site.as_("ann", sign_offs.undo_decline, 1, ("ab", "ben"))
    assert people_site.acts()[:2] == ["teach-back given", "teach-back declined"]


def test_a_teach_back_makes_a_ticket_taught(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, ticket_on(1, "2026-03-02", 1))
    taught = "SELECT SUM(taught) FROM day_sum WHERE tenant_id = :t AND unit = '' AND objective = ''"
    before = site_tenant.rows(taught)
    people_site.as_("ben", sign_offs.give_teach_back, 1, "ab")
    people_site.as_("ina", sign_offs.accept_teach_back, 1, ("ab", "ben"))
    assert [int(rows[0][0]) for rows in (before, site_tenant.rows(taught))] == [0, 3_000_000_000]


def test_who_was_hired_brings_what_they_could_do_alone(site_tenant: SiteTenant) -> None:
    moved = (stays("ann", "agency", "2025-01-01", "2026-04-01"), stays("ann", "inhouse", "2026-04-01"), *PEOPLE[2:4])
    alone = [ticket_on(1, "2026-03-02", 0), ticket_on(2, "2026-03-20", 0)]
    people_site = settle(site_tenant, *alone, people=moved, leads={"inhouse": ("ina",)})
    ladder_cell = people_site.cell("ann")
    assert (ladder_cell.effective, ladder_cell.is_holder, ladder_cell.hired, ladder_cell.prior_knowledge) == (
        4,
        True,
        True,
        False,
    )
    assert site_tenant.rows("SELECT 1 FROM evidence WHERE tenant_id = :t AND account = 'ann'") == []


def test_who_was_hired_from_another_agency_brings_as_much(site_tenant: SiteTenant) -> None:
    """Measurement (a): from agency to in-house, whichever agency; told as an engagement file tells it."""
    bolt = stays("oli", "other", "2025-01-01", "2026-04-01", org="bolt")
    moved = (bolt, stays("oli", "inhouse", "2026-04-01"), *PEOPLE[2:4])
    stories = [ticket_on(1, "2026-03-02", 0), ticket_on(2, "2026-03-20", 0)]
    for story in stories:
        story.assignee = story.now["assignee"] = "oli"
    people_site = settle(site_tenant, *stories, people=moved, leads={"inhouse": ("ina",)})
    ladder_cell = people_site.cell("oli")
    assert ladder_cell is not None
    assert (ladder_cell.effective, ladder_cell.is_holder, ladder_cell.hired) == (4, True, True)


def test_rung_5_of_somebody_hired_who_mentored_before(site_tenant: SiteTenant) -> None:
    """Ann mentors ben at the agency, without a trace that would help; he has reached rung 3, and she moves in-house."""
    moved = (stays("ann", "agency", "2025-01-01", "2026-04-06"), stays("ann", "inhouse", "2026-04-06"), *PEOPLE[1:])
    mentored = ticket_on(9, "2026-04-03", 4).role("ann", "mentor", "2026-04-03 09:30")
    people_site = settle(site_tenant, *c2_stories()[:5], mentored, people=moved)
    assert (people_site.cell("ann").auto, people_site.cell("ann").hired) == (5, True)


def test_rung_5_through_tickets(site_tenant: SiteTenant) -> None:
    """Ina mentors ben, who drives; he has reached rung 3 by then."""
    mentored = ticket_on(9, "2026-04-03", 4).role("ina", "mentor", "2026-04-03 09:30").say("ina", "2026-04-03 11:00")
    people_site = settle(site_tenant, *c2_stories()[:5], mentored)
    assert people_site.cell("ina").auto == 5


def test_f_the_weeks_figures_stay_within_the_week(people_site: PeopleSite) -> None:
    before = people_site.week()
    people_site.as_("ben", sign_offs.veto, "ab")
    people_site.as_("ina", sign_offs.revoke, ("ab", "ben"), 1, reason="why")
    assert people_site.week() == before
    assert before.as_of == at("2026-04-06")
    people_site.now += 7 * DAY
    assert (people_site.week().as_of, people_site.week().objectives[0].coverage) == (at("2026-04-13"), "not covered")


def test_facts_older_than_the_cut_that_come_late_change_the_kept_figures(site_tenant: SiteTenant) -> None:
    """Two tickets of March are delivered after the week of 6 April was computed: parts and value change together."""
    *early, sixth, seventh = c2_stories()
    people_site = settle(site_tenant, *early)
    before = people_site.week()
    site_tenant.save([read_of(story.ticket()) for story in (sixth, seventh)], at=people_site.now)
    with site_tenant.engine.begin() as connection:
        measure_issues(connection, site_tenant.tenant_id, [6, 7], people_site.now)
    after = people_site.week()
    assert (before.as_of, before.exit_one, after.exit_one) == (after.as_of, 0.0, 1.0)
    assert after == people_site.ask(select_people, as_of=after.as_of)
    assert sum(after.demand.values()) > sum(before.demand.values())


def test_a_period_that_ended_has_the_figures_of_its_end(people_site: PeopleSite) -> None:
    with people_site.site_tenant.engine.connect() as connection:
        stored, prepared = people_site.seat(connection)
    ends = {day: at(day) for day in ("2026-04-01", "2026-07-01")}
    by_key = {
        day: load_weekly_people(
            people_site.site_tenant.engine, people_site.site_tenant.tenant_id, stored, prepared, now=NOW, end=end
        )
        for day, end in ends.items()
    }
    assert {day: row.as_of for day, row in by_key.items()} == {
        "2026-04-01": at("2026-04-01"),
        "2026-07-01": at("2026-04-06"),
    }
    assert (by_key["2026-04-01"].exit_one, by_key["2026-07-01"].exit_one) == (0.0, 1.0)


def test_what_is_computed_while_history_comes_in_is_not_kept(people_site: PeopleSite) -> None:
    with people_site.site_tenant.engine.begin() as connection:
        save_progress(
            connection,
            people_site.site_tenant.tenant_id,
            Progress("import", "x", 0, 1, 2, 1, people_site.now, people_site.now),
        )
    people_site.week()
    query = "SELECT as_of FROM people_week WHERE tenant_id = :t"
    assert people_site.site_tenant.rows(query) == []
    with people_site.site_tenant.engine.begin() as connection:
        delete_progress(connection, people_site.site_tenant.tenant_id, "import", "x")
    people_site.week()
    assert people_site.site_tenant.rows(query) == [(at("2026-04-06"),)]


def test_where_the_writer_is_busy_the_figures_are_given_all_the_same(people_site: PeopleSite) -> None:
    busy = SimpleNamespace(begin=refuse_to_write)
    with people_site.site_tenant.engine.connect() as connection:
        seat = people_site.seat(connection)
    weekly_people = load_weekly_people(
        busy, people_site.site_tenant.tenant_id, *seat, now=people_site.now, reader=people_site.site_tenant.engine
    )
    assert people_site.site_tenant.rows("SELECT as_of FROM people_week WHERE tenant_id = :t") == []
    assert people_site.week() == weekly_people


def refuse_to_write() -> None:
    raise StoreError("the database is locked", "try again")


def test_a_monday_is_the_zones(people_site: PeopleSite) -> None:
    with people_site.site_tenant.engine.connect() as connection:
        _, prepared = people_site.seat(connection)
    assert [monday(prepared, at(day)) for day in ("2026-03-30 00:00", "2026-04-05 23:59")] == [at("2026-03-30")] * 2


def test_d1b_credit_of_the_pairs_that_met_a_ticket(people_site: PeopleSite) -> None:
    with people_site.site_tenant.engine.connect() as connection:
        stored, prepared = people_site.seat(connection)
        scope = Scope(connection, people_site.site_tenant.tenant_id, KEY, stored.generation)
        window = Window(at("2026-01-01"), at("2026-05-01"), NOW)
        asked = MetPairs(prepared, [(window, {("ab", "ben")}), (window, set())])
        assert select_site_progression(scope.alone, [asked]) == [[(1.0, 1), (0.0, 0)]]


def opening(number: int = 20) -> Story:
    story = Story(f"GROW-{number}", "2026-04-09 09:00", "ann", "3", ("ab",), number=number)
    return story.move("In Progress", "2026-04-09 09:00")


def lifting(people_site: PeopleSite, **more: Any) -> tuple[TeachingOpportunity, ...]:
    """The openings by which somebody would go up a rung."""
    teaching: Teaching = people_site.ask(select_teaching, now=NOW, **more)
    return tuple(item for item in teaching.openings if item.lifts)


def test_an_open_ticket_is_an_opening_until_it_is_done(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, *c2_stories()[:2], opening(), people=(*PEOPLE, *TEAM))
    people_site.as_("ben", sign_offs.agree_to, "named")
    openings = lifting(people_site)
    assert [(row.issue_id, row.part, row.kind, row.learners) for row in openings] == [
        (20, "shadow", 2, ("ben",)), (20, "driver", 3, ("ben",)),
    ]  # fmt: skip
    keep(site_tenant, opening().move("Done", "2026-04-10 10:00"), objectives=LEARNING, leads=LEADS)
    assert lifting(people_site) == ()


def test_an_opening_names_nobody_who_did_not_agree(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, opening())
    assert {this_opening.learners for this_opening in lifting(people_site)} == {()}
    assert {this_opening.learners for this_opening in lifting(people_site, viewer="ben")} == {("ben",)}


def test_openings_cost_the_same_however_many_tickets_are_open(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, *(opening(number) for number in range(20, 65)))
    assert site_tenant.rows("SELECT count(DISTINCT issue_id) FROM open_ticket WHERE tenant_id = :t") == [(45,)]
    assert len({this_opening.issue_id for this_opening in lifting(people_site)}) == 20


def test_an_exit_a_year_on_finds_knowledge_faded(people_site: PeopleSite) -> None:
    today, later = (people_site.ask(select_exit_plan, on=on, now=NOW) for on in (NOW, NOW + 365 * DAY))
    assert (today.one_holder, today.gaps[0].missing) == (1.0, 1)
    assert (later.one_holder, later.gaps[0].missing) == (0.0, 2)


def test_cells_cost_as_many_statements_for_few_tickets_as_for_many(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, *c2_stories())
    counts = [statements(people_site)]
    keep(
        site_tenant,
        *c2_stories(),
        *(ticket_on(number, "2026-03-02", 0) for number in range(30, 60)),
        objectives=LEARNING,
    )
    counts.append(statements(people_site))
    assert counts[0] == counts[1]


def statements(people_site: PeopleSite) -> int:
    ran: list[str] = []
    note = lambda *call: ran.append(str(call[2]))  # noqa: E731 a listener has to be taken away again
    event.listen(people_site.site_tenant.engine, "before_cursor_execute", note)
    people_site.ask(select_cells, as_of=NOW)
    event.remove(people_site.site_tenant.engine, "before_cursor_execute", note)
    return len(ran)


def test_feedback_is_the_agencys_and_its_action_the_clients(people_site: PeopleSite) -> None:
    number = people_site.as_("abe", feedback.file_feedback, "reviews", "They wait a week.")
    with pytest.raises(ActionRefused):
        people_site.as_("abe", feedback.tie_action, number, "GROW-9")
    people_site.as_("ina", feedback.tie_action, number, "GROW-9")
    with pytest.raises(ActionRefused):
        people_site.as_("ina", feedback.tie_action, number, "GROW-10")
    with people_site.site_tenant.engine.connect() as connection:
        (this_feedback,) = select_feedback(
            AgreementScope(connection, people_site.site_tenant.tenant_id, KEY), start=0, end=NOW + 1
        )
    assert (this_feedback.filed_by, this_feedback.action, this_feedback.action_by, this_feedback.action_at) == (
        "abe",
        "GROW-9",
        "ina",
        NOW,
    )


def test_a_pulse_is_given_once_per_side_and_quarter_and_not_long_after(people_site: PeopleSite) -> None:
    quarter = date(2026, 1, 1)
    for account in ("ina", "ann"):
        people_site.as_(account, feedback.give_pulse, quarter, 4)
        with pytest.raises(ActionRefused):
            people_site.as_(account, feedback.give_pulse, quarter, 2)
    for wrong in (date(2025, 10, 1), date(2026, 7, 1)):
        with pytest.raises(ActionRefused):
            people_site.as_("ina", feedback.give_pulse, wrong, 4)
    with people_site.site_tenant.engine.connect() as connection:
        pulses = [
            (select_pulse.side, select_pulse.quarter)
            for select_pulse in select_pulses(
                AgreementScope(connection, people_site.site_tenant.tenant_id, KEY), as_of=NOW
            )
        ]
    assert feedback_given(ended_quarters(date(2025, 1, 1), None, date(2026, 4, 10)), pulses) == (2.0, 8.0)


def test_agreed_is_kept_for_the_day_that_the_file_claims(site_tenant: SiteTenant) -> None:
    people_site = settle(site_tenant, objectives=(goal(agreed={"inhouse": date(2026, 1, 7)}),))
    people_site.as_("ina", feedback.confirm_agreement, "ab")
    people_site.as_("ann", feedback.confirm_agreement, "ab")
    with site_tenant.engine.connect() as connection:
        edits = select_definition_edits(AgreementScope(connection, site_tenant.tenant_id, KEY), as_of=NOW)
    assert [(edit.side, edit.kind, edit.day) for edit in edits] == [
        ("inhouse", "agree", date(2026, 1, 7)), ("agency", "agree", date(2026, 4, 10)),
    ]  # fmt: skip


def test_an_erased_person_is_in_no_act_of_the_audit(people_site: PeopleSite) -> None:
    people_site.as_("ben", sign_offs.give_teach_back, 1, "ab")
    people_site.as_("ann", sign_offs.accept_teach_back, 1, ("ab", "ben"))
    people_site.as_("ina", sign_offs.revoke, ("ab", "ben"), 3, reason="why")
    acts = "SELECT account, subject_account, act, object, before, after FROM audit WHERE tenant_id = :t"
    issue_rows = people_site.site_tenant.rows(acts)
    assert sum("ben" in act for act in issue_rows) == 3
    pseudonym = erase(
        people_site.site_tenant.engine, VAULT, people_site.site_tenant.tenant_id, account="ben", now=people_site.now
    )
    changed = [tuple(pseudonym if value == "ben" else value for value in act) for act in issue_rows]
    assert people_site.site_tenant.rows(acts) == changed
    assert "ben" not in str(changed).replace(pseudonym, "")


def test_every_act_stands_in_the_audit(people_site: PeopleSite) -> None:
    people_site.as_("ben", sign_offs.give_teach_back, 1, "ab")
    people_site.as_("ann", sign_offs.accept_teach_back, 1, ("ab", "ben"))
    people_site.as_("ina", sign_offs.revoke, ("ab", "ben"), 3, reason="why")
    people_site.as_("ben", sign_offs.agree_to, "named")
    people_site.as_("ann", feedback.edit_definition, "ab")
    assert people_site.acts() == [
        "definition edit", "consent given", "sign-off revoke", "teach-back accepted", "teach-back given",
    ]  # fmt: skip
