"""Who is behind a latency, read from the tickets of a window on both databases, and never kept."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from connector.figures import latencies
from mappings.records.sql.scope import Scope
from tests.measure.builders import PEOPLE, Story, at, stays
from tests.measure.webhook_checks import YEAR
from tests.webhooks.site import Ground, ground_of
from tests.webhooks.test_examples import keep
from webhooks.measure import select_targets

TEAM = tuple(f"p{number:02}" for number in range(12))
KEY = "growth-acme"


@pytest.fixture
def ground(migrated_url: str) -> Iterator[Ground]:
    with ground_of(migrated_url, now=at("2026-04-10 12:00")) as [measured_ground]:
        yield measured_ground


def asked(number: int, by: str) -> Story:
    """A request for review that somebody answered."""
    story = Story(key=f"GROW-{number}", number=number, history=100 * number, assignee="ann", creator="ann")
    story.move("In Progress", "2026-03-02 09:00", "ann").move("In Review", "2026-03-02 15:00", "ann")
    return story.say(by, "2026-03-03 10:00")


def of_many(ground: Ground, *answering: str, least: int = 10) -> bool:
    team = (*PEOPLE, *(stays(account, "inhouse", "2025-01-01") for account in TEAM))
    keep(ground, *(asked(number, by) for number, by in enumerate(answering, start=1)), people=team)
    generation = ground.generation(KEY) or 0
    with ground.engine.connect() as connection:
        prepared = next(account.prepared for account in select_targets(connection, ground.tenant_id))
        scope = Scope(connection, ground.tenant_id, KEY, generation)
        prepared = replace(prepared, ruleset=replace(prepared.ruleset, works_council=True, people=least))
        return latencies.is_of_many(scope, prepared, "reviews_in_time", YEAR)


def test_k_different_people_are_many(ground: Ground) -> None:
    assert of_many(ground, *TEAM[:10])


def test_one_fewer_are_few_however_often_they_answer(ground: Ground) -> None:
    assert not of_many(ground, *TEAM[:9], *TEAM[:9])


def test_people_are_added_up_over_portions(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latencies, "CHUNK", 3)
    assert of_many(ground, *TEAM[:11])


def test_where_k_have_not_come_on_the_latest_tickets_they_count_as_few(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latencies, "MAX_TICKETS", 9)
    assert not of_many(ground, *TEAM[:10])
