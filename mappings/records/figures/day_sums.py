"""The sums of days: what pages and reports add up, adjusted by difference and never rounded."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from msgspec.structs import astuple
from sqlalchemy import ColumnElement, Connection, delete, select, tuple_

from mappings.measure.model.ticket import DaySums
from mappings.records.sql.bulk import in_groups, save_rows, select_keyed
from mappings.records.tables import SUMS, day_sum

Key = tuple[str, date, date]
"""Objective ('' for the whole), day of the entry, day of its done entry."""

Row = tuple[date, date, DaySums]

_COLUMNS = ("tenant_id", "engagement", "generation", "objective", "day", "of_day", *SUMS, "w2")
_VALUES = [day_sum.c[name] for name in (*SUMS, "w2")]
_NOTHING = DaySums()


def _of(tenant_id: int, engagement: str, generation: int) -> ColumnElement[bool]:
    mine = (day_sum.c.tenant_id == tenant_id) & (day_sum.c.engagement == engagement)
    return mine & (day_sum.c.generation == generation)


def save_sums(
    connection: Connection, tenant_id: int, engagement: str, generation: int, differences: Mapping[Key, DaySums]
) -> None:
    """Adjust the sums of days by differences; a day that holds nothing any more has no row.

    The caller holds the tenant's lane, or the database's one writer: nobody else adjusts at the same time.
    """
    place = (tenant_id, engagement, generation)
    kept = _select_kept(connection, place, list(differences))
    after = {key: kept.get(key, _NOTHING).plus(one) for key, one in differences.items()}
    empty = [key for key, total in after.items() if total == _NOTHING]
    for group in in_groups(empty, 500):
        keys = tuple_(day_sum.c.objective, day_sum.c.day, day_sum.c.of_day).in_(group)
        connection.execute(delete(day_sum).where(_of(*place), keys))
    rows = [
        (*place, key[0], key[1].isoformat(), key[2].isoformat(), *astuple(total)[:-1], str(total.w2))
        for key, total in after.items()
        if total != _NOTHING
    ]
    save_rows(connection, day_sum, _COLUMNS, rows)


def _select_kept(connection: Connection, place: tuple[int, str, int], keys: list[Key]) -> dict[Key, DaySums]:
    """Return the sums of days by key, read as the driver gives them: every batch asks for some."""
    texts = {(key[0], key[1].isoformat(), key[2].isoformat()): key for key in keys}
    rows = select_keyed(connection, day_sum, _COLUMNS[3:], _COLUMNS[:6], [(*place, *text) for text in texts])
    return {texts[row[0], str(row[1]), str(row[2])]: DaySums(*map(int, row[3:])) for row in rows}


def select_sums(
    connection: Connection, tenant_id: int, engagement: str, generation: int, first: date, last: date
) -> dict[str, list[Row]]:
    """Return the sums of the days from `first` to `last`, both included, by objective."""
    query = select(day_sum.c.objective, day_sum.c.day, day_sum.c.of_day, *_VALUES)
    query = query.where(_of(tenant_id, engagement, generation), day_sum.c.day >= first, day_sum.c.day <= last)
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for objective, day, of_day, *values in connection.execute(query):
        found[objective].append((day, of_day, DaySums(*values)))
    return dict(found)
