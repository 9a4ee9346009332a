"""What the dimensions count follows the events: in step with its sums, and gone with its ticket."""

from mappings.measure.model.opportunity import Window
from mappings.records.agreement.engagements import select_engagements
from mappings.records.figures.opportunities import COMPONENTS, select_counts, select_opportunities
from mappings.records.sql.scope import Scope
from tests.measure.whole_measure import counts_of
from tests.webhooks.site import KEYS, SiteTenant, small
from tests.webhooks.test_drain import done_ticket
from webhooks.measure import select_targets

DAY = 86_400_000_000


def counted(site_tenant: SiteTenant, key: str, window: Window) -> tuple[dict, dict]:
    """The counts of a window from the sums, and from every row that was kept."""
    with site_tenant.engine.connect() as connection:
        stored = {
            engagement.engagement.key: engagement
            for engagement in select_engagements(connection, site_tenant.tenant_id)
        }
        scope = Scope(connection, site_tenant.tenant_id, key, stored[key].generation)
        prepared = next(
            select_target.prepared
            for select_target in select_targets(connection, site_tenant.tenant_id)
            if select_target.engagement == key
        )
        rows = [
            select_opportunity
            for name in COMPONENTS
            for select_opportunity in select_opportunities(scope, name, window)
        ]
        return select_counts(scope, window, prepared.calendar), counts_of(rows, window)


def test_sums_follow_the_story_in_whatever_batches(site_tenant: SiteTenant) -> None:
    site_tenant.keep(small().bodies())
    assert site_tenant.drain(37) == 0
    now = site_tenant.now
    for window in (Window(now - 180 * DAY, now, now), Window(now - 90 * DAY + 1, now - 30 * DAY - 1, now)):
        for key in KEYS:
            by_sums, by_rows = counted(site_tenant, key, window)
            assert by_sums == by_rows
            assert len(by_sums) > 6


def test_a_deleted_issue_is_counted_as_if_it_had_never_been(drained: SiteTenant) -> None:
    site_tenant = drained
    gone = done_ticket(site_tenant.all_figures())
    before = counted(site_tenant, KEYS[0], Window(0, 1 << 62, 1 << 62))[0]
    site_tenant.keep(
        [{"webhookEvent": "jira:issue_deleted", "timestamp": site_tenant.now // 1000, "issue": {"id": str(gone)}}],
        "gone",
    )
    assert site_tenant.drain() == 0
    assert site_tenant.rows("SELECT * FROM opportunity WHERE tenant_id = :t AND issue_id = :i", i=gone) == []
    after, rows = counted(site_tenant, KEYS[0], Window(0, 1 << 62, 1 << 62))
    assert after == rows
    assert after != before
