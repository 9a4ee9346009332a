"""The /metrics page: counts of the installation that name no site, person or ticket."""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from flask import Blueprint, Response, abort, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from connector.container import Container, container
from connector.web.gate import OPEN, Rule
from connector.web.request_metrics import REGISTRY
from mappings.events.times import HOUR, SECOND
from mappings.events.types import Instant
from mappings.records.operations.health import Health, Work, select_health, select_work
from mappings.records.operations.jira_quota import Spent, select_spent
from mappings.records.operations.jobs import JobRow, select_jobs

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
    text = generate_latest(registry) + generate_latest(REGISTRY)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class Counts(Collector):
    """Reads the counts when they are asked for: what a process remembers would be wrong beside others."""

    def __init__(self, app: Container) -> None:
        self._container = app

    def collect(self) -> Iterator[Metric]:
        now = self._container.clock()
        with self._container.reader.connect() as connection:
            health, work = select_health(connection), select_work(connection, now)
            rows, spent = select_jobs(connection), select_spent(connection, now // HOUR)
        yield from inbox_metrics(health, work, now)
        yield from work_metrics(health, work)
        yield from point_metrics(spent)
        yield from job_metrics(rows, now)


def inbox_metrics(health: Health, work: Work, now: Instant) -> Iterator[Metric]:
    waited = 0.0 if health.oldest is None else (now - health.oldest) / SECOND
    yield gauge("teachback_inbox_deliveries", "Deliveries of Jira that wait", health.waiting)
    yield gauge("teachback_inbox_oldest_seconds", "How long the oldest of them waits", waited)
    yield CounterMetricFamily("teachback_inbox_received", "Deliveries of Jira that were stored", value=work.received)
    processed = work.received - health.waiting
    yield CounterMetricFamily("teachback_inbox_processed", "Deliveries that left the inbox", value=processed)
    yield gauge("teachback_dead_letters", "Deliveries that could not be taken", health.letters)
    yield gauge("teachback_unknown_events", "Events that no reader knew", health.unknown_events)


def work_metrics(health: Health, work: Work) -> Iterator[Metric]:
    yield gauge("teachback_sites", "Sites that are installed", health.sites)
    yield gauge("teachback_unmeasured_tickets", "Tickets that could not be measured", health.unmeasured)
    yield gauge("teachback_tickets_to_measure", "Tickets still to measure after a change of rules", work.to_measure)
    yield gauge("teachback_issues_to_read", "Issues of histories still to read from Jira", work.to_read)
    yield gauge("teachback_jira_held_back", "Endpoints that Jira asked to leave alone (429)", work.held_back)
    refused = CounterMetricFamily("teachback_jira_refused", "Calls that Jira refused for now (429)", value=work.refused)
    yield refused


def point_metrics(spent: Spent) -> Iterator[Metric]:
    yield gauge("teachback_jira_points_people", "Points this hour for people", spent.people)
    background = spent.work + spent.history + spent.rolling
    yield gauge("teachback_jira_points_background", "Points this hour in the background", background)


def job_metrics(rows: Collection[JobRow], now: Instant) -> Iterator[Metric]:
    """Yield the jobs of all sites by name: how many there are, failed the last time, are late, and since when."""
    # Not "job", which is what Prometheus calls a group of addresses.
    families = {name: GaugeMetricFamily(name, text, labels=["name"]) for name, text in JOB_TEXTS.items()}
    by_name: defaultdict[str, list[JobRow]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    for name, jobs in by_name.items():
        due = [job for job in jobs if job.due_at <= now and not job.paused]
        late = max(((now - job.due_at) / SECOND for job in due if job.lease_until <= now), default=0.0)
        counts = (len(jobs), sum(job.attempts > 0 for job in jobs), len(due), late)
        for family, value in zip(families.values(), counts, strict=True):
            family.add_metric([name], value)
    yield from families.values()


JOB_TEXTS: Mapping[str, str] = {
    "teachback_jobs": "Jobs, one for each site",
    "teachback_jobs_failed": "Jobs that failed the last time",
    "teachback_jobs_due": "Jobs that are due",
    "teachback_jobs_late_seconds": "For how long the longest waiting of them is due and nobody runs it",
}


def gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
