"""Freezing quarters of the story, as a lead freezes them by hand."""

from datetime import date

from connector.jobs.snapshots import take_snapshot
from mappings.measure.period.snapshot_spans import span_of
from tests.pages.conftest import ACME, BOLT, PageClient

QUARTERS = (date(2026, 4, 1), date(2026, 7, 1))


def freeze(page_client: PageClient) -> None:
    """Freeze two quarters of both engagements as they are known now."""
    story_site = page_client.story_site
    for key in (ACME, BOLT):
        for first in QUARTERS:
            stores = (story_site.container.engine, story_site.container.reader)
            take_snapshot(stores, story_site.tenant_id, key, span=span_of("quarter", first), now=story_site.clock.now())
