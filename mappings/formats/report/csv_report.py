"""The report as one table, for spreadsheets: a line for each figure, then a line for each ledger entry."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mappings.formats.export.csv_table import Cell, csv_lines

Report = Mapping[str, Any]
ISSUES = "issues"
# The columns of a figure: the report's key, the place below it, and its value. A ledger entry fills the columns after
# these, and the first with `issues`.
FIGURE = ("section", "figure", "value")
# The keys of an entry that come first, in the report's order; where a side's own figure has a column of its own.
PLAIN = (
    "id", "key", "entry", "at", "units", "method", "shares", "active_hours", "paused_on_client_hours", "objectives",
    "evidence", "done_only", "taught", "handed_over", "inhouse_own", "retro",
)  # fmt: skip
SIDES: Mapping[str, tuple[str, ...]] = {
    "shares": ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict"),
    "active_hours": ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict", "unassigned"),
}


def report_csv(whole: Report) -> Iterator[bytes]:
    """Yield the lines of a report as CSV: equal reports, equal bytes; what is not published is empty."""
    entries = [_entry(one) for one in whole.get(ISSUES, ())]
    columns = dict.fromkeys([*FIGURE, *_columns(), *(name for one in entries for name in one)])
    return csv_lines(tuple(columns), [*_figures(whole), *entries])


def _entry(one: Report) -> dict[str, Cell]:
    """Return the cells of a ledger entry; hours that are not told leave their columns empty."""
    told = {name: value for name, value in one.items() if value is not None}
    return {"section": ISSUES, **dict(_flat(told))}


def _columns() -> list[str]:
    """Return the columns of an entry, the same in a period without any."""
    return [f"{name}.{side}" if side else name for name in PLAIN for side in SIDES.get(name, ("",))]


def _figures(whole: Report) -> Iterator[dict[str, Cell]]:
    for section, value in whole.items():
        if section != ISSUES:
            for place, cell in _flat(value):
                yield {"section": section, "figure": place, "value": cell}


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, Cell]]:
    """Yield each value below a place: by key, in a list of figures by the key that each carries; words in one cell."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, _below(place, name))
    elif _is_figures(value):
        for one in value:
            named = str(one["key"])
            yield from _flat({name: inner for name, inner in one.items() if name != "key"}, _below(place, named))
    elif isinstance(value, list):
        words = " ".join(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in value)
        yield place, words
    else:
        yield place, value


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _is_figures(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) and "key" in one for one in value)
