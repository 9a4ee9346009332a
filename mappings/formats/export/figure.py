"""A figure with what stands behind it, as a file: exactly the rows that its viewer saw, the hidden ones as one."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from mappings.events.types import Instant
from mappings.formats.export.csv_table import Cell, csv_lines
from mappings.formats.export.numbers import instant_text
from mappings.measure.model.ruleset import Ruleset, hash_of

FORMAT = "teachback-figure/1"
COLUMNS = (
    "kind", "ticket", "title", "why", "weight", "part", "unit", "engagement", "figure", "objective", "from", "to",
    "rule", "ruleset", "engagement_hash",
)  # fmt: skip


class Part(Struct, frozen=True):
    """What gives a figure a part: a ticket, something else (`part`), or all that is hidden; `part` in the unit."""

    kind: Literal["ticket", "part", "hidden"]
    ticket: str
    title: str
    why: str
    weight: str
    part: float


class FigureExport(Struct, frozen=True):
    """A figure of `[start, end)`; `total` is what its parts add up to, None where it opens into no parts."""

    engagement: str
    engagement_hash: str
    rules: Ruleset
    figure: str
    objective: str
    start: date
    end: date
    as_of: Instant
    rule: str
    unit: str
    value: str
    total: float | None
    parts: tuple[Part, ...]


def export_json(one: FigureExport) -> Iterator[bytes]:
    """Yield the figure as UTF-8 JSON: equal figures, equal bytes."""
    rows = [{name: getattr(part, name) for name in Part.__struct_fields__} for part in one.parts]
    head = {"format": FORMAT, **_place(one), "as_of": instant_text(one.as_of), "unit": one.unit, "value": one.value}
    whole = head | {"rows": rows, "sum": one.total}
    yield (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def export_csv(one: FigureExport) -> Iterator[bytes]:
    """Yield the figure as CSV: its value, one line for each part, the hidden ones last, and their sum."""
    return csv_lines(COLUMNS, _rows(one))


def _rows(one: FigureExport) -> Iterator[dict[str, Cell]]:
    place = _place(one) | {"unit": one.unit}
    yield place | {"kind": "value", "title": one.value}
    for part in one.parts:
        yield place | {name: getattr(part, name) for name in Part.__struct_fields__}
    if one.total is not None:
        yield place | {"kind": "sum", "part": one.total}


def _place(one: FigureExport) -> dict[str, Cell]:
    return {
        "engagement": one.engagement,
        "figure": one.figure,
        "objective": one.objective,
        "from": one.start.isoformat(),
        "to": one.end.isoformat(),
        "rule": one.rule,
        "ruleset": hash_of(one.rules),
        "engagement_hash": one.engagement_hash,
    }
