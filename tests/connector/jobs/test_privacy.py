"""What the clock does about people: the report to Atlassian, and the end of sites that left."""

import pytest

from connector.jira.privacy import JiraPrivacy, Verdicts, read_cycle, time_text
from connector.jobs.privacy import GRACE_DAYS, months_before, purge_uninstalled, report_accounts
from mappings.events.times import DAY
from mappings.events.types import Account
from mappings.records.facts.accounts import save_accounts
from mappings.records.privacy.purge import owned_tables
from tests.connector.installed_sites import ACME, GLOBEX, SECOND, InstalledApp

WEEK = 7 * DAY


class Atlassian:
    """Answers reports: who is closed or changed, and the cycle."""

    def __init__(self, **states: str) -> None:
        self.states, self.asked, self.days = states, [], 7

    def answer(self, accounts: dict[str, int]) -> Verdicts:
        self.asked.append(dict(accounts))
        return Verdicts(
            {this_state: state for this_state, state in self.states.items() if this_state in accounts}, self.days
        )


@pytest.fixture
def atlassian(monkeypatch: pytest.MonkeyPatch) -> Atlassian:
    stand_in = Atlassian()
    monkeypatch.setattr(JiraPrivacy, "report_accounts", lambda _, accounts: stand_in.answer(accounts))
    return stand_in


def tenant(installed_app: InstalledApp, site=ACME) -> int:
    return int(installed_app.rows("SELECT tenant_id FROM tenant WHERE client_key = :k", k=site.client_key)[0][0])


def hold(installed_app: InstalledApp, *accounts: str) -> int:
    with installed_app.container.engine.begin() as connection:
        save_accounts(connection, tenant(installed_app), [Account(account) for account in accounts])
    return installed_app.clock[0] * SECOND


def known(installed_app: InstalledApp) -> list[str]:
    return [row[0] for row in installed_app.rows("SELECT account_id FROM account ORDER BY 1")]


def test_an_account_is_reported_when_it_is_a_cycle_old_and_not_before(
    installed_app_on_each: InstalledApp, atlassian: Atlassian
) -> None:
    at, container = hold(installed_app_on_each, "ada", "bo"), installed_app_on_each.container
    for days in (0, 6, 7, 8, 13, 14):
        report_accounts(container, tenant(installed_app_on_each), at + days * DAY)
    assert [sorted(asked) for asked in atlassian.asked] == [["ada", "bo"]] * 2


def test_ninety_are_reported_at_once(installed_app_on_each: InstalledApp, atlassian: Atlassian) -> None:
    at, container = (
        hold(installed_app_on_each, *(f"p{number:03}" for number in range(100))),
        installed_app_on_each.container,
    )
    report_accounts(container, tenant(installed_app_on_each), at)
    assert report_accounts(container, tenant(installed_app_on_each), at + WEEK) == at + WEEK
    assert report_accounts(container, tenant(installed_app_on_each), at + WEEK) is None
    assert [len(asked) for asked in atlassian.asked] == [90, 10]


def test_a_closed_account_is_erased_and_a_changed_one_is_fresh(
    installed_app_on_each: InstalledApp, atlassian: Atlassian
) -> None:
    at, container = hold(installed_app_on_each, "ada", "bo", "cy"), installed_app_on_each.container
    atlassian.states = {"ada": "closed", "bo": "updated"}
    report_accounts(container, tenant(installed_app_on_each), at)
    report_accounts(container, tenant(installed_app_on_each), at + WEEK)
    assert known(installed_app_on_each)[:2] == ["bo", "cy"]
    assert known(installed_app_on_each)[2].startswith("erased:")
    report_accounts(container, tenant(installed_app_on_each), at + 2 * WEEK)
    assert atlassian.asked[-1] == {"bo": at + WEEK, "cy": at}


def test_the_cycle_is_what_atlassian_says(installed_app_on_each: InstalledApp, atlassian: Atlassian) -> None:
    at, container = hold(installed_app_on_each, "ada"), installed_app_on_each.container
    atlassian.days = 15
    for days in (0, 7, 14, 21, 22):
        report_accounts(container, tenant(installed_app_on_each), at + days * DAY)
    assert len(atlassian.asked) == 2


def test_what_atlassian_answers_is_read_with_care() -> None:
    assert [read_cycle(text) for text in ("7", "0", "-1", "1e9", "²", None, "400", "14")] == [7] + [None] * 6 + [14]
    assert time_text(1_793_491_200_123_000) == "2026-11-01T00:00:00.123Z"
    assert months_before(1_793_491_200_000_000, 24) == 1_730_419_200_000_000


def rows_of(installed_app: InstalledApp, tenant_id: int) -> dict[str, int]:
    query = "SELECT count(*) FROM {} WHERE tenant_id = :t"
    return {table.name: installed_app.rows(query.format(table.name), t=tenant_id)[0][0] for table in owned_tables()}


def test_a_site_that_left_is_purged_after_the_grace_time_and_no_other(installed_app_on_each: InstalledApp) -> None:
    hold(installed_app_on_each, "ada")
    ours, theirs = tenant(installed_app_on_each), tenant(installed_app_on_each, GLOBEX)
    before = rows_of(installed_app_on_each, theirs)
    assert installed_app_on_each.lifecycle(ACME, "uninstalled").status_code == 204
    left = installed_app_on_each.clock[0] * SECOND
    assert purge_uninstalled(installed_app_on_each.container, 0, left + GRACE_DAYS * DAY) is None
    assert installed_app_on_each.state(ACME) == "uninstalled"
    assert purge_uninstalled(installed_app_on_each.container, 0, left + GRACE_DAYS * DAY + 1) is not None
    assert installed_app_on_each.state(ACME) == "unknown"
    assert set(rows_of(installed_app_on_each, ours).values()) == {0}
    assert rows_of(installed_app_on_each, theirs) == before


def test_a_site_that_comes_back_in_time_finds_what_it_left(installed_app_on_each: InstalledApp) -> None:
    hold(installed_app_on_each, "ada")
    installed_app_on_each.lifecycle(ACME, "uninstalled")
    installed_app_on_each.clock[0] += 60
    assert installed_app_on_each.install(ACME).status_code == 204
    assert (
        purge_uninstalled(installed_app_on_each.container, 0, installed_app_on_each.clock[0] * SECOND + 90 * DAY)
        is None
    )
    assert known(installed_app_on_each) == ["ada"]
