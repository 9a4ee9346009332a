"""What the dimensions count follows the events: in step with its sums, and gone with its ticket."""

from mappings.measure.model.opportunity import Window
from mappings.records.agreement.engagements import select_engagements
from mappings.records.figures.opportunities import COMPONENTS, select_counts, select_opportunities
from mappings.records.sql.scope import Scope
from tests.measure.whole_measure import counts_of
from tests.webhooks.site import KEYS, Ground, small
from tests.webhooks.test_drain import done_ticket
from webhooks.measure import select_targets

DAY = 86_400_000_000


def counted(ground: Ground, key: str, window: Window) -> tuple[dict, dict]:
    """The counts of a window from the sums, and from every row that was kept."""
    with ground.engine.connect() as connection:
        stored = {
            engagement.engagement.key: engagement for engagement in select_engagements(connection, ground.tenant_id)
        }
        scope = Scope(connection, ground.tenant_id, key, stored[key].generation)
        prepared = next(
            select_target.prepared
            for select_target in select_targets(connection, ground.tenant_id)
            if select_target.engagement == key
        )
        rows = [
            select_opportunity
            for name in COMPONENTS
            for select_opportunity in select_opportunities(scope, name, window)
        ]
        return select_counts(scope, window, prepared.calendar), counts_of(rows, window)


def test_sums_follow_the_story_in_whatever_batches(ground: Ground) -> None:
    ground.keep(small().bodies())
    assert ground.drain(37) == 0
    now = ground.now
    for window in (Window(now - 180 * DAY, now, now), Window(now - 90 * DAY + 1, now - 30 * DAY - 1, now)):
        for key in KEYS:
            by_sums, by_rows = counted(ground, key, window)
            assert by_sums == by_rows
            assert len(by_sums) > 6


def test_a_deleted_issue_is_counted_as_if_it_had_never_been(drained: Ground) -> None:
    ground = drained
    gone = done_ticket(ground.all_figures())
    before = counted(ground, KEYS[0], Window(0, 1 << 62, 1 << 62))[0]
    ground.keep(
        [{"webhookEvent": "jira:issue_deleted", "timestamp": ground.now // 1000, "issue": {"id": str(gone)}}], "gone"
    )
    assert ground.drain() == 0
    assert ground.rows("SELECT * FROM opportunity WHERE tenant_id = :t AND issue_id = :i", i=gone) == []
    after, rows = counted(ground, KEYS[0], Window(0, 1 << 62, 1 << 62))
    assert after == rows
    assert after != before
