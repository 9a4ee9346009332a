"""Texts of marks: disputes, bulk edits, tickets that give 0, and figures without the disputed tickets."""

from collections.abc import Callable, Iterable

from mappings.formats.explain.model import day_of, hundred_text
from mappings.formats.export.figure import NOT_PUBLISHED
from mappings.formats.export.numbers import amount_text
from mappings.formats.report.source import ReportSource, Row, Scores
from mappings.measure.model.ticket import Entry
from mappings.measure.score.window import find_dimension
from mappings.translation import day_text, gettext, mark

# The label of the figure without disputed tickets; the figure itself includes them.
WITHOUT = mark("Without the disputed tickets")


def mark_texts(row: Row, source: ReportSource) -> list[str]:
    """Return until when a row is disputed, and that a bulk edit made it, without names."""
    texts = []
    if row.disputed is not None:
        texts.append(gettext("disputed until %(day)s", day=day_text(day_of(row.disputed.until, source))))
    if row.bulk:
        texts.append(bulk_edit_text(row.entry, row.bulk))
    return texts


def bulk_edit_text(entry: Entry, tickets: int) -> str:
    if entry.sign > 0:
        return gettext("closed with %(count)s other tickets within 10 minutes", count=tickets - 1)
    return gettext("reopened with %(count)s other tickets within 10 minutes", count=tickets - 1)


def zero_text(entry: Entry) -> str:
    """Return why an entry gives 0 by the size of its ticket; "" for one that gives something."""
    if entry.units:
        return ""
    return gettext("its size is 0") if entry.sized else gettext("no size when it was finished")


def units_without(rows: Iterable[Row], part: Callable[[Row], int], by: str, total: int) -> tuple[tuple[str, str], ...]:
    # A bucket without the disputed tickets as an input; nothing where none is disputed.
    disputed = [row for row in rows if row.disputed is not None]
    if not disputed:
        return ()
    return ((gettext(WITHOUT), amount_text(total - sum(row.entry.sign * part(row) for row in disputed), by)),)


def score_without(scores: Scores, dimension: str | None = None) -> tuple[tuple[str, str], ...]:
    # The score or a dimension without the disputed tickets; nothing where none is disputed.
    if scores.without is None:
        return ()
    score = find_dimension(scores.without, dimension).score if dimension else scores.without.score.value
    return ((gettext(WITHOUT), gettext(NOT_PUBLISHED) if score is None else hundred_text(score)),)
