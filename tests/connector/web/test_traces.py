"""Traces: what a collector receives of requests, statements and jobs, and what never leaves."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from connector import traces
from connector.config_parsers import SettingError
from connector.jobs.runner import JobRunner
from connector.traces import open_tracing, trace, trace_work
from tests.connector.installed_sites import ACME, PAGE_URL, XHR_URL, open_installed_app


class Collector(ThreadingHTTPServer):
    """An OpenTelemetry collector that keeps what it is sent."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        super().__init__(("127.0.0.1", 0), CollectorHandler)

    def spans(self) -> list[Any]:
        """All spans, after those that still wait in this process were sent."""
        traces._tracing.tracer.span_processor.force_flush()
        messages = [ExportTraceServiceRequest.FromString(body) for body in self.received]
        return [span for message in messages for part in message.resource_spans for span in spans_of(part)]

    def named(self, start: str) -> list[Any]:
        return [span for span in self.spans() if span.name.startswith(start)]


class CollectorHandler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def spans_of(part: Any) -> list[Any]:
    return [span for scope in part.scope_spans for span in scope.spans]


def attributes_of(span: Any) -> dict[str, Any]:
    return {entry.key: entry.value.string_value or entry.value.int_value for entry in span.attributes}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector that this process sends its spans to."""
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    open_tracing(environ)
    yield server
    traces._tracing.tracer.span_processor.shutdown()
    traces._tracing.tracer = None
    server.shutdown()
    server.server_close()


def test_a_request_is_one_trace_with_its_statements_under_the_id_of_its_answer(
    collector: Collector, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with open_installed_app(sqlite_url, caplog) as installed_app:
        answer = installed_app.get(ACME.page(PAGE_URL), {"X-Request-Id": "given-by-the-proxy"})
        installed_app.get(ACME.page(PAGE_URL), {"X-Request-Id": "not one\tof ours"})
    opened, other = collector.named("GET test.page")
    assert answer.headers["X-Request-Id"] == attributes_of(opened)["teachback.request"] == "given-by-the-proxy"
    assert attributes_of(other)["teachback.request"].isalnum()
    assert attributes_of(opened) | {"teachback.route": "test.page", "teachback.status": 200} == attributes_of(opened)
    installs = {span.trace_id: span for span in collector.named("POST connect.installed")}
    inserts = [span for span in collector.named("INSERT") if span.trace_id in installs]
    assert len(installs) == 2
    assert inserts
    assert all("INSERT INTO" in attributes_of(span)["db.query.text"] for span in inserts)


def test_no_person_secret_or_message_leaves(
    collector: Collector, sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError(f"{ACME.account} wrote a secret summary")

    with open_installed_app(sqlite_url, caplog) as installed_app:
        monkeypatch.setitem(installed_app.app.view_functions, "test.xhr", fail)
        installed_app.get(XHR_URL, ACME.context())
        installed_app.get(ACME.page(PAGE_URL))
        installed_app.deliver(ACME, b'{"issue": {"fields": {"summary": "a secret summary"}}}')
    failed = collector.named("GET test.xhr")
    written = repr(collector.spans())
    assert [(span.status.code, attributes_of(span)["error.type"]) for span in failed] == [(2, "500")]
    assert len(collector.named("POST webhook")) == 1
    for hidden in (ACME.account, ACME.secret, ACME.client_key, "summary", "712020:", "eyJ", "jwt="):
        assert hidden not in written


def test_a_job_is_a_trace_of_its_own(collector: Collector, sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    with open_installed_app(sqlite_url, caplog) as installed_app:
        runner = JobRunner(installed_app.container)
        runner.insert_missing()
        job_result = runner.run_due()
    assert job_result is not None
    (span,) = collector.named(f"job {job_result.name}")
    assert attributes_of(span)["teachback.outcome"] == job_result.outcome.value
    assert [child.name for child in collector.spans() if child.parent_span_id == span.span_id]


def test_work_that_found_nothing_to_do_leaves_no_span(collector: Collector) -> None:
    outcomes = [False, True, False]
    work = trace_work("drain", lambda: outcomes.pop(0))
    assert [work(), work(), work()] == [False, True, False]
    assert len(collector.named("drain")) == 1


def test_the_error_of_a_span_is_its_class_alone(collector: Collector) -> None:
    with pytest.raises(ValueError, match="a secret"), trace("work"):
        raise ValueError("a secret")
    (span,) = collector.named("work")
    assert (attributes_of(span), span.status.message, list(span.events)) == ({"error.type": "ValueError"}, "", [])


def test_without_an_exporter_nothing_is_traced() -> None:
    open_tracing({"OTEL_SERVICE_NAME": "teachback"})
    open_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"})
    assert traces._tracing.tracer is None


def test_an_exporter_without_the_extra_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingError, match=r"teachback\[otel\]"):
        open_tracing({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1"})
