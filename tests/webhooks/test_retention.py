"""Old facts go, what was counted of them stays, and nothing reads or measures them again."""

from collections.abc import Iterator

import msgspec
import pytest

from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.statements import Dispute
from mappings.records.agreement.disputes import insert_dispute, select_disputes
from mappings.records.agreement.engagements import save_engagement
from mappings.records.privacy.retention import select_outdated
from mappings.records.sql.scope import AgreementScope
from tests.conftest import CopyFilled
from tests.webhooks.site import SiteTenant, copied, fill_drained, filled, small
from webhooks.generations import measure_pending
from webhooks.retention import begin_retention, retention_step

DAY = 86_400_000_000
FIGURES = ("entry", "evidence", "day_sum")
CHANCES = "component, objective, account, day, known_day, gone_day, n, x"


def fill_full(url: str) -> int:
    tenant_id = fill_drained(url)
    with filled(url, tenant_id) as site_tenant:
        site_tenant.read_all(small().site)
    return tenant_id


@pytest.fixture
def full(copy_filled: CopyFilled) -> Iterator[SiteTenant]:
    """All of the small story, told and read."""
    with copied(copy_filled, fill_full) as site_tenant:
        yield site_tenant


def middle(site_tenant: SiteTenant) -> int:
    """An instant after which half of the issues changed."""
    updates = [row[0] for row in site_tenant.rows("SELECT updated FROM issue WHERE tenant_id = :t ORDER BY 1")]
    return updates[len(updates) // 2]


def let_go(site_tenant: SiteTenant, before: int, step: int = 7) -> None:
    begin_retention(site_tenant.engine, site_tenant.tenant_id, before)
    while retention_step(site_tenant.engine, site_tenant.tenant_id, site_tenant.now, step) is not None:
        pass


def rows_of_report(site_tenant: SiteTenant) -> list[dict[str, object]]:
    rows = [(row.key, site_tenant.figures(row.key)) for row in small().engagements()]
    return [{name: row[name] for name in FIGURES} | {"chances": chances(site_tenant, key)} for key, row in rows]


def chances(site_tenant: SiteTenant, key: str) -> list[tuple[object, ...]]:
    query = f"SELECT {CHANCES} FROM opportunity_sum WHERE tenant_id = :t AND engagement = :key AND generation = :g"
    return sorted(site_tenant.rows(query, key=key, g=site_tenant.generation(key)))


def closed(site_tenant: SiteTenant) -> list[int]:
    return [row[0] for row in site_tenant.rows("SELECT issue_id FROM retired WHERE tenant_id = :t ORDER BY 1")]


def facts_of(site_tenant: SiteTenant, issues: list[int]) -> int:
    names = ", ".join(map(str, issues))
    tables = ("change", "comment", "worklog", "link")
    counts = [f"(SELECT count(*) FROM {table} WHERE tenant_id = :t AND issue_id IN ({names}))" for table in tables]
    return int(site_tenant.rows(f"SELECT {' + '.join(counts)}")[0][0])


def test_old_facts_go_and_figures_stay(full: SiteTenant) -> None:
    before, reports = rows_of_report(full), [full.report(engagement.key) for engagement in small().engagements()]
    let_go(full, middle(full))
    assert len(closed(full)) > 10
    assert facts_of(full, closed(full)) == 0
    assert rows_of_report(full) == before
    assert [full.report(engagement.key) for engagement in small().engagements()] == reports


def test_what_is_left_of_an_issue_names_nobody_and_has_no_words(full: SiteTenant) -> None:
    let_go(full, middle(full))
    for issue in (ticket.issue for ticket in full.tickets(*closed(full)).values()):
        assert (issue.creator, issue.reporter, issue.assignee, issue.summary, issue.fields) == (None,) * 3 + ("", {})
        assert issue.key
        assert issue.project_id


def test_neither_jira_nor_a_late_event_brings_old_facts_back(full: SiteTenant) -> None:
    before = rows_of_report(full)
    let_go(full, middle(full))
    full.keep(small().bodies(), start="again")
    full.drain()
    full.now += DAY
    full.read_all(small().site)
    assert facts_of(full, closed(full)) == 0
    assert rows_of_report(full) == before


def test_a_new_agreement_keeps_the_figures_of_what_was_let_go(full: SiteTenant) -> None:
    let_go(full, middle(full))
    before = rows_of_report(full)
    for engagement in small().engagements():
        agree(full, msgspec.structs.replace(engagement, name=f"{engagement.name}, renamed"))
    assert full.generation("growth-acme") == 2
    assert rows_of_report(full) == before


def agree(site_tenant: SiteTenant, engagement: Engagement) -> None:
    with site_tenant.engine.begin() as connection:
        save_engagement(
            connection, site_tenant.tenant_id, engagement, engagement_hash(engagement), now=site_tenant.now, by=None
        )
    measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)


def test_it_waits_while_figures_are_being_built(full: SiteTenant) -> None:
    renamed = msgspec.structs.replace(small().engagements()[0], name="Other")
    with full.engine.begin() as connection:
        save_engagement(connection, full.tenant_id, renamed, "other", now=full.now, by=None)
    let_go(full, full.now)
    assert closed(full) == []


def test_a_deleted_issue_leaves_the_figures_even_then(full: SiteTenant) -> None:
    let_go(full, middle(full))
    gone = closed(full)[0]
    full.keep([{"webhookEvent": "jira:issue_deleted", "timestamp": full.now // 1000, "issue": {"id": str(gone)}}])
    full.drain()
    assert gone not in closed(full)
    assert full.rows("SELECT 1 FROM entry WHERE tenant_id = :t AND issue_id = :i", i=gone) == []


def test_a_family_goes_whole_or_not_at_all(full: SiteTenant) -> None:
    query = "SELECT parent_id, issue_id, updated FROM issue WHERE tenant_id = :t AND subtask ORDER BY 1"
    parent, child, _ = full.rows(query)[0]
    times = dict(full.rows("SELECT issue_id, updated FROM issue WHERE tenant_id = :t"))
    last = max(times[i] for i in times if i == parent or (parent, i) in {row[:2] for row in full.rows(query)})
    with full.engine.connect() as connection:
        assert select_outdated(connection, full.tenant_id, [parent], last) == {}
        assert {parent, child} <= select_outdated(connection, full.tenant_id, [parent], last + 1).keys()


def test_a_moved_issue_is_known_where_it_is(full: SiteTenant) -> None:
    let_go(full, middle(full))
    closed_issue = closed(full)[0]
    event = next(
        e
        for e in reversed(small().events)
        if e.name == "jira:issue_updated" and e.body["issue"]["id"] == str(closed_issue)
    )
    body = msgspec.json.decode(msgspec.json.encode(event.body))
    body["issue"]["key"] = "ELSE-1"
    body["issue"]["fields"]["project"] = {"id": "77", "key": "ELSE"}
    full.keep([body], start="moved")
    full.drain()
    assert full.rows("SELECT key, project_id FROM issue WHERE issue_id = :i AND tenant_id = :t", i=closed_issue) == [
        ("ELSE-1", "77")
    ]


def test_the_words_of_a_dispute_go_with_the_facts_and_that_there_was_one_stays(full: SiteTenant) -> None:
    place, before = (full.tenant_id, "growth-acme"), middle(full)
    with full.engine.begin() as connection:
        for at in (before - 1, before):
            insert_dispute(
                AgreementScope(connection, *place), Dispute(1, "", "inhouse", at, "x", "Nobody of ours was there")
            )
    let_go(full, before)
    with full.engine.connect() as connection:
        disputes = select_disputes(AgreementScope(connection, *place), start=before - 1, end=before)
    assert [opportunity.reason for opportunity in disputes] == ["", "Nobody of ours was there"]
