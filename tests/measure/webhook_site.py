"""The same tickets sent as webhooks: received, drained and measured, and figures read out again."""

import asyncio
import atexit
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, insert

from mappings.events.types import Instant, Status
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.formats.report.json_report import report
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import Entry, Evidence, Ticket
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import save_engagement
from mappings.records.facts.statuses import save_statuses
from mappings.records.figures.entries import select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.figures.objective_activity import AskedActivity, select_activity
from mappings.records.figures.opportunities import Row, select_counts, select_rows
from mappings.records.sql.engine import open_engine
from mappings.records.sql.scope import Scope
from mappings.records.tables import role, tag
from tests.measure.builders import STATUSES, at
from tests.measure.webhook_bodies import WebhookWriter
from tests.rsgi import event_loop
from tests.upgraded import upgrade_copy
from tests.webhooks.site import SiteTenant, add_site_tenant
from webhooks.generations import measure_pending
from webhooks.inbox import open_intake
from webhooks.receive import SaveDelivery, Verified, save_verified

NOW = at("2027-06-01")
KNOWN = [Status(number, name, category) for name, (number, category) in STATUSES.items()]
LAST = date(2026, 6, 30)
"""The last end of a report whose window of 180 days holds all of 2026 before it."""


@cache
def database() -> Engine:
    """One SQLite file for all tickets of a run; each test's are a site of their own."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    url = f"sqlite:///{folder.name}/through.db"
    upgrade_copy(url)
    return open_engine(url)


@cache
def intake(engine: Engine) -> SaveDelivery:
    return open_intake(engine)


def deliver(site_tenant: SiteTenant, bodies: Iterable[bytes]) -> None:
    """Store webhooks as the front does once it has verified them, each before it is answered."""
    for body in bodies:
        saving = save_verified(intake(site_tenant.engine), Verified(site_tenant.tenant_id, None), body, NOW)
        asyncio.run_coroutine_threadsafe(saving, event_loop()).result()


def agree_first(site_tenant: SiteTenant, prepared: PreparedEngagement) -> None:
    """What a site has before its first webhook: an agreement, and Jira's list of statuses."""
    assert prepared.ruleset == DEFAULT
    with site_tenant.engine.begin() as connection:
        save_statuses(connection, site_tenant.tenant_id, KNOWN)
        save_engagement(
            connection,
            site_tenant.tenant_id,
            prepared.engagement,
            engagement_hash(prepared.engagement),
            now=NOW,
            by=None,
        )
    measure_pending(site_tenant.engine, site_tenant.tenant_id, NOW)


def set_by_hand(site_tenant: SiteTenant, key: str, tickets: Iterable[Ticket]) -> None:
    """The roles and tags of tickets, as the panel keeps them."""
    with site_tenant.engine.begin() as connection:
        for ticket in (part for this_ticket in tickets for part in (this_ticket, *this_ticket.subtasks)):
            place = {"tenant_id": site_tenant.tenant_id, "engagement": key, "issue_id": ticket.issue.issue_id}
            for this_role in ticket.roles:
                fields = {name: getattr(this_role, name) for name in ("account", "role", "since", "until", "objective")}
                connection.execute(insert(role).values(**place, **fields, recorded_by="ina"))
            for each in ticket.tags:
                fields = {name: getattr(each, name) for name in ("objective", "since", "until", "confirmed")}
                connection.execute(insert(tag).values(**place, **fields, recorded_by=each.by))


@dataclass(frozen=True)
class Site:
    """A site whose tickets came as webhooks."""

    site_tenant: SiteTenant
    prepared: PreparedEngagement

    @property
    def place(self) -> tuple[int, str, int]:
        return self.site_tenant.tenant_id, self.prepared.engagement.key, 1

    def entries(self, number: int = 1) -> tuple[Entry, ...]:
        with self.site_tenant.engine.connect() as connection:
            stored_entries = select_entries(Scope(connection, *self.place), [number]).get(number, ())
        return tuple(row.entry for row in stored_entries)

    def evidence(self, number: int = 1) -> tuple[Evidence, ...]:
        with self.site_tenant.engine.connect() as connection:
            return tuple(select_evidence(Scope(connection, *self.place), [number]).get(number, ()))

    def chances(self, number: int = 1) -> tuple[Row, ...]:
        with self.site_tenant.engine.connect() as connection:
            return select_rows(Scope(connection, *self.place), [number]).get(number, ())

    def count(self, key: str, window: Window) -> tuple[float, int]:
        """x and n of a component from the sums of days, as the page reads them."""
        with self.site_tenant.engine.connect() as connection:
            counts = select_counts(Scope(connection, *self.place), window, self.prepared.calendar).get(key)
        return (float(counts.x), counts.n) if counts else (0.0, 0)

    def activity(self, objective: str, window: Window) -> tuple[Instant | None, bool]:
        with self.site_tenant.engine.connect() as connection:
            scope = Scope(connection, *self.place)
            asked = AskedActivity(scope.engagement, (objective,), (window,))
            first, active = select_activity(scope.alone, [asked])[scope.engagement, objective]
        return first, active[0]

    def report(self, end: date, as_of: Instant, first: date = date(2026, 1, 1)) -> dict[str, Any]:
        """What `teachback report --format json` prints."""
        return report(self.site_tenant.review(self.prepared.engagement.key, first, end, as_of))


def bring(prepared: PreparedEngagement, *tickets: Ticket, engine: Engine | None = None) -> Site:
    """Bring tickets to a new site: agreed on first, then every webhook of their lives, received and drained."""
    site_tenant = add_site_tenant(engine or database(), NOW)
    agree_first(site_tenant, prepared)
    set_by_hand(site_tenant, prepared.engagement.key, tickets)
    writer = WebhookWriter(prepared.affiliations.bots)
    deliver(site_tenant, [body for ticket in tickets for body in writer.life(ticket)])
    assert site_tenant.drain() == 0
    return Site(site_tenant, prepared)


def printed(site: Site, window: Window) -> dict[str, tuple[float, float]]:
    """x and n of every component in the report of the window's end; the window has to hold all before that."""
    end = min(site.prepared.calendar.day(window.end), LAST)
    this_printed = site.report(end, window.as_of)
    rows = [part for row in this_printed["dimensions"] for part in (*row["components"], *row.get("sides", ()))]
    numbers = {row["key"]: (row["x"], row["n"]) for row in (*rows, this_printed["learners_offered"])}
    proposals, done = numbers["proposal_rate"]
    return {**numbers, "proposals": (proposals, proposals), "agency_done": (done, done)}


def is_whole(site: Site, window: Window) -> bool:
    """Whether a report's window of 180 days sees what this window sees of the year 2026."""
    calendar = site.prepared.calendar
    midnight = calendar.midnight(calendar.day(window.end)) == window.end
    return midnight and window.start == at("2026-01-01") and window.end > at("2026-01-02")
