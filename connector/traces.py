"""OpenTelemetry traces of requests, statements, jobs, batches and calls to Jira, where an exporter is set.

The settings are OpenTelemetry's own (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
Like the log, a span holds no person, address or text. So no ready-made instrumentation is used: those of SQLAlchemy and
requests record the messages of errors, which may quote what was read, and addresses with account ids.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from msgspec import Struct
from sqlalchemy import Engine, event

from connector.config_parsers import SettingError

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


class Tracing(Struct):
    """The tracer of this process; None where nothing is traced."""

    tracer: Any = None


_tracing = Tracing()


class Span(Struct, frozen=True):
    """An open span, or nothing where nothing is traced."""

    opened: Any = None

    def rename(self, name: str) -> None:
        if self.opened is not None:
            self.opened.update_name(name)

    def add(self, **attributes: str | int | None) -> None:
        """Set those attributes that are not None, as `teachback.<name>`."""
        if self.opened is not None:
            self.opened.set_attributes(_attributes(attributes))

    def fail(self, kind: str) -> None:
        """Mark the span as failed; `kind` is the class of the error, whose message stays away."""
        if self.opened is not None:
            from opentelemetry.trace import StatusCode

            self.opened.set_status(StatusCode.ERROR)
            self.opened.set_attribute("error.type", kind)


def open_tracing(environ: Mapping[str, str]) -> None:
    """Send this process' traces where OpenTelemetry's variables say. Raises SettingError where the extra is missing."""
    endpoint = next((name for name in ENDPOINTS if environ.get(name)), None)
    if endpoint is None or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as cause:
        raise SettingError(
            endpoint, "needs OpenTelemetry", "Install it (pip install teachback[otel]), or unset the variable."
        ) from cause
    use_processor(BatchSpanProcessor(OTLPSpanExporter()))


def use_processor(processor: Any) -> None:
    """Hand all spans of this process to an OpenTelemetry span processor."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider

    # What the environment says of the resource goes first.
    resource = Resource({SERVICE_NAME: "teachback"}).merge(Resource.create())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor)
    _tracing.tracer = provider.get_tracer("teachback")


def trace(name: str, kind: str = "INTERNAL", **attributes: str | int | None) -> AbstractContextManager[Span]:
    """Open a span, within the one that is open in this context; `kind` is a name of OpenTelemetry's SpanKind."""
    return _NOTHING if _tracing.tracer is None else _open_span(name, kind, attributes)


# Where nothing is traced a webhook pays for no generator.
_NOTHING = nullcontext(Span())


@contextmanager
def _open_span(name: str, kind: str, attributes: Mapping[str, str | int | None]) -> Iterator[Span]:
    from opentelemetry.trace import SpanKind

    with _tracing.tracer.start_as_current_span(
        name,
        kind=SpanKind[kind],
        attributes=_attributes(attributes),
        record_exception=False,  # with its message
        set_status_on_exception=False,
    ) as opened:
        span = Span(opened)
        try:
            yield span
        except Exception as error:
            span.fail(type(error).__qualname__)
            raise


def trace_work(name: str, work: Callable[[], bool]) -> Callable[[], bool]:
    """Return `work` with a span for each time that there was something to do, so that waiting leaves none."""

    def traced_work() -> bool:
        started_at = time.time_ns()
        worked = work()
        if worked and _tracing.tracer is not None:
            _tracing.tracer.start_span(name, start_time=started_at).end()
        return worked

    return traced_work


def trace_statements(engine: Engine) -> None:
    """Give each statement within an open span a span of its own, with its text and without its parameters."""
    if _tracing.tracer is not None:
        event.listen(engine, "before_cursor_execute", _open_statement, named=True)
        event.listen(engine, "after_cursor_execute", _close_statement, named=True)
        event.listen(engine, "handle_error", _fail_statement)


def _open_statement(**call: Any) -> None:
    from opentelemetry.trace import SpanKind, get_current_span

    if get_current_span().is_recording():
        statement = call["statement"]
        call["context"].teachback_span = _tracing.tracer.start_span(
            statement.split(maxsplit=1)[0],
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": call["conn"].dialect.name, "db.query.text": statement},
        )


def _close_statement(**call: Any) -> None:
    if (opened := getattr(call["context"], "teachback_span", None)) is not None:
        opened.end()


def _fail_statement(failure: Any) -> None:
    opened = getattr(failure.execution_context, "teachback_span", None)
    if opened is not None:
        Span(opened).fail(type(failure.original_exception).__qualname__)
        opened.end()


def _attributes(given: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {f"teachback.{name}": value for name, value in given.items() if value is not None}
