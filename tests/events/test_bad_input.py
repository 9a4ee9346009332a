"""Bad input is refused with its place and without its content: never a crash, never a lost neighbour."""

import json
import re
from contextlib import suppress
from traceback import format_exception
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.events.errors import UnknownEvent, UnreadableBody
from mappings.events.rest import read_changelog_page, read_issue, read_statuses
from mappings.events.types import IssueRead, IssueSeen
from mappings.events.webhook import read_body
from tests.events.payload import CREATED, FOLDER, ISSUE, SENT, changed, digest, payload

WHOLE = payload("jira_issue_updated__status")
WEBHOOKS = sorted(path.stem for path in FOLDER.glob("*.json") if not path.stem.startswith("rest_"))
JUNK = st.sampled_from([None, True, False, 0, -1, 7.5, 10**30, "", "x", "9", "\0", [], [None], {}, {"id": None}])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b"\xff\xfe{}", "UTF-16, not UTF-8"),
        (WHOLE[: len(WHOLE) // 2], "cut off"),
        (WHOLE + b"}", "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b"[]", "not an object"),
        (b"null", "missing"),
        (b"7", "not an object"),
        (b"{}", "webhookEvent: missing"),
        (b'{"webhookEvent": ["jira:issue_updated"]}', "webhookEvent: not a text"),
        (b'{"webhookEvent": "jira:issue_updated"}', "issue: missing"),
        (b'{"webhookEvent": "jira:issue_updated", "issue": []}', "issue: not an object"),
        (b'{"webhookEvent": "jira:issue_deleted", "timestamp": 1, "issue": {"id": "x"}}', "issue.id: not an id"),
        (b'{"webhookEvent": "worklog_created", "timestamp": 1, "worklog": {"id": "1"}}', "worklog: of no issue"),
        (b'{"webhookEvent": "worklog_deleted", "timestamp": 1, "worklog": {"id": "1"}}', "worklog: of no issue"),
        (b'{"webhookEvent": "issuelink_deleted", "issueLink": {"id": 1}}', "timestamp: not a time"),
        (b'{"webhookEvent": "user_deleted", "timestamp": 1, "user": {"accountId": ""}}', "user.accountId: missing"),
        (b'{"webhookEvent": "project_updated", "timestamp": 1, "project": {"id": 1}}', "project.key: missing"),
    ],
)
def test_what_is_not_jiras_is_refused_with_its_place(body: bytes, message: str) -> None:
    with pytest.raises(UnreadableBody) as refusal:
        read_body(body, digest)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("created", "soon", "issue.fields.created: not a time"),
        ("updated", [2026], "issue.fields.updated: not a time"),
        ("assignee", "ada", "issue.fields.assignee: not an object"),
        ("labels", "teach", "issue.fields.labels: not an array"),
        ("labels", [["teach"]], "issue.fields.labels[0]: not a text"),
        ("status", [], "issue.fields.status: not an object"),
        ("issuetype", 7, "issue.fields.issuetype: not an object"),
        ("parent", {"id": "GROW-2"}, "issue.fields.parent.id: not an id"),
    ],
)
def test_a_wrong_type_is_refused_with_its_place(field: str, value: object, message: str) -> None:
    body = changed("jira_issue_updated__status", lambda body: body["issue"]["fields"].update({field: value}))
    with pytest.raises(UnreadableBody) as refusal:
        read_body(body, digest)
    assert (refusal.value.field, str(refusal.value)) == (message.partition(":")[0], message)


def test_a_refusal_holds_no_content() -> None:
    secret = "the-customer-is-leaving"
    body = changed("jira_issue_updated__status", lambda body: body["issue"]["fields"].update(created=secret))
    with pytest.raises(UnreadableBody) as refusal:
        read_body(body, digest)
    assert secret not in "".join(format_exception(refusal.value))


STRINGS_THAT_MAY_BE_NULL = (
    "summary", "description", "priority", "resolution", "duedate", "security", "environment", "assignee", "reporter",
    "creator", "parent", "issuetype", "project", "labels", "components", "status", "fixVersions",
)  # fmt: skip


@pytest.mark.parametrize("field", STRINGS_THAT_MAY_BE_NULL)
def test_null_where_the_specification_says_otherwise_is_read(field: str) -> None:
    body = changed("jira_issue_updated__status", lambda body: body["issue"]["fields"].update({field: None}))
    seen, *_ = read_body(body, digest)
    assert isinstance(seen, IssueSeen)
    assert len(seen.changes) == 6


@pytest.mark.parametrize("name", ["from", "fromString", "to", "toString", "fieldId", "fieldtype"])
def test_an_item_is_read_with_null_and_without(name: str) -> None:
    for change in (lambda item: item.update({name: None}), lambda item: item.pop(name)):
        body = changed("jira_issue_updated__bulk", lambda body, change=change: change(body["changelog"]["items"][0]))
        seen, *_ = read_body(body, digest)
        assert isinstance(seen, IssueSeen)
        assert seen.changes[0].field == "labels"


@pytest.mark.parametrize(
    "written", [1_772_438_400_000, 1_772_438_400, "2026-03-02T08:00:00.000+0000", "2026-03-02T08:00:00Z"]
)
def test_times_are_read_as_integers_and_in_any_zone(written: object) -> None:
    body = changed("jira_issue_updated__status", lambda body: body["issue"]["fields"].update(created=written))
    seen, *_ = read_body(body, digest)
    assert isinstance(seen, IssueSeen)
    assert (seen.at, seen.issue) == (SENT, ISSUE)
    assert seen.issue.created == CREATED


def test_ids_are_read_as_numbers_and_as_texts() -> None:
    def number(body: dict[str, Any]) -> None:
        body["issue"]["id"] = 10070
        body["changelog"]["id"] = 11001
        body["changelog"]["items"][0].update({"from": 10000, "to": 3})

    assert read_body(changed("jira_issue_updated__status", number), digest) == read_body(WHOLE, digest)


def test_an_id_that_no_database_holds_is_refused() -> None:
    with pytest.raises(UnreadableBody, match=r"issue\.id: not an id"):
        read_body(changed("jira_issue_deleted__cloud", lambda body: body["issue"].update(id=2**63)), digest)


TOO_LONG = "x" * 256


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"status": {"id": TOO_LONG}}, "issue.fields.status.id: too long"),
        ({"status": {"id": "1", "name": TOO_LONG}}, "issue.fields.status.name: too long"),
        ({"project": {"id": TOO_LONG}}, "issue.fields.project.id: too long"),
        ({"project": {"key": TOO_LONG}}, "issue.fields.project.key: too long"),
        ({"issuetype": {"name": TOO_LONG}}, "issue.fields.issuetype.name: too long"),
        ({"assignee": {"accountId": TOO_LONG}}, "issue.fields.assignee: not an account"),
    ],
)
def test_a_name_that_no_database_holds_is_refused(fields: dict[str, Any], message: str) -> None:
    body = changed("jira_issue_updated__status", lambda body: body["issue"]["fields"].update(fields))
    with pytest.raises(UnreadableBody, match=re.escape(message)):
        read_body(body, digest)


@pytest.mark.parametrize("kind", [["app"], {}, 7, "robot", None])
def test_a_kind_of_account_that_nobody_knows_is_a_person(kind: object) -> None:
    body = changed("jira_issue_updated__bulk", lambda body: body["user"].update(accountType=kind))
    assert read_body(body, digest) == read_body(payload("jira_issue_updated__bulk"), digest)


@pytest.mark.parametrize("level", [10**30, -(10**30), 1.5, "0", True, []])
def test_a_level_that_is_none_is_unknown(level: object) -> None:
    body = changed("jira_issue_updated__bulk", lambda body: body["issue"]["fields"]["issuetype"].update(
        hierarchyLevel=level))  # fmt: skip
    seen, *_ = read_body(body, digest)
    assert isinstance(seen, IssueSeen)
    assert seen.issue.level is None


def test_nul_is_left_out_of_what_is_kept() -> None:
    body = changed("jira_issue_updated__bulk", lambda body: body["changelog"]["items"][0].update(toString="a\0b"))
    seen, *_ = read_body(body, digest)
    assert isinstance(seen, IssueSeen)
    assert seen.changes[0].new_text == "ab"


def test_fields_that_nobody_knows_change_nothing() -> None:
    def add(body: dict[str, Any]) -> None:
        body.update(matchedWebhookIds=[1], news={"a": [1, 2]})
        body["issue"]["fields"].update(unheardOf={"x": 1}, customfield_99999=None)
        body["changelog"]["items"][0]["more"] = {}

    assert read_body(changed("jira_issue_updated__status", add), digest) == read_body(WHOLE, digest)


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b"null", b'{"id": "1"}', b'{"errorMessages": ["gone"]}'])
def test_an_answer_that_is_no_issue_is_refused(answer: bytes) -> None:
    with pytest.raises(UnreadableBody):
        read_issue(answer, digest)


@pytest.mark.parametrize("answer", [b"null", b"7", b'{"values": {}}', b'{"values": [7]}'])
def test_a_page_that_is_none_is_refused(answer: bytes) -> None:
    with pytest.raises(UnreadableBody):
        read_changelog_page(answer, 10070)
    with pytest.raises(UnreadableBody):
        read_statuses(answer)


def mutate(value: Any, draw: Any) -> Any:
    """The value with junk in place of one or more of its parts, drawn at random."""
    if draw(st.integers(0, 11)) == 0:
        return draw(JUNK)
    if isinstance(value, dict):
        pairs = list(value.items())
        chosen = draw(st.integers(0, len(pairs))) if pairs else 0
        return {
            name: mutate(part, draw) if place == chosen else part
            for place, (name, part) in enumerate(pairs)
            if place != chosen or draw(st.integers(0, 9))
        }
    if isinstance(value, list) and value:
        chosen = draw(st.integers(0, len(value) - 1))
        return [mutate(part, draw) if place == chosen else part for place, part in enumerate(value)]
    return draw(JUNK)


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
BODIES = {name: json.loads(payload(name)) for name in WEBHOOKS}
ANSWERS = {name: json.loads(payload(name)) for name in ("rest_issue__v2", "rest_issue__v3", "rest_issue__data_center")}


@FUZZ
@given(st.data())
def test_no_mutation_of_a_body_crashes(data: st.DataObject) -> None:
    body = BODIES[data.draw(st.sampled_from(WEBHOOKS))]
    for _ in range(data.draw(st.integers(1, 5))):
        body = mutate(body, data.draw)
    with suppress(UnknownEvent, UnreadableBody):
        assert isinstance(read_body(json.dumps(body).encode(), digest), tuple)


@FUZZ
@given(st.data())
def test_no_mutation_of_an_answer_crashes(data: st.DataObject) -> None:
    answer = ANSWERS[data.draw(st.sampled_from(sorted(ANSWERS)))]
    for _ in range(data.draw(st.integers(1, 5))):
        answer = mutate(answer, data.draw)
    with suppress(UnreadableBody):
        assert isinstance(read_issue(json.dumps(answer).encode(), digest), IssueRead)


@FUZZ
@given(st.integers(0, len(WHOLE)), st.binary(max_size=6))
def test_no_broken_byte_crashes(place: int, junk: bytes) -> None:
    with suppress(UnknownEvent, UnreadableBody):
        assert isinstance(read_body(WHOLE[:place] + junk + WHOLE[place + len(junk) :], digest), tuple)


@pytest.mark.parametrize("depth", [100, 500, 975, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"child":{"value":', '{"value":'])
def test_a_value_nested_deeply_is_read_or_refused_but_no_crash(depth: int, opening: str) -> None:
    closing = {"[": "]"}.get(opening, "}" * opening.count("{"))
    nested = opening * depth + '"x"' + closing * depth
    whole = json.dumps({"id": "1", "key": "A-1", "fields": {"created": CREATED, "customfield_1": "nested"}})
    body = whole.replace('"nested"', nested).replace('"id": "1"', f'"id": "1", "properties": {{"teachback": {nested}}}')
    with suppress(UnreadableBody):
        assert read_issue(body.encode(), digest).issue.key == "A-1"


@pytest.mark.parametrize("field", ["customfield_1", "renderedFields"])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_two_hundred_levels_are_read_and_no_more_whatever_is_kept_of_them(
    field: str, opening: str, closing: str
) -> None:
    def answer(more: int) -> bytes:
        # The answer and its fields are two levels of their own.
        times = 198 // len(closing) + more
        nested = opening * times + "1" + closing * times
        return f'{{"id": "1", "key": "A-1", "fields": {{"created": 1780000000000, "{field}": {nested}}}}}'.encode()

    assert read_issue(answer(0), digest).issue.key == "A-1"
    with pytest.raises(UnreadableBody, match="nested too deeply"):
        read_issue(answer(1), digest)
