"""Other rules: agreed on, in force when their quarter begins, built beside what people see, killed and gone on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.period.ruleset_approval import agree
from mappings.records.agreement.engagements import StoredEngagement, select_engagement
from mappings.records.agreement.rulesets import insert_ruleset, save_agreement
from mappings.records.figures.snapshots import Snapshot, insert_snapshot
from mappings.records.operations.progress import select_all_progress
from tests.audit_log import select_acts
from tests.conftest import CopyFilled
from tests.upgraded import upgrade_copy
from tests.webhooks.killed_process import killed_at
from tests.webhooks.site import (
    KEYS,
    VAULT,
    FiguresOf,
    SiteTenant,
    copied,
    fill_drained,
    fill_half,
    fill_with,
    filled,
    small,
)
from webhooks.generations import measure_pending, remeasure_step
from webhooks.ruleset_activation import adopt_due_rulesets
from webhooks.worker import step

STRICT = Ruleset(name="strict", drives=700, helps=250, shadow_days=3, sticky_days=30)
BEGINS = date(2027, 1, 1)
BEFORE = 1_798_757_999_000_000
"""One second before the new year in Berlin."""
THEN = BEFORE + 1_000_000


def decide(site_tenant: SiteTenant, rules: Ruleset = STRICT, key: str = "growth-acme") -> None:
    """Both leads agree in the last quarter of 2026."""
    with site_tenant.engine.begin() as connection:
        proposal = insert_ruleset(connection, site_tenant.tenant_id, key, rules, now=site_tenant.now, by=None)
        proposal = agree(proposal, "a", ["inhouse"], at=site_tenant.now, today=date(2026, 11, 24))
        save_agreement(
            connection, site_tenant.tenant_id, key, agree(proposal, "b", ["agency"], at=1, today=date(2026, 11, 24))
        )


def freeze(site_tenant: SiteTenant, key: str = "growth-acme") -> None:
    snapshot = Snapshot(key, "quarter", date(2026, 10, 1), BEGINS, THEN, THEN, "r", "e", "i")
    with site_tenant.engine.begin() as connection:
        insert_snapshot(connection, site_tenant.tenant_id, snapshot, b"{}")


def stored(site_tenant: SiteTenant, key: str = "growth-acme") -> StoredEngagement:
    with site_tenant.engine.connect() as connection:
        engagement = select_engagement(connection, site_tenant.tenant_id, key)
    assert engagement is not None
    return engagement


@pytest.fixture
def measured(copy_filled: CopyFilled) -> Iterator[SiteTenant]:
    """A site with half of the story measured, in which both leads agreed on stricter rules for the next quarter."""
    with copied(copy_filled, fill_half) as site_tenant:
        decide(site_tenant)
        freeze(site_tenant)
        yield site_tenant


def test_the_new_year_of_these_tests_is_that_of_berlin() -> None:
    assert datetime.fromtimestamp(THEN / 1e6, UTC).isoformat() == "2026-12-31T23:00:00+00:00"


def test_rules_begin_with_their_quarter_and_never_before(measured: SiteTenant) -> None:
    assert adopt_due_rulesets(measured.engine, BEFORE) == 0
    assert adopt_due_rulesets(measured.engine, THEN) == 1
    assert (stored(measured).rules, stored(measured).next_rules) == (DEFAULT, STRICT)
    assert stored(measured, "growth-bolt").next_generation is None


def test_rules_come_into_force_once(measured: SiteTenant) -> None:
    assert [adopt_due_rulesets(measured.engine, THEN) for _ in range(3)] == [1, 0, 0]
    measure_pending(measured.engine, measured.tenant_id, THEN)
    assert adopt_due_rulesets(measured.engine, THEN) == 0
    with measured.engine.connect() as connection:
        acts = [act for act in select_acts(connection, measured.tenant_id, 50) if act.act == "ruleset in force"]
    assert [(act.object, act.before, act.after) for act in acts] == [("growth-acme", "0", "1")]


def test_rules_wait_until_the_quarter_before_them_is_frozen(site_tenant: SiteTenant) -> None:
    decide(site_tenant)
    assert adopt_due_rulesets(site_tenant.engine, THEN) == 0
    freeze(site_tenant)
    assert adopt_due_rulesets(site_tenant.engine, THEN) == 1


def test_rules_that_one_side_agreed_on_never_begin(site_tenant: SiteTenant) -> None:
    with site_tenant.engine.begin() as connection:
        proposal = insert_ruleset(
            connection, site_tenant.tenant_id, "growth-acme", STRICT, now=site_tenant.now, by=None
        )
        half = agree(proposal, "a", ["inhouse"], at=1, today=date(2026, 11, 24))
        save_agreement(connection, site_tenant.tenant_id, "growth-acme", half)
    freeze(site_tenant)
    assert adopt_due_rulesets(site_tenant.engine, THEN * 2) == 0


def test_a_worker_finds_them_by_itself_and_builds_their_figures(measured: SiteTenant) -> None:
    before = measured.all_figures()
    while step(measured.engine, VAULT, lambda: THEN):
        pass
    assert stored(measured).rules == STRICT
    assert measured.report("growth-acme")["ruleset"]["name"] == "strict"
    assert measured.figures("growth-acme") != before["growth-acme"]
    assert measured.figures("growth-bolt") == before["growth-bolt"]


def fill_from_nothing(url: str) -> int:
    """Measure all that the story tells by the stricter rules from the start."""

    def fill(site_tenant: SiteTenant) -> None:
        site_tenant.agree(*small().engagements())
        decide(site_tenant)
        freeze(site_tenant)
        adopt_due_rulesets(site_tenant.engine, THEN)
        measure_pending(site_tenant.engine, site_tenant.tenant_id, THEN)
        site_tenant.keep(small().bodies())
        site_tenant.drain()

    return fill_with(url, fill)


def test_figures_under_other_rules_are_those_of_a_measurement_from_nothing(
    measured: SiteTenant, figures_of: FiguresOf
) -> None:
    adopt_due_rulesets(measured.engine, THEN)
    rng, kills = Random(5), 0
    rest = small().bodies()[len(small().events) // 2 :]
    for turn in range(12):
        with killed_at(measured.engine, rng.randint(1, 40)) as struck:
            remeasure_step(measured.engine, measured.tenant_id, THEN, 11)
        kills += len(struck)
        measured.keep(rest[turn::12], start=f"live{turn}-")
        measured.drain()
    assert kills > 3
    assert stored(measured).generation == 1
    measure_pending(measured.engine, measured.tenant_id, THEN)
    assert measured.all_figures() == figures_of(fill_from_nothing)


def test_old_figures_stay_up_under_the_old_rules_while_others_are_built(
    measured: SiteTenant, figures_of: FiguresOf
) -> None:
    adopt_due_rulesets(measured.engine, THEN)
    remeasure_step(measured.engine, measured.tenant_id, THEN, 20)
    measured.keep(small().bodies()[len(small().events) // 2 :], start="live")
    measured.drain()
    assert measured.all_figures() == figures_of(fill_drained)
    report = measured.report("growth-acme")
    assert report == report_of_drained()
    assert report["ruleset"]["name"] == "default"


def report_of_drained() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        upgrade_copy(url := f"sqlite:///{folder}/filled.db")
        with filled(url, fill_drained(url)) as site_tenant:
            return site_tenant.report("growth-acme")


def test_progress_is_shown_while_figures_are_built_by_other_rules(measured: SiteTenant) -> None:
    def shown() -> list[tuple[str, int, bool]]:
        with measured.engine.connect() as connection:
            works = select_all_progress(connection, measured.tenant_id)
        return [(f"{p.kind} {p.subject} {p.number}", p.done, p.total > 20) for p in works]

    adopt_due_rulesets(measured.engine, THEN)
    remeasure_step(measured.engine, measured.tenant_id, THEN, 10)
    assert shown() == [("measure growth-acme 2", 10, True)]
    measure_pending(measured.engine, measured.tenant_id, THEN)
    assert shown() == []


def test_killed_when_they_begin_they_begin_again(measured: SiteTenant) -> None:
    for statement in range(1, 9):
        with killed_at(measured.engine, statement):
            adopt_due_rulesets(measured.engine, THEN)
    measure_pending(measured.engine, measured.tenant_id, THEN)
    adopt_due_rulesets(measured.engine, THEN)
    measure_pending(measured.engine, measured.tenant_id, THEN)
    assert {key: stored(measured, key).rules for key in KEYS} == {"growth-acme": STRICT, "growth-bolt": DEFAULT}
