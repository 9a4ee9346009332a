"""What the dimensions count on a ticket, written by the difference to what it gave before."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.score.opportunities import ACTIVE
from mappings.records.figures.opportunities import Key, Row, key_of, row_of, save_opportunities, select_rows
from mappings.records.sql.scope import Scope


def save_chances(scope: Scope, calendar: Calendar, fresh: Mapping[int, Iterable[Opportunity]]) -> None:
    """Put what is counted on issues in the place of what was, and adjust the sums; what is equal is not written."""
    _save_rows(scope, calendar, {i: tuple(map(row_of, every)) for i, every in fresh.items()})


def carry_chances(scope: Scope, calendar: Calendar, before: int, issue_ids: Collection[int]) -> None:
    """Give a generation what the one `before` it counts on issues that cannot be measured any more."""
    kept = select_rows(scope._replace(generation=before), issue_ids)
    _save_rows(scope, calendar, {i: kept.get(i, ()) for i in issue_ids})


def _save_rows(scope: Scope, calendar: Calendar, fresh: Mapping[int, tuple[Row, ...]]) -> None:
    kept = select_rows(scope, fresh)
    changed = {i: rows for i, rows in fresh.items() if rows != kept.get(i, ())}
    if not changed:
        return
    differences: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for i, rows in changed.items():
        moved = Counter(rows)
        moved.subtract(kept.get(i, ()))
        for row, times in moved.items():
            if times and row[0] != ACTIVE:
                total = differences[key_of(row, calendar)]
                total[0] += times
                total[1] += times * row[-1]
    save_opportunities(scope, changed, {key: (n, x) for key, (n, x) in differences.items()})
