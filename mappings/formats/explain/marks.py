"""Texts of marks: disputes, bulk edits, and figures without the disputed tickets."""

from collections.abc import Callable, Iterable

from mappings.formats.explain.model import day_name, day_of
from mappings.formats.export.figure import NOT_PUBLISHED
from mappings.formats.export.numbers import amount_text
from mappings.formats.report.source import ReportSource, Row, Scores
from mappings.measure.model.ticket import Entry
from mappings.measure.period.rounding import shown
from mappings.measure.score.window import find_dimension

# The label of the figure without disputed tickets; the figure itself includes them.
WITHOUT = "Without the disputed tickets"


def mark_texts(row: Row, source: ReportSource) -> list[str]:
    """Return until when a row is disputed, and that a bulk edit made it, without names."""
    texts = []
    if row.disputed is not None:
        texts.append(f"disputed until {day_name(day_of(row.disputed.until, source))}")
    if row.bulk:
        texts.append(bulk_edit_text(row.entry, row.bulk))
    return texts


def bulk_edit_text(entry: Entry, tickets: int) -> str:
    verb = "closed" if entry.sign > 0 else "reopened"
    return f"{verb} with {tickets - 1} other tickets within 10 minutes"


def units_without(rows: Iterable[Row], part: Callable[[Row], int], by: str) -> tuple[tuple[str, str], ...]:
    # A bucket without the disputed tickets as an input; nothing where none is disputed.
    rows_before = list(rows)
    rest = [row for row in rows_before if row.disputed is None]
    if len(rest) == len(rows_before):
        return ()
    return ((WITHOUT, amount_text(sum(row.entry.sign * part(row) for row in rest), by)),)


def score_without(scores: Scores, dimension: str | None = None) -> tuple[tuple[str, str], ...]:
    # The score or a dimension without the disputed tickets; nothing where none is disputed.
    if scores.without is None:
        return ()
    score = find_dimension(scores.without, dimension).score if dimension else scores.without.score.value
    return ((WITHOUT, NOT_PUBLISHED if score is None else f"{shown(score, 0)} of 100"),)
