"""When work on objectives began, and in which windows any was done: a few rows, however many tickets there are."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import TextClause, text

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Window
from mappings.records.sql.json_rows import rows_text
from mappings.records.sql.scope import SiteScope

# When work on an objective first began (None: never), and whether any was done in each of some windows (D7).
Activity: TypeAlias = tuple[Instant | None, tuple[bool, ...]]


class AskedActivity(Struct, frozen=True):
    """Objectives of an engagement, and the windows in which it is asked whether any work was done on them."""

    engagement: str
    objectives: Sequence[str]
    windows: Sequence[Window]


_WANTED = {
    "engagement": "text",
    "generation": "integer",
    "objective": "text",
    "since": "bigint",
    "until": "bigint",
    "number": "integer",
}
# Constants alone are put into these texts; "component = 'active'" is the condition of the index that answers them.
_WORKED = (
    "FROM opportunity AS o WHERE o.tenant_id = :at_tenant AND o.engagement = w.engagement "
    "AND o.generation = w.generation AND o.component = 'active' AND o.objective = w.objective"
)
_FIRST = f"(SELECT min(o.at) {_WORKED})"
_LASTED = "(o.gone IS NULL OR o.gone > w.since)"
# In this order, each only where none before it is true: the last one reads what began before the window. What ended
# inside a window in which nothing began was begun before it.
_ACTIVE = (
    f"CASE WHEN EXISTS (SELECT 1 {_WORKED} AND o.at >= w.since AND o.at < w.until AND {_LASTED}) THEN 1 "
    f"WHEN EXISTS (SELECT 1 {_WORKED} AND o.gone > w.since AND o.gone < w.until AND o.at < w.since) THEN 1 "
    f"WHEN EXISTS (SELECT 1 {_WORKED} AND o.at < w.since AND {_LASTED}) THEN 1 ELSE 0 END"
)


@cache
def _statement(dialect: str) -> TextClause:
    return text(f"SELECT w.number, {_FIRST}, {_ACTIVE} FROM ({rows_text(dialect, _WANTED)}) AS w")  # noqa: S608  constants


def select_activity(site: SiteScope, asked: Iterable[AskedActivity]) -> dict[tuple[str, str], Activity]:
    """Return by engagement and objective when work began, and in which of the windows any was done (D7).

    It costs one statement, however many engagements, objectives and windows.
    """
    places = [(item.engagement, key, window) for item in asked for key in item.objectives for window in item.windows]
    wanted = [
        [engagement, site.generations[engagement], key, window.start, window.end, number]
        for number, (engagement, key, window) in enumerate(places)
    ]
    values = {"at_tenant": site.tenant_id, "wanted": json.dumps(wanted)}
    rows = site.connection.execute(_statement(site.connection.dialect.name), values).all() if wanted else ()
    activity: dict[tuple[str, str], Activity] = {}
    for number, first, active in sorted(map(tuple, rows)):
        engagement, key, _ = places[number]
        before = activity.get((engagement, key), (None, ()))[1]
        activity[engagement, key] = first, (*before, bool(active))
    return activity
