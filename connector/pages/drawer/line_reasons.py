"""Why the tickets of a part's drawer count as they do: the reason in each row, and how many there are of each kind."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from connector.pages.drawer.part_reason import PartReason, component_of, select_reasons
from connector.pages.drawer.rows import Rows
from connector.pages.drawer.source import Figure
from mappings.formats.explain.model import Explained, Line
from mappings.formats.explain.reason_kinds import Kind, counts_text, most_missed_text
from mappings.measure.score.reasons import REASONS
from mappings.translation import gettext

# Ticket, day and how much of 100 the ticket counts then.
Place = tuple[int, date | None, float | None]
LineReasons = Mapping[Place, Sequence[PartReason]]


def select_line_reasons(measured: Figure, figure: Explained) -> LineReasons:
    """Return why each ticket of a part's figure counts as it does, for whoever may open its evidence."""
    view, component = measured.question.view, component_of(figure.path)
    issue_ids = {line.issue_id for line in figure.lines} - {0}
    if component not in REASONS or not issue_ids or "drilldown" not in view.sees:
        return {}
    reasons: dict[Place, list[PartReason]] = {}
    own_of = select_reasons(measured.connection, view, measured.prepared, issue_ids, component=component)
    for issue_id, own in own_of.items():
        for each in own:
            reasons.setdefault((issue_id, each.day, 100 * each.x), []).append(each)
    return reasons


def with_reasons(figure: Explained, reasons: LineReasons) -> Explained:
    """Return a figure whose lines say why they count as they do."""
    if not reasons:
        return figure
    newest_first = figure.lines[::-1]
    own = _own_reasons(newest_first, reasons)
    lines = [replace(line, why=reason.text) if reason else line for line, reason in zip(newest_first, own, strict=True)]
    return replace(figure, lines=tuple(lines[::-1]))


def _own_reasons(newest_first: Sequence[Line], reasons: LineReasons) -> list[PartReason | None]:
    # Two questions of a day on one ticket are two rows, each with its own reason, the newest first.
    left = {place: [*own] for place, own in reasons.items()}
    return [_newest(left.get(_place(line), [])) for line in newest_first]


def _newest(left: list[PartReason]) -> PartReason | None:
    if len(left) > 1:
        return left.pop()
    return left[0] if left else None


def _place(line: Line) -> Place:
    return line.issue_id, line.day, line.weight


def kinds_of_rows(rows: Rows, reasons: LineReasons) -> list[tuple[Kind, ...]]:
    """Return the kinds of reasons of each row that its reader may see and that has one."""
    own = _own_reasons([row.line for row in rows.shown], reasons)
    return [reason.kinds for reason in own if reason]


def reason_counts(rows: Rows, kinds: Sequence[Sequence[Kind]]) -> list[tuple[str, str]]:
    """Return, as an input of the figure, how many of all rows that its reader may see are of which kind."""
    return [(gettext("Reasons"), counts_text(kinds, latest=bool(rows.earlier)))] if kinds else []


def most_missed(path: str, kinds: Sequence[Sequence[Kind]]) -> tuple[str, ...]:
    """Return what is missed most often on these rows, the first thing that would move the figure."""
    text = most_missed_text(component_of(path), kinds)
    return (text,) if text else ()
