"""How the examples come in: the same on both databases, by webhook in any order, and by REST."""

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Engine

from mappings.events.rest import read_issue
from mappings.measure.model.engagement import Checks, Signals
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.sql.engine import open_engine
from tests.measure.builders import Story, goal, lens_of
from tests.measure.oracles.test_oracles_ledger_events import TRUTH
from tests.measure.oracles.test_oracles_score_events import (
    TEAM,
    asked,
    briefed,
    checked,
    incident,
    legal,
    proposal,
    reviewed,
)
from tests.measure.test_examples import d1_tickets
from tests.measure.webhook_bodies import WebhookWriter
from tests.measure.webhook_site import LAST, NOW, Site, agree_first, bring, database, deliver, set_by_hand
from tests.webhooks.site import add_site_tenant

SIGNALS = Signals(
    proposals={"labels": ("proposal",), "declined": ("Won't do",)},
    gatekeeper={"labels": ("legal",)},
    incidents={"types": ("Incident",)},
    incident_review={"labels": ("postmortem",)},
)


def everything() -> tuple[Ticket, ...]:
    """A ticket or two of each kind that the examples are made of, each under a number of its own."""
    child = Story("GROW-91", "2026-03-02 09:00", "ben", number=91).move("In Progress", "2026-03-02 10:00", "ben")
    parent = Story("GROW-90", "2026-03-02 09:00", "ann", "2", ("ab",), number=90).move(
        "In Progress", "2026-03-02 09:00"
    )
    parent.child(child.say("ben", "2026-03-02 11:00")).tag("seo", "2026-03-02 12:00")
    stories = [*d1_tickets(), parent.move("Done", "2026-03-03 17:00")]
    stories += [reviewed(20, in_time=True), reviewed(21, in_time=False), asked(22, in_time=True)]
    stories += [briefed(30, stable=False), checked(31, {1, 2, 4}), checked(32, set()), legal(33, 2), legal(34, None)]
    stories += [proposal(40, "2026-02-02", "reason"), proposal(41, "2025-12-15", "dropped")]
    stories += [incident(50, late=("ann",), stayed=("ben",), review=True)]
    stories += [numbered(story, 60 + place) for place, (story, _) in enumerate(TRUTH.values())]
    return tuple(story.ticket() for story in stories)


def numbered(story: Story, number: int) -> Story:
    """The same story of another ticket."""
    again = Story(f"GROW-{number}", story.created, story.assignee, labels=story.labels, number=number)
    again.now, again.roles = dict(story.now), list(story.roles)
    for name in ("changes", "comments", "worklogs"):
        rows = [numbered_row(row, number, place) for place, row in enumerate(getattr(story, name))]
        setattr(again, name, rows)
    return again


def numbered_row(row: object, number: int, place: int) -> object:
    from msgspec.structs import replace

    own = {"comment_id": 1000 * number + place} if hasattr(row, "comment_id") else {}
    own |= {"worklog_id": 10 * number + place} if hasattr(row, "worklog_id") else {}
    return replace(row, issue_id=number, **own)  # type: ignore[type-var]  # each is a struct


def whole_lens() -> PreparedEngagement:
    goals = (goal(learners=("ben",)), goal("seo", learners=("ina",)))
    checks = Checks(required_fields=("description",), links=("Implements",), sprint=True)
    return lens_of(people=TEAM, signals=SIGNALS, checks=checks, objectives=goals, model="embedded")


@pytest.fixture(scope="module")
def first() -> Site:
    return bring(whole_lens(), *everything())


TRUE_AND_FALSE = {"True": "1", "False": "0"}


def figures(site: Site) -> tuple[object, object]:
    """The report, and every row of figures; PostgreSQL tells true from 1."""
    stored = site.site_tenant.figures(site.prepared.engagement.key).items()
    plain = {name: [tuple(TRUE_AND_FALSE.get(v, v) for v in row) for row in rows] for name, rows in stored}
    return site.report(LAST, NOW), plain


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    this_engine = open_engine(migrated_url)
    yield this_engine
    this_engine.dispose()


def test_both_databases_give_the_same(first: Site, engine: Engine) -> None:
    assert figures(bring(whole_lens(), *everything(), engine=engine)) == figures(first)


def test_by_rest_comes_the_same(first: Site) -> None:
    site_tenant, prepared = add_site_tenant(database(), NOW), whole_lens()
    agree_first(site_tenant, prepared)
    set_by_hand(site_tenant, prepared.engagement.key, everything())
    writer = WebhookWriter()
    site_tenant.save(
        [read_issue(body, site_tenant.digest()) for ticket in everything() for body in writer.whole(ticket)]
    )
    assert figures(Site(site_tenant, prepared)) == figures(first)


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_and_twice_comes_the_same(first: Site, seed: int) -> None:
    site_tenant, prepared, order = add_site_tenant(database(), NOW), whole_lens(), Random(seed)
    agree_first(site_tenant, prepared)
    set_by_hand(site_tenant, prepared.engagement.key, everything())
    bodies = [body for ticket in everything() for body in WebhookWriter().life(ticket)]
    bodies += order.sample(bodies, len(bodies) // 3)
    order.shuffle(bodies)
    for begin in range(0, len(bodies), 40):
        deliver(site_tenant, bodies[begin : begin + 40])
        assert site_tenant.drain(order.randint(1, 30)) == 0
    assert figures(Site(site_tenant, prepared)) == figures(first)
