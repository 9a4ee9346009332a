"""The stand-in fails on demand as Jira does under load, and counts what it was asked."""

import time
from collections.abc import Iterator
from threading import Thread

import pytest
import requests

from tests.jira.apps.rest_client import Visitor
from tests.jira.server import Running, serve
from tests.jira.small_site import Sample, sample

MYSELF = "3/myself"


@pytest.fixture
def made() -> Sample:
    return sample()


@pytest.fixture
def running(made: Sample) -> Iterator[Running]:
    running = serve(made.site)
    yield running
    running.stop()


def answer(made: Sample, path: str = MYSELF, method: str = "GET") -> tuple[int, dict[str, str]]:
    visitor = Visitor(made.site)
    got = visitor.client.open(f"/rest/api/{path}", method=method, headers=visitor.headers, json=1)
    return got.status_code, dict(got.headers)


def test_a_burst_is_limited_so_many_times(made: Sample) -> None:
    made.site.faults.burst("myself", times=2, retry_after=3)
    statuses = [answer(made)[0] for _ in range(3)]
    assert statuses == [429, 429, 200]


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        (lambda faults: faults.burst(), "jira-burst-based"),
        (lambda faults: faults.quota(), "jira-quota-global-based"),
        (lambda faults: faults.quota(tenant=True), "jira-quota-tenant-based"),
    ],
)
def test_a_limit_says_why_and_how_long(made: Sample, limit, reason: str) -> None:  # type: ignore[no-untyped-def]  # a lambda of a table
    limit(made.site.faults)
    status, headers = answer(made)
    assert (status, headers["RateLimit-Reason"]) == (429, reason)
    assert int(headers["Retry-After"]) > 0
    assert headers["X-RateLimit-Remaining"] == "0"


def test_the_gateways_limit_says_nothing(made: Sample) -> None:
    made.site.faults.burst(retry_after=None)
    status, headers = answer(made)
    assert status == 429
    assert not {"Retry-After", "RateLimit-Reason"} & set(headers)


def test_writes_to_one_issue_are_limited_where_reads_are_not(made: Sample) -> None:
    made.site.faults.per_issue()
    assert answer(made, "3/issue/GROW-1")[0] == 200
    assert answer(made, "3/issue/GROW-1/properties/k", "PUT")[0] == 429


def test_a_failure_is_a_page_of_html(made: Sample) -> None:
    made.site.faults.fail("myself", status=503)
    status, headers = answer(made)
    assert status == 503
    assert headers["Content-Type"].startswith("text/html")


def test_other_paths_are_spared(made: Sample) -> None:
    made.site.faults.fail("search")
    assert answer(made)[0] == 200


def test_half_a_body_breaks_the_connection(made: Sample, running: Running) -> None:
    made.site.faults.cut("serverInfo")
    headers = {"Authorization": f"Bearer {made.site.add_token('ada')}"}
    url = f"{running.url}/rest/api/3/serverInfo"
    with requests.Session() as session:
        with pytest.raises(requests.RequestException):
            session.get(url, headers=headers, timeout=5)
        assert session.get(url, headers=headers, timeout=5).status_code == 200


def test_a_delay_outlasts_a_short_patience(made: Sample, running: Running) -> None:
    made.site.faults.delay("myself", seconds=0.3)
    with pytest.raises(requests.Timeout):
        requests.get(f"{running.url}/rest/api/3/myself", timeout=0.1)
    time.sleep(0.3)


def test_every_call_is_counted_with_its_query_and_answer(made: Sample) -> None:
    answer(made, "3/user/bulk?accountId=bo&accountId=ada")
    answer(made, "3/nothing")
    (call,) = made.site.faults.calls_of("GET", "user/bulk")
    assert (call.query, call.status, call.caller) == ("accountId=bo&accountId=ada", 200, "ada")
    assert [call.status for call in made.site.faults.calls] == [200, 404]


def test_rest_reads_on_while_the_site_lives(made: Sample, running: Running) -> None:
    site, url = made.site, f"{running.url}/rest/api/3/search/jql?jql=project=OPS&fields=key&maxResults=5000"
    headers = {"Authorization": f"Bearer {site.add_token('ada')}"}
    living = Thread(target=lambda: [site.create_issue("OPS", "Task", "x", by="bo", at=site.now()) for _ in range(400)])
    living.start()
    with requests.Session() as session:
        rows = [len(session.get(url, headers=headers, timeout=10).json()["issues"]) for _ in range(5)]
        living.join()
        rows.append(len(session.get(url, headers=headers, timeout=10).json()["issues"]))
    assert rows == sorted(rows)
    assert rows[-1] == 400


def test_a_taken_port_is_said_at_once(running: Running) -> None:
    with pytest.raises(OSError, match="in use"):
        serve(sample().site, int(running.url.rpartition(":")[2]))
