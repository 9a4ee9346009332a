"""The jobs of a site: what each is for, when it ran, when it is due, and what went wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.actions.job_titles import TITLES, title_of
from connector.pages.admin.audit import who_text
from connector.pages.admin.job_errors import JobError, error_of
from connector.text import ago, ahead
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.operations.audit import Act, select_latest_acts
from mappings.records.operations.jobs import JobRow
from mappings.translation import gettext, ngettext

# How long a job may be due before the page reports that no worker takes it.
LATE = 15 * 60 * SECOND
# What the audit calls both acts.
PAUSED, RESUMED = "job paused", "job resumed"
# What the place of a job begins with, by which the page says where an answer belongs.
PLACE = "job-"


@dataclass(frozen=True)
class JobLine:
    """A job as the page shows it. `error` is None where it went well the last time."""

    name: str
    title: str
    purpose: str
    ran: str
    due: str
    went: str
    runs: bool
    paused: bool
    error: JobError | None
    failed: bool
    has_run: bool

    @property
    def is_well(self) -> bool:
        return not self.paused and self.error is None


def lines_of(rows: Iterable[JobRow], now: Instant, pauses: Mapping[str, Act]) -> list[JobLine]:
    """Return the jobs of a site; `pauses` are the acts that paused them, by name."""
    # What failed stands first, then what is paused, then what is due soonest.
    ordered = sorted(rows, key=lambda row: (row.attempts == 0, not row.paused, row.due_at, row.name))
    return [_line(row, now, pauses.get(row.name)) for row in ordered]


def arrange(lines: Sequence[JobLine], order: str) -> tuple[list[JobLine], list[JobLine]]:
    """Return the jobs that failed or are paused, and the others; `order` is theirs on the page, "" for a new one.

    A job that was pressed stays where it stands, so that the next press meets no other. What fails meanwhile comes up.
    """
    apart, _, well = (part.split(",") for part in order.partition(";"))
    places = {name: place for place, name in enumerate([*apart, *well])}
    ordered = sorted(lines, key=lambda line: places.get(line.name, len(places)))
    first = [line for line in ordered if _is_apart(line, apart, well)]
    return first, [line for line in ordered if line not in first]


def _is_apart(line: JobLine, apart: Sequence[str], well: Sequence[str]) -> bool:
    return line.name in apart or line.failed or not (line.is_well or line.name in well)


def order_of(apart: Iterable[JobLine], well: Iterable[JobLine]) -> str:
    """Return the order of the jobs on a page, as `arrange` reads it."""
    return ";".join(",".join(line.name for line in lines) for lines in (apart, well))


def select_pauses(connection: Connection, tenant_id: int, rows: Iterable[JobRow]) -> dict[str, Act]:
    """Return by job the act that paused it, of those that are paused and whose pause is in the audit."""
    paused = [row.name for row in rows if row.paused]
    latest = select_latest_acts(connection, tenant_id, (PAUSED, RESUMED), paused) if paused else {}
    return {name: act for name, act in latest.items() if act.act == PAUSED}


def _line(row: JobRow, now: Instant, pause: Act | None) -> JobLine:
    purpose = gettext(TITLES[row.name][1]) if row.name in TITLES else ""
    runs = row.lease_until > now
    ran = ago((now - row.ended_at) / SECOND) if row.ended_at else gettext("never")
    paused = _paused_text(pause, now) if row.paused else ""
    due = gettext("runs now") if runs else paused or ahead((row.due_at - now) / SECOND)
    went = gettext("OK") if row.runs else "–"
    error = error_of(row, now)
    return JobLine(
        row.name,
        title_of(row.name),
        purpose,
        ran,
        due,
        went,
        runs,
        row.paused,
        error,
        failed=row.attempts > 0,
        has_run=row.ended_at is not None,
    )


def _paused_text(pause: Act | None, now: Instant) -> str:
    """Return since when a job is paused, and by whom: by role, as no name stands on this page."""
    if pause is None:
        return gettext("paused")
    return gettext("paused %(ago)s by %(who)s", ago=ago((now - pause.at) / SECOND), who=who_text(pause, {}))


def well_text(lines: Sequence[JobLine]) -> str:
    """Return how many jobs have no error: one that never ran tells nothing yet."""
    never = sum(not line.has_run and not line.paused for line in lines)
    if never and never == len(lines):
        return ngettext("%(num)s job, which has not run yet", "%(num)s jobs, of which none has run yet", never)
    # One that was paused a moment ago stays in its place, and is not counted among those that go on.
    paused = sum(line.paused for line in lines)
    well = len(lines) - paused
    text = ngettext("%(num)s job without an error", "%(num)s jobs without an error", well)
    if never:
        text = ngettext("%(jobs)s, %(num)s not run yet", "%(jobs)s, %(num)s not run yet", never, jobs=text)
    if paused:
        text = ngettext("%(jobs)s, %(num)s paused", "%(jobs)s, %(num)s paused", paused, jobs=text)
    return text


def standstill_of(rows: Iterable[JobRow], now: Instant) -> str:
    """Return since when due jobs are not taken; "" where they are."""
    # Jobs that run, and paused ones, wait for nobody.
    waiting = [row.due_at for row in rows if not row.paused and row.lease_until <= now]
    oldest = min(waiting, default=now)
    return ago((now - oldest) / SECOND) if now - oldest > LATE else ""
