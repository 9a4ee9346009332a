"""Tagging in bulk: a process that dies half way costs nothing, and no question is asked once for each ticket."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from connector.actions import bulk_tags
from connector.actions.bulk_tags import NOBODY, select_matches, tag_all, undo
from mappings.records.agreement.bulk_tags import BulkTag
from mappings.records.agreement.engagements import StoredEngagement, select_engagement
from tests.jira.story.people import account_of
from tests.webhooks.site import SiteTenant, open_site_tenants, small
from webhooks.generations import measure_pending

KEY, OBJECTIVE, LEAD = "growth-acme", "interviews", account_of("Maren Vogt")
MINUTE = 60_000_000


class ProcessKilled(BaseException):
    """The process is gone."""


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    story = small()
    with open_site_tenants(migrated_url, now=story.story.end) as [site_tenant]:
        site_tenant.read_all(story.site)
        site_tenant.agree(*story.engagements())
        yield site_tenant


def matches_in(site_tenant: SiteTenant) -> bulk_tags.Matches:
    with site_tenant.engine.connect() as connection:
        stored = agreed(site_tenant)
        ids = [row[0] for row in site_tenant.rows("SELECT issue_id FROM issue WHERE tenant_id = :t")]
        return select_matches(connection, site_tenant.tenant_id, stored, objective=OBJECTIVE, issue_ids=ids)


def agreed(site_tenant: SiteTenant) -> StoredEngagement:
    with site_tenant.engine.connect() as connection:
        stored = select_engagement(connection, site_tenant.tenant_id, KEY)
    assert stored is not None
    return stored


def tag(site_tenant: SiteTenant, by: str = LEAD) -> BulkTag:
    before = matches_in(site_tenant)
    act = BulkTag(0, KEY, OBJECTIVE, "project = GROW", site_tenant.now + MINUTE, by)
    return tag_all(site_tenant.engine, site_tenant.tenant_id, act, (*before.early, *before.late))


def figures(site_tenant: SiteTenant) -> object:
    waits = site_tenant.rows(
        "SELECT issue_id, objective FROM open_ticket WHERE tenant_id = :t AND engagement = :k", k=KEY
    )
    marked = site_tenant.rows("SELECT issue_id FROM mirror WHERE tenant_id = :t AND marked_at IS NOT NULL")
    return site_tenant.figures(KEY), sorted(waits), sorted(marked)


def kill(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the process die once it has measured so many lumps."""
    real, left = bulk_tags.measure_issues, iter(range(after))

    def measure(*words: object) -> None:
        if next(left, None) is None:
            raise ProcessKilled
        real(*words)

    monkeypatch.setattr(bulk_tags, "CHUNK", 7)
    monkeypatch.setattr(bulk_tags, "measure_issues", measure)


@pytest.mark.parametrize("lumps", [0, 2])
def test_a_process_that_dies_before_it_measured_leaves_nothing_old(
    site_tenant: SiteTenant, monkeypatch: pytest.MonkeyPatch, lumps: int
) -> None:
    untouched = figures(site_tenant)
    with monkeypatch.context() as patch:
        kill(patch, lumps)
        with pytest.raises(ProcessKilled):
            tag(site_tenant)
    site_tenant.now += MINUTE
    measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)
    tagged = figures(site_tenant)
    with monkeypatch.context() as patch:
        kill(patch, lumps)
        with pytest.raises(ProcessKilled):
            undo(site_tenant.engine, site_tenant.tenant_id, 1, site_tenant.now)
    measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)
    assert figures(site_tenant)[0] == untouched[0]
    site_tenant.now -= MINUTE
    tag(site_tenant)
    assert figures(site_tenant) == tagged
    assert tagged[0] != untouched[0]


def test_until_it_is_measured_the_period_is_not_said_to_be_settled(
    site_tenant: SiteTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill(monkeypatch, 0)
    with pytest.raises(ProcessKilled):
        tag(site_tenant)
    waits = {
        row[0] for row in site_tenant.rows("SELECT issue_id FROM measured WHERE tenant_id = :t AND failed = 'tagged'")
    }
    tags = {
        row[0] for row in site_tenant.rows("SELECT issue_id FROM tag WHERE tenant_id = :t AND engagement = :k", k=KEY)
    }
    assert waits == tags != set()


def test_in_nobodys_name_what_was_finished_since_the_preview_is_left_out(site_tenant: SiteTenant) -> None:
    late = set(matches_in(site_tenant).late)
    tagged = tag(site_tenant, NOBODY)
    tags = {
        row[0] for row in site_tenant.rows("SELECT issue_id FROM tag WHERE tenant_id = :t AND engagement = :k", k=KEY)
    }
    assert tags.isdisjoint(late)
    assert (tagged.by, bool(tags), bool(late)) == (NOBODY, True, True)


def test_the_lane_is_held_for_the_same_number_of_questions_however_many_tickets(
    site_tenant: SiteTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_tags, "measure_issues", lambda *_: None)
    late = matches_in(site_tenant).late
    assert len(late) > 20
    assert questions(site_tenant, late[:2]) == questions(site_tenant, late[2:])


def questions(site_tenant: SiteTenant, ids: tuple[int, ...]) -> int:
    """How often the database is asked while issues are tagged."""
    rows: list[str] = []

    def listen(*words: str) -> None:
        rows.append(words[2])

    event.listen(site_tenant.engine, "before_cursor_execute", listen)
    tag_all(site_tenant.engine, site_tenant.tenant_id, BulkTag(0, KEY, OBJECTIVE, "x", site_tenant.now, LEAD), ids)
    event.remove(site_tenant.engine, "before_cursor_execute", listen)
    return len(rows)
