"""The job that computes each week's figures of people soon after Monday midnight, and those at the ends of quarters."""

from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Connection

from connector.container import Container
from connector.figures.people import load_site_people, people_instant
from connector.figures.program.engagement import is_running
from mappings.events.types import Instant
from mappings.measure.model.quarters import next_quarter, quarter_start
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.figures.weekly_people import select_weeks
from mappings.records.sql.scope import SiteScope
from webhooks.measure import select_targets

# The quarters that ended last, which the program shows beside the one that runs.
ENDED_QUARTERS = 3


class Waiting(Struct, frozen=True):
    """An engagement of which some figures are not stored, and the ends of all its periods."""

    stored: StoredEngagement
    prepared: PreparedEngagement
    ends: tuple[Instant, ...]

    def keys(self, now: Instant) -> set[tuple[str, Instant]]:
        return {(self.stored.engagement.key, people_instant(self.prepared, end, now)) for end in self.ends}


def compute_week(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    """Compute what one engagement has not stored yet, as a step of a job; the next one is the next step's.

    What cannot be kept now, since history is on its way in, is left to the next slot, with all that comes after it.
    """
    waiting = _select_waiting(container, tenant_id, now)
    if not waiting:
        return None
    asked = [(waiting[0].stored, waiting[0].prepared, end) for end in waiting[0].ends]
    load_site_people(container.engine, tenant_id, asked, now=now, reader=container.reader)
    left = _select_waiting(container, tenant_id, now)
    return now if 0 < len(left) < len(waiting) else None


def _select_waiting(container: Container, tenant_id: int, now: Instant) -> list[Waiting]:
    # By the agreement that people are shown, which may not be the latest.
    with container.reader.connect() as connection:
        prepared = {
            (target.engagement, target.generation): target.prepared for target in select_targets(connection, tenant_id)
        }
        shown = [
            Waiting(stored.as_shown, rules, _ends_of(stored.as_shown, rules, now))
            for stored in select_engagements(connection, tenant_id)
            if (rules := prepared.get((stored.engagement.key, stored.shown_generation))) is not None
        ]
        return _without_stored(connection, tenant_id, shown, now)


def _without_stored(connection: Connection, tenant_id: int, shown: list[Waiting], now: Instant) -> list[Waiting]:
    # One statement for all, however many engagements there are.
    generations = {item.stored.engagement.key: item.stored.shown_generation for item in shown}
    instants = {as_of for item in shown for _, as_of in item.keys(now)}
    stored = select_weeks(SiteScope(connection, tenant_id, generations), instants).keys()
    return [item for item in shown if not item.keys(now) <= stored]


def _ends_of(stored: StoredEngagement, prepared: PreparedEngagement, now: Instant) -> tuple[Instant, ...]:
    # The quarter that runs, whose people are those of Monday, and those before it in which there was an engagement.
    calendar, first = prepared.calendar, quarter_start(prepared.calendar.day(now))
    ends: list[date] = [next_quarter(first)]
    for _ in range(ENDED_QUARTERS):
        last = first - timedelta(days=1)
        if is_running(stored.engagement, quarter_start(last), last):
            ends.append(first)
        first = quarter_start(last)
    return tuple(map(calendar.midnight, ends))
