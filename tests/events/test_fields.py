"""The fields of an issue are kept as the texts that a mapping names and a changelog shows."""

from typing import Any

import pytest

from mappings.events.rest import read_issue
from mappings.events.types import PROSE, Issue
from tests.events.payload import ADA, CREATED, digest

OLD_SPRINT = "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=41,state=ACTIVE,name=Sprint 4,goal=a\nb]"


def issue_with(**fields: Any) -> Issue:
    answer = {"id": "7", "key": "GROW-7", "fields": {"created": CREATED // 1000, **fields}}
    return read_issue(answer, digest).issue


VALUES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "a number as Jira shows it in a changelog": (8.0, ("8",)),
    "a fraction": (0.5, ("0.5",)),
    "an integer": (3, ("3",)),
    "zero is a value": (0, ("0",)),
    "a short text": ("Growth", ("Growth",)),
    "a long text": ("x" * 256, (PROSE,)),
    "a text of lines": ("a\nb", (PROSE,)),
    "an empty text": ("", ()),
    "a document": ({"type": "doc", "version": 1, "content": [{"type": "paragraph"}]}, (PROSE,)),
    "an empty document": ({"type": "doc", "version": 1, "content": []}, ()),
    "an option": ({"self": "x", "value": "Web", "id": "10"}, ("Web",)),
    "options": ([{"value": "Web", "id": "10"}, {"value": "iOS", "id": "11"}], ("Web", "iOS")),
    "a cascading option": ({"value": "Shop", "id": "1", "child": {"value": "Cart", "id": "2"}}, ("Shop", "Cart")),
    "a thing with a name": ({"id": "1", "name": "Spring"}, ("Spring",)),
    "a thing with an id alone": ({"id": 41}, ("41",)),
    "a person": ({"accountId": ADA, "displayName": "Ada Brandt"}, (ADA,)),
    "people": ([{"accountId": ADA, "displayName": "Ada Brandt"}], (ADA,)),
    "a person on Server": ({"key": "ada", "name": "ada.b", "displayName": "Ada Brandt"}, ("ada",)),
    "a person of whom only the name is told": ({"displayName": "Ada Brandt"}, ()),
    "labels": (["teach", "learn"], ("teach", "learn")),
    "a yes": (True, ("true",)),
    "a rank": ("0|i0002v:", ()),
    "what an add-on writes": ({"hasEpicLinkFieldDependency": False, "showField": False}, ()),
    "nothing": (None, ()),
}


@pytest.mark.parametrize("what", VALUES)
def test_a_value_is_texts(what: str) -> None:
    value, texts = VALUES[what]
    assert issue_with(customfield_1=value).fields.get("customfield_1", ()) == texts


@pytest.mark.parametrize("sprint", [OLD_SPRINT, {"id": 41, "name": "Sprint 4", "state": "active", "boardId": 7}])
def test_sprints_go_by_a_second_name_that_is_the_same_on_every_site(sprint: object) -> None:
    assert issue_with(customfield_1=[sprint]).fields == {"customfield_1": ("Sprint 4",), "sprint": ("Sprint 4",)}


def test_no_component_is_a_sprint_whatever_members_it_has() -> None:
    component = {"id": "41", "name": "Sprint 4", "state": "active", "boardId": 7}
    assert issue_with(components=[component]).fields == {}


def test_only_what_a_mapping_or_a_check_may_name_is_kept() -> None:
    issue = issue_with(priority={"name": "High", "id": "2"}, workratio=-1, votes={"votes": 3}, environment="secret")
    assert issue.fields == {"priority": ("High",), "environment": (PROSE,)}


def test_a_description_is_kept_as_its_presence_alone() -> None:
    filled = ("words", {"type": "doc", "content": [{"type": "paragraph"}]})
    empty = (None, "", "  \n", {"type": "doc", "content": []})
    assert [issue_with(description=each).described for each in (*filled, *empty)] == [True] * 2 + [False] * 4


@pytest.mark.parametrize("level", [{"id": "10001", "name": "Leads"}, "Leads"])
def test_a_security_level_is_its_name(level: object) -> None:
    assert issue_with(security=level).security == "Leads"


def test_the_agile_api_names_the_epic_in_place_of_the_parent() -> None:
    issue = issue_with(epic={"id": 40, "key": "GROW-2", "name": "Listen"}, parent=None)
    assert (issue.parent_id, issue.parent_key) == (40, "GROW-2")


def test_an_archive_names_the_epic_by_its_key_alone() -> None:
    issue = issue_with(epic="GROW-2", parent=None)
    assert (issue.parent_id, issue.parent_key) == (None, "GROW-2")
    assert issue_with(epic="").parent_key is issue_with(epic=7).parent_key is None


def test_what_is_nowhere_is_nothing() -> None:
    assert issue_with() == Issue(7, "GROW-7", CREATED, CREATED)
