"""What one noisy ticket may cost: each figure equals that of the plain way, and work grows with the history alone."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from sqlalchemy import Engine, event

from connector.cli import main
from mappings.events.rest import read_issue
from mappings.events.types import Worklog
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ticket import Ticket
from mappings.measure.score.latencies import answerers
from mappings.measure.score.opportunities import ACTIVE, ON_DONE, ON_THE_WAY, measure_with_opportunities
from mappings.measure.ticket.history import TicketHistory, read_history
from mappings.measure.ticket.ledger import LedgerState, ledger_states_of
from mappings.measure.ticket.measure import measure_history
from mappings.measure.ticket.prepared import PreparedEngagement, prepare
from mappings.measure.ticket.work_shares import share_of
from mappings.records.figures.opportunities import row_of
from tests.measure import plain_score, plain_ticket
from tests.measure.builders import BOOK, DAY, HOUR, POINTS, Story
from tests.measure.noisy_tickets import START, agreed, engagements, tickets
from tests.measure.webhook_bodies import WebhookWriter
from tests.measure.webhook_site import NOW, Site, agree_first, bring, database
from tests.measure.whole_measure import view_ticket
from tests.webhooks.site import KEY, add_site_tenant

drawn = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
SECOND = 1_000_000
WINDOW = Window(START + 5 * DAY, START + 25 * DAY, START + 30 * DAY)


def read(engagement: Engagement, ticket: Ticket) -> tuple[TicketHistory, tuple[LedgerState, ...]]:
    history = read_history(prepare(engagement, BOOK, frozenset({"robot"})), ticket)
    assert history is not None
    return history, ledger_states_of(history.prepared, ticket.issue, history.histories, history.own)


@given(engagements, tickets())
@drawn
def test_each_done_moment_is_what_looking_through_the_whole_ticket_gives(
    engagement: Engagement, ticket: Ticket
) -> None:
    history, states = read(engagement, ticket)
    for state in states:
        done = state.move.at
        active, logged = plain_ticket.active_time(history, done), plain_ticket.logged_time(history, done)
        assert history.active_time.until(done) == active
        assert history.logged_time.before(done) == logged
        assert history.logged_time.seconds_before(done) == plain_ticket.logged_seconds(history, done)
        assert history.client_time.until(done) == plain_ticket.client_time(history, done)
        assert history.opened_by(done) == plain_ticket.opened_by(history, done)


@given(engagements, tickets())
@drawn
def test_contributions_by_each_done_moment_are_what_reading_all_of_them_gives(
    engagement: Engagement, ticket: Ticket
) -> None:
    history, states = read(engagement, ticket)
    for state in states:
        move, active = state.move, plain_ticket.active_time(history, state.move.at)
        share = share_of(
            engagement.attribution,
            active=active,
            logged=history.logged_time,
            done=move,
            affiliations=history.prepared.affiliations,
        )
        summed = history.contributions.at(
            move,
            history.place_of[move],
            opened=history.opened_by(move.at),
            reopened=state.reopened,
            share=share,
            active=active,
        )
        assert summed == plain_ticket.contributions(history, state, share, active)


@given(engagements, tickets())
@drawn
def test_objectives_at_each_done_moment_are_those_that_its_fields_and_tags_give(
    engagement: Engagement, ticket: Ticket
) -> None:
    history, states = read(engagement, ticket)
    for state in states:
        had = plain_ticket.objectives_at(history, state.move.at)
        assert history.objectives.at(state.move.at) == had
        late = history.objectives.late(had=had, done=state.move.at, end=state.reopened)
        assert late == plain_ticket.late_objectives(history, state)


@given(engagements, tickets())
@drawn
def test_components_of_the_score_are_what_looking_through_the_whole_ticket_gives(
    engagement: Engagement, ticket: Ticket
) -> None:
    history, _ = read(engagement, ticket)
    view = view_ticket(history.prepared, ticket, measure_history(history.prepared, history))
    assert view is not None
    rules = {rule.__name__: rule for rule in (*ON_DONE, *ON_THE_WAY)}
    for component, plain in plain_score.PLAIN_RULES.items():
        assert rules[component](view) == plain(view), component
    assert answerers(view, "reviews_in_time", WINDOW) == plain_score.reviewers(view, WINDOW)
    rows = [row for row in measure_with_opportunities(history.prepared, ticket)[1] if row.component == ACTIVE]
    for objective in {row.objective for row in rows}:
        spans = [(row.at, row.gone) for row in rows if row.objective == objective]
        assert spans == plain_score.activity(view)


def noisy(moves: int) -> Ticket:
    """A ticket moved in and out of done every 20 minutes, with a comment, a worklog and a change of scope each time."""
    story = Story(created="2026-03-02 09:00", points="8", labels=("ab",), creator="ann", assignee="ben")
    begin = START + 9 * HOUR
    for number in range(moves):
        following = "Done" if story.now["status"] == "In Progress" else "In Progress"
        moment, holder = begin + number * HOUR // 3, "ann" if following == "In Progress" else "ben"
        items = [("status", story.now["status"], following), ("assignee", story.now["assignee"], holder)]
        story.change(moment, "ann", *items)
        story.change(
            moment + SECOND, "ann" if number % 2 else "ina", ("description", None, None), ("Sprint", None, "one")
        )
        labels = ("ab other", "ab") if number % 2 else ("ab", "ab other")
        story.change(moment + 2 * SECOND, "ann", ("labels", *labels))
        story.labels = tuple(labels[1].split())
        story.now |= {"status": following, "assignee": holder}
        story.say("ben", moment, digest=str(number))
        story.say("ann", moment + 3 * SECOND, digest=str(number), mentions=("ina",))
    return replace(story.ticket(), worklogs=_worklogs(story, moves, begin))


def _worklogs(story: Story, count: int, begin: int) -> tuple[Worklog, ...]:
    story.log("ben", 0.1, "2026-03-02 09:00")
    first = story.worklogs[0]
    return tuple(replace(first, worklog_id=number, started=begin + number * HOUR // 3) for number in range(count))


def test_a_noisy_ticket_comes_by_webhook_by_sync_and_by_import_to_the_same(tmp_path: Path) -> None:
    """Sixty moves, drained in batches: what is stored is what measuring the ticket at once gives."""
    prepared, ticket = prepare(agreed(), BOOK), noisy(60)
    sites = [by_webhook(prepared, ticket), by_sync(prepared, ticket), by_import(prepared, ticket, tmp_path)]
    measured, opportunities = measure_with_opportunities(prepared, ticket)
    assert len(measured.entries) >= 58
    for site in sites:
        assert site.entries() == measured.entries
        assert site.evidence() == measured.evidence
        assert site.chances() == tuple(map(row_of, opportunities))


def by_webhook(prepared: PreparedEngagement, ticket: Ticket) -> Site:
    return bring(prepared, ticket)


def by_sync(prepared: PreparedEngagement, ticket: Ticket) -> Site:
    site_tenant = add_site_tenant(database(), NOW)
    agree_first(site_tenant, prepared)
    site_tenant.save([read_issue(body, site_tenant.digest()) for body in WebhookWriter().whole(ticket)])
    return Site(site_tenant, prepared)


def by_import(prepared: PreparedEngagement, ticket: Ticket, folder: Path) -> Site:
    site_tenant = add_site_tenant(database(), NOW)
    agree_first(site_tenant, prepared)
    lines = folder / "issues.jsonl"
    lines.write_bytes(b"\n".join(WebhookWriter().whole(ticket)))
    ((host,),) = site_tenant.rows("SELECT site FROM tenant WHERE tenant_id = :tenant", tenant=site_tenant.tenant_id)
    secrets = {"TEACHBACK_DATABASE_URL": str(site_tenant.engine.url), "TEACHBACK_SECRET_KEYS": KEY.decode()}
    result = CliRunner().invoke(main, ["import", str(lines), "--site", host], env=secrets)
    assert result.exit_code == 0, result.output
    return Site(site_tenant, prepared)


def work_of(measure: Callable[[], object]) -> int:
    """Count the instructions of Python that a call runs: what a loop costs shows, however fast the machine is."""
    instructions = 0

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        nonlocal instructions
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        instructions += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        measure()
    finally:
        sys.settrace(before)
    return instructions


def edited(story: Story, number: int, *items: tuple[str, str | None, str | None]) -> None:
    story.change(START + 10 * HOUR + number * HOUR // 3, "ann", *items)


GROWN: dict[str, Callable[[Story, int], object]] = {
    "moves": lambda story, n: edited(story, n, ("status", *(("Done", "In Progress") if n % 2 else MOVE))),
    "moves by review": lambda story, n: edited(story, n, ("status", *REVIEWED[n % 3])),
    "assignees": lambda story, n: edited(story, n, ("assignee", *(("ann", "ben") if n % 2 else ("ben", "ann")))),
    "labels": lambda story, n: edited(story, n, ("labels", *(("ab", "cd") if n % 2 else ("cd", "ab")))),
    "points": lambda story, n: edited(story, n, (POINTS, str(n), str(n + 1))),
    "description": lambda story, n: edited(story, n, ("description", None, None)),
    "comments": lambda story, n: story.say("ann", START + 9 * HOUR + n * HOUR // 3, digest=str(n), mentions=("ina",)),
    "worklogs": lambda story, n: story.log("ben", 0.1, f"2026-03-{2 + n // 24:02} {n % 24:02}:30"),
}
MOVE = ("In Progress", "Done")
REVIEWED = (("In Progress", "In Review"), ("In Review", "Done"), ("Done", "In Progress"))


def grown(kind: str, number: int) -> Ticket:
    """A ticket that is done at last, with `number` entries of one kind in its history."""
    story = Story(created="2026-03-02 09:00", points="8", labels=("ab",), creator="ann", assignee="ben")
    story.change(START + 9 * HOUR, "ann", ("status", "To Do", "In Progress"))
    for place in range(number):
        GROWN[kind](story, place)
    story.change(START + 15 * DAY, "ann", ("status", "In Progress", "Done"))
    return story.ticket()


@pytest.mark.parametrize("kind", GROWN)
def test_work_grows_with_the_history_of_a_noisy_ticket_and_not_with_its_square(kind: str) -> None:
    # Four times the history is four times the work; its square would be 16 times, its cube 64 times.
    prepared = prepare(agreed(), BOOK)
    few, many = (grown(kind, number) for number in (60, 240))
    # What is computed once, such as each day's hours, is not counted; from 3.12 on Python tells of a function's
    # instructions only from its second traced call.
    work_of(partial(measure_with_opportunities, prepared, many))
    counts = [work_of(partial(measure_with_opportunities, prepared, ticket)) for ticket in (few, many)]
    assert counts[1] < 5 * counts[0]


def test_a_longer_history_is_saved_by_no_more_statements() -> None:
    counts = []
    for moves in (20, 80):
        site_tenant = add_site_tenant(database(), NOW)
        agree_first(site_tenant, prepare(agreed(), BOOK))
        reads = [read_issue(body, site_tenant.digest()) for body in WebhookWriter().whole(noisy(moves))]
        with counted_statements(site_tenant.engine) as statements:
            site_tenant.save(reads)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, text: str, *_: object) -> None:
        statements.append(text)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)
