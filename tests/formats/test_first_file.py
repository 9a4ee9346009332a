"""A first engagement file reads back whatever a site calls its things: no name can break it or add to it."""

from datetime import date

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mappings.formats.engagement_file.account_list import SeenPerson
from mappings.formats.engagement_file.first_file import (
    FirstFile,
    PointsField,
    StatusUse,
    is_word,
    propose_role,
    propose_signals,
    write_first_file,
)
from mappings.formats.engagement_file.proposed_side import ProposedSide, key_of
from mappings.formats.engagement_file.reader import read_engagement

texts = st.text(max_size=20) | st.sampled_from(
    [
        "a: b",
        "# no",
        "x\n  - {account: y, side: inhouse}",
        "- [",
        "'",
        '"',
        "\x1b[2J",
        "{}",
        "null",
        "yes",
        "2026-01-05",
        "*a",
        "!x",
    ]
)
words = st.dictionaries(texts.filter(bool), st.integers(0, 99), max_size=4)
sides = st.none() | st.builds(
    ProposedSide, st.sampled_from(["agency", "inhouse", "gatekeeper"]), texts, team=texts.filter(is_word)
).map(lambda each: each)
people = st.builds(
    SeenPerson,
    account=texts.filter(is_word),
    kind=st.sampled_from(["atlassian", "app"]),
    active=st.booleans(),
    tickets=st.integers(0, 99),
    name=texts,
    proposed=sides,
)
statuses = st.builds(StatusUse, texts, st.sampled_from(["new", "indeterminate", "done", ""]), st.integers(0, 9))
first_files = st.builds(
    FirstFile,
    site=st.just("growth.example"),
    projects=st.just(("GROW",)),
    project_names=texts.map(lambda name: (name,)),
    zone=st.just("Europe/Berlin"),
    starts=st.just(date(2026, 1, 1)),
    agency=texts.map(key_of),
    people=st.lists(people, max_size=4, unique_by=lambda person: person.account.strip()).map(tuple),
    statuses=st.lists(statuses, max_size=6).map(tuple),
    points=st.none() | st.builds(PointsField, st.just("customfield_1"), texts, st.floats(0, 1)),
    labels=words,
    components=words,
    types=words,
)


@settings(deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(first_files)
def test_whatever_names_a_site_has_the_file_reads_back(first: FirstFile) -> None:
    agreed = read_engagement(write_first_file(first))
    sided = {person.account.strip() for person in first.people if person.proposed and person.kind != "app"}
    assert {person.account for person in agreed.people} == sided
    assert agreed.projects == ("GROW",)
    named = {
        text for objective in agreed.objectives for text in (*objective.mapping.labels, *objective.mapping.components)
    }
    assert named <= {word.strip() for word in (*first.labels, *first.components)}


@pytest.mark.parametrize(
    ("name", "category", "role"),
    [
        ("In Progress", "indeterminate", "active"),
        ("In Review", "indeterminate", "review"),
        ("Waiting for client", "new", "paused_on_client"),
        ("Waiting for agency", "indeterminate", "paused_on_agency"),
        ("Legal review", "indeterminate", "gatekeeper"),
        ("Reviewed", "done", "done"),
        ("To Do", "new", ""),
        ("Erledigt", "", ""),
    ],
)
def test_a_status_belongs_to_the_list_that_its_name_and_category_say(name: str, category: str, role: str) -> None:
    assert propose_role(StatusUse(name, category, 1)) == role


@pytest.mark.parametrize(
    ("labels", "types", "incidents"),
    [
        ({"postmortem": 3}, {"Incident": 2}, {"types": ["Incident"], "review": {"labels": ["postmortem"]}}),
        ({"Post-Mortem": 3}, {}, None),
        ({"other": 1}, {"Incident": 2}, {"types": ["Incident"]}),
    ],
)
def test_reviews_are_proposed_with_incidents(
    labels: dict[str, int], types: dict[str, int], incidents: dict[str, object] | None
) -> None:
    first = FirstFile("s", ("GROW",), ("",), "UTC", date(2026, 1, 1), "acme", (), (), labels=labels, types=types)
    assert propose_signals(first).get("incidents") == incidents
    has_review = bool(read_engagement(write_first_file(first)).signals.incident_review)
    assert has_review == ("review" in (incidents or {}))


def test_statuses_of_one_name_stand_once() -> None:
    uses = (
        StatusUse("Doing", "indeterminate", 4),
        StatusUse("DOING", "indeterminate", 1),
        StatusUse("Done", "done", 2),
    )
    first = FirstFile("s", ("GROW",), ("",), "UTC", date(2026, 1, 1), "acme", (), uses)
    assert read_engagement(write_first_file(first)).workflow.active == ("Doing",)
