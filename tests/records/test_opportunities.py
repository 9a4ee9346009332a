"""A window's counts from sums and a few rows are those of all rows, wherever it begins and whatever changed before."""

from collections import Counter
from fractions import Fraction
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from mappings.events.times import DAY, HOUR
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Hours
from mappings.measure.model.opportunity import ALWAYS, Opportunity, Window, counted, counts, window_of
from mappings.measure.score.experiments import COMPONENTS as OUTCOMES
from mappings.measure.score.experiments import experiments
from mappings.measure.score.opportunities import ACTIVE, GRID, ON_DONE, ON_THE_WAY, REASONED, Count
from mappings.records.figures.counts_by_x import select_counts_by_x
from mappings.records.figures.entries import delete_generation
from mappings.records.figures.objective_activity import AskedActivity, select_activity
from mappings.records.figures.opportunities import (
    COMPONENTS,
    select_counts,
    select_opportunities,
    select_site_totals,
    select_totals,
)
from mappings.records.sql.scope import Scope, SiteScope
from tests.measure.builders import ZONE, at
from tests.measure.whole_measure import activity_of, counts_of, pairs_met
from webhooks.opportunity_sums import copy_opportunities, save_opportunity_changes

CALENDAR = Calendar(ZONE, Hours())
PLACE = ("growth-acme", 1)
GENERATIONS = count(1)
SPRING, AUTUMN = at("2026-03-29"), at("2026-10-25")

near = st.builds(
    lambda day, hour, off: day + hour * HOUR + off,
    st.sampled_from([SPRING, SPRING + 23 * HOUR, AUTUMN, AUTUMN + 25 * HOUR, SPRING - DAY]),
    st.integers(-30, 30),
    st.sampled_from([0, 0, 1, -1, 1_800_000_000]),
)
xs = st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2), Fraction(5, 6), Fraction(7, GRID)])
chances = st.builds(
    lambda key, moment, x, known, gone, names: Opportunity(
        key, 0, moment, x, ALWAYS if known is None else known, None if gone is None else moment + gone * HOUR, *names
    ),
    st.sampled_from(["met", "crisis", "uptake", ACTIVE]),
    near,
    xs,
    st.none() | near,
    st.none() | st.integers(0, 40),
    st.sampled_from([("ab", "ben"), ("ab", "ina"), ("cd", "ben")]),
)
tickets = st.dictionaries(st.integers(1, 4), st.lists(chances, max_size=6), max_size=4)
windows = st.builds(lambda a, b, as_of: Window(min(a, b), max(a, b), as_of), near, near, near)


def numbered(opportunities: dict[int, list[Opportunity]]) -> dict[int, tuple[Opportunity, ...]]:
    return {
        i: tuple(Opportunity(row.component, i, *[getattr(row, f) for f in row.__struct_fields__[2:]]) for row in rows)
        for i, rows in opportunities.items()
    }


def save(
    connection: Connection, tenant_id: int, opportunities: dict[int, list[Opportunity]], generation: int = 1
) -> None:
    save_opportunity_changes(Scope(connection, tenant_id, "growth-acme", generation), CALENDAR, numbered(opportunities))


def test_counts_of_a_window_are_those_of_all_its_rows(connection: Connection, ours: int) -> None:
    """(g) 6, (h): edges inside a day, over both clock changes, `known` up to the very instant."""

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(tickets, tickets, st.lists(windows, min_size=1, max_size=4))
    def same(before: dict, after: dict, asked: list[Window]) -> None:
        generation = next(GENERATIONS)
        save(connection, ours, before, generation)
        save(connection, ours, after, generation)
        left = numbered(before) | numbered(after)
        rows = [row for lines in left.values() for row in lines]
        scope = Scope(connection, ours, "growth-acme", generation)
        totals = select_totals(scope, asked, CALENDAR)
        # The same together with another engagement, which has none, and of a component alone.
        site = SiteScope(connection, ours, {"growth-acme": generation, "growth-bolt": generation + 1})
        only = [("crisis",)] * len(asked)
        assert select_site_totals(site, asked, CALENDAR)["growth-acme"] == totals
        for whole, part in zip(totals, select_site_totals(site, asked, CALENDAR, only)["growth-acme"], strict=True):
            assert part.counts == {key: count for key, count in whole.counts.items() if key == "crisis"}
        of_both = [AskedActivity(key, ("ab", "cd", "none"), asked) for key in site.generations]
        activity = select_activity(site, of_both)
        by_x_of = ("met", "uptake")
        all_by_x = select_counts_by_x(scope, by_x_of, asked)
        reasoned = select_site_totals(site, asked, CALENDAR, [(REASONED,)] * len(asked))["growth-acme"]
        for number, window in enumerate(asked):
            assert select_counts(scope, window, CALENDAR) == totals[number].counts == counts_of(rows, window)
            assert totals[number].met == pairs_met(rows, window)
            for (engagement, key), (first, active) in activity.items():
                of_one = rows if engagement == "growth-acme" else []
                assert (first, active[number]) == activity_of(of_one, key, window)
            by_x = Counter((row.component, row.x) for row in rows if row.component in by_x_of and counts(row, window))
            assert all_by_x[number] == by_x
            declined = by_x["uptake", Fraction(1, 2)]
            assert reasoned[number].counts == ({REASONED: Count(Fraction(declined, 2), declined)} if declined else {})
            listed = select_opportunities(scope, "crisis", window)
            assert sorted(listed, key=repr) == sorted(counted(rows, "crisis", window), key=repr)

    same()


def test_work_that_ended_at_the_instant_where_it_began_is_in_no_window_that_begins_there(
    connection: Connection, ours: int
) -> None:
    save(connection, ours, {1: [Opportunity(ACTIVE, 0, SPRING, Fraction(1), gone=SPRING, objective="ab")]})
    window, site = Window(SPRING, AUTUMN, AUTUMN), SiteScope(connection, ours, {"growth-acme": 1})
    assert select_activity(site, [AskedActivity("growth-acme", ("ab",), (window,))]) == {
        ("growth-acme", "ab"): (SPRING, (False,))
    }


def test_a_window_of_180_days_over_a_clock_change_begins_inside_a_day(connection: Connection, ours: int) -> None:
    """(g) 6: 180 days are 180 x 24 h, so that from an autumn midnight they begin at 1 o'clock in spring."""
    end = at("2026-05-01")
    start, _ = window_of(end, 180 * DAY, 0)
    assert start == at("2025-11-01 23:00")
    edge = [Opportunity("crisis", 0, start + off, Fraction(1)) for off in (-1, 0)]
    save(connection, ours, {1: edge})
    assert select_counts(Scope(connection, ours, *PLACE), Window(start, end, end), CALENDAR)["crisis"].n == 1


def test_what_was_counted_leaves_no_trace_when_it_is_taken_back(connection: Connection, ours: int) -> None:
    rows = [Opportunity("crisis", 0, SPRING, Fraction(1, 2)), Opportunity("crisis", 0, SPRING, Fraction(1, 2))]
    save(connection, ours, {1: rows})
    save(connection, ours, {1: rows[:1]})
    sums = "SELECT n, x FROM opportunity_sum"
    assert [tuple(row) for row in connection.execute(text(sums))] == [(1, GRID // 2)]
    save(connection, ours, {1: []})
    assert connection.execute(text(sums)).all() == connection.execute(text("SELECT * FROM opportunity")).all() == []


def test_another_site_engagement_or_generation_counts_nothing_here(
    connection: Connection, ours: int, theirs: int
) -> None:
    window = Window(0, 1 << 62, 1 << 62)
    save(connection, ours, {1: [Opportunity("crisis", 0, SPRING, Fraction(1))]})
    places = [(theirs, *PLACE), (ours, "growth-bolt", 1), (ours, "growth-acme", 2)]
    assert [select_counts(Scope(connection, *place), window, CALENDAR) for place in places] == [{}, {}, {}]
    assert select_counts(Scope(connection, ours, *PLACE), window, CALENDAR)["crisis"].n == 1


def test_a_generation_takes_its_counts_with_it_and_carries_over_what_cannot_be_measured(
    connection: Connection, ours: int
) -> None:
    window = Window(0, 1 << 62, 1 << 62)
    save(connection, ours, {i: [Opportunity("crisis", 0, SPRING, Fraction(1))] for i in (1, 2)})
    copy_opportunities(Scope(connection, ours, "growth-acme", 2), CALENDAR, 1, [1])
    delete_generation(connection, ours, "growth-acme", 1)
    counts = [select_counts(Scope(connection, ours, "growth-acme", g), window, CALENDAR) for g in (1, 2)]
    assert [count["crisis"].n if count else 0 for count in counts] == [0, 1]


def test_what_equals_what_is_there_is_not_written(connection: Connection, ours: int, statements) -> None:
    by_key = {1: [Opportunity("crisis", 0, SPRING, Fraction(1))]}
    save(connection, ours, by_key)
    with statements(connection.engine) as ran:
        save(connection, ours, by_key)
    assert [statement.split()[0] for statement in ran] == ["SELECT"]


def test_every_component_is_added_up() -> None:
    rules = {rule.__name__ for rule in (*ON_DONE, *ON_THE_WAY) if rule is not experiments}
    assert {"crisis_agency", "crisis_inhouse", *OUTCOMES.values(), *rules} == set(COMPONENTS)
