"""`teachback sync`: from a site's address and a token to the report that an import of the same issues gives."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.cli.conftest import APPLY, TOKEN, Cloud, User

PERIOD = ("--quarter", "2026Q3", "--as-of", "2026-11-21T12:00:00Z")


def test_a_site_is_read_with_a_token_and_reported(cloud: Cloud) -> None:
    cloud.user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    result = cloud.user.run("sync", "--site", cloud.url)
    assert "as Jira has it now" in result.out
    report = cloud.user.run("report", "growth-acme", "--site", cloud.host, *PERIOD).out
    assert '"complete": true' in report
    assert report.count('"entry": "done"') > 5


def test_a_second_sync_reads_no_history_again(cloud: Cloud) -> None:
    cloud.user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    cloud.user.run("sync", "--site", cloud.url)
    before = cloud.user.run("report", "growth-acme", "--site", cloud.host, *PERIOD).out
    cloud.site.faults.calls.clear()
    cloud.user.run("sync", "--site", cloud.url)
    assert not [call for call in cloud.site.faults.calls if "changelog" in call.path]
    assert cloud.user.run("report", "growth-acme", "--site", cloud.host, *PERIOD).out == before


def test_a_second_sync_sees_what_happened_since_the_first(cloud: Cloud) -> None:
    """A minute later as well: whoever asks now wants to know how it is now."""
    cloud.user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    cloud.user.run("sync", "--site", cloud.url)
    before = json.loads(cloud.user.run("report", "growth-acme", "--site", cloud.host, *PERIOD).out)["issues"]
    first, last = int(before[0]["id"]), int(before[-1]["id"])
    at, by = cloud.site.now() // 1000 * 1000 + 1000, next(iter(cloud.site.users))
    cloud.site.edit(first, by=by, at=at, summary="Called otherwise")
    cloud.site.delete_issue(last, by=by, at=at)
    cloud.user.run("sync", "--site", cloud.url)
    after = json.loads(cloud.user.run("report", "growth-acme", "--site", cloud.host, *PERIOD).out)["issues"]
    assert {row["id"] for row in before} - {row["id"] for row in after} == {str(last)}
    with closing(sqlite3.connect(cloud.user.folder / "teachback.db")) as database:
        assert database.execute("SELECT summary FROM issue WHERE issue_id = ?", (first,)).fetchone() == (
            "Called otherwise",
        )


def test_the_token_is_kept_and_said_nowhere(cloud: Cloud) -> None:
    result = cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    cloud.user.environ.pop("TEACHBACK_JIRA_TOKEN")
    again = cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    assert TOKEN not in result.out + result.err + again.out + again.err
    assert TOKEN.encode() not in (cloud.user.folder / "teachback.db").read_bytes()


def test_without_an_engagement_it_asks_for_a_project(cloud: Cloud) -> None:
    assert "name a project with --project" in cloud.user.run("sync", "--site", cloud.url, status=2).line


def test_a_site_that_nothing_opens_says_what_to_set(user: User) -> None:
    result = user.run("sync", "--site", "https://acme.atlassian.net", status=2)
    assert "TEACHBACK_JIRA_TOKEN" in result.line


def test_a_wrong_token_is_refused_by_name(cloud: Cloud) -> None:
    result = cloud.user.run("sync", "--site", cloud.url, "--project", "GROW", status=1,
                          inside={"TEACHBACK_JIRA_TOKEN": "another"})  # fmt: skip
    assert "401" in result.line
    assert "check the name of the site and TEACHBACK_JIRA_TOKEN" in result.line


def test_a_host_that_may_not_be_called_says_how_to_allow_it(cloud: Cloud) -> None:
    result = cloud.user.run("sync", "--site", cloud.url, "--project", "GROW", status=2,
                          inside={"TEACHBACK_JIRA_HOSTS": ".atlassian.net"})  # fmt: skip
    hint = "is not among the hosts that may be called: correct the name, or add the host to TEACHBACK_JIRA_HOSTS"
    assert result.line == f"teachback: --site: 127.0.0.1 {hint}"


def test_a_project_that_jira_does_not_show_is_named(cloud: Cloud) -> None:
    result = cloud.user.run("sync", "--site", cloud.url, "--project", "GROW", "--project", "NOPE", status=1)
    assert "no project NOPE" in result.err.splitlines()[-1]


def test_a_failure_that_stays_ends_the_command(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("connector.commands.site.sync.time.sleep", waits.append)
    cloud.site.faults.fail("search/jql", status=502, times=10_000)
    result = cloud.user.run("sync", "--site", cloud.url, "--project", "GROW", status=1)
    assert "502" in result.err.splitlines()[-1]
    assert max(waits) == 60
