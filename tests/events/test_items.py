"""A change keeps ids and short values: no prose, and no name of a person."""

import json
from typing import Any

import pytest

from mappings.events.rest import read_changelog_page
from mappings.events.types import PROSE, TEXT_LIMIT, Change
from tests.events.payload import ADA, BO, CREATED

LONG = "x" * (TEXT_LIMIT + 1)


def change_of(**item: Any) -> Change:
    """One item, in the history that holds it alone."""
    item = {name.removesuffix("_"): value for name, value in item.items()}
    history = {"id": "1", "author": None, "created": CREATED // 1000, "items": [{"fieldtype": "jira", **item}]}
    (change,) = read_changelog_page(json.dumps({"values": [history]}).encode(), 7)
    return change


def ends(change: Change) -> tuple[str | None, ...]:
    return change.old, change.old_text, change.new, change.new_text


@pytest.mark.parametrize("field", ["description", "summary", "environment", "Comment", "Attachment", "RemoteIssueLink"])
def test_of_what_people_wrote_only_the_presence_is_kept(field: str) -> None:
    assert ends(change_of(field=field, fromString="few words", toString="")) == (None, PROSE, None, "")
    assert ends(change_of(field=field, from_=None, fromString=None, to="10400", toString="a.png")) == (
        None,
        None,
        "10400",
        PROSE,
    )


def test_the_text_that_cloud_hides_in_the_id_of_a_description_is_not_kept() -> None:
    change = change_of(field="description", fieldId="description", to='{"id":"ari:cloud:jira:x","v":"1"}', toString="a")
    assert ends(change) == (None, None, None, PROSE)


@pytest.mark.parametrize("text", [LONG, "two\nlines", "two\r\nlines"])
def test_a_long_value_is_prose(text: str) -> None:
    assert ends(change_of(field="Notes", fieldtype="custom", toString=text))[3] == PROSE
    assert ends(change_of(field="Notes", fieldtype="custom", toString="x" * TEXT_LIMIT))[3] == "x" * TEXT_LIMIT


@pytest.mark.parametrize("field", ["labels", "Sprint"])
def test_a_list_of_names_is_kept_however_long(field: str) -> None:
    assert change_of(field=field, fromString="", toString=LONG).new_text == LONG


@pytest.mark.parametrize("field", ["assignee", "reporter", "Creator"])
def test_a_person_is_an_id_in_both_places(field: str) -> None:
    change = change_of(field=field, from_=None, fromString=None, to=ADA, toString="Ada Brandt")
    assert ends(change) == (None, None, ADA, ADA)


def test_the_account_goes_before_the_name_of_old() -> None:
    change = change_of(field="assignee", from_="bo", fromString="Bo Lind", to="ada", toString="Ada Brandt",
                       tmpFromAccountId=BO, tmpToAccountId=ADA)  # fmt: skip
    assert ends(change) == (BO, BO, ADA, ADA)


@pytest.mark.parametrize(
    ("to", "stored"), [(ADA, ADA), (BO, BO), (f"[{ADA}]", f"[{ADA}]"), (f"[{ADA}, {BO}]", f"[{ADA}, {BO}]")]
)
def test_a_custom_field_of_people_holds_ids(to: str, stored: str) -> None:
    change = change_of(field="Reviewers", fieldId="customfield_1", fieldtype="custom", to=to, toString="Ada, Bo")
    assert ends(change) == (None, None, stored, stored)


def test_other_values_keep_id_and_text() -> None:
    change = change_of(field="Skill", fieldId="customfield_2", fieldtype="custom", from_="1", fromString="Web", to="2",
                       toString="iOS")  # fmt: skip
    assert ends(change) == ("1", "Web", "2", "iOS")
    assert (change.field, change.field_id, change.history_id, change.place) == ("Skill", "customfield_2", 1, 0)
