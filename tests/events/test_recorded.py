"""What real sites sent and answered, where it has been laid beside the project, is read to the last body."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mappings.events.errors import UnknownEvent
from mappings.events.rest import read_accounts, read_changelog_page, read_issue, read_statuses, read_worklog_page
from mappings.events.types import Change, IssueRead, IssueSeen
from mappings.events.webhook import read_body
from tests.events.payload import RECORDED, digest

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="no recorded bodies beside the project")

BODIES = sorted((RECORDED / "webhooks").rglob("*.json"))


def rows(name: str) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(1 << 30)
    with (RECORDED / "rest" / "devlake" / f"_raw_jira_api_{name}.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield {**row, "data": json.loads(row["data"])}


def items(body: dict[str, Any]) -> int:
    return len((body.get("changelog") or {}).get("items", ()))


@pytest.mark.parametrize("path", BODIES, ids=lambda path: str(path.relative_to(RECORDED)))
def test_every_webhook_body_is_read(path: Path) -> None:
    raw = path.read_bytes()
    body = json.loads(raw)
    if body.get("webhookEvent") == "jira:issue_unknown":
        with pytest.raises(UnknownEvent):
            read_body(raw, digest)
        return
    first, *_ = read_body(raw, digest)
    if isinstance(first, IssueSeen):
        wanted = items(body) if body.get("webhookEvent") == "jira:issue_updated" else 0
        assert len(first.changes) == wanted


@pytest.mark.parametrize("name", ["issues", "issue_relationships"])
def test_every_rest_issue_is_read_whole(name: str) -> None:
    count = 0
    for row in rows(name):
        answer = row["data"]
        read = read_issue(answer, digest)
        assert_whole(read, answer)
        count += 1
    assert count > 20


def assert_whole(read: IssueRead, answer: dict[str, Any]) -> None:
    fields = answer["fields"]
    assert not read.refused
    assert len(read.comments) == len(fields["comment"]["comments"])
    assert len(read.links) == len(fields["issuelinks"])
    histories = answer.get("changelog", {}).get("histories", ())
    assert len(read.changes) == sum(len(history["items"]) for history in histories)


def test_every_recorded_history_is_read() -> None:
    for row in rows("issue_changelogs"):
        changes = read_changelog_page({"values": [row["data"]]}, json.loads(row["input"])["issue_id"])
        assert len(changes) == len(row["data"]["items"])


def test_every_history_of_the_other_site_is_read() -> None:
    issues = json.loads((RECORDED / "rest" / "bitovi" / "issues-with-changelog.json").read_bytes())
    fields: Counter[str] = Counter()
    for issue in issues:
        changes = read_changelog_page({"histories": issue["changelog"]}, int(issue["id"]))
        assert len(changes) == sum(len(history["items"]) for history in issue["changelog"])
        fields.update(change.field for change in changes if names_somebody(change))
    assert set(fields) == {"assignee"}


def names_somebody(change: Change) -> bool:
    return change.field == "assignee" and change.new is not None and change.new == change.new_text


def test_every_recorded_worklog_is_read() -> None:
    for row in rows("worklogs"):
        (worklog,) = read_worklog_page({"worklogs": [row["data"]]}, 0)
        assert worklog.seconds == row["data"]["timeSpentSeconds"]
        assert worklog.issue_id == int(row["data"]["issueId"])


def test_every_recorded_status_is_read() -> None:
    lines = [row["data"] for row in rows("status")]
    assert len(read_statuses(lines)) == len(lines)


def test_the_volume_is_read() -> None:
    """The first 2,000 issues, and all whose epic is a key alone; `import` reads the rest in the bench."""
    with gzip.open(RECORDED / "volume" / "tidev_issues.jsonl.gz") as lines:
        chosen = [line for place, line in enumerate(lines) if place < 2000 or b'"epic": "' in line]
    for line in chosen:
        read = read_issue(line, digest)
        assert not read.refused
        assert not read.partial
    assert len(chosen) > 2500


def test_every_recorded_person_is_read() -> None:
    lines = [row["data"] for row in rows("users")]
    kinds = {line["accountId"]: line["accountType"] for line in lines}
    assert {account.account_id: account.kind for account in read_accounts(lines)} == kinds
