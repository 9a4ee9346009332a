"""Marks in words: what is disputed, what came by a bulk edit, and what a figure is without the former."""

from collections.abc import Callable, Iterable

from mappings.formats.explain.model import day_name, day_of
from mappings.formats.export.figure import NOT_PUBLISHED
from mappings.formats.export.numbers import amount_text
from mappings.formats.report.source import ReportSource, Row, Scores
from mappings.measure.model.ticket import Entry
from mappings.measure.period.rounding import shown
from mappings.measure.score.window import find_dimension

# The name of the other end of the range; the figure itself is the end with them.
WITHOUT = "Without the disputed tickets"


def marks_in_words(row: Row, source: ReportSource) -> list[str]:
    """Say of a row that it is disputed, until when, and that a bulk edit made it; nobody is named."""
    words = []
    if row.disputed is not None:
        words.append(f"disputed until {day_name(day_of(row.disputed.until, source))}")
    if row.bulk:
        words.append(bulk_in_words(row.entry, row.bulk))
    return words


def bulk_in_words(entry: Entry, tickets: int) -> str:
    """Say that one person closed, or reopened, many tickets at once."""
    verb = "closed" if entry.sign > 0 else "reopened"
    return f"{verb} with {tickets - 1} other tickets within 10 minutes"


def units_without(rows: Iterable[Row], part: Callable[[Row], int], by: str) -> tuple[tuple[str, str], ...]:
    """Return what a bucket is without the disputed tickets, as an input; nothing where none is disputed."""
    every = list(rows)
    rest = [row for row in every if row.disputed is None]
    if len(rest) == len(every):
        return ()
    return ((WITHOUT, amount_text(sum(row.entry.sign * part(row) for row in rest), by)),)


def score_without(scores: Scores, dimension: str | None = None) -> tuple[tuple[str, str], ...]:
    """Return what the score, or a dimension, is without the disputed tickets; nothing where none is disputed."""
    if scores.without is None:
        return ()
    score = find_dimension(scores.without, dimension).score if dimension else scores.without.score.value
    return ((WITHOUT, NOT_PUBLISHED if score is None else f"{shown(score, 0)} of 100"),)
