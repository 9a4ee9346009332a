"""Experiments of the program: sums by day and what engagements share are what counting ticket by ticket gives."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from connector.figures.prepared import select_all_prepared
from connector.figures.program import experiments as program_experiments
from connector.figures.program.cache import ProgramCache
from connector.figures.program.computed import select_program
from connector.figures.program.engagement import ProgramEngagement, ProgramSelection
from connector.figures.program.experiments import may_share
from connector.pages.program.counts import sum_experiments
from mappings.measure.score.experiments import COMPONENTS
from mappings.measure.score.program_counts import Decided, Experiments, count_again
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import select_engagements
from tests.pages.conftest import ACME, BOLT, PageClient
from tests.pages.program.test_kept_figures import QUARTERS
from tests.pages.program.test_program import ADMIN, SPONSOR, content

DAYS = (QUARTERS[0][0], QUARTERS[-1][1])
OUTCOMES = {component: outcome for outcome, component in COMPONENTS.items()}


def select(page_client: PageClient, keys: Sequence[str]) -> tuple[ProgramEngagement, ...]:
    app, tenant_id = page_client.story_site.container, page_client.story_site.tenant_id
    now = page_client.story_site.clock.now()
    selection = ProgramSelection(tenant_id, QUARTERS, now, app.engine, app.reader, ProgramCache())
    with app.reader.connect() as connection:
        stored = [item for item in select_engagements(connection, tenant_id) if item.engagement.key in keys]
        return select_program(connection, stored, selection)


def prepare_all(page_client: PageClient) -> dict[str, PreparedEngagement]:
    tenant_id = page_client.story_site.tenant_id
    with page_client.story_site.container.reader.connect() as connection:
        stored = select_engagements(connection, tenant_id)
        prepared = select_all_prepared(connection, tenant_id, stored)
    return {item.engagement.key: rules for item, rules in zip(stored, prepared, strict=True)}


def count_tickets(page_client: PageClient, keys: Sequence[str], first: date, last: date) -> Experiments:
    """Return the experiments of a quarter by their rows, each ticket once."""
    midnight = prepare_all(page_client)[ACME].calendar.midnight
    asked = {"low": midnight(first), "high": midnight(last + timedelta(days=1))}
    with page_client.story_site.container.reader.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT engagement, issue_id, component, x > 0 FROM opportunity WHERE component LIKE 'experiment%'"
            " AND at >= :low AND at < :high AND (gone IS NULL OR gone >= :high)",
            asked,
        ).all()
    outcomes = {issue: OUTCOMES[component] for engagement, issue, component, _ in rows if engagement in keys}
    not_led = {issue for engagement, issue, _, led in rows if engagement in keys and not led}
    won, lost, inconclusive = (list(outcomes.values()).count(outcome) for outcome in OUTCOMES.values())
    return Experiments(won, lost, inconclusive, len(outcomes.keys() - not_led))


@pytest.mark.parametrize("keys", [(ACME,), (BOLT,), (ACME, BOLT)])
def test_experiments_are_those_counted_ticket_by_ticket(program: PageClient, keys: tuple[str, ...]) -> None:
    own, total = select(program, keys), 0
    for place, days in enumerate(QUARTERS):
        counted = count_tickets(program, keys, *days)
        assert (sum_experiments(own, place) or Experiments()) == counted
        total += counted.decided
    assert total > 0


def test_one_engagement_reads_no_ticket_of_an_experiment(program: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []

    def note(*of: Any) -> dict[str, Any]:
        reads.append(of)
        return {}

    monkeypatch.setattr(program_experiments, "select_component_rows", note)
    program.story_site.container.program._kept.clear()
    program.story_site.container.program._together.clear()
    assert content(program, SPONSOR)
    assert reads == []
    assert content(program, ADMIN)
    assert len(reads) == 1


def test_a_ticket_of_several_counts_as_it_ended_in_the_first_and_is_led_in_house_where_all_say_so() -> None:
    first = (Decided(1, "won", led_inhouse=True), Decided(2, "lost", led_inhouse=False))
    second = (Decided(1, "lost", led_inhouse=False), Decided(3, "won", led_inhouse=True))
    third = (Decided(1, "won", led_inhouse=True), Decided(2, "lost", led_inhouse=True))
    parts = (
        Experiments(won=1, lost=1, led_inhouse=1),
        Experiments(won=1, lost=1, led_inhouse=1),
        Experiments(1, 1, 0, 2),
    )
    total = Experiments()
    for own, again in zip(parts, count_again([first, second, third]), strict=True):
        total = total.plus(own).minus(again)
    # Of three tickets the first was not led in-house for all, nor the second.
    assert total == Experiments(won=2, lost=1, led_inhouse=1)


def test_engagements_may_share_tickets_of_one_project_or_after_an_end(program: PageClient) -> None:
    agreed = {key: rules.engagement for key, rules in prepare_all(program).items()}
    apart = {ACME: replace(agreed[ACME], projects=("A",)), BOLT: replace(agreed[BOLT], projects=("B",))}
    assert may_share(agreed, *DAYS) == set(agreed)
    assert may_share(apart, *DAYS) == set()
    assert may_share({ACME: agreed[ACME]}, *DAYS) == set()
    for ends, sharing in ((DAYS[0], {ACME, BOLT}), (DAYS[1], {ACME, BOLT}), (DAYS[1] + timedelta(days=1), set())):
        assert may_share(apart | {BOLT: replace(apart[BOLT], ends=ends)}, *DAYS) == sharing
