"""The report as one CSV table: a line per figure, then a line per ledger entry."""

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
    """Yield a report as CSV; what is not published is empty. Equal reports give equal bytes."""
    entries = [_entry(issue) for issue in whole.get(ISSUES, ())]
    columns = dict.fromkeys([*FIGURE, *_columns(), *(name for issue in entries for name in issue)])
    return csv_lines(tuple(columns), [*figure_rows(whole), *entries])


def _entry(issue: Report) -> dict[str, Cell]:
    values = {name: value for name, value in issue.items() if value is not None}
    return {"section": ISSUES, **dict(_flat(values))}


def _columns() -> list[str]:
    return [f"{name}.{side}" if side else name for name in PLAIN for side in SIDES.get(name, ("",))]


def figure_rows(whole: Report) -> Iterator[dict[str, Cell]]:
    for section, value in whole.items():
        if section != ISSUES:
            for place, cell in _flat(value):
                yield {"section": section, "figure": place, "value": cell}


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, Cell]]:
    # Yield each value below a path: by key, in a list of figures by the key of each; texts in one cell.
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, _below(place, name))
    elif _is_figures(value):
        for figure in value:
            path = _below(place, str(figure["key"]))
            yield from _flat({name: inner for name, inner in figure.items() if name != "key"}, path)
    elif isinstance(value, list):
        yield place, " ".join(part if isinstance(part, str) else json.dumps(part, ensure_ascii=False) for part in value)
    else:
        yield place, value


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _is_figures(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(figure, Mapping) and "key" in figure for figure in value)
    )
