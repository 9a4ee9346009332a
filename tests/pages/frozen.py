"""Freezing quarters of the story, as a lead freezes them by hand."""

from datetime import date

from connector.jobs.snapshots import take_snapshot
from mappings.measure.period.snapshot_spans import span_of
from tests.pages.conftest import ACME, BOLT, Desk

QUARTERS = (date(2026, 4, 1), date(2026, 7, 1))


def freeze(desk: Desk) -> None:
    """Freeze two quarters of both engagements as they are known now."""
    both = desk.both
    for key in (ACME, BOLT):
        for first in QUARTERS:
            stores = (both.house.engine, both.house.reader)
            take_snapshot(stores, both.tenant_id, key, span=span_of("quarter", first), now=both.clock.now())
