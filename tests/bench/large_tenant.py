"""A tenant as large as one likes: the story's tickets repeated, with all that the pages read of them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace
from sqlalchemy import Connection, Table, select, text

from mappings.events.times import SECOND
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ticket import DaySums, Evidence
from mappings.records.figures.day_sums import Key, save_sums, select_sums
from mappings.records.figures.opportunities import ALWAYS_DAY, NEVER_DAY
from mappings.records.sql.scope import Scope
from mappings.records.tables import evidence, hire

WEEK = 7 * 86_400 * SECOND
STEP = 10_000_000
"""Between the id of a ticket and that of its copy."""
_PLACE = "tenant_id, engagement, generation"
_MOVED = "CASE WHEN at - n % :weeks * :week < :start THEN :span ELSE 0 END - n % :weeks * :week"
"""By how much all instants of a copy are moved: some weeks back, and where that is too early, to the other end."""

_read = msgspec.msgpack.Decoder(Evidence).decode
_pack = msgspec.msgpack.Encoder().encode

COPIED = {
    "issue": "tenant_id, issue_id + :step * n, key || '-' || n, project_id, project_key, "
    "parent_id + :step * n, subtask, updated, read_started, complete, secured, summary, body",
    "entry": f"{_PLACE}, issue_id + :step * n, number, at + {_MOVED}, day, of_day, body",
    "measured": f"{_PLACE}, issue_id + :step * n, changing_until, retro_until, complete, failed, attempts, changed_at",
    "opportunity": f"{_PLACE}, issue_id + :step * n, number, component, objective, account, at + {_MOVED}, "
    f"known + {_MOVED}, gone + {_MOVED}, x",
    "open_ticket": f"{_PLACE}, objective, issue_id + :step * n, updated",
}
"""The tables that grow with tickets. Histories do not: a page reads those of a few open tickets, all of the story."""
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


def grow(connection: Connection, place: tuple[int, str, int], span: Span, copies: int) -> None:
    """Repeat the story's tickets `copies` times in all, with the figures of an engagement and their sums."""
    if copies <= 1:
        return
    # A cache that holds the indices while millions of rows are put into them out of order.
    connection.exec_driver_sql("PRAGMA cache_size = -2000000")
    values = {"copies": copies - 1, "step": STEP, "weeks": span.weeks, "week": WEEK}
    values |= {"start": span.calendar.midnight(span.first), "span": span.length * 86_400 * SECOND}
    for table, columns in COPIED.items():
        query = f"INSERT INTO {table} {_SERIES} SELECT {columns} FROM {table}, series"
        connection.execute(text(query), {key: value for key, value in values.items() if f":{key}" in query})
    for rows_of in (evidence, hire):
        _repeat_rows(connection, rows_of, span, copies)
    days = {"copies": copies, "weeks": span.weeks, "first": span.first.toordinal(), "length": span.length}
    connection.execute(text(_ADDED), days)
    _add_sums(connection, place, span, copies)


def _repeat_rows(connection: Connection, table: Table, span: Span, copies: int) -> None:
    """Repeat what people did, whose bodies hold their instants, too: by these the rungs are reached."""
    start, length = span.calendar.midnight(span.first), span.length * 86_400 * SECOND
    rows = connection.execute(select(table)).all()

    def copied() -> Iterator[tuple[Any, ...]]:
        for n in range(1, copies):
            for *head, issue_id, entry, kind, at, body in rows:
                moved = (length if at - n % span.weeks * WEEK < start else 0) - n % span.weeks * WEEK
                row = _read(body)
                row = replace(row, at=row.at + moved, done=row.done + moved)
                yield (*head, issue_id + STEP * n, entry, kind, at + moved, _pack(row))

    driver = connection.connection.driver_connection
    assert driver is not None
    driver.executemany(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})", copied())


def _add_sums(connection: Connection, place: tuple[int, str, int], span: Span, copies: int) -> None:
    last = span.first + timedelta(days=span.length)
    more: defaultdict[Key, DaySums] = defaultdict(DaySums)
    for name, rows in select_sums(Scope(connection, *place), span.first, last).items():
        for day, of, sums in rows:
            for weeks in range(span.weeks):
                times = len(range(weeks or span.weeks, copies, span.weeks))
                more[name, *span.moved(day, of, weeks)] = more[name, *span.moved(day, of, weeks)].plus(
                    DaySums(*(value * times for value in astuple(sums)))
                )
    save_sums(Scope(connection, *place), {key: sums for key, sums in more.items() if sums != DaySums()})
