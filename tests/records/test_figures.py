"""Figures are kept per engagement and generation, and sums are exact."""

import re
from contextlib import contextmanager
from datetime import date

import pytest
from msgspec.structs import astuple, replace
from sqlalchemy import event, text

from mappings.measure.model.engagement import Affiliation, Engagement, Workflow
from mappings.measure.model.ticket import BILLION, UNTAGGED, DaySums, Entry, Evidence
from mappings.measure.period.figures import figures
from mappings.records.agreement.engagements import save_engagement, select_engagement, switch_generation
from mappings.records.facts.rest_reads import save_issues_read
from mappings.records.figures import ticket_pages
from mappings.records.figures.day_sums import save_sums, select_span_sums, select_sums
from mappings.records.figures.entries import StoredEntry, delete_generation, save_entries, select_entries, select_period
from mappings.records.figures.evidence import (
    save_evidence,
    select_alone,
    select_evidence,
    select_first_taught,
)
from mappings.records.figures.measure_state import (
    StoredMeasured,
    save_measured,
    select_latest,
    select_unsettled,
    select_unsound,
)
from mappings.records.figures.open_tickets import save_open_tickets, select_open_objectives
from mappings.records.operations import figure_version
from mappings.records.sql.scope import Scope
from tests.records.fact_builders import a_read, an_issue, at

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
ENGAGEMENT = Engagement(
    "growth", "Growth", "Europe/Berlin", DAY, ("GROW",), "acme", "Acme",
    (Affiliation("ada", "inhouse", "growth", at(0), name="Ada"),), Workflow(("In Progress",), ("Done",)),
)  # fmt: skip


@pytest.fixture
def scope(connection, ours):
    return Scope(connection, ours, "growth", 1)


def an_entry(number: int = 1, minute: float = 0) -> Entry:
    sides = (BILLION, 0, 0, 0, 0, 0)
    return Entry(
        number, number, 1, at(minute), at(minute), BILLION, sized=True, method="active_time", weights=(1,), parts=sides,
        active=(1,), paused_on_client=0, alone=(("seo", "ada"),),
    )  # fmt: skip


def dated(*entries: Entry) -> list:
    return [(StoredEntry(entry, (5, 7)), DAY, NEXT) for entry in entries]


def shown(kind: int, minute: float, *, objective: str = "seo", account: str = "ada", entry: int = 1) -> Evidence:
    return Evidence(objective, account, entry, kind, at(minute), at(minute), agencies=(("acme", 3),))


def test_entries_come_back_as_they_were_in_order(scope):
    save_entries(scope, {1: dated(an_entry(2, 5), an_entry(1))})
    assert select_entries(scope, [1, 2]) == {1: (StoredEntry(an_entry(1), (5, 7)), StoredEntry(an_entry(2, 5), (5, 7)))}
    assert select_entries(scope, [1])[1][0].handed_over == 12


def test_entries_take_the_place_of_those_before(scope):
    save_entries(scope, {1: dated(an_entry(1), an_entry(2)), 2: dated(an_entry(1))})
    save_entries(scope, {1: dated(an_entry(1)), 2: []})
    assert {i: len(rows) for i, rows in select_entries(scope, [1, 2]).items()} == {1: 1}


def test_a_period_is_half_open_and_in_order_of_time(scope):
    connection, ours, *_ = scope
    save_issues_read(connection, ours, [a_read(an_issue(1)), a_read(an_issue(2))], at(60))
    save_entries(scope, {1: dated(an_entry(1, 5)), 2: dated(an_entry(1, 3), an_entry(2, 9))})
    period = select_period(scope, at(3), at(9))
    assert [(row.issue_id, row.key, row.stored.entry.at) for row in period] == [
        (2, "GROW-2", at(3)),
        (1, "GROW-1", at(5)),
    ]


@pytest.mark.parametrize("few", [ticket_pages._FEW_ELSEWHERE, 0])
def test_tickets_with_a_level_and_those_elsewhere_are_restricted_however_they_are_found(monkeypatch, scope, few):
    monkeypatch.setattr(ticket_pages, "_FEW_ELSEWHERE", few)
    issues = [
        an_issue(n, security="Level" if n in (2, 4) else None, project="WEB" if n in (3, 5) else "GROW")
        for n in range(1, 7)
    ]
    nowhere = replace(an_issue(7), project_id=None)
    save_issues_read(scope.connection, scope.tenant_id, [a_read(issue) for issue in (*issues, nowhere)], at(60))
    # The fourth was finished after the period, the fifth not at all.
    save_entries(scope, {n: dated(an_entry(1, 90 if n == 4 else 5)) for n in (1, 2, 3, 4, 6, 7)})
    span, whole = ticket_pages.Span(at(0), at(60)), ticket_pages.Choice()
    by_projects = {
        projects: ticket_pages.select_restricted(scope, span, whole, projects)
        for projects in (("10000",), ("10000", "10001"), ("10001",), ())
    }
    assert by_projects == {
        ("10000",): {2, 3, 7}, ("10000", "10001"): {2, 7}, ("10001",): {1, 2, 6, 7}, (): {1, 2, 3, 6, 7},
    }  # fmt: skip
    finished = [place.issue_id for place in ticket_pages.select_finished_page(scope, span, whole, 9)]
    assert by_projects == {
        projects: ticket_pages.select_restricted_among(scope, finished, projects) for projects in by_projects
    }
    save_evidence(scope, {n: (shown(4, 5),) for n in (1, 2, 5)} | {3: (shown(4, 5, account="bob"),)})
    ada = ticket_pages.Choice(part=ticket_pages.Part("ada", ("seo",)))
    assert ticket_pages.select_restricted(scope, span, ada, ("10000",)) == {2}
    assert [place.issue_id for place in ticket_pages.select_finished_page(scope, span, ada, 9)] == [2, 1]
    ids = ticket_pages.select_taken_part(scope, ada.part, 3)
    assert (ids, ticket_pages.select_taken_part(scope, ada.part, 2)) == ((1, 2, 5), None)
    looked_up = ticket_pages.select_finished_page(scope, span, ticket_pages.Choice(only=ids), 9)
    assert looked_up == ticket_pages.select_finished_page(scope, span, ada, 9)


def test_open_tickets_are_listed_once_by_key_whatever_objectives_they_have(scope):
    objectives = (("seo",), ("ads", "seo"), ("ads",), ("web",))
    waiting = {n: (at(n // 3), objectives[n % 4]) for n in range(1, 21)}
    save_open_tickets(scope, waiting)
    expected = sorted((ticket_pages.Place(waiting[n][0], n) for n in waiting), key=astuple, reverse=True)
    pages, choice = [], ticket_pages.Choice()
    while page := ticket_pages.select_open_page(scope, choice, 6):
        pages += page
        choice = ticket_pages.Choice(before=page[-1])
    assert pages == expected
    assert [ticket_pages.count_open(scope, most) for most in (7, 20, 21)] == [7, 20, 20]


def test_open_tickets_without_an_objective_are_a_list_of_their_own(scope):
    save_open_tickets(scope, {n: (at(n), ("seo",) if n % 2 else (UNTAGGED,)) for n in range(1, 7)})
    save_open_tickets(scope, {2: (at(9), ()), 4: (at(8), ("ads",))})
    whole = ticket_pages.Choice()
    listed = {
        objective: [place.issue_id for place in ticket_pages.select_open_page(scope, whole, 9, objective=objective)]
        for objective in (None, UNTAGGED, "seo", "ads", "web")
    }
    assert listed == {None: [4, 5, 3, 1], UNTAGGED: [6], "seo": [5, 3, 1], "ads": [4], "web": []}
    counts = {objective: ticket_pages.count_open(scope, 9, objective=objective) for objective in listed}
    assert counts == {objective: len(ids) for objective, ids in listed.items()}
    assert select_open_objectives(scope, [4, 5, 6]) == {4: ("ads",), 5: ("seo",)}


def test_evidence_comes_back_and_takes_the_place_of_that_before(scope):
    save_evidence(scope, {1: (shown(4, 5), shown(2, 5, objective="ads"))})
    save_evidence(scope, {1: (shown(4, 5), shown(3, 5, account="bob"))})
    assert select_evidence(scope, [1]) == {1: (shown(4, 5), shown(3, 5, account="bob"))}


def test_a_pair_was_first_taught_at_its_earliest_shadowing_or_assisting(scope):
    rows = {1: (shown(1, 1),), 2: (shown(3, 9),), 3: (shown(2, 5),), 4: (shown(4, 2), shown(2, 1, account="bob"))}
    save_evidence(scope, rows)
    pairs = {("seo", "ada"), ("ads", "bob")}
    assert select_first_taught(scope, pairs) == {("seo", "ada"): at(5)}
    assert select_alone(scope, pairs) == {4}


def test_sums_are_adjusted_by_the_difference_and_leave_no_empty_day(scope):
    key, whole, hours = ("", "seo", DAY, DAY), ("", "", DAY, NEXT), ("hours", "", DAY, NEXT)
    save_sums(scope, {key: DaySums(agency=5, w2=2**70), whole: DaySums(tickets=1), hours: DaySums(other=7)})
    save_sums(scope, {key: DaySums(agency=-2, w2=2**70), whole: DaySums(tickets=-1)})
    assert select_sums(scope, DAY, NEXT) == {"seo": [(DAY, DAY, DaySums(agency=3, w2=2**71))]}
    assert select_sums(scope, DAY, NEXT, "hours") == {"": [(DAY, NEXT, DaySums(other=7))]}


def test_sums_are_those_of_the_days_asked_for(scope):
    days = {("", "", date(2026, 3, n), date(2026, 3, n)): DaySums(tickets=n) for n in range(1, 6)}
    save_sums(scope, days)
    sums = select_sums(scope, date(2026, 3, 2), date(2026, 3, 4))[""]
    assert sorted(row[2].tickets for row in sums) == [2, 3, 4]


def test_what_days_add_up_to_is_what_their_rows_do(scope):
    march = [date(2026, 3, n) for n in range(1, 11)]
    done = DaySums(7, 1, 2, 0, 0, 0, 3, 4, 1, 1, tickets=1, unsized=1, n=1, w=7, w2=2**70 + 7)
    days = {("", "", day, day): done for day in march}
    # What was done before is taken back: its units on that day, what is counted only where both are in the days.
    days |= {("", "", march[n], march[n - 3]): DaySums().plus(done, -1) for n in (3, 5, 9)}
    days |= {("", "seo", march[2], march[2]): done, ("hours", "", march[2], march[2]): done}
    save_sums(scope, days)
    spans = [(march[0], march[9]), (march[4], march[8]), (march[6], march[6]), (date(2027, 1, 1), date(2027, 2, 1))]
    sums = select_span_sums(scope.alone, spans)
    rows = select_sums(scope, march[0], march[9])[""]
    for place, span in enumerate(spans):
        assert sums.get((scope.engagement, place), DaySums()) == figures(rows, *span).sums
    assert sums[scope.engagement, 0].w2 == 7 * (2**70 + 7)


@pytest.mark.parametrize(
    "verdict",
    [
        StoredMeasured(1, changing_until=at(9)),
        StoredMeasured(1, retro_until=at(9)),
        StoredMeasured(1, complete=False),
        StoredMeasured(1, failed="ValueError"),
    ],
)
def test_what_can_change_is_not_settled(scope, verdict):
    save_measured(scope, [StoredMeasured(2)], at(1))
    assert not select_unsettled(scope, at(5))
    save_measured(scope, [verdict], at(2))
    assert select_unsettled(scope, at(5))
    assert select_latest(*scope[:2]) == at(2)


def test_a_generation_goes_alone(scope):
    other = scope._replace(generation=2)
    for place in (scope, other):
        save_entries(place, {1: dated(an_entry())})
        save_evidence(place, {1: (shown(4, 5),)})
        save_sums(place, {("", "", DAY, DAY): DaySums(n=1)})
        save_measured(place, [StoredMeasured(1)], at(1))
    delete_generation(*scope)
    assert (select_entries(scope, [1]), select_evidence(scope, [1]), select_sums(scope, DAY, DAY)) == ({}, {}, {})
    assert all((select_entries(other, [1]), select_evidence(other, [1]), select_sums(other, DAY, DAY)))


def test_an_engagement_comes_back_with_its_people(connection, ours):
    stored = save_engagement(connection, ours, ENGAGEMENT, "h1", now=at(0), by="ada")
    assert select_engagement(connection, ours, "growth") == stored
    assert (stored.engagement, stored.generation, stored.next_generation) == (ENGAGEMENT, None, 1)


def test_a_changed_engagement_builds_a_generation_beside_the_one_that_is_shown(connection, ours, scope):
    save_engagement(connection, ours, ENGAGEMENT, "h1", now=at(0), by=None)
    switch_generation(connection, ours, "growth")
    assert save_engagement(connection, ours, ENGAGEMENT, "h1", now=at(1), by=None).next_generation is None
    changed = replace(ENGAGEMENT, name="Growth 2")
    stored = save_engagement(connection, ours, changed, "h2", now=at(1), by=None)
    assert (stored.generation, stored.next_generation) == (1, 2)
    save_entries(scope._replace(generation=2), {1: dated(an_entry())})
    assert save_engagement(connection, ours, ENGAGEMENT, "h3", now=at(2), by=None).next_generation == 3
    assert select_entries(scope._replace(generation=2), [1]) == {}


def test_what_a_page_asks_of_verdicts_is_answered_by_an_index(engine, scope):
    connection, ours, *_ = scope
    rows = [StoredMeasured(n, failed="ValueError" if n == 7 else None, complete=n != 8) for n in range(1, 2000)]
    save_measured(scope, rows, at(1))
    if engine.dialect.name == "postgresql":
        connection.execute(text("ANALYZE measured"))
    for ask in (
        lambda: select_unsettled(scope, at(5)),
        lambda: select_latest(connection, ours),
        lambda: select_unsound(scope, 9),
    ):
        with plans(engine) as read:
            assert ask()
        assert read
        assert all("ix_measured" in plan and "seq scan" not in plan.lower() for plan in read)


def test_pages_of_tickets_walk_no_period_for_a_ticket(engine, scope):
    if engine.dialect.name == "postgresql":
        pytest.skip("it counts rows by itself; SQLite plans by the indexes alone")
    span, before = ticket_pages.Span(at(0), at(60)), ticket_pages.Place(at(9), 9)
    save_open_tickets(scope, {1: (at(0), ("seo", "ads"))})
    with plans(engine) as read:
        for choice in (
            ticket_pages.Choice(before=before),
            ticket_pages.Choice(only=(1, 2), before=before),
            ticket_pages.Choice(part=ticket_pages.Part("ada", ("seo", "ads"))),
        ):
            ticket_pages.select_finished_page(scope, span, choice, 51)
            ticket_pages.select_restricted(scope, span, choice, ("10000",))
        ticket_pages.select_open_page(scope, ticket_pages.Choice(before=before), 21)
        ticket_pages.count_open(scope, 1001)
    searches = re.findall(r"(?:SEARCH|SCAN) (?:entry|entry_1|evidence|open_ticket) .*?\)", " ".join(read))
    by_time = [search for search in searches if "_at " in search]
    # Of certain ids the period's index is not asked, and of any ticket's other entries and evidence neither.
    assert len(by_time) == 2, by_time
    assert all(" entry USING INDEX ix_entry" in search and "at<?" in search for search in by_time)
    assert all("issue_id=?" in search for search in searches if " entry_1 " in search or " evidence " in search)
    assert not [search for search in searches if search.startswith("SCAN")]


@contextmanager
def plans(engine):
    """What the database would do for each statement that a stretch of code runs."""
    rows: list[str] = []
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "

    def note(_, cursor, statement, values, *more):
        cursor.execute(explain + statement, values)
        rows.append(" ".join(str(cell) for row in cursor.fetchall() for cell in row))

    event.listen(engine, "before_cursor_execute", note)
    yield rows
    event.remove(engine, "before_cursor_execute", note)


def test_a_version_counts_the_latest_and_changes_with_what_comes_late(connection, ours, monkeypatch):
    monkeypatch.setattr(figure_version, "COUNTED", 3)
    scope, texts = Scope(connection, ours, "growth", 1), list[str]()
    for issue, minute in enumerate((10, 20, 30, 40, 35)):
        save_measured(scope, [StoredMeasured(issue)], at(minute))
        version = figure_version.select_figure_version(connection, ours, "growth", 1, since=at(0))
        texts.append(version.text)
        assert version.measured == min(issue + 1, 3)
    assert len({*texts}) == 5
    of_ticket = figure_version.select_figure_version(connection, ours, "growth", 1, since=at(0), issue_id=1)
    assert (of_ticket.measured, of_ticket.measured_at, of_ticket.latest) == (1, at(20), at(40))
