"""Opportunities of tickets, saved by the difference to those stored."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.score.opportunities import ACTIVE
from mappings.records.figures.opportunities import row_of, save_opportunities, select_rows
from mappings.records.figures.opportunity_days import Key, Row, keys_of
from mappings.records.sql.scope import Scope


def save_opportunity_changes(scope: Scope, calendar: Calendar, fresh: Mapping[int, Iterable[Opportunity]]) -> None:
    _save_rows(scope, calendar, {i: tuple(map(row_of, opportunities)) for i, opportunities in fresh.items()})


def copy_opportunities(scope: Scope, calendar: Calendar, before: int, issue_ids: Collection[int]) -> None:
    # Copy the opportunities of issues that cannot be measured any more from the generation `before`.
    stored = select_rows(scope._replace(generation=before), issue_ids)
    _save_rows(scope, calendar, {i: stored.get(i, ()) for i in issue_ids})


def _save_rows(scope: Scope, calendar: Calendar, fresh: Mapping[int, tuple[Row, ...]]) -> None:
    stored = select_rows(scope, fresh)
    changed = {i: rows for i, rows in fresh.items() if rows != stored.get(i, ())}
    if not changed:
        return
    differences: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for i, rows in changed.items():
        moved = Counter(rows)
        moved.subtract(stored.get(i, ()))
        for row, times in moved.items():
            for key in keys_of(row, calendar) if times and row[0] != ACTIVE else ():
                total = differences[key]
                total[0] += times
                total[1] += times * row[-1]
    save_opportunities(scope, changed, {key: (n, x) for key, (n, x) in differences.items()})
