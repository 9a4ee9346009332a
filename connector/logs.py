"""Structured logs, one JSON object a line: what happened and to which tenant, never a secret, a person or a text."""

import json
import logging
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

# The only extras that reach the log: what is not named here is dropped, whoever logs it.
PARTS = (
    "request",
    "run",
    "delivery",
    "code",
    "route",
    "method",
    "status",
    "ms",
    "tenant_id",
    "state",
    "event_name",
    "reason",
    "count",
)

OWN_PACKAGES = frozenset({"connector", "webhooks", "mappings"})

# Their debug messages hold addresses with account ids, and bodies.
NOISY = ("atlassian", "urllib3", "werkzeug", "apscheduler", "opentelemetry")

# What the request or the job at hand adds to each of its lines, in threads that run in its context, too.
_fields: ContextVar[Mapping[str, str]] = ContextVar("log fields", default={})  # noqa: B039  never changed in place


class LogFields:
    """Adds fields to the lines of a block. A class, since a webhook pays for each generator of contextlib."""

    __slots__ = ("_fields", "_token")

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def __enter__(self) -> None:
        self._token = _fields.set({**_fields.get(), **self._fields})

    def __exit__(self, *_: object) -> None:
        _fields.reset(self._token)


def log_fields(**fields: str) -> LogFields:
    """Add fields that are named in PARTS to each line that is logged while the block runs."""
    return LogFields(fields)


class JsonLines(logging.Formatter):
    """One object a line. Of an exception it keeps the class and its place: messages may quote what was read."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        # A library's message may quote what it read, a header of Jira's answer for one: of other loggers nothing but
        # the name and the class of an exception is kept.
        ours = record.name.partition(".")[0] in OWN_PACKAGES
        if ours:
            line["event"] = record.getMessage()
            given = {**_fields.get(), **vars(record)}
            line |= {name: given[name] for name in PARTS if name in given}
        if record.exc_info and record.exc_info[0]:
            line["error"] = name_chain(record.exc_info[1])
        if ours and record.exc_info and record.exc_info[0]:
            line["from"] = name_frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def name_chain(error: BaseException | None) -> list[str]:
    names: list[str] = []
    while error is not None and len(names) < 8:
        names.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return names


def name_frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]


def open_logs(stream: TextIO | None = None, level: int = logging.INFO) -> logging.Handler:
    """Send the logs of the whole process to `stream` (standard error) as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    limit_library_logs()
    return handler


def limit_library_logs() -> None:
    # Hold other people's loggers to warnings.
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
