"""Errors of jobs, as text for an administrator, and what to do about them."""

import re
from dataclasses import dataclass

from connector.text import ahead
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.operations.jobs import JobRow
from mappings.translation import gettext, mark, ngettext

PERMISSION = mark(
    "Check that the app is enabled on the site and may browse the projects. If it is not, install it again."
)
LOG = mark(
    "It is tried again by itself. If it stays, give whoever runs Teachback the line of its log that says “job failed”."
)
TELL = mark("It is tried again by itself. If it stays, tell whoever runs Teachback.")

# The error that a job stored (connector/jobs/runner.py), its text, and what to do; "" for nothing.
ERROR_TEXTS: tuple[tuple[str, str, str], ...] = (
    (r"put off: answered 429.*", mark("Jira asked to wait"), ""),
    (r"put off: .*", mark("Jira’s limits are kept: it has to wait"), ""),
    (r"JiraError: answered (401|403)", mark("Jira refused to answer (%(detail)s)"), PERMISSION),
    (r"JiraError: the tenant is not installed", mark("The app is no longer installed on the site"), PERMISSION),
    (r"JiraError: answered 404", mark("Jira does not know what it was asked for (404)"), LOG),
    (r"JiraError: answered (5\d\d)", mark("Jira has a fault of its own (%(detail)s)"), ""),
    (r"JiraError: no answer.*", mark("Jira did not answer"), TELL),
    (r"JiraError: (.*)", mark("Jira’s answer could not be used: %(detail)s"), LOG),
    (r"StoreError: .*", mark("The database was busy or away"), TELL),
    (r"(\w+).*", mark("It failed with an unexpected error (%(detail)s)"), LOG),
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
    failed = ngettext("%(error)s, %(num)s time in a row", "%(error)s, %(num)s times in a row", row.attempts, error=text)
    text = failed if row.attempts > 1 else text
    # A paused job goes on when somebody resumes it.
    if row.paused:
        return JobError(gettext("%(error)s.", error=text), hint)
    again = ahead((row.due_at - now) / SECOND)
    return JobError(gettext("%(error)s; it goes on %(when)s.", error=text, when=again), hint)


def read_error(stored_error: str) -> tuple[str, str]:
    for pattern, text, hint in ERROR_TEXTS:
        if match := re.fullmatch(pattern, stored_error, re.DOTALL):
            detail = match[1] if match.groups() else ""
            return gettext(text, detail=detail), gettext(hint) if hint else ""
    return gettext("It failed"), gettext(LOG)
