"""The metamorphic tests of measurement (f) that concern measuring one ticket, as properties."""

import random
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.apportion import largest_remainder
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Hours, TicketRule, Units, UnitsBy
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import DaySums, Entry, Ticket
from mappings.measure.period.figures import figures_of, sums_of
from mappings.measure.period.other_units import UNITS, in_unit, offered_units, sums_by_unit
from mappings.measure.ticket.handover import handed_places, parts_at
from tests.measure.builders import DAY, HOUR, PEOPLE, POINTS, STATUSES, Story, at, goal, lens_of, stays
from tests.measure.whole_measure import measure_ticket

WHO = ("ann", "abe", "ben", "ina", "gus", "oli", "moving", "twice", "stranger", None)
LENS = lens_of(
    people=(
        *PEOPLE,
        stays("moving", "agency", "2025-01-01", "2026-03-10"),
        stays("moving", "inhouse", "2026-03-10"),
        stays("twice", "agency", "2025-01-01"),
        stays("twice", "inhouse", "2026-03-05"),
    )
)
START = at("2026-03-02 00:00", "UTC")

steps = st.lists(
    st.tuples(
        st.sampled_from(("status", "assignee", POINTS, "labels")),
        st.integers(0, 30 * 24),
        st.sampled_from(tuple(STATUSES)),
        st.sampled_from(WHO),
    ),
    max_size=14,
)


@st.composite
def stories(draw: st.DrawFn, number: int = 1) -> Story:
    """A ticket with any history: statuses, assignees, points and labels change at whole hours, several at once."""
    story = Story(f"GROW-{number}", number=number, assignee=draw(st.sampled_from(WHO)), points="5", labels=("ab",))
    labels = "ab"
    for what, hour, status, account in sorted(draw(steps), key=lambda step: step[1]):
        moment = START + hour * HOUR
        if what == "status":
            tell(story, moment, ("status", story.now["status"], status))
        elif what == "assignee":
            tell(story, moment, ("assignee", story.now["assignee"], account))
        elif what == POINTS:
            tell(story, moment, (POINTS, story.now[POINTS], str(hour)))
        else:
            labels, before = "" if labels else "ab", labels
            story.change(moment, "ina", ("labels", before, labels))
    story.labels = tuple(labels.split())
    for account, hour in draw(st.lists(st.tuples(st.sampled_from(WHO[:-1]), st.integers(0, 30 * 24)), max_size=5)):
        story.say(account, START + hour * HOUR, hour % 80)
    return story


def tell(story: Story, moment: Instant, item: tuple[str, str | None, str | None]) -> None:
    story.change(moment, "ina", item)
    story.now[item[0]] = item[2]


def entries(ticket: Ticket) -> tuple[Entry, ...]:
    return measure_ticket(LENS, ticket).entries


@given(stories())
def test_shares_sum_to_1_and_parts_add_up_to_units(story: Story) -> None:
    for entry in entries(story.ticket()):
        assert sum(entry.weights) > 0
        assert sum(entry.parts) == entry.units
        assert entry.taught + entry.done_only == entry.parts[0]
        assert sum(entry.inhouse_parts) == entry.parts[2]


@given(stories())
def test_done_entries_and_reopenings_alternate_and_repeat_each_other(story: Story) -> None:
    for before, after in pairwise(entries(story.ticket())):
        assert after.sign == -before.sign
        assert after.sign > 0 or replace(after, number=before.number, sign=1, at=before.at) == before


@given(stories(), st.randoms(use_true_random=False))
def test_permuted_events_give_the_same(story: Story, shuffle: random.Random) -> None:
    ticket = story.ticket()
    mixed = {
        name: tuple(shuffle.sample(rows, len(rows)))
        for name in ("changes", "comments")
        for rows in [getattr(ticket, name)]
    }
    assert measure_ticket(LENS, replace(ticket, **mixed)) == measure_ticket(LENS, ticket)


@given(stories())
def test_watchers_change_nothing(story: Story) -> None:
    before = measure_ticket(LENS, story.ticket())
    story.change(START + HOUR, "ben", ("Watchers", None, "ben"))
    assert measure_ticket(LENS, story.ticket()) == before


@given(stories(), st.lists(st.integers(2, 5), unique=True, max_size=3), st.data())
def test_splitting_off_subtasks_keeps_units(story: Story, numbers: list[int], data: st.DataObject) -> None:
    before = [(entry.sign, entry.units) for entry in entries(story.ticket())]
    for number in numbers:
        story.child(data.draw(stories(number)))
    assert [(entry.sign, entry.units) for entry in entries(story.ticket())] == before


@given(stories(), st.integers(-8, 30))
def test_shifting_by_weeks_of_local_time_keeps_hours(story: Story, weeks: int) -> None:
    """The clocks may change in between: what is told in local time is worked in the same local hours."""
    prepared = lens_of()
    ticket = story.ticket()
    moved = replace(
        ticket,
        issue=replace(ticket.issue, created=later(ticket.issue.created, weeks)),
        changes=tuple(replace(change, at=later(change.at, weeks)) for change in ticket.changes),
    )
    before, after = measure_ticket(prepared, ticket).entries, measure_ticket(prepared, moved).entries
    assert [entry.active for entry in before] == [entry.active for entry in after]


def later(instant: Instant, weeks: int) -> Instant:
    """The same wall clock time on the same weekday, some weeks later."""
    wall = datetime.fromtimestamp(instant / 1_000_000, LENS.calendar.zone) + timedelta(weeks=weeks)
    return LENS.calendar.at(wall.date(), wall.hour * 60 + wall.minute)


@given(stories())
def test_sums_by_day_and_entries_of_the_period_say_the_same(story: Story) -> None:
    pairs = [(entry, ()) for entry in entries(story.ticket())]
    whole = DaySums()
    for (objective, *_), sums in sums_of(pairs, LENS.calendar).items():
        whole = whole if objective else whole.plus(sums)
    figures = figures_of(pairs, LENS.calendar, first=date(2026, 1, 1), last=date(2026, 12, 31))
    assert figures.sums == whole
    assert figures.total == sum(entry.sign * entry.units for entry, _ in pairs)


@given(stories(), st.sampled_from(UNITS), st.lists(st.tuples(st.sampled_from(WHO[:-1]), st.integers(0, 700))))
def test_counting_in_another_unit_is_what_an_agreement_in_that_unit_gives(
    story: Story, by: UnitsBy, logged: list[tuple[str, int]]
) -> None:
    for account, hour in logged:
        story.log(account, 0.1 + hour % 7, START + hour * HOUR)
    objectives = (goal("ab"), replace(goal("seo"), mapping=TicketRule(labels=("ab",))))
    agreed, other = lens_of(objectives=objectives), lens_of(objectives=objectives, units=Units(by, POINTS))
    rows = [(entry, taught(entry)) for entry in measure_ticket(agreed, story.ticket()).entries]
    wanted = [(entry, taught(entry)) for entry in measure_ticket(other, story.ticket()).entries]
    pairs = [(entry, parts_at(entry.inhouse_parts, places)) for entry, places in wanted]
    assert [in_unit(entry, places, by) for entry, places in rows] == pairs
    sums = sums_by_unit(((entry, (), places) for entry, places in rows), LENS.calendar, [by])
    whole = {key: total for key, total in sums_of(pairs, LENS.calendar).items() if not key[0]}
    assert {(objective, *days): total for (unit, objective, *days), total in sums.items() if unit == by} == whole


def taught(entry: Entry) -> tuple[int, ...]:
    """The places that are handed over, had everybody been taught the first objective long before."""
    return handed_places(entry, {pair: 0 for pair in entry.alone if pair[0] == "ab"})


def test_points_are_offered_where_the_agreement_names_their_field_and_hours_without_works_council() -> None:
    assert offered_units(Units("count", POINTS), DEFAULT) == UNITS
    assert offered_units(Units("count"), DEFAULT) == ("count", "hours")
    assert offered_units(Units("story_points"), replace(DEFAULT, works_council=True)) == ("story_points", "count")


@given(stories())
def test_objectives_share_a_ticket_without_rest(story: Story) -> None:
    pairs = [(entry, ()) for entry in entries(story.ticket()) if entry.objectives]
    sums = sums_of(pairs, LENS.calendar)
    of_objectives = [each for (objective, *_), each in sums.items() if objective]
    assert sum(each.agency + each.inhouse for each in of_objectives) == sum(
        each.agency + each.inhouse for (objective, *_), each in sums.items() if not objective
    )


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**14), min_size=1, max_size=6).filter(any))
def test_largest_remainder_adds_up_and_is_off_by_less_than_one(whole: int, weights: list[int]) -> None:
    parts = largest_remainder(whole, weights)
    assert sum(parts) == whole
    assert all(
        abs(part * sum(weights) - whole * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )


hours = st.builds(
    Hours,
    days=st.lists(st.integers(1, 7), unique=True).map(tuple),
    start=st.integers(0, 700),
    end=st.integers(701, 1440),
)
instants = st.integers(at("2024-01-01") // HOUR, at("2028-01-01") // HOUR).map(lambda hour: hour * HOUR)


@settings(max_examples=60)
@given(
    hours,
    st.lists(instants, min_size=3, max_size=3),
    st.sampled_from(("Europe/Berlin", "America/New_York", "Asia/Kolkata")),
)
def test_business_time_is_additive_and_never_more_than_elapsed(hours: Hours, moments: list[Instant], zone: str) -> None:
    calendar = Calendar(zone, hours)
    first, middle, last = sorted(moments)
    whole = calendar.business(first, last)
    assert whole == calendar.business(first, middle) + calendar.business(middle, last)
    assert 0 <= whole <= last - first
    assert calendar.business(last, first) == 0


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_a_day_lasts_from_its_midnight_to_the_next(day: date) -> None:
    calendar = LENS.calendar
    begins, ends = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
    assert (calendar.day(begins), calendar.day(ends - 1), calendar.day(ends)) == (day, day, day + timedelta(days=1))
    assert abs(ends - begins - DAY) <= HOUR
