"""The /metrics page: counts of the installation that name no site, person or ticket."""

import hmac
from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, abort, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from connector.container import Container, container
from connector.web.gate import OPEN, Rule
from mappings.events.times import HOUR, SECOND
from mappings.records.operations.health import select_health
from mappings.records.operations.jira_quota import select_spent
from mappings.records.operations.jobs import select_jobs

blueprint = Blueprint("metrics", __name__)
ROUTES: Mapping[str, Rule] = {"metrics.show": OPEN}


@blueprint.get("/metrics")
def show() -> Response:
    # Without a token in the settings there is no such page.
    app = container()
    token, given = app.settings.metrics_token, request.headers.get("Authorization", "")
    if not token:
        abort(404)
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        app.guesses.count()
        abort(401)
    registry = CollectorRegistry()
    registry.register(Counts(app))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Counts(Collector):
    """Reads the counts when they are asked for: what a process remembers would be wrong beside others."""

    def __init__(self, app: Container) -> None:
        self._container = app

    def collect(self) -> Iterator[Metric]:
        now = self._container.clock()
        with self._container.reader.connect() as connection:
            health, rows = select_health(connection), select_jobs(connection)
            spent = select_spent(connection, now // HOUR)
        waited = 0.0 if health.oldest is None else (now - health.oldest) / SECOND
        for name, text, value in (
            ("teachback_sites", "Sites that are installed", health.sites),
            ("teachback_inbox_deliveries", "Deliveries of Jira that wait", health.waiting),
            ("teachback_inbox_oldest_seconds", "How long the oldest of them waits", waited),
            ("teachback_dead_letters", "Deliveries that could not be taken", health.letters),
            ("teachback_unmeasured_tickets", "Tickets that could not be measured", health.unmeasured),
            ("teachback_unknown_events", "Events that no reader knew", health.unknown_events),
            ("teachback_jobs", "Jobs", len(rows)),
            ("teachback_jobs_failed", "Jobs that failed the last time", sum(row.attempts > 0 for row in rows)),
            ("teachback_jobs_due", "Jobs that are due", sum(row.due_at <= now and not row.paused for row in rows)),
            ("teachback_jira_points_people", "Points this hour for people", spent.people),
            ("teachback_jira_points_background", "Points this hour in the background",
             spent.work + spent.history + spent.rolling),
        ):  # fmt: skip
            yield GaugeMetricFamily(name, text, value=value)
