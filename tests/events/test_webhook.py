"""Each event of Jira's webhooks says what happened, and nothing that it does not say."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from mappings.events.errors import UnknownEvent
from mappings.events.issue_property import value_hash
from mappings.events.types import (
    Account,
    AccountGone,
    Change,
    Comment,
    CommentGone,
    CommentSeen,
    Event,
    IssueGone,
    IssueSeen,
    IssueTouched,
    Link,
    LinkGone,
    LinkSeen,
    ProjectGone,
    ProjectSeen,
    PropertySeen,
    Status,
    Worklog,
    WorklogGone,
    WorklogSeen,
)
from mappings.events.webhook import IGNORED, READERS, read_body
from tests.events.payload import (
    ADA,
    ADA_SEEN,
    BO,
    BO_SEEN,
    CREATED,
    FOLDER,
    ISSUE,
    MINUTE,
    SENT,
    UPDATED,
    changed,
    changes,
    digest,
    payload,
)

SECOND, MS = 1_000_000, 1000
LATER = CREATED + 60 * MINUTE
COMMENT = Comment(10800, 10070, ADA, UPDATED, UPDATED, length=0)
WORKLOG = Worklog(10900, 10070, ADA, CREATED - 60 * MINUTE, 5400, UPDATED, UPDATED)
SEEN = IssueSeen(SENT, ISSUE, accounts=(ADA_SEEN, BO_SEEN))
LABELLED = Change(10070, 11002, 0, UPDATED, ADA, "labels", "labels", None, "teach", None, "teach research")
LINK = Link(10600, 10070, 10071, None, "Blocks", "blocks", outward=True)
MIRROR = Link(10600, 10071, 10070, None, "Blocks", "is blocked by", outward=False)
GROWTH = ProjectSeen(SENT, "10100", "GROW", "Growth")
TOUCHED = IssueTouched(SENT, 10070)


def comment_seen(text: str, **more: object) -> CommentSeen:
    comment = replace(COMMENT, length=len(text), digest=digest(text), **more)
    return CommentSeen(SENT, comment, (ADA_SEEN,))


TOLD: dict[str, tuple[Event, ...]] = {
    "jira_issue_created__changelog": (replace(SEEN, accounts=(BO_SEEN, ADA_SEEN)),),
    "jira_issue_updated__status": (replace(SEEN, changes=changes(UPDATED)),),
    "jira_issue_updated__bulk": (replace(SEEN, changes=(LABELLED,), bulk=True),),
    "jira_issue_updated__comment": (
        SEEN,
        comment_seen("Start with what they did last week, not with what they would do."),
    ),
    "jira_issue_updated__without_changelog": (SEEN, TOUCHED),
    "jira_issue_updated__few_fields": (TOUCHED,),
    "jira_issue_deleted__cloud": (IssueGone(SENT, 10070),),
    "comment_created__mention": (comment_seen("please read first. Then we pair on the guide", mentions=(BO,)),),
    "comment_created__without_issue": (comment_seen("すぐに確認します。ありがとう。", cjk=True, restricted=True),),
    "comment_updated__restricted": (comment_seen("Only for the leads.", updated=LATER, restricted=True),),
    "comment_deleted__cloud": (CommentGone(SENT, 10800, 10070),),
    "worklog_created__issue_id_only": (WorklogSeen(SENT, WORKLOG, (ADA_SEEN,)),),
    "worklog_updated__longer": (WorklogSeen(SENT, replace(WORKLOG, seconds=7200, updated=LATER), (ADA_SEEN,)),),
    "worklog_deleted__last_state": (WorklogGone(SENT, 10900, 10070),),
    "issuelink_created__blocks": (LinkSeen(SENT, LINK, MIRROR),),
    "issuelink_created__subtask": (IssueTouched(SENT, 10071),),
    "issuelink_deleted__blocks": (LinkGone(SENT, 10600),),
    "project_created__lead": (GROWTH,),
    "project_updated__lead": (GROWTH,),
    "project_restored_deleted__lead": (GROWTH,),
    "project_restored_archived__lead": (GROWTH,),
    "project_archived__lead": (replace(GROWTH, archived=True),),
    "project_soft_deleted__lead": (ProjectGone(SENT, "10100", "GROW"),),
    "project_deleted__lead": (ProjectGone(SENT, "10100", "GROW"),),
    "user_deleted__closed": (AccountGone(SENT, BO),),
    "issue_property_set__ours": (PropertySeen(SENT, 10070, value_hash({"bucket": ["taught"], "objectives": ["crm"]})),),
    "issue_property_deleted__ours": (PropertySeen(SENT, 10070, ""),),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_body_tells_just_what_it_says(name: str) -> None:
    assert read_body(payload(name), digest) == TOLD[name]


@pytest.mark.parametrize(("updated", "at"), [(SENT - 5 * SECOND, None), (SENT - 6 * SECOND, SENT), (SENT + MS, SENT)])
def test_a_change_has_the_time_of_the_issue_unless_that_says_nothing_of_it(updated: int, at: int | None) -> None:
    """Such as where a body was sent long after, or built after a later change."""
    text = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=updated)).isoformat(timespec="milliseconds")
    body = changed("jira_issue_updated__bulk", lambda body: body["issue"]["fields"].update(updated=text))
    seen, *_ = read_body(body, digest)
    assert isinstance(seen, IssueSeen)
    assert [change.at for change in seen.changes] == [at or updated]


def test_the_oldest_server_is_read_without_event_name_ids_and_account_ids() -> None:
    seen, *more = read_body(payload("jira_issue_updated__oldest_server"), digest)
    assert isinstance(seen, IssueSeen)
    assert seen.changes == (
        Change(10070, 10600, 0, seen.issue.updated, "ada", "assignee", None, "ada", "ada", "bo", "bo"),
    )
    assert (seen.issue.assignee, seen.issue.reporter, seen.issue.status) == (
        "bo",
        "ada",
        Status("3", "In Progress", None),
    )
    assert seen.issue.fields["sprint"] == ("Growth sprint 4",)
    assert seen.accounts == (Account("ada"), Account("bo"))
    assert not more


def test_every_reader_has_a_payload() -> None:
    by_key = {name.partition("__")[0].replace("jira_", "jira:") for name in TOLD}
    assert by_key == set(READERS)
    files = {path.stem for path in FOLDER.glob("*.json") if not path.stem.startswith("rest_")}
    assert files == {*TOLD, "jira_issue_updated__oldest_server"}


def test_every_event_we_register_for_is_read() -> None:
    descriptor = json.loads((FOLDER.parent.parent / "atlassian-connect.json").read_bytes())
    registered = {module["event"] for module in descriptor["modules"]["webhooks"]}
    assert registered
    assert registered <= set(READERS) | IGNORED
    assert not IGNORED & set(READERS)


@pytest.mark.parametrize(
    "this_body", [{"property": {"key": "another app's", "value": 1}}, {"property": {"key": "teachback"}}, {}]
)
def test_a_property_of_others_or_without_its_value_tells_nothing(this_body: dict[str, object]) -> None:
    body = {"timestamp": 1, "webhookEvent": "issue_property_set", "issue": {"id": "10070"}, **this_body}
    assert read_body(json.dumps(body).encode(), digest) == ()


@pytest.mark.parametrize("event", sorted(IGNORED))
def test_what_is_ignored_on_purpose_tells_nothing(event: str) -> None:
    assert read_body(json.dumps({"timestamp": 1, "webhookEvent": event}).encode(), digest) == ()


def test_an_unknown_event_is_named() -> None:
    with pytest.raises(UnknownEvent) as refusal:
        read_body(b'{"timestamp": 1, "webhookEvent": "jira:issue_dreamed"}', digest)
    assert refusal.value.name == "jira:issue_dreamed"


def test_one_broken_item_costs_no_other_and_has_the_issue_read_again() -> None:
    def breaks(body: dict[str, dict[str, list[object]]]) -> None:
        body["changelog"]["items"][1] = None

    seen, touched = read_body(changed("jira_issue_updated__status", breaks), digest)
    assert isinstance(seen, IssueSeen)
    assert [change.place for change in seen.changes] == [0, 2, 3, 4, 5]
    assert touched == TOUCHED


def test_a_broken_comment_leaves_the_issue_it_came_with() -> None:
    body = changed("jira_issue_updated__comment", lambda body: body["comment"].update(created="soon"))
    assert read_body(body, digest) == (SEEN, TOUCHED)


def test_a_comment_that_comes_with_its_own_deletion_is_gone() -> None:
    change = {"issue_event_type_name": "issue_comment_deleted"}
    body = changed("jira_issue_updated__comment", lambda body: body.update(change))
    assert read_body(body, digest) == (SEEN, CommentGone(SENT, 10800, 10070))


@pytest.mark.parametrize("stamp", [None, "2018-12-18 11:57:24,746", True])
def test_without_a_time_of_its_own_an_event_is_as_old_as_what_it_tells_of(stamp: object) -> None:
    body = changed("jira_issue_updated__bulk", lambda body: body.update(timestamp=stamp))
    seen, *_ = read_body(body, digest)
    assert seen.at == UPDATED


def test_no_name_of_a_person_is_kept() -> None:
    for name in TOLD:
        text = repr(read_body(payload(name), digest))
        assert "Brandt" not in text
        assert "Lind" not in text
        assert "@acme" not in text
