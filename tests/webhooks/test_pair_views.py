"""Cells from the rows that decide are those from all rows, whatever people did, brought along and were signed for."""

import random
from collections import defaultdict
from typing import Any

import pytest
from msgspec.structs import replace

from connector.figures.pair_views import select_views_of
from mappings.events.times import DAY, HOUR
from mappings.measure.model.statements import SignOff
from mappings.measure.model.ticket import Evidence
from mappings.measure.people.exit_plan import tickets_missing
from mappings.measure.people.ladder import short_of
from mappings.measure.people.next_ticket import KINDS, leap_of
from mappings.measure.people.standing import PairView, cell_of, inhouse_since
from mappings.records.agreement.sign_offs import insert_sign_off, select_sign_offs
from mappings.records.figures.evidence import save_evidence, select_evidence
from mappings.records.figures.hires import save_hired
from mappings.records.sql.scope import Scope
from mappings.records.tables import evidence as evidence_table
from mappings.records.tables import hire
from tests.measure.builders import at, goal, stays
from tests.webhooks.site import SiteTenant
from tests.webhooks.test_people import KEY, LEADS, PeopleSite, settle
from tests.webhooks.whole_evidence import select_known

BEGIN, NOW = at("2026-01-05 09:00"), at("2026-06-01 09:00")
PEOPLE = ("ben", "p0", "p1")
OBJECTIVES = ("ab", "seo")
# Days on which tickets were done: all of them, or bursts with quiet months between, in which knowledge fades.
EVERY_DAY, BURSTS = tuple(range(147)), (*range(15), *range(66, 69), *range(72, 76), 120)
TEAM = (*(stays(person, "inhouse", "2025-01-01") for person in PEOPLE[1:]),)


def drawn(chosen: random.Random, tickets: int, first: int, kinds: tuple[int, ...]) -> dict[int, tuple[Evidence, ...]]:
    rows, days = {}, chosen.choice((EVERY_DAY, BURSTS, BURSTS))
    for issue in range(first, first + tickets):
        objective = chosen.choice(OBJECTIVES)
        people = chosen.sample(PEOPLE, chosen.choice((1, 1, 2)))
        instant = BEGIN + chosen.choice(days) * DAY + chosen.randrange(0, 24, 7) * HOUR
        rows[issue] = tuple(
            Evidence(
                objective, person, entry, chosen.choice(kinds), instant + entry * DAY, instant,
                agencies=chosen.choice(((), (("acme", 1),))),
            )
            for person in people
            for entry in range(chosen.choice((1, 1, 3)))
        )  # fmt: skip
    return rows


def sign(scope: Scope, chosen: random.Random) -> None:
    for _ in range(40):
        kind = chosen.choice(("attest", "attest", "revoke", "veto"))
        pair, instant = (chosen.choice(OBJECTIVES), chosen.choice(PEOPLE)), BEGIN + chosen.randrange(1, 140) * DAY
        record = SignOff(kind, instant, "ina", "inhouse", chosen.randint(1, 4))
        insert_sign_off(scope.agreement, record, pair=pair)


def whole_views(scope: Scope, prepared: Any, as_of: int) -> tuple[PairView, ...]:
    """Return what is known of each pair with all of its rows, read one by one."""
    pairs = {(objective, person) for objective in prepared.objective_index.keys for person in PEOPLE}
    rows, hired = (select_known(scope, pairs=pairs, as_of=as_of, table=table) for table in (evidence_table, hire))
    signed, views = select_sign_offs(scope.agreement, as_of=as_of), []
    for pair in sorted(pairs & (rows.keys() | hired.keys() | signed.keys())):
        own = (*rows.get(pair, ()), *hired.get(pair, ()))
        mentees: dict[int, Any] = {issue: () for issue, row in own if row.kind == 5}
        for issue, evidence in select_evidence(scope, mentees).items():
            others = {row.account for row in evidence if row.objective == pair[0]} - {pair[1]}
            mentees[issue] = tuple(rows.get((pair[0], account), ()) for account in sorted(others))
        since = inhouse_since(prepared.affiliations.span(pair[1]), as_of)
        views.append(PairView(*pair, rows.get(pair, ()), signed.get(pair, ()), since, hired.get(pair, ()), mentees))
    return tuple(views)


@pytest.fixture
def people_site(site_tenant: SiteTenant) -> PeopleSite:
    return settle(site_tenant, people=TEAM, leads=LEADS, objectives=(goal("ab"), goal("seo")))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("tickets", [12, 240, 500])
def test_cells_of_the_rows_that_decide_are_those_of_all_rows(people_site: PeopleSite, tickets: int, seed: int) -> None:
    chosen = random.Random(1000 * tickets + seed)
    kinds = chosen.choice(((1, 2, 3, 4, 5), (1, 2, 5), (3, 4), (4, 5), (2, 2, 2, 3)))
    with people_site.site_tenant.engine.begin() as connection:
        stored, prepared = people_site.seat(connection)
        # People who came from the agency bring along what they did there.
        rules = replace(prepared.ruleset, grace_days=40)
        prepared = replace(prepared, hires={"ben": BEGIN}, ruleset=rules)
        assert prepared.rules_of(OBJECTIVES[0]).grace_days == rules.grace_days
        scope = Scope(connection, people_site.site_tenant.tenant_id, KEY, stored.generation)
        save_evidence(scope, drawn(chosen, tickets, 1000, kinds))
        save_hired(scope, drawn(chosen, tickets // 4, 5000, kinds))
        sign(scope, chosen)
        weeks = [BEGIN + week * 7 * DAY for week in range(1, 21)]
        views = select_views_of(
            connection, people_site.site_tenant.tenant_id, stored, prepared, as_of=NOW, people=PEOPLE, before=weeks
        )
        alone = select_views_of(
            connection, people_site.site_tenant.tenant_id, stored, prepared, as_of=NOW, people=PEOPLE
        )
        whole = whole_views(scope, prepared, NOW)
    assert [(view.objective, view.account) for view in views] == [(view.objective, view.account) for view in whole]
    for view, today, all_known in zip(views, alone, whole, strict=True):
        rules = prepared.rules_of(view.objective)
        assert cell_of(today, NOW, rules) == cell_of(all_known, NOW, rules)
        for as_of in (*weeks, NOW):
            assert cell_of(view, as_of, rules) == cell_of(all_known, as_of, rules)
        own, all_rows = (*view.rows, *view.hired), (*all_known.rows, *all_known.hired)
        assert tickets_missing(own, rules) == tickets_missing(all_rows, rules)
        short = [[max(short_of(rows, rung, NOW, rules), 0) for rung in range(1, 6)] for rows in (own, all_rows)]
        assert short[0] == short[1]
        leaps = [
            [leap_of(rows, rung, NOW, rules, kind=kind) for rung in range(5) for kind in KINDS]
            for rows in (own, all_rows)
        ]
        assert leaps[0] == leaps[1]


def test_what_is_read_does_not_grow_with_tickets(people_site: PeopleSite) -> None:
    sizes: defaultdict[int, int] = defaultdict(int)
    with people_site.site_tenant.engine.begin() as connection:
        stored, prepared = people_site.seat(connection)
        scope = Scope(connection, people_site.site_tenant.tenant_id, KEY, stored.generation)
        for tickets in (300, 900):
            chosen = random.Random(7)
            save_evidence(scope, drawn(chosen, tickets, 1000 * tickets, (1, 2, 3, 4, 5)))
            views = select_views_of(
                connection, people_site.site_tenant.tenant_id, stored, prepared, as_of=NOW, people=PEOPLE
            )
            sizes[tickets] = sum(len(view.rows) + len(view.mentees) for view in views)
    assert sizes[900] < 1.3 * sizes[300]
