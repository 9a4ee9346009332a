"""The export of a figure: exactly the rows that its viewer saw, the hidden ones as one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Literal

from msgspec import Struct

from mappings.events.types import Instant
from mappings.formats.export.csv_table import UNFINISHED, Cell, csv_line, csv_lines
from mappings.formats.export.numbers import instant_text
from mappings.measure.model.quarters import next_quarter, quarter_name
from mappings.measure.model.ruleset import Ruleset, hash_of
from mappings.measure.period.rounding import shown
from mappings.translation import gettext, mark

FORMAT = "teachback-figure/1"
COLUMNS = (
    "kind", "ticket", "title", "date", "why", "weight", "weight_unit", "part", "unit", "value", "low", "high",
    "engagement", "figure", "objective", "from", "to", "as_of", "rule", "ruleset", "engagement_hash",
)  # fmt: skip


NOT_PUBLISHED = mark("not published")
PER_CENT = mark("per cent")
HUNDRED = mark("points of 100")


class Value(Struct, frozen=True):
    """A figure's value: text as pages print it, a number of `unit`, or `why_not` it is not published.

    `low` and `high` are its interval, which covers `covers`, such as "80 %".
    """

    text: str
    number: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    covers: str = ""
    why_not: str | None = None

    @property
    def sentence(self) -> str:
        return f"{gettext(NOT_PUBLISHED)}: {self.why_not}" if self.why_not else self.text

    @property
    def interval(self) -> str:
        if self.low is None or self.high is None:
            return ""
        unit = " %" if self.unit == PER_CENT else ""
        return gettext(
            "%(covers)s interval %(low)s to %(high)s",
            covers=self.covers,
            low=shown(self.low, 0),
            high=f"{shown(self.high, 0)}{unit}",
        )


class Part(Struct, frozen=True):
    """A row behind a figure: a ticket, another part, or all that is hidden; `part` in the figure's unit."""

    kind: Literal["ticket", "part", "hidden"]
    ticket: str
    title: str
    date: date | None
    why: str
    weight: float | None
    weight_unit: str
    part: float


class FigureExport(Struct, frozen=True):
    """A figure of the days `[start, end)`; `total` is the sum of its parts, None where it has none.

    It was opened for a `period`, by which its file is named. `parts` may be read while the file is written, once.
    `base` is the sum of the weights where the figure is a ratio of both sums, otherwise None. `unit_key` is a unit that
    was chosen in the place of the agreement's.
    """

    engagement: str
    engagement_hash: str
    rules: Ruleset
    figure: str
    objective: str
    start: date
    end: date
    period: tuple[date, date]
    as_of: Instant
    title: str
    rule: str
    unit: str
    value: Value
    total: float | None
    base: float | None
    parts: Iterable[Part]
    unit_key: str = ""


def export_json(figure: FigureExport) -> Iterator[bytes]:
    """Yield the figure as JSON, row by row; its sum and its base come after the rows."""
    value = {name: getattr(figure.value, name) for name in ("text", "number", "low", "high", "unit", "why_not")}
    head = {"format": FORMAT, **_place(figure), **_origin(figure), "unit": figure.unit, "value": value}
    whole: dict[str, Any] = head | {"rows": [], "sum": figure.total, "base": figure.base}
    text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False)
    # No text of a figure has these characters: its quotes are escaped.
    opening, _, ending = text.partition(_NO_ROWS)
    yield f"{opening}{_NO_ROWS[:-1]}".encode()
    separator, close = "", ""
    for part in figure.parts:
        yield separator.encode() + _json_row(_part(part))
        separator, close = ",", "\n "
    yield f"{close}]{ending}\n".encode()


_NO_ROWS = '"rows": []'


def _json_row(row: Mapping[str, Cell]) -> bytes:
    text = json.dumps(row, ensure_ascii=False, indent=1, allow_nan=False).replace("\n", "\n  ")
    return f"\n  {text}".encode()


def unfinished_json() -> bytes:
    # Without the end of the list, so that no parser takes the file for a whole one.
    return b"," + _json_row(_UNFINISHED)


def unfinished_csv() -> bytes:
    return csv_line(COLUMNS, _UNFINISHED)


_UNFINISHED: Mapping[str, Cell] = {"kind": "incomplete", "title": UNFINISHED}


def export_csv(figure: FigureExport) -> Iterator[bytes]:
    """Yield the figure as CSV: its value, a line per part, the hidden ones last, and their sum."""
    # What is the same for the whole file, such as its hashes, is in the line of the value only.
    return csv_lines(COLUMNS, _rows(figure))


def file_name(figure: FigureExport, form: str) -> str:
    """Return the file's name, from engagement, figure and period: growth-acme-taught_share-2026Q3.csv."""
    path = figure.figure.removeprefix("units.").replace(".", "-")
    name = (figure.engagement, path, figure.objective, figure.unit_key)
    return f"{'-'.join(filter(None, (*name, period_name(*figure.period))))}.{form}"


def period_name(start: date, end: date) -> str:
    # A period's short name: 2026Q3, 2026-07, 2026-W27, or its first and last day.
    quarter, year = quarter_name(start).split()
    if end == next_quarter(start):
        return f"{year}{quarter}"
    if start.day == 1 and end == (start + timedelta(days=31)).replace(day=1):
        return f"{start:%Y-%m}"
    if start.isoweekday() == 1 and end - start == timedelta(days=7):
        return f"{start:%G-W%V}"
    return f"{start}-{end - timedelta(days=1)}"


def _rows(figure: FigureExport) -> Iterator[dict[str, Cell]]:
    place, value = _place(figure), figure.value
    numbers = {"value": value.number, "low": value.low, "high": value.high, "unit": value.unit}
    yield (place | _origin(figure) | numbers | {"kind": "value", "title": figure.title, "why": value.sentence})
    for part in figure.parts:
        yield place | _part(part) | {"unit": figure.unit}
    if figure.total is not None:
        yield place | {"kind": "sum", "weight": figure.base, "part": figure.total, "unit": figure.unit}


def _part(part: Part) -> dict[str, Cell]:
    values = {name: getattr(part, name) for name in Part.__struct_fields__}
    return values | {"date": part.date.isoformat() if part.date else None}


def _place(figure: FigureExport) -> dict[str, Cell]:
    return {
        "engagement": figure.engagement,
        "figure": figure.figure,
        "objective": figure.objective,
        "from": figure.start.isoformat(),
        "to": figure.end.isoformat(),
    }


def _origin(figure: FigureExport) -> dict[str, Cell]:
    return {
        "as_of": instant_text(figure.as_of),
        "rule": figure.rule,
        "ruleset": hash_of(figure.rules),
        "engagement_hash": figure.engagement_hash,
    }
