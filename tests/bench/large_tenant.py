"""A tenant as large as one likes: the story's tickets repeated, with all that the pages read of them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace
from sqlalchemy import Connection, Table, select, text

from mappings.events.times import SECOND
from mappings.events.types import Instant, Issue
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import UnitsBy
from mappings.measure.model.ticket import DaySums, Evidence
from mappings.measure.period.other_units import UNITS, Key
from mappings.records.figures.credit_sums import save_credit
from mappings.records.figures.day_sums import save_sums, select_sums
from mappings.records.figures.entries import StoredEntry
from mappings.records.figures.opportunity_days import ALWAYS_DAY, NEVER_DAY
from mappings.records.sql.scope import Scope
from mappings.records.tables import entry, evidence, hire, metadata

WEEK = 7 * 86_400 * SECOND
STEP = 10_000_000
"""Between the id of a ticket and that of its copy."""
_PLACE = "tenant_id, engagement, generation"
_MOVED = "CASE WHEN at - n % :weeks * :week < :start THEN :span ELSE 0 END - n % :weeks * :week + n * :second"
"""By how much all instants of a copy are moved: some weeks back, and where that is too early, to the other end.

A second for each copy, so that no two do the same at the same instant.
"""

_read = msgspec.msgpack.Decoder(Evidence).decode
_read_issue = msgspec.msgpack.Decoder(Issue).decode
_read_entry = msgspec.msgpack.Decoder(StoredEntry).decode
_pack = msgspec.msgpack.Encoder().encode

_NUMBER = "instr(key, '-') + 1"
_KEY = f"substr(key, 1, {_NUMBER} - 1) || (CAST(substr(key, {_NUMBER}) AS INTEGER) + 100000 * n)"
"""Keys are as Jira makes them: a ticket's engagement is found by what stands before the number."""

COPIED = {
    "issue": f"tenant_id, issue_id + :step * n, {_KEY}, project_id, project_key, "
    "parent_id + :step * n, subtask, updated, read_started, complete, secured, summary, body",
    "measured": f"{_PLACE}, issue_id + :step * n, changing_until, retro_until, complete, failed, attempts, "
    "changed_at - n * 60000000",
    "opportunity": f"{_PLACE}, issue_id + :step * n, number, component, objective, account, at + {_MOVED}, "
    f"known + {_MOVED}, gone + {_MOVED}, x",
    "open_ticket": f"{_PLACE}, objective, issue_id + :step * n, updated - n * 60000000",
}
"""The tables that grow with tickets."""
HISTORIES = {"change": "issue_id", "comment": "comment_id", "worklog": "worklog_id", "link": "link_id"}
"""The tables of a ticket's history, and what numbers their rows."""
RECENT = 25
"""How many copies of an open ticket have its history: more than the latest that a page reads of an objective."""
_OPEN = "SELECT issue_id FROM open_ticket WHERE issue_id < :step"
_OPEN_PARTS = f"{_OPEN} UNION SELECT issue_id FROM issue WHERE parent_id IN ({_OPEN})"
_SERIES = "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :copies) "
_DAYS = "n % :weeks * 7 - CASE WHEN day - n % :weeks * 7 < :first THEN :length ELSE 0 END"
_ADDED = f"""
INSERT INTO opportunity_sum WITH RECURSIVE series(n, times) AS (
    SELECT 0, (:copies + :weeks - 1) / :weeks - 1 UNION ALL
    SELECT n + 1, (:copies + :weeks - n - 2) / :weeks FROM series WHERE n < :weeks - 1)
SELECT {_PLACE}, component, objective, account, day - ({_DAYS}),
    CASE known_day WHEN {ALWAYS_DAY} THEN known_day ELSE known_day - ({_DAYS}) END,
    CASE gone_day WHEN {NEVER_DAY} THEN gone_day ELSE gone_day - ({_DAYS}) END,
    n_ * times, x * times
FROM (SELECT {_PLACE}, component, objective, account, day, known_day, gone_day, n AS n_, x FROM opportunity_sum), series
WHERE times > 0
ON CONFLICT DO UPDATE SET n = n + excluded.n, x = x + excluded.x
"""


class Span(Struct, frozen=True):
    """Over which days of an engagement copies are spread, and by up to how many weeks each is moved."""

    calendar: Calendar
    first: date
    length: int
    """Days, a whole number of weeks."""
    weeks: int = 12

    def moved(self, day: date, of: date, weeks: int) -> tuple[date, date]:
        """Return where a day, and that of its done entry, lie in a copy."""
        back = timedelta(weeks=weeks)
        back -= timedelta(days=self.length) if day - back < self.first else timedelta(0)
        return day - back, of - back

    def move(self, at: Instant, n: int) -> Instant:
        """Return by how much the instants of copy `n` are moved."""
        back = n % self.weeks * WEEK
        too_early = at - back < self.calendar.midnight(self.first)
        return (self.length * 86_400 * SECOND if too_early else 0) - back + n * SECOND


def grow(connection: Connection, place: tuple[int, str, int], span: Span, copies: int) -> None:
    """Repeat the story's tickets `copies` times in all, with the figures of an engagement and their sums."""
    if copies <= 1:
        return
    with without_indices(connection):
        _grow(connection, place, span, copies)


@contextmanager
def without_indices(connection: Connection) -> Iterator[None]:
    """Make the indices anew at the end: millions of rows put into them out of order take ten times as long."""
    indices = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''")).all()
    for name, _ in indices:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, statement in indices:
        connection.exec_driver_sql(statement)


def _grow(connection: Connection, place: tuple[int, str, int], span: Span, copies: int) -> None:
    values = {"copies": copies - 1, "step": STEP, "weeks": span.weeks, "week": WEEK, "second": SECOND}
    values |= {"start": span.calendar.midnight(span.first), "span": span.length * 86_400 * SECOND}
    for table, columns in COPIED.items():
        query = f"INSERT INTO {table} {_SERIES} SELECT {columns} FROM {table}, series"
        connection.execute(text(query), {key: value for key, value in values.items() if f":{key}" in query})
    _repeat_histories(connection, min(copies - 1, RECENT))
    _repeat_entries(connection, span, copies)
    for rows_of in (evidence, hire):
        _repeat_evidence(connection, rows_of, span, copies)
    copied = select(evidence.c.body).where(evidence.c.issue_id >= STEP)
    save_credit(Scope(connection, *place), (), [_read(body) for (body,) in connection.execute(copied)])
    days = {"copies": copies, "weeks": span.weeks, "first": span.first.toordinal(), "length": span.length}
    connection.execute(text(_ADDED), days)
    _add_sums(connection, place, span, copies)


def _repeat_histories(connection: Connection, copies: int) -> None:
    """Give the latest copies of open tickets, and of their sub-tasks, a history and a body of their own."""
    values = {"copies": copies, "step": STEP}
    for name, number in HISTORIES.items():
        moved = {number, "issue_id"}
        columns = [column.name for column in metadata.tables[name].columns]
        copied = ", ".join(f"{column} + :step * n" if column in moved else column for column in columns)
        query = f"INSERT INTO {name} ({', '.join(columns)}) {_SERIES} SELECT {copied} FROM {name}, series"
        connection.execute(text(f"{query} WHERE issue_id IN ({_OPEN_PARTS})"), values)
    query = f"SELECT issue_id, body FROM issue WHERE issue_id IN ({_OPEN_PARTS})"
    stored = connection.execute(text(query), {"step": STEP}).all()
    bodies = [
        {"issue_id": issue_id + STEP * n, "body": _pack(_moved(_read_issue(body), STEP * n))}
        for issue_id, body in stored
        for n in range(1, copies + 1)
    ]
    connection.execute(text("UPDATE issue SET body = :body WHERE issue_id = :issue_id"), bodies)


def _moved(issue: Issue, by: int) -> Issue:
    parent = None if issue.parent_id is None else issue.parent_id + by
    return replace(issue, issue_id=issue.issue_id + by, parent_id=parent)


def _repeat_entries(connection: Connection, span: Span, copies: int) -> None:
    rows = [(*row[:-1], _read_entry(row[-1])) for row in connection.execute(select(entry)).all()]

    def copied() -> Iterator[tuple[Any, ...]]:
        for n in range(1, copies):
            for *head, issue_id, number, at, day, of_day, stored in rows:
                moved = span.move(at, n)
                days = (each.isoformat() for each in span.moved(day, of_day, n % span.weeks))
                inner = replace(stored.entry, at=at + moved, done_at=stored.entry.done_at + moved)
                body = _pack(replace(stored, entry=inner))
                yield (*head, issue_id + STEP * n, number, at + moved, *days, body)

    _insert(connection, entry, copied)


def _repeat_evidence(connection: Connection, table: Table, span: Span, copies: int) -> None:
    """Repeat what people did, whose bodies hold their instants, too: by these the rungs are reached."""
    rows = [(*row[:-1], _read(row[-1])) for row in connection.execute(select(table)).all()]

    def copied() -> Iterator[tuple[Any, ...]]:
        # In the order of the key, which begins with objective and person.
        for *head, issue_id, number, kind, at, row in rows:
            for n in range(1, copies):
                moved = span.move(at, n)
                body = _pack(replace(row, at=row.at + moved, done=row.done + moved))
                yield (*head, issue_id + STEP * n, number, kind, at + moved, body)

    _insert(connection, table, copied)


def _insert(connection: Connection, table: Table, rows: Callable[[], Iterator[tuple[Any, ...]]]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.executemany(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})", rows())


def _add_sums(connection: Connection, place: tuple[int, str, int], span: Span, copies: int) -> None:
    # The story goes on for some days after the last whole week.
    last = span.first + timedelta(days=span.length + 7)
    more: defaultdict[Key, DaySums] = defaultdict(DaySums)
    units: tuple[UnitsBy | Literal[""], ...] = ("", *UNITS)
    stored = [(unit, select_sums(Scope(connection, *place), span.first, last, unit)) for unit in units]
    for unit, name, day, of, sums in [
        (unit, name, *row) for unit, named in stored for name, rows in named.items() for row in rows
    ]:
        for weeks in range(span.weeks):
            times = len(range(weeks or span.weeks, copies, span.weeks))
            key = (unit, name, *span.moved(day, of, weeks))
            more[key] = more[key].plus(DaySums(*(value * times for value in astuple(sums))))
    save_sums(Scope(connection, *place), {key: sums for key, sums in more.items() if sums != DaySums()})
