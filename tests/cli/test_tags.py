"""`teachback tag`: what a search would tag, what it tags, and that undoing takes back exactly that."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cli.conftest import APPLY, Cloud
from tests.jira.story.people import account_of

QUERY = "project = GROW"
WHERE = ("growth-acme", "--objective", "interviews", "--jql", QUERY)
LEAD, AGENCY_LEAD, AGENCY_MEMBER, STRANGER = map(
    account_of, ("Maren Vogt", "Callum Rhodes", "Noor Haddad", "Viktor Amsel")
)
LATER = "2027-02-01T12:00:00Z"
NEXT_WEEK = (datetime.now(UTC) + timedelta(days=7)).isoformat(timespec="seconds").replace("+00:00", "Z")
"""While what is set now still waits."""


def ready(cloud: Cloud) -> str:
    """The site read and the engagement measured; returns the report."""
    cloud.user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    cloud.user.run("sync", "--site", cloud.url)
    return report(cloud)


def report(cloud: Cloud, as_of: str = LATER) -> str:
    period = ("--from", "2026-01-01", "--to", "2027-01-01", "--as-of", as_of)
    return cloud.user.run("report", "growth-acme", "--site", cloud.host, *period).out


def rows(cloud: Cloud) -> dict[str, Any]:
    """The last row of each ticket."""
    return {row["key"]: row for row in json.loads(report(cloud, NEXT_WEEK))["issues"]}


def waiting(cloud: Cloud) -> set[str]:
    return {key for key, row in rows(cloud).items() if "interviews" in row["retro"]}


def test_a_dry_run_says_what_would_be_tagged_and_changes_nothing(cloud: Cloud) -> None:
    before = ready(cloud)
    output = cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host, "--dry-run").out
    assert "to be tagged" in output
    assert "done already" in output
    assert report(cloud) == before
    assert cloud.user.run("tag", "list", "--site", cloud.host).out == ""


def test_undo_takes_back_exactly_what_was_set(cloud: Cloud) -> None:
    before, before_waits = ready(cloud), report(cloud, NEXT_WEEK)
    cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host, "--as", LEAD)
    assert report(cloud, NEXT_WEEK) != before_waits
    again = cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host, "--dry-run").out
    assert " 0 to be tagged" in again
    assert "were tagged by hand with the objective already" in again
    cloud.user.run("tag", "undo", "1", "--site", cloud.host)
    assert (report(cloud), report(cloud, NEXT_WEEK)) == (before, before_waits)
    assert "undone" in cloud.user.run("tag", "list", "--site", cloud.host).out
    assert cloud.user.run("tag", "undo", "1", "--site", cloud.host, status=2).line


def test_an_unknown_objective_names_those_there_are(cloud: Cloud) -> None:
    ready(cloud)
    message = cloud.user.run("tag", "bulk", "growth-acme", "--objective", "nothing", "--jql", QUERY,
                          "--site", cloud.host, status=2).line  # fmt: skip
    assert "interviews" in message


def test_an_unbounded_search_is_refused_with_what_to_do(cloud: Cloud) -> None:
    ready(cloud)
    message = cloud.user.run("tag", "bulk", "growth-acme", "--objective", "interviews", "--jql", "ORDER BY created",
                          "--site", cloud.host, status=1).line  # fmt: skip
    assert "bounded" in message


def test_what_tickets_show_is_chosen_by_project(cloud: Cloud) -> None:
    ready(cloud)
    output = cloud.user.run("tag", "mirror", "GROW", "--site", cloud.host, "--no-objectives").out
    assert output == "GROW: objectives never, bucket not shown\n"
    assert "never" in cloud.user.run("tag", "mirror", "GROW", "--site", cloud.host).out
    with closing(sqlite3.connect(cloud.user.folder / "teachback.db")) as connection:
        acts = connection.execute("SELECT object, before, after FROM audit WHERE act = 'mirror chosen'").fetchall()
    before = "objectives where one agency works alone, bucket not shown"
    assert acts == [("GROW", before, "objectives never, bucket not shown")]


def test_in_nobodys_name_what_is_done_is_left_out_named_and_counted(cloud: Cloud) -> None:
    ready(cloud)
    before = waiting(cloud)
    output = cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host).out
    (line,) = [line for line in output.splitlines() if "done already" in line]
    assert "left out: with --as ACCOUNT" in line
    assert "GROW-" in line
    assert waiting(cloud) == before
    named = cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host, "--dry-run", "--as", LEAD).out
    assert line.split()[0] == next(line for line in named.splitlines() if "done already" in line).split()[0]


def test_what_was_set_late_in_somebodys_name_the_other_side_confirms(cloud: Cloud) -> None:
    ready(cloud)
    before = waiting(cloud)
    cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host, "--as", LEAD)
    key = min(waiting(cloud) - before)
    confirm = ("tag", "confirm", "growth-acme", key, "--objective", "interviews", "--site", cloud.host)
    refused = cloud.user.run(*confirm, "--as", LEAD, status=2).line
    assert "only the other side can confirm" in refused
    cloud.user.run(*confirm, "--as", AGENCY_LEAD)
    assert "interviews" in rows(cloud)[key]["objectives"]
    assert waiting(cloud) & {key} == set()
    assert (
        "does not wait for a confirmation".casefold()
        in cloud.user.run(*confirm, "--as", AGENCY_LEAD, status=2).line.casefold()
    )


def test_only_who_may_tag_on_the_ticket_lends_a_name(cloud: Cloud) -> None:
    before = ready(cloud)
    for account in (STRANGER, AGENCY_MEMBER, "nobody"):
        message = cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host, "--as", account, status=2).line
        assert f"--as {account} may not set objectives" in message
    assert report(cloud) == before
    assert cloud.user.run("tag", "list", "--site", cloud.host).out == ""


def test_what_a_label_set_late_is_confirmed_by_its_key(cloud: Cloud) -> None:
    ready(cloud)
    key = next(key for key, row in rows(cloud).items() if key.startswith("GROW") and not row["objectives"])
    issue = next(this_issue for this_issue in cloud.site.issues.values() if this_issue.key == key)
    at = time.time_ns() // 1_000_000 * 1000
    cloud.site.edit(issue.id, by=AGENCY_MEMBER, at=at, labels=("ab-design",))
    cloud.user.run("sync", "--site", cloud.url, "--full")
    assert rows(cloud)[key]["retro"] == ["ab-design"]
    confirm = ("tag", "confirm", "growth-acme", key, "--objective", "ab-design", "--site", cloud.host)
    cloud.user.run(*confirm, "--as", AGENCY_LEAD, status=2)
    output = cloud.user.run(*confirm, "--as", LEAD).out
    assert output == f"ab-design is confirmed on {key} and counts from now on\n"
    assert rows(cloud)[key]["objectives"] == ["ab-design"]
