"""Tickets that somebody did alone, summed by the difference to those stored."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ticket import Entry, Evidence, Measured
from mappings.measure.people.alone import alone_stretches
from mappings.records.figures.alone_sums import Key, add_alone
from mappings.records.figures.entries import StoredEntry
from mappings.records.figures.opportunity_days import NEVER_DAY, day_of
from mappings.records.sql.scope import Scope

# By ticket, as they are stored.
Stored = tuple[Mapping[int, Sequence[StoredEntry]], Mapping[int, Sequence[Evidence]]]


def save_alone_changes(scope: Scope, calendar: Calendar, before: Stored, measured: Mapping[int, Measured]) -> None:
    """Adjust the sums by what changed of measured tickets."""
    entries, rows = before
    differences: Counter[Key] = Counter()
    for i, result in measured.items():
        differences.subtract(_keys(calendar, [stored.entry for stored in entries.get(i, ())], rows.get(i, ())))
        differences.update(_keys(calendar, result.entries, result.evidence))
    add_alone(scope, differences)


def _keys(calendar: Calendar, entries: Iterable[Entry], evidence: Iterable[Evidence]) -> list[Key]:
    return [
        (objective, day_of(at, calendar), NEVER_DAY if until is None else day_of(until, calendar))
        for objective, at, until in alone_stretches(entries, evidence)
    ]
