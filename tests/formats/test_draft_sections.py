"""A draft and a file are one: what is set up in sections reads, is refused and is exported as the file is."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.actions.draft_fields import read_fields, with_field
from mappings.formats.engagement_file.difference import engagement_difference
from mappings.formats.engagement_file.draft_sections import bodies_of, problems_of, read_draft, refusals_of, slug
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.engagement_file.writer import write_engagement

EXAMPLE = read_engagement(Path(__file__).with_name("growth-acme.yaml").read_text())
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC")
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
STATUSES = ("To Do", "In Progress", "In Review", "Blocked", "Done")


@st.composite
def drafts(draw: st.DrawFn) -> dict[str, dict]:
    """Whole drafts, made as the pages make them: field by field."""
    starts = draw(DAYS)
    bodies: dict[str, dict] = {name: {} for name in ("basics", "people", "workflow", "units", "objectives", "leads")}

    def put(section: str, field: str, text: str) -> None:
        bodies[section] = with_field(section, bodies[section], field, text)

    basics = {"name": draw(WORDS), "agency": draw(WORDS), "projects": "grow, shop", "starts": starts.isoformat()}
    basics |= {"timezone": draw(st.sampled_from(ZONES)), "model": draw(st.sampled_from(("", "embedded", "hybrid")))}
    basics["ends"] = draw(st.sampled_from(("", (starts + timedelta(400)).isoformat())))
    for field, text in basics.items():
        put("basics", field, text)
    people = draw(st.lists(st.text("abc:-1", min_size=1, max_size=9), min_size=2, max_size=8, unique=True))
    for account in people:
        put("people", f"side {account}", draw(st.sampled_from(("agency", "inhouse", "gatekeeper", "other"))))
        put("people", f"team {account}", draw(st.sampled_from(("", "Growth", "Bolt Ads"))))
        put("people", f"from {account}", draw(st.sampled_from(("", starts.isoformat()))))
    for status in STATUSES:
        put("workflow", f"status {status}", draw(st.sampled_from(("", "active", "review", "paused_on_client"))))
    put("workflow", "status Building", "active")
    put("workflow", "status Shipped", "done")
    put("units", "by", draw(st.sampled_from(("count", "hours"))))
    inhouse = [each["account"] for each in bodies["people"]["people"] if each["side"] == "inhouse"]
    bodies["objectives"]["objectives"] = [
        {"key": f"goal-{number}", "name": name, "mapping": {"labels": [draw(WORDS)]}}
        for number, name in enumerate(draw(st.lists(WORDS, max_size=4)))
    ]
    for objective in bodies["objectives"]["objectives"]:
        put("objectives", f"people {objective['key']}", str(draw(st.integers(1, 9))))
        put("objectives", f"learners {objective['key']}", " ".join(inhouse[:2]))
    if inhouse:
        put("leads", "inhouse", inhouse[0])
    return bodies


@settings(max_examples=40, deadline=None)
@given(drafts())
def test_a_draft_exports_as_the_file_that_changes_nothing(bodies: dict[str, dict]) -> None:
    engagement = read_draft(bodies)
    again = read_engagement(write_engagement(engagement))
    assert engagement_difference(engagement, again) == ()
    assert engagement_hash(again) == engagement_hash(engagement)
    assert read_draft(bodies_of(engagement)) == engagement
    assert engagement.starts == date.fromisoformat(bodies["basics"]["engagement"]["starts"])
    assert all(ZoneInfo(engagement.zone) for _ in engagement.people)


def test_a_file_becomes_a_draft_and_the_same_file() -> None:
    assert read_draft(bodies_of(EXAMPLE)) == EXAMPLE


WRONG = [
    ("basics", "starts", "2026-13-01", "must be a day"),
    ("basics", "ends", "2020-01-01", "does not lie after starts"),
    ("basics", "timezone", "Mars/Olympus", "must be a time zone"),
    ("basics", "key", "Not A Key", "lower case letters"),
    ("basics", "model", "wild", "must be one of"),
    ("workflow", "to", "08:00", "does not lie after from"),
    ("workflow", "holidays", "christmas", "must be a day"),
    ("units", "attribution", "luck", "must be one of"),
]


@pytest.mark.parametrize(("section", "field", "text", "words"), WRONG)
def test_what_the_file_refuses_the_draft_refuses_at_its_field(section: str, field: str, text: str, words: str) -> None:
    bodies = bodies_of(EXAMPLE)
    bodies["units"] = {}
    assert refusals_of(bodies) == frozenset()
    bodies[section] = with_field(section, bodies[section], field, text)
    assert [(each.section, words in each.what) for each in problems_of(bodies)] == [(section, True)]
    assert {each.field for each in problems_of(bodies)} <= {field}
    assert refusals_of(bodies)


def test_an_empty_draft_is_not_refused_and_says_what_is_missing() -> None:
    bodies: dict[str, dict] = {"basics": {}, "people": {}, "workflow": {}, "objectives": {}, "leads": {}, "units": {}}
    assert refusals_of(bodies) == frozenset()
    assert {(each.section, each.field) for each in problems_of(bodies)} >= {("basics", "name"), ("basics", "agency")}


def test_a_field_reads_as_it_was_written() -> None:
    bodies = bodies_of(EXAMPLE)
    for section in ("basics", "people", "workflow", "units", "objectives", "leads"):
        fields = read_fields(section, bodies[section])
        body = bodies[section]
        for field, text in fields.items():
            body = with_field(section, body, field, text)
        assert read_fields(section, body) == fields


def test_a_name_gives_a_key() -> None:
    assert slug("Acme Experiments Ltd.") == "acme-experiments-ltd"


def test_points_without_a_field_are_refused_at_the_field() -> None:
    bodies = {**bodies_of(EXAMPLE), "units": {"units": {"by": "story_points"}}}
    assert [(each.section, each.field) for each in problems_of(bodies)] == [("units", "field")]
