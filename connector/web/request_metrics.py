"""Counts and durations of the requests that this process answered, by kind of caller and by status."""

from functools import cache
from wsgiref.types import WSGIEnvironment

from prometheus_client import CollectorRegistry, Counter, Histogram

# Where the front leaves, in the environment, by which rule a request came.
RULE = "teachback.rule"
REGISTRY = CollectorRegistry()
# Pages aim at 50 ms, Jira waits 5 s (Forge) and 10 s (Connect) for an answer.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_COUNT = Counter(
    "teachback_requests",
    "Requests that this process answered, by rule and status",
    ["rule", "status"],
    registry=REGISTRY,
)
_DURATION = Histogram(
    "teachback_request_seconds", "How long they took, by rule", ["rule"], buckets=SECONDS, registry=REGISTRY
)


def count_request(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    """Count an answered request; one of an unknown address has no rule."""
    counter, duration = _series(str(environ.get(RULE, "none")), status)
    counter.inc()
    duration.observe(seconds)


@cache
def _series(rule: str, status: int) -> tuple[Counter, Histogram]:
    # Rules and statuses are few, and finding the series of a label costs as much as counting.
    return _COUNT.labels(rule, str(status)), _DURATION.labels(rule)
