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
    return replace(figure, lines=tuple(_with_reason(line, reasons.get(_place(line), ())) for line in figure.lines))


def _with_reason(line: Line, reasons: Sequence[PartReason]) -> Line:
    texts = dict.fromkeys(each.text for each in reasons)
    return replace(line, why="; ".join(texts)) if texts else line


def _place(line: Line) -> Place:
    return line.issue_id, line.day, line.weight


def reason_counts(rows: Rows, reasons: LineReasons) -> list[tuple[str, str]]:
    """Return, as an input of the figure, how many of all rows that its reader may see are of which kind."""
    kinds = _kinds(rows, reasons)
    return [(gettext("Reasons"), counts_text(kinds, latest=bool(rows.earlier)))] if kinds else []


def most_missed(path: str, rows: Rows, reasons: LineReasons) -> tuple[str, ...]:
    """Return what is missed most often on these rows, the first thing that would move the figure."""
    text = most_missed_text(component_of(path), _kinds(rows, reasons))
    return (text,) if text else ()


def _kinds(rows: Rows, reasons: LineReasons) -> list[tuple[Kind, ...]]:
    own = (reasons.get(_place(row.line), ()) for row in rows.shown)
    return [tuple(kind for each in group for kind in each.kinds) for group in own if group]
