"""What a page costs: each thing is loaded once per request, and a page's statements do not grow with its tickets."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from connector.auth.access import EngagementView
from connector.figures import open_previews
from connector.pages import visibility
from mappings.events.types import Instant
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    GATEKEEPER,
    LEAD,
    LEARNER,
    STRANGER,
    PageClient,
    administering,
)

# Engagements and what prepares them for measuring: the agreement, its people, the statuses and the accounts of apps.
LOADED_ONCE = ("engagement", "affiliation", "status_name", "status")


@contextmanager
def statements(engine: Engine) -> Iterator[Counter[str]]:
    """Count the statements by the first table that each reads."""
    tables: Counter[str] = Counter()

    def count(_: Any, __: Any, statement: str, *more: Any) -> None:
        if table := re.search(r"\bFROM (\w+)", statement):
            tables[table[1]] += 1

    event.listen(engine, "before_cursor_execute", count)
    yield tables
    event.remove(engine, "before_cursor_execute", count)


PAGES: dict[str, tuple[str, Callable[[PageClient, str], Any], int]] = {
    "project page": (LEAD, lambda page_client, who: page_client.content(who), 77),
    "project page in hours": (
        LEAD,
        lambda page_client, who: page_client.content(who, engagement=ACME, unit="hours"),
        78,
    ),
    "project page of the agency": (AGENCY_MEMBER, lambda page_client, who: page_client.content(who), 34),
    "objectives": (LEAD, lambda page_client, who: page_client.objectives(who), 23),
    "progress": (
        LEAD,
        lambda page_client, who: page_client.follow(who, f"/pages/objectives/progress?engagement={ACME}"),
        20,
    ),
    "learning": (LEARNER, lambda page_client, who: page_client.follow(who, f"/pages/learning?engagement={ACME}"), 45),
    "together": (LEAD, lambda page_client, who: page_client.follow(who, f"/pages/together?engagement={ACME}"), 20),
    "tickets": (
        LEAD,
        lambda page_client, who: page_client.follow(who, f"/pages/tickets?engagement={ACME}&period=2026Q3"),
        20,
    ),
    "open tickets": (
        LEAD,
        lambda page_client, who: page_client.follow(who, f"/pages/tickets?engagement={ACME}&show=open"),
        34,
    ),
    "open tickets that lift the reader": (
        LEARNER,
        lambda page_client, who: page_client.follow(who, f"/pages/tickets?engagement={ACME}&show=open&mine=lifts"),
        49,
    ),
    "own ladder in a line": (
        LEARNER,
        lambda page_client, who: page_client.follow(who, f"/pages/learning/summary?engagement={ACME}"),
        30,
    ),
    "nearest tickets": (LEAD, lambda page_client, who: page_client.follow(who, f"/pages/next?engagement={ACME}"), 38),
    "agency of a member": (
        AGENCY_MEMBER,
        lambda page_client, who: page_client.follow(who, f"/pages/agency?engagement={ACME}"),
        60,
    ),
    "agency": (AGENCY_LEAD, lambda page_client, who: page_client.follow(who, f"/pages/agency?engagement={ACME}"), 98),
    "what waits for the in-house team": (
        LEAD,
        lambda page_client, who: page_client.follow(who, f"/pages/agency/asks?engagement={ACME}"),
        23,
    ),
    "what waits for the agency": (
        LEAD,
        lambda page_client, who: page_client.follow(who, f"/pages/agency/own-asks?engagement={ACME}"),
        26,
    ),
    "poll of a ticket's frame": (
        LEAD,
        lambda page_client, who: page_client.follow(
            who, f"/pages/live?engagement={ACME}&issue={page_client.story_site.ids['t0110']}"
        ),
        4,
    ),
    "panel of two engagements": (LEAD, lambda page_client, who: page_client.panel(who, "t0110"), 40),
    "score's drawer": (
        LEAD,
        lambda page_client, who: page_client.follow(
            who, f"/pages/figure?engagement={ACME}&figure=score&from=2026-07-01&to=2026-09-30"
        ),
        26,
    ),
    "part's drawer": (
        LEAD,
        lambda page_client, who: page_client.follow(
            who,
            f"/pages/figure?engagement={ACME}&figure=dimensions.teaching.taught_through&from=2026-07-01&to=2026-09-30",
        ),
        40,
    ),
    "evidence of a part": (
        LEAD,
        lambda page_client, who: page_client.follow(
            who,
            f"/pages/evidence?engagement={ACME}&issue={page_client.story_site.ids['t0110']}"
            "&figure=dimensions.teaching.taught_through&day=2026-09-15",
        ),
        28,
    ),
    "gatekeeping": (
        GATEKEEPER,
        lambda page_client, who: page_client.follow(who, f"/pages/gatekeeping?engagement={ACME}"),
        44,
    ),
    "gatekeeper's drawer": (
        GATEKEEPER,
        lambda page_client, who: page_client.follow(
            who, f"/pages/gatekeeping/figure?engagement={ACME}&figure=early&from=2026-07-01&to=2026-09-30"
        ),
        27,
    ),
}


@pytest.fixture
def administrator(page_client: PageClient) -> Iterator[str]:
    with administering(page_client, STRANGER):
        yield STRANGER


def test_the_page_of_administrators_loads_each_thing_once(page_client: PageClient, administrator: str) -> None:
    page_client.read(page_client.follow(administrator, "/pages/admin/content"))
    with statements(page_client.story_site.container.reader) as tables:
        page_client.read(page_client.follow(administrator, "/pages/admin/content"))
    assert {table: tables[table] for table in LOADED_ONCE if tables[table] > 1} == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_each_thing_once(page_client: PageClient, name: str) -> None:
    who, visit, most = PAGES[name]
    # The first visit fills what is kept between requests.
    page_client.read(visit(page_client, who))
    with statements(page_client.story_site.container.reader) as tables:
        page_client.read(visit(page_client, who))
    assert {table: tables[table] for table in LOADED_ONCE if tables[table] > 1} == {}
    assert sum(tables.values()) <= most, tables


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/pages/next", LEAD),
        ("/pages/next", LEARNER),
        ("/pages/next", AGENCY_LEAD),
        ("/pages/learning", LEAD),
        ("/pages/learning", LEARNER),
        ("/pages/learning/summary", LEARNER),
        ("/pages/agency", AGENCY_LEAD),
    ],
)
def test_an_open_ticket_is_measured_once_as_it_is(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, path: str, who: str
) -> None:
    measured = Counter[int]()

    def count(prepared: PreparedEngagement, ticket: Ticket, at: Instant) -> Preview | None:
        measured[ticket.issue.issue_id] += 1
        return measure_if_done(prepared, ticket, at)

    monkeypatch.setattr(open_previews, "measure_if_done", count)
    assert page_client.follow(who, f"{path}?engagement={ACME}").status_code == 200
    assert measured
    assert {issue_id: times for issue_id, times in measured.items() if times > 1} == {}


def test_nobody_is_asked_about_in_jira_who_sees_as_much_by_their_own_part(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, asked = visibility.standing_views, list[Sequence[StoredEngagement]]()

    def note(stored: Sequence[StoredEngagement]) -> tuple[EngagementView, ...]:
        # It asks Jira whether somebody administers the site, where not every engagement has a part for them.
        asked.append(stored)
        return whole(stored)

    monkeypatch.setattr(visibility, "standing_views", note)
    for who, times in ((LEAD, 0), (LEARNER, 1)):
        assert page_client.follow(who, f"/pages/live?engagement={ACME}").status_code == 200
        assert len(asked) == times
