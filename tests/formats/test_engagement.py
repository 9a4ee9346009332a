"""Engagement files: what is read, that it writes back, and what apply says has changed."""

from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.formats.engagement_file.difference import changed_parts, engagement_difference, render_change
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.engagement_file.writer import write_engagement
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import (
    RUNGS,
    Affiliation,
    Checks,
    Engagement,
    GroupRule,
    Hours,
    Objective,
    Signals,
    TicketRule,
    Units,
    Workflow,
)
from tests.formats.test_engagement_refusals import GOOD

EXAMPLE = (Path(__file__).parent / "growth-acme.yaml").read_text(encoding="utf-8")


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000_000


def test_the_example_of_the_documents_is_read_whole() -> None:
    read = read_engagement(EXAMPLE)
    assert [(person.account[-4:], person.side, person.org) for person in read.people] == [
        ("aaaa", "agency", "acme"),
        ("bbbb", "inhouse", "Growth"),
        ("cccc", "gatekeeper", "Legal"),
        ("dddd", "other", "bolt"),
    ]
    assert read.workflow.hours == Hours((1, 2, 3, 4, 5), 540, 1020, ())
    assert read.on_call == Hours((1, 2, 3, 4, 5, 6, 7), 0, 1440, ())
    assert read.signals.incident_review == {"labels": ("postmortem",), "links": ("reviewed by",)}
    assert read.objectives[0].agreed == {"inhouse": date(2026, 1, 7), "agency": date(2026, 1, 8)}
    assert (read.units, read.model, read.ends) == (Units("story_points", "customfield_10016"), "embedded", None)


def test_days_begin_at_midnight_of_the_zone() -> None:
    agency, inhouse = read_engagement(GOOD).people
    assert agency.start == instant("2026-01-05T00:00+01:00")
    assert inhouse.end == instant("2026-09-01T00:00+02:00")


@pytest.mark.parametrize("text", ["17:00", '"17:00"', "1020", "'17:00'"])
def test_a_time_is_the_same_quoted_or_not(text: str) -> None:
    assert read_engagement(GOOD.replace('"17:00"', text)).workflow.hours.end == 1020


@pytest.mark.parametrize("text", ["24:00", '"24:00"'])
def test_a_window_may_end_at_midnight(text: str) -> None:
    assert read_engagement(GOOD.replace('"17:00"', text)).workflow.hours.end == 1440


def test_a_day_is_the_same_quoted_or_not() -> None:
    assert read_engagement(GOOD.replace("2026-01-05", '"2026-01-05"')) == read_engagement(GOOD)


def test_a_person_may_leave_and_come_on_another_side_the_same_day() -> None:
    more = '\n  - {account: "712020:bbbb", side: agency, from: 2026-09-01}\nworkflow:'
    assert len(read_engagement(GOOD.replace("\nworkflow:", more)).people) == 3


def test_equal_agreements_have_one_hash_whatever_the_order_of_keys() -> None:
    turned = GOOD.replace("{key: acme, name: Acme Experiments}", "{name: Acme Experiments, key: acme}")
    assert engagement_hash(read_engagement(turned)) == engagement_hash(read_engagement(GOOD))
    assert engagement_hash(read_engagement(GOOD)).startswith("sha256:")


def test_the_hash_is_that_of_what_is_kept() -> None:
    read = read_engagement(EXAMPLE)
    decoded = msgspec.json.decode(msgspec.json.encode(read), type=Engagement)
    assert engagement_hash(decoded) == engagement_hash(read)


def test_another_agreement_has_another_hash() -> None:
    other = GOOD.replace("labels: [ab-design]", "labels: [ab-tests]")
    assert engagement_hash(read_engagement(other)) != engagement_hash(read_engagement(GOOD))


def test_what_changed_is_said_by_name() -> None:
    other = GOOD.replace("[In Progress]", "[Doing]").replace(", to: 2026-09-01", "").replace("ab-design\n", "tests\n")
    changes = engagement_difference(read_engagement(GOOD), read_engagement(other))
    assert "\n".join(map(render_change, changes)) == dedent(
        """\
        workflow.active: [In Progress] -> [Doing]
        person 712020:bbbb from 2025-01-01: {side: inhouse, team: Growth, to: 2026-09-01} -> \
{side: inhouse, team: Growth}
        added objective tests: {name: Design an A/B test, target: {people: 1, rung: independent}, \
learners: ['712020:bbbb'], mapping: {labels: [ab-design]}}
        removed objective ab-design"""
    )


def test_what_changed_is_told_by_part_and_names_nobody() -> None:
    other = GOOD.replace("[In Progress]", "[Doing]").replace(", to: 2026-09-01", "").replace("ab-design\n", "tests\n")
    changes = engagement_difference(read_engagement(GOOD), read_engagement(other))
    assert changed_parts(changes) == ("workflow", "people", "objectives and their mapping")
    shorter = GOOD.replace('"17:00"', '"16:00"').replace("17:00", "16:00")
    assert changed_parts(engagement_difference(read_engagement(GOOD), read_engagement(shorter))) == ("hours",)


def test_nothing_is_said_where_nothing_changed() -> None:
    assert engagement_difference(read_engagement(GOOD), read_engagement(GOOD)) == ()


def test_the_order_of_keys_is_no_difference() -> None:
    agreed = read_engagement(EXAMPLE)
    turned = msgspec.structs.replace(agreed.signals, proposals=dict(reversed([*agreed.signals.proposals.items()])))
    assert engagement_difference(agreed, msgspec.structs.replace(agreed, signals=turned)) == ()


# Any engagement is written as a file that reads back as itself.

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=12)
words = words.map(str.strip).filter(bool)
some = st.lists(words, max_size=3).map(tuple)
keys = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
zones = st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Auckland", "UTC"])
hours = st.builds(
    lambda week, start, length, free: Hours(tuple(sorted(week)), start, start + length, tuple(free)),
    st.sets(st.integers(1, 7), min_size=1), st.integers(0, 720), st.integers(1, 720), st.lists(days, max_size=2),
)  # fmt: skip
rules = st.builds(
    TicketRule, labels=some, components=some, types=some, epics=some,
    fields=st.dictionaries(words, st.lists(words, min_size=1, max_size=2).map(tuple), max_size=2),
).filter(lambda rule: any((rule.labels, rule.components, rule.types, rule.epics, rule.fields)))  # fmt: skip


def signal(*more: str) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    return st.dictionaries(
        st.sampled_from(["labels", "components", "types", "epics", "links", *more]), some, max_size=3
    )


signals = st.builds(
    Signals, proposals=signal("declined"), incidents=signal(), incident_review=signal(), gatekeeper=signal(),
    experiments=signal("won", "lost", "inconclusive"),
)  # fmt: skip


@st.composite
def objectives(draw: st.DrawFn, learners: list[str]) -> Objective:
    return Objective(
        key=draw(keys),
        name=draw(words),
        mapping=draw(rules),
        people=draw(st.integers(1, 9)),
        rung=draw(st.sampled_from(RUNGS)),
        by=draw(st.none() | days),
        learners=tuple(draw(st.lists(st.sampled_from(learners), max_size=2)) if learners else ()),
        agreed=draw(st.dictionaries(st.sampled_from(["inhouse", "agency"]), days)),
        min_size=draw(st.none() | st.floats(0, 100)),
        tickets=draw(st.dictionaries(st.sampled_from(RUNGS), st.integers(1, 9))),
    )


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    names = draw(st.lists(words, min_size=2, max_size=12, unique_by=str.casefold))
    lists: list[list[str]] = [[names[0]], [names[1]], [], [], [], []]
    for name in names[2:]:
        lists[draw(st.integers(0, 5))].append(name)
    return Workflow(*map(tuple, lists), hours=draw(hours))


@st.composite
def engagements(draw: st.DrawFn) -> Engagement:
    zone, agency = draw(zones), draw(keys)
    calendar = Calendar(zone, Hours())
    people = []
    for account in draw(st.lists(words, max_size=4, unique=True)):
        side = draw(st.sampled_from(["agency", "other", "inhouse", "gatekeeper"]))
        org = {"agency": agency, "other": f"{agency}-2"}.get(side) or draw(words)
        start, end = sorted(draw(st.tuples(days, days).filter(lambda two: two[0] != two[1])))
        until = calendar.midnight(end) if draw(st.booleans()) else None
        people.append(Affiliation(account, side, org, calendar.midnight(start), until, name=draw(st.just("") | words)))
    inhouse = [person.account for person in people if person.side == "inhouse"]
    starts = draw(days)
    return Engagement(
        key=draw(keys),
        name=draw(words),
        zone=zone,
        starts=starts,
        projects=tuple(draw(st.lists(words.map(str.upper), min_size=1, max_size=3))),
        agency=agency,
        agency_name=draw(words),
        people=tuple(people),
        workflow=draw(workflows()),
        ends=draw(st.none() | st.dates(date(2036, 1, 1), date(2040, 1, 1))),
        model=draw(st.none() | st.sampled_from(["full_service", "hybrid", "embedded", "insourced"])),
        leads={"inhouse": tuple(inhouse)} if inhouse else {},
        units=draw(st.sampled_from([Units(), Units("hours"), Units("story_points", "customfield_1")])),
        attribution=draw(st.sampled_from(["active_time", "worklog"])),
        objectives=tuple(draw(st.lists(objectives(inhouse), max_size=3, unique_by=lambda row: row.key))),
        signals=draw(signals),
        checks=draw(st.builds(Checks, some, some, st.booleans())),
        on_call=draw(st.none() | hours),
        ruleset=draw(words),
        groups=tuple(
            GroupRule(group, draw(st.sampled_from(["agency", "inhouse", "gatekeeper"])), team=draw(st.just("") | words))
            for group in draw(st.lists(words, max_size=2, unique_by=str.casefold))
        ),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy with other tests
@given(engagements())
def test_an_engagement_reads_back_as_it_was_written(engagement: Engagement) -> None:
    assert read_engagement(write_engagement(engagement)) == engagement
