"""What is learned late about a status or an account counts for what was measured before it was learned."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from mappings.events.types import Account, IssueRead, Status
from mappings.records.figures.entries import select_entries
from mappings.records.sql.scope import Scope
from tests.measure.builders import Story, agree, at
from tests.webhooks.site import SiteTenant, open_site_tenants
from tests.webhooks.test_examples import read_of
from webhooks.generations import measure_pending

NOW = at("2026-06-30 12:00")


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    with open_site_tenants(migrated_url, now=NOW) as [measured_ground]:
        measured_ground.agree(agree())
        yield measured_ground


def read(site_tenant: SiteTenant, *reads: IssueRead) -> None:
    site_tenant.save(reads, at=NOW)
    measure_pending(site_tenant.engine, site_tenant.tenant_id, NOW)


def entries(site_tenant: SiteTenant, number: int) -> int:
    key = agree().key
    with site_tenant.engine.connect() as connection:
        place = (site_tenant.tenant_id, key, site_tenant.generation(key) or 0)
        return len(select_entries(Scope(connection, *place), [number]).get(number, ()))


def shipped(number: int, category: str | None) -> IssueRead:
    """A ticket that went to a status no list names; the read tells its category or does not."""
    story = Story(f"GROW-{number}", number=number, assignee="ann", points="3").move("In Progress", "2026-03-02 09:00")
    of = read_of(story.move("Done", "2026-03-03 09:00").ticket())
    status = Status("77", "Shipped", category)
    changes = tuple(
        replace(change, new="77", new_text="Shipped") if change.new_text == "Done" else change for change in of.changes
    )
    statuses = (Status("3", "In Progress", "indeterminate"), status)
    return replace(of, issue=replace(of.issue, status=status), changes=changes, statuses=statuses)


def test_a_category_learned_late_finishes_what_was_read_before(site_tenant: SiteTenant) -> None:
    read(site_tenant, shipped(1, None))
    assert entries(site_tenant, 1) == 0
    read(site_tenant, shipped(2, "done"))
    assert (entries(site_tenant, 1), entries(site_tenant, 2)) == (1, 1)


def test_an_account_that_turns_out_to_be_an_app_leaves_what_was_read_before(site_tenant: SiteTenant) -> None:
    story = Story("GROW-1", number=1, assignee="ann", points="3").move("In Progress", "2026-03-02 09:00")
    read(site_tenant, read_of(story.move("Done", "2026-03-03 09:00").ticket()))
    other = read_of(Story("GROW-2", number=2).ticket())
    before = site_tenant.figures(agree().key)["entry"]
    read(site_tenant, replace(other, accounts=(Account("ann", "app"),)))
    assert site_tenant.figures(agree().key)["entry"] != before


def test_a_new_status_alone_builds_nothing_anew(site_tenant: SiteTenant) -> None:
    read(site_tenant, shipped(1, "done"))
    generation = site_tenant.generation(agree().key)
    other = read_of(Story("GROW-2", number=2).ticket())
    read(site_tenant, replace(other, statuses=(Status("99", "Somewhere", "new"),)))
    assert site_tenant.generation(agree().key) == generation
