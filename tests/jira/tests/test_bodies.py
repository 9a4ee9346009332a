"""The stand-in's webhook bodies have what recorded ones have, key by key, where recordings lie beside the checkout."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.jira.small_site import BEGAN, HOUR, Sample, sample

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data" / "webhooks"
BY_A_LOGGER = {"level", "message", "label"}
GONE_FROM_CLOUD = {"name", "key", "emailAddress", "serviceDeskScope"}
ONLY_IN_OLD_RECORDINGS = {"/issue/fields/comment", "/issue/fields/worklog"}
needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason="recorded webhooks are not beside this checkout")

SAME_KIND = [
    ("zulip/worklog_created.json", "worklog_created", {}),
    ("zulip/worklog_updated.json", "worklog_updated", {}),
    ("mattermost/webhook-cloud-comment-created.json", "comment_created", {}),
    ("mattermost/webhook-cloud-comment-updated.json", "comment_updated", {}),
    ("mattermost/webhook-cloud-comment-deleted.json", "comment_deleted", {}),
    ("jira-to-matrix/issuelink/created.json", "issuelink_created", {}),
    ("jira-to-matrix/issue/updated/status-changed.json", "jira:issue_updated", {"to": "In Progress"}),
    ("jira-to-matrix/issue/updated/issue-assigned.json", "jira:issue_updated", {"type": "issue_assigned"}),
    ("jira-to-matrix/issue/updated/commented.json", "jira:issue_updated", {"type": "issue_commented"}),
    ("jira-to-matrix/issue/updated/move-issue.json", "jira:issue_updated", {"type": "issue_moved"}),
    ("mattermost/webhook-issue-created.json", "jira:issue_created", {}),
    ("mattermost/webhook-issue-deleted.json", "jira:issue_deleted", {}),
]


@pytest.fixture(scope="module")
def made() -> Sample:
    made = sample()
    site, at = made.site, BEGAN + 7 * HOUR
    site.edit_comment(made.comment, by="bo", at=at, text="Never mind.")
    site.edit_worklog(made.worklog, by="bo", at=at, seconds=7200)
    site.edit(made.subtask, by="bo", at=at, assignee="bo")
    site.move_issue(made.issue, "OPS", by="ada", at=at)
    site.delete_comment(made.comment, by="bo", at=at)
    site.delete_issue(made.issue, by="ada", at=at)
    return made


def ours(made: Sample, name: str, wanted: dict[str, str]) -> dict[str, Any]:
    for event in made.site.events:
        body = dict(event.body)
        items = body.get("changelog", {}).get("items", [])
        fits_type = wanted.get("type") in (None, body.get("issue_event_type_name"))
        fits_status = "to" not in wanted or wanted["to"] in [item["toString"] for item in items]
        if event.name == name and fits_type and fits_status:
            return body
    raise AssertionError(f"the sample sends no {name} {wanted}")


def missing(recorded: Any, sent: Any, path: str = "") -> list[str]:
    """Keys of the recording that the stand-in's body lacks, apart from custom fields and what Cloud no longer sends."""
    if isinstance(recorded, dict) and isinstance(sent, dict):
        wanted = {key for key in recorded if not key.startswith("customfield_")} - GONE_FROM_CLOUD
        wanted -= set() if path else BY_A_LOGGER
        wanted |= {"key", "name"} & set(recorded) if path != "/user" and "accountId" not in recorded else set()
        lacking = [f"{path}/{key}" for key in sorted(wanted) if key not in sent]
        shared = [key for key in recorded if key in sent]
        return lacking + [each for key in shared for each in missing(recorded[key], sent[key], f"{path}/{key}")]
    if isinstance(recorded, list) and isinstance(sent, list) and recorded and sent:
        return missing(recorded[0], sent[0], f"{path}[]")
    return []


@needs_recordings
@pytest.mark.parametrize(("file", "name", "wanted"), SAME_KIND)
def test_no_key_of_a_recording_is_missing(made: Sample, file: str, name: str, wanted: dict[str, str]) -> None:
    recorded = json.loads((RECORDED / file).read_text(encoding="utf-8"))
    assert set(missing(recorded, ours(made, name, wanted))) <= ONLY_IN_OLD_RECORDINGS


@needs_recordings
@pytest.mark.parametrize(("file", "name", "wanted"), SAME_KIND[:6])
def test_small_bodies_have_no_key_more_than_the_recording(
    made: Sample, file: str, name: str, wanted: dict[str, str]
) -> None:
    recorded = json.loads((RECORDED / file).read_text(encoding="utf-8"))
    assert set(ours(made, name, wanted)) - set(recorded) <= {"eventType"}


def test_a_comments_event_shows_one_line_of_its_issue(made: Sample) -> None:
    issue = ours(made, "comment_created", {})["issue"]
    assert set(issue["fields"]) == {"summary", "issuetype", "project", "assignee", "priority", "status"}


def test_an_issue_event_shows_texts_as_markup_and_no_comments(made: Sample) -> None:
    fields = ours(made, "jira:issue_updated", {"to": "In Progress"})["issue"]["fields"]
    assert fields["description"].startswith("How we deploy.")
    assert "comment" not in fields
    assert "worklog" not in fields


def test_a_body_is_as_things_were_and_does_not_change_later(made: Sample) -> None:
    body = ours(made, "jira:issue_updated", {"to": "In Progress"})
    assert body["issue"]["key"] == "GROW-1"
    assert body["issue"]["fields"]["assignee"]["accountId"] == "cy"


def test_times_are_written_in_the_zone_of_whoever_acts(made: Sample) -> None:
    assert ours(made, "worklog_created", {})["worklog"]["created"] == "2026-01-01T05:00:00.000+0100"


def test_a_restricted_comment_says_for_whom_it_is() -> None:
    made = sample()
    made.site.add_comment(made.issue, by="ada", at=BEGAN + 7 * HOUR, text="Among us.", role="Administrators")
    assert made.site.events[-2].body["comment"]["visibility"]["value"] == "Administrators"


def test_property_events_name_the_issue_and_the_property(made: Sample) -> None:
    body = ours(made, "issue_property_set", {})
    assert body["issue"]["key"] == "GROW-1"
    assert body["property"] == {"key": "shadow", "value": {"accounts": ["bo"], "weight": 2}}
