"""An issue that cannot be read costs itself alone: it is counted, shown by its key, tried again, and cleared."""

import json
from collections.abc import Iterator

import pytest

import connector.sync.unread as unread_module
from connector.health import check_unread
from connector.sync.catch_up import read_marked
from connector.sync.steps import step_night, step_recent
from mappings.events.types import IssueRead
from tests.jira.model import Issue
from tests.sync.site import HOUR, SyncedSite, open_synced_site
from tests.webhooks.site import own_story

MARK = "this value is replaced"
DEEP = '{"a":' * 975 + "1" + "}" * 975
"""As in an attack: Python's own decoder ends on it."""


@pytest.fixture
def empty(migrated_url: str) -> Iterator[SyncedSite]:
    """A story of 200 issues that is not read yet."""
    with open_synced_site(migrated_url, own_story(200)) as tenant:
        yield tenant


def spoil(tenant: SyncedSite, number: int = 57) -> Issue:
    """Let a user of Jira who may edit one issue write a property that is nested 975 deep."""
    issue = sorted(tenant.site.issues.values(), key=lambda issue: issue.id)[number]
    issue.properties["teachback"] = MARK
    tenant.site.faults.replace(json.dumps(MARK), DEEP)
    return issue


def repair(tenant: SyncedSite, issue: Issue) -> None:
    tenant.site.faults.rules.clear()
    del issue.properties["teachback"]


def reported(tenant: SyncedSite) -> str:
    """What the doctor and the page for administrators show."""
    with tenant.site_tenant.engine.connect() as connection:
        finding = check_unread(connection, tenant.site_tenant.tenant_id)
        assert check_unread(connection) == finding
    assert finding.well == (finding.text == "all could be read")
    return finding.text


def night(tenant: SyncedSite) -> None:
    tenant.shift += 24 * HOUR
    tenant.until_through(lambda source: step_night(source, tenant.now()))
    tenant.until_through(read_marked)


def test_a_backfill_reads_all_but_the_one_and_a_later_night_reads_that_too(empty: SyncedSite) -> None:
    issue = spoil(empty)
    empty.backfill()
    assert empty.site.issues.keys() - empty.known().keys() == {issue.id}
    assert reported(empty) == f"1 ticket could not be read: {issue.key}"
    night(empty)
    assert reported(empty) == f"1 ticket could not be read: {issue.key}"
    repair(empty, issue)
    night(empty)
    assert empty.known().keys() == empty.site.issues.keys()
    assert reported(empty) == "all could be read"


def test_a_reconcile_reads_what_changed_beside_it(empty: SyncedSite) -> None:
    empty.backfill()
    empty.shift += 2 * HOUR
    issue = spoil(empty)
    others = sorted(empty.site.issues.values(), key=lambda other: other.id)[40:60]
    for other in others:
        other.summary, other.updated = "A new summary", empty.now()
    empty.until_through(lambda source: step_recent(source, empty.now()))
    read = {
        row[0]
        for row in empty.site_tenant.rows(
            "SELECT issue_id FROM issue WHERE tenant_id = :t AND updated >= :u", u=others[0].updated // 1000 * 1000
        )
    }
    assert read == {other.id for other in others} - {issue.id}
    assert reported(empty) == f"1 ticket could not be read: {issue.key}"


def test_an_issue_that_was_read_before_is_not_gone_because_it_cannot_be_read(empty: SyncedSite) -> None:
    empty.backfill()
    spoil(empty)
    before = empty.known()
    night(empty)
    night(empty)
    assert empty.known() == before


def test_a_page_of_comments_that_cannot_be_read_leaves_the_issue(empty: SyncedSite) -> None:
    issue = max(empty.site.issues.values(), key=lambda issue: len(issue.comments))
    empty.site.comment_limit = 1
    empty.site.faults.replace('"comments":[', '"comments":[' + DEEP + ",", path=f"/issue/{issue.id}/comment")
    empty.backfill()
    assert empty.known().keys() == empty.site.issues.keys()
    assert reported(empty) == f"1 ticket could not be read: {issue.key}"


def test_an_issue_that_fails_while_it_is_saved_costs_itself_alone(
    empty: SyncedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = sorted(empty.site.issues.values(), key=lambda issue: issue.id)[120]
    take = unread_module.save_issue_reads

    def take_all_but_one(connection: object, tenant_id: int, reads: list[IssueRead], **options: object) -> None:
        take(connection, tenant_id, reads, **options)
        if any(read.issue.issue_id == bad.id for read in reads):
            raise OverflowError("a number that no column holds")

    monkeypatch.setattr(unread_module, "save_issue_reads", take_all_but_one)
    empty.backfill()
    assert empty.site.issues.keys() - empty.known().keys() == {bad.id}
    assert reported(empty) == f"1 ticket could not be read: {bad.key}"
    monkeypatch.undo()
    night(empty)
    assert reported(empty) == "all could be read"


def test_the_one_costs_four_calls_more_once_it_is_known(empty: SyncedSite) -> None:
    spoil(empty)
    empty.backfill()
    empty.site.faults.calls.clear()
    empty.until_through(read_marked)
    assert empty.calls("bulkfetch") <= 4
