"""The rows of an opened figure as its viewer may see them: tickets they may not browse in Jira are one row."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal

from msgspec import Struct

from mappings.formats.explain.model import Explained, Line
from mappings.records.facts.issues import IssueLabel
from mappings.translation import decimal_text, read_decimal


class Row(Struct, frozen=True):
    """A line with its ticket's title; `weight` and `part` as printed, so that all rows add up to the printed sum."""

    line: Line
    title: str
    weight: str
    part: str


class Rows(Struct, frozen=True):
    """What a viewer may see: first what is no ticket, then tickets, the newest first; `hidden` they may not see.

    `earlier` stand for the tickets before those that are listed, and so come after them.
    """

    shown: tuple[Row, ...]
    hidden: tuple[Row, ...]
    earlier: tuple[Row, ...] = ()

    @property
    def tickets(self) -> int:
        return len({row.line.issue_id for row in self.shown} - {0})


class Group(Struct, frozen=True):
    """Rows printed as one."""

    tickets: int
    weight: str
    part: str


def visible_rows(figure: Explained, labels: Mapping[int, IssueLabel], seen: AbstractSet[int]) -> Rows:
    rows = [
        Row(line, labels[line.issue_id].summary if line.issue_id else "", weight, part)
        for line, weight, part in zip(figure.lines, figure.printed_weights, figure.printed, strict=True)
    ]
    # By their day: a figure of several parts has the tickets of one part after those of the other.
    tickets = [row for row in reversed(rows) if row.line.issue_id]
    if not figure.order:
        tickets.sort(key=_day, reverse=True)
    others = [row for row in rows if not row.line.issue_id and not row.line.is_earlier]
    return Rows(
        (*others, *(row for row in tickets if row.line.issue_id in seen)),
        tuple(row for row in tickets if row.line.issue_id not in seen),
        tuple(row for row in rows if row.line.is_earlier),
    )


def _day(row: Row) -> date:
    return row.line.day or date.min


def group_of(figure: Explained, rows: Sequence[Row]) -> Group | None:
    """Return many rows as one, which adds up to what they print; None where there is none."""
    # Decimals of the printed texts, so that the row adds up with the others as printed.
    if not rows:
        return None
    weight = _sum(row.weight for row in rows) if figure.base is not None else ""
    return Group(len({row.line.issue_id for row in rows}), weight, _sum(row.part for row in rows))


def _sum(printed: Iterable[str]) -> str:
    return decimal_text(sum((read_decimal(text) for text in printed), Decimal(0)))
