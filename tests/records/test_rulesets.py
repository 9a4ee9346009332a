"""Versions of rules and what is frozen under them: kept apart by tenant and engagement, and never written again."""

from datetime import date

from mappings.measure.model.ruleset import DEFAULT, Ruleset, hash_of
from mappings.measure.period.ruleset_approval import agree, in_force
from mappings.records.agreement.engagements import adopt_version, save_engagement, select_engagement, switch_generation
from mappings.records.agreement.rulesets import insert_ruleset, save_agreement, select_coming, select_rulesets
from mappings.records.figures.snapshots import (
    Snapshot,
    insert_snapshot,
    select_body,
    select_latest_end,
    select_snapshots,
)
from mappings.records.sql.scope import AgreementScope
from tests.records.fact_builders import at
from tests.records.test_figures import ENGAGEMENT

STRICT, LAX = Ruleset(name="strict", letters=60), Ruleset(name="lax", letters=20)
TODAY, NEXT = date(2026, 11, 24), date(2027, 1, 1)


def agreed(connection, tenant_id: int, rules: Ruleset, today: date = TODAY):
    proposal = insert_ruleset(connection, tenant_id, "growth", rules, now=at(0), by="eve")
    for account, side in (("ann", "inhouse"), ("leo", "agency")):
        proposal = agree(proposal, account, [side], at=at(1), today=today)
        save_agreement(connection, tenant_id, "growth", proposal)
    return proposal


def test_versions_count_up_and_come_back_as_they_were(connection, ours, theirs):
    first, second = agreed(connection, ours, STRICT), agreed(connection, ours, LAX, NEXT)
    assert [proposal.version for proposal in (first, second)] == [1, 2]
    assert select_rulesets(connection, ours, "growth") == (first, second)
    assert select_rulesets(connection, ours, "other") == select_rulesets(connection, theirs, "growth") == ()


def test_the_rules_of_a_day_are_those_agreed_on_by_then(connection, ours):
    agreed(connection, ours, STRICT)
    insert_ruleset(connection, ours, "growth", LAX, now=at(0), by=None)
    rulesets = select_rulesets(connection, ours, "growth")
    assert in_force(rulesets, date(2026, 12, 31)) is None
    holding = in_force(rulesets, NEXT)
    assert holding is not None
    assert hash_of(holding.rules) == hash_of(STRICT)


def test_an_engagement_is_measured_by_the_version_adopted_once_that_is_built(connection, ours, theirs):
    for tenant_id in (ours, theirs):
        save_engagement(connection, tenant_id, ENGAGEMENT, "h", now=at(0), by=None)
        switch_generation(connection, tenant_id, "growth")
    agreed(connection, ours, STRICT)
    adopt_version(connection, ours, select_engagement(connection, ours, "growth"), 1)
    building = select_engagement(connection, ours, "growth")
    assert (building.rules, building.next_rules, building.ruleset) == (DEFAULT, STRICT, 1)
    assert [building.rules_of(number) for number, _ in building.generations] == [DEFAULT, STRICT]
    switch_generation(connection, ours, "growth")
    assert select_engagement(connection, ours, "growth").rules == STRICT
    assert select_engagement(connection, theirs, "growth").rules == DEFAULT


def test_another_agreement_is_measured_by_the_version_that_was_adopted(connection, ours):
    save_engagement(connection, ours, ENGAGEMENT, "h", now=at(0), by=None)
    agreed(connection, ours, STRICT)
    adopt_version(connection, ours, select_engagement(connection, ours, "growth"), 1)
    switch_generation(connection, ours, "growth")
    saved = save_engagement(connection, ours, ENGAGEMENT, "other", now=at(1), by=None)
    assert saved == select_engagement(connection, ours, "growth")
    assert (saved.rules, saved.next_rules) == (STRICT, STRICT)


def test_what_comes_into_force_is_found_until_it_is_adopted(connection, ours):
    save_engagement(connection, ours, ENGAGEMENT, "h", now=at(0), by=None)
    agreed(connection, ours, STRICT)
    assert select_coming(connection, date(2026, 12, 31)) == []
    assert select_coming(connection, NEXT) == [(ours, "growth")]
    adopt_version(connection, ours, select_engagement(connection, ours, "growth"), 1)
    assert select_coming(connection, NEXT) == []


def frozen(end: date, kind="quarter", taken: int = 0) -> Snapshot:
    return Snapshot("growth", kind, date(2026, 7, 1), end, at(0), at(taken), "r", "e", "i")


def test_a_snapshot_is_never_written_again(connection, ours, theirs):
    insert_snapshot(connection, ours, frozen(TODAY), b"first")
    insert_snapshot(connection, ours, frozen(TODAY, taken=5), b"second")
    insert_snapshot(connection, theirs, frozen(TODAY), b"theirs")
    assert select_body(AgreementScope(connection, ours, "growth"), "quarter", TODAY) == b"first"
    assert select_snapshots(AgreementScope(connection, ours, "growth")) == [frozen(TODAY)]
    assert select_body(AgreementScope(connection, ours, "growth"), "week", TODAY) is None


def test_the_latest_of_a_kind_is_known(connection, ours, theirs):
    for end, kind in ((TODAY, "week"), (NEXT, "week"), (date(2026, 10, 1), "quarter")):
        insert_snapshot(connection, ours, frozen(end, kind), b"")
    assert select_latest_end(AgreementScope(connection, ours, "growth"), "week") == NEXT
    assert select_latest_end(AgreementScope(connection, ours, "growth"), "quarter") == date(2026, 10, 1)
    assert select_latest_end(AgreementScope(connection, theirs, "growth"), "week") is None
    assert [snapshot.end for snapshot in select_snapshots(AgreementScope(connection, ours, "growth"))] == [
        NEXT,
        TODAY,
        date(2026, 10, 1),
    ]
