"""Errors of jobs, as text for an administrator, and what to do about them."""

import re
from dataclasses import dataclass

from connector.text import ahead, count
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.operations.jobs import JobRow

BY_ITSELF = "It is tried again by itself"
PERMISSION = "Check that the app is enabled on the site and may browse the projects. If it is not, install it again."
LOG = f"{BY_ITSELF}. If it stays, give whoever runs Teachback the line of its log that says “job failed”."

# The error that a job stored (connector/jobs/runner.py), its text, and what to do; "" for nothing.
ERROR_TEXTS: tuple[tuple[str, str, str], ...] = (
    (r"put off: answered 429.*", "Jira asked to wait", ""),
    (r"put off: .*", "Jira’s limits are kept: it has to wait", ""),
    (r"JiraError: answered (401|403)", "Jira refused to answer ({0})", PERMISSION),
    (r"JiraError: the tenant is not installed", "The app is no longer installed on the site", PERMISSION),
    (r"JiraError: answered 404", "Jira does not know what it was asked for (404)", LOG),
    (r"JiraError: answered (5\d\d)", "Jira has a fault of its own ({0})", ""),
    (r"JiraError: no answer.*", "Jira did not answer", f"{BY_ITSELF}. If it stays, tell whoever runs Teachback."),
    (r"JiraError: (.*)", "Jira’s answer could not be used: {0}", LOG),
    (r"StoreError: .*", "The database was busy or away", f"{BY_ITSELF}. If it stays, tell whoever runs Teachback."),
    (r"(\w+).*", "It failed with an unexpected error ({0})", LOG),
)


@dataclass(frozen=True)
class JobError:
    """What is wrong and what to do; where there is no hint it only has to wait."""

    text: str
    hint: str


def error_of(row: JobRow, now: Instant) -> JobError | None:
    # A job that went well the last time has no error stored.
    if row.error is None:
        return None
    text, hint = read_error(row.error)
    failed = f", {count(row.attempts, 'time')} in a row" if row.attempts > 1 else ""
    # A paused job goes on when somebody resumes it.
    again = "" if row.paused else f"; it goes on {ahead((row.due_at - now) / SECOND)}"
    return JobError(f"{text}{failed}{again}.", hint)


def read_error(stored_error: str) -> tuple[str, str]:
    for pattern, text, hint in ERROR_TEXTS:
        if match := re.fullmatch(pattern, stored_error, re.DOTALL):
            return text.format(*match.groups()), hint
    return "It failed", LOG
