"""The worked examples again, gone through the database: what is stored is what the measuring gives, on both."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from mappings.events.types import IssueRead
from mappings.measure.model.ticket import Ticket
from mappings.measure.period.figures import figures
from mappings.records.agreement.roles import save_role
from mappings.records.figures.day_sums import select_sums
from mappings.records.figures.entries import select_entries
from mappings.records.sql.scope import AgreementScope, Scope
from tests.measure.builders import PEOPLE, Story, agree, at, goal, hours, lens_of, shares, stays, units
from tests.measure.test_examples import b1, d1_tickets, logged
from tests.measure.whole_measure import measure_ticket
from tests.webhooks.site import SiteTenant, open_site_tenants

NOW = at("2026-06-30 12:00")


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    with open_site_tenants(migrated_url, now=NOW) as [measured_ground]:
        yield measured_ground


def read_of(ticket: Ticket) -> IssueRead:
    statuses = (ticket.issue.status,) if ticket.issue.status else ()
    return IssueRead(ticket.issue, ticket.changes, ticket.worklogs, ticket.comments, ticket.links, statuses=statuses)


def keep(site_tenant: SiteTenant, *stories: Story, **agreed: Any) -> str:
    """Read the stories as REST gives them, set their roles, agree and measure; returns the engagement's key."""
    tickets = [story.ticket() for story in stories]
    site_tenant.save([read_of(this_ticket) for this_ticket in tickets], at=NOW)
    engagement = agree(**agreed)
    with site_tenant.engine.begin() as connection:
        for ticket in tickets:
            for role in ticket.roles:
                scope = AgreementScope(connection, site_tenant.tenant_id, engagement.key)
                save_role(scope, ticket.issue.issue_id, name=role.role, account=role.account, at=role.since, by="ina")
    site_tenant.agree(engagement)
    return engagement.key


def stored(site_tenant: SiteTenant, key: str, number: int = 1) -> list[Any]:
    with site_tenant.engine.connect() as connection:
        stored_entries = select_entries(
            Scope(connection, site_tenant.tenant_id, key, site_tenant.generation(key) or 0), [number]
        )
    return [row.entry for row in stored_entries.get(number, ())]


MOVED = (stays("ann", "agency", "2025-01-01", "2026-03-03"), stays("ann", "inhouse", "2026-03-03"), PEOPLE[2])
WEEKEND = ("2026-03-06 15:00", "2026-03-09 11:00")


def b5() -> Story:
    return Story(created=WEEKEND[0], assignee="ann", status="In Progress").move("Done", WEEKEND[1])


def b8() -> Story:
    story = Story(created="2026-02-02 09:00", assignee="ann", points="5").move("Done", "2026-02-10 10:00")
    return story.move("In Progress", "2026-04-20 10:00").move("Done", "2026-05-02 10:00")


EXAMPLES: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "b1_active_hours": (b1, {}, lambda row: hours(row) == {"agency": 12.0, "inhouse": 6.0}),
    "b1_share_agency": (b1, {}, lambda row: shares(row)["agency"] == 0.6667),
    "b2_move_mid_issue": (b1, {"people": MOVED}, lambda row: shares(row)["agency"] == 0.4444),
    "b4_worklog_share": (logged, {"attribution": "worklog"}, lambda row: shares(row)["agency"] == 0.7143),
    "b5_weekend": (b5, {}, lambda row: hours(row) == {"agency": 4.0}),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_stored_as_it_is_measured(site_tenant: SiteTenant, name: str) -> None:
    make, agreed, holds = EXAMPLES[name]
    entries = stored(site_tenant, keep(site_tenant, make(), **agreed))
    assert holds(entries[-1])
    assert tuple(entries) == measure_ticket(lens_of(**agreed), make().ticket()).entries


def test_b6_two_objectives_share_the_sums(site_tenant: SiteTenant) -> None:
    story = b1()
    story.labels = ("ab", "seo")
    key = keep(site_tenant, story, objectives=(goal("ab"), goal("seo")))
    rows = sums(site_tenant, key)
    assert [round(units(rows[objective][0][2].agency), 4) for objective in ("ab", "seo")] == [2.6667, 2.6667]


def test_b8_reopen_ledger_by_quarter(site_tenant: SiteTenant) -> None:
    rows = sums(site_tenant, keep(site_tenant, b8()))[""]
    quarters = ((date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30)))
    assert [units(figures(rows, first, last).total) for first, last in quarters] == [5, 0]


def test_d1_and_d1_headline_from_the_sums_of_days(site_tenant: SiteTenant) -> None:
    period_figures = figures(
        sums(site_tenant, keep(site_tenant, *d1_tickets()))[""], date(2026, 3, 1), date(2026, 3, 31)
    )
    sums_read, share = period_figures.sums, period_figures.taught_share
    assert [units(value) for value in (sums_read.agency, sums_read.taught, sums_read.done_only)] == [21, 13, 8]
    assert [
        units(value) for value in (sums_read.inhouse, sums_read.handed_over, sums_read.own, period_figures.total)
    ] == [11, 3, 8, 32]
    assert (round(share.value or 0, 3), share.n, round(share.n_eff, 4)) == (0.619, 5, 4.4545)
    assert [round(value or 0, 4) for value in (share.low, share.high)] == [0.3329, 0.8411]


def sums(site_tenant: SiteTenant, key: str) -> dict[str, list[Any]]:
    with site_tenant.engine.connect() as connection:
        place = (site_tenant.tenant_id, key, site_tenant.generation(key) or 0)
        return select_sums(Scope(connection, *place), date(2026, 1, 1), date(2026, 12, 31))
