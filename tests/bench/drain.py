"""Line 2: events drained to measured figures, against decoding the same bodies and writing their facts alone."""

from collections.abc import Sequence
from typing import Any

from mappings.events.errors import UnknownEvent
from mappings.events.types import Event
from mappings.events.webhook import read_body
from mappings.records.facts.webhook_events import save_seen
from tests.bench import story
from tests.bench.installation import Database, SiteTenant, Stopwatch, fill_inbox, site_tenant
from tests.bench.machine import spread
from webhooks.drain import BATCH, drain_once


def batches(all_of_them: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Cut as the drain cuts."""
    return [all_of_them[at : at + BATCH] for at in range(0, len(all_of_them), BATCH)]


def drain_all(place: SiteTenant) -> None:
    """Work the inbox off, as the drainer's thread does."""
    dead = 0
    while drained := drain_once(place.engine, place.vault, place.now):
        dead += drained.dead
    assert not dead, f"{dead} dead letters"


def save_alone(place: SiteTenant, bodies: Sequence[bytes]) -> None:
    """Decode the bodies and write what they tell: no inbox, no figures."""
    for batch in batches(bodies):
        events = [event for body in batch for event in read_events(place, body)]
        with place.engine.begin() as connection:
            save_seen(connection, place.tenant_id, events)


def read_events(place: SiteTenant, body: bytes) -> tuple[Event, ...]:
    try:
        return read_body(body, place.digest)
    except UnknownEvent:
        return ()


def measure_round(database: Database) -> dict[str, float]:
    """One drain and one plain writing of the story, each in a database of its own."""
    agreed = story.engagement_files()
    first, bodies = story.bodies()[:BATCH], story.bodies()[BATCH:]
    with site_tenant(database, agreed, story.dump()) as place:
        # The first batch gets what a running process has: its statements compiled.
        fill_inbox(place, first)
        drain_all(place)
        fill_inbox(place, bodies)
        with Stopwatch(database.pid) as whole:
            drain_all(place)
        measured(place)
    with site_tenant(database, agreed, story.dump()) as place:
        save_alone(place, first)
        with Stopwatch(database.pid) as alone:
            save_alone(place, bodies)
    return {
        "events_a_processor_second": len(bodies) / whole.here,
        "events_a_second": len(bodies) / whole.clock,
        "events_a_processor_second_with_server": len(bodies) / (whole.here + whole.there),
        "alone_a_processor_second": len(bodies) / alone.here,
        "cost_to_alone": whole.here / alone.here,
        "cost_to_alone_with_server": (whole.here + whole.there) / (alone.here + alone.there),
    }


def measured(place: SiteTenant) -> None:
    """See that figures came of it."""
    with place.engine.connect() as connection:
        entries = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar()
        failed = connection.exec_driver_sql("SELECT count(*) FROM measured WHERE failed IS NOT NULL").scalar()
    assert (entries or 0) > 500, entries
    assert not failed, f"{failed} issues could not be measured"


def measure_drain(database: Database, *, rounds: int) -> dict[str, Any]:
    """Return the figures of all rounds."""
    made = [measure_round(database) for _ in range(rounds)]
    return {name: spread(row[name] for row in made) for name in made[0]}
