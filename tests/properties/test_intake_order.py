"""Properties of the whole way, from webhooks received to the report: order, weeks, and sub-tasks (measurement (f))."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.measure.model.ticket import Ticket
from mappings.records.sql.engine import open_engine
from tests.measure.builders import Story, lens_of
from tests.measure.test_properties import later, stories
from tests.measure.webhook_site import LAST, NOW, Site, bring
from tests.properties.property_settings import ALL, few
from tests.upgraded import upgrade_copy
from tests.webhooks.site import KEYS, SiteTenant, add_site_tenant, small

HOURS = ("active_hours", "paused_on_client_hours", "shares", "units", "method")


def rows(site: Site) -> list[dict[str, Any]]:
    """The rows of a report over all that the drawn stories can tell."""
    printed: list[dict[str, Any]] = site.report(LAST + timedelta(days=250), NOW)["issues"]
    return printed


@few
@given(stories(), st.integers(1, 36))
def test_weeks_of_local_time_keep_the_hours_of_a_report(story: Story, weeks: int) -> None:
    """In between the clocks are changed, in March and in October; what is told in local time is worked as it was."""
    ticket = story.ticket()
    before, after = (rows(bring(lens_of(), variant)) for variant in (ticket, shifted(ticket, weeks)))
    assert [{name: row[name] for name in HOURS} for row in before] == [{n: row[n] for n in HOURS} for row in after]


def shifted(ticket: Ticket, weeks: int) -> Ticket:
    """Everything some weeks later by the clock on the wall."""
    issue, of = ticket.issue, lambda at: later(at, weeks)
    return replace(
        ticket,
        issue=replace(issue, created=of(issue.created), updated=of(issue.updated)),
        changes=tuple(replace(change, at=of(change.at)) for change in ticket.changes),
        comments=tuple(
            replace(comment, created=of(comment.created), updated=of(comment.created)) for comment in ticket.comments
        ),
    )


@few
@given(stories(), st.lists(st.integers(2, 5), unique=True, min_size=1, max_size=3), st.data())
def test_subtasks_change_no_units_of_a_report(story: Story, numbers: list[int], data: st.DataObject) -> None:
    """However the work is split: the parts move between sides, the sum and the ledger's rows stay."""
    alone = rows(bring(lens_of(), story.ticket()))
    for number in numbers:
        story.child(data.draw(stories(number)))
    split = rows(bring(lens_of(), story.ticket()))
    same = ("id", "entry", "at", "units")
    assert [[row[name] for name in same] for row in alone] == [[row[name] for name in same] for row in split]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteTenant]:
    url = f"sqlite:///{tmp_path_factory.mktemp('ways')}/one.db"
    upgrade_copy(url)
    engine = open_engine(url)
    yield add_site_tenant(engine, small().story.end)
    engine.dispose()


def issue_of(body: dict[str, Any]) -> str:
    """Which issue an event is about, "" for what is about none."""
    worklog, link = body.get("worklog", {}), body.get("issueLink", {})
    return str(body.get("issue", {}).get("id") or worklog.get("issueId") or link.get("sourceIssueId") or "")


@cache
def bodies() -> list[tuple[str, bytes]]:
    """The story's webhooks, each with its issue."""
    return [(issue_of(json.loads(raw)), raw) for raw in small().bodies()]


def heard(sites: SiteTenant, raw_bodies: list[bytes], order: Random) -> SiteTenant:
    """A new site with the story's engagements, to which webhooks came in batches of any size."""
    site_tenant = add_site_tenant(sites.engine, sites.now)
    site_tenant.agree(*small().engagements())
    site_tenant.keep(raw_bodies)
    while site_tenant.waiting():
        assert site_tenant.drain(order.randint(1, 60)) == 0
    return site_tenant


def test_any_order_with_any_duplicates_gives_the_same_figures(sites: SiteTenant) -> None:
    """Drawn: of which issues the webhooks are, their order, which come twice, and how many are drained at once."""
    changed: list[bool] = []
    this_issues = sorted({issue for issue, _ in bodies() if issue})

    @few
    @given(st.sets(st.sampled_from(this_issues), min_size=6, max_size=18), st.randoms(use_true_random=False))
    def holds(issues: set[str], order: Random) -> None:
        rows = [raw for issue, raw in bodies() if not issue or issue in issues]
        mixed = [*rows, *order.sample(rows, len(rows) // 4)]
        order.shuffle(mixed)
        straight, mingled = heard(sites, rows, order), heard(sites, mixed, order)
        assert mingled.all_figures() == straight.all_figures()
        assert [mingled.review(key, *ALL).rows for key in KEYS] == [straight.review(key, *ALL).rows for key in KEYS]
        changed.append(any(straight.figures(key)["entry"] for key in KEYS))

    holds()
    assert sum(changed) > len(changed) // 2
