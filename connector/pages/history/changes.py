"""What changed in a quarter since it was frozen: a reckoning from one to the other, a row for each cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.figures.recorded import Recorded
from connector.text import count, number, percent, signed
from mappings.formats.review.restated import Cause, Restatement
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.rounding import shown_difference, shown_parts
from mappings.records.facts.issues import IssueLabel
from mappings.translation import Texts, decimal_text, mark, ngettext

CAUSE_NAMES: Mapping[Cause, str] = Texts(
    {
        "late_tag": mark("late objectives confirmed"),
        "objectives": mark("objectives changed"),
        "reopened": mark("opened again, or finished again"),
        "evidence": mark("evidence that came later, or that a reopening took back"),
        "split": mark("another split between the sides"),
        "size": mark("another size"),
        "added": mark("counted since: read later, or moved here"),
        "removed": mark("no longer counted: deleted, moved, or dated anew"),
    }
)
# Tickets named in a row; the others are counted.
NAMED = 6


@dataclass(frozen=True)
class ChangeRow:
    """A cause with the tickets that the reader may see, and the change of both columns as printed."""

    cause: str
    tickets: tuple[str, ...]
    more: str
    agency: str
    taught: str
    share: str


@dataclass(frozen=True)
class Reckoning:
    """From the units as recorded to those of now, by cause; each row is (agency, taught, share) as text."""

    recorded: tuple[str, str, str]
    rows: tuple[ChangeRow, ...]
    restated: tuple[str, str, str]


def issues_of(changes: Sequence[Restatement]) -> set[int]:
    return {issue for change in changes for issue in change.issues}


def reckoning(recorded: Recorded, changes: Sequence[Restatement], seen: Mapping[int, IssueLabel]) -> Reckoning:
    """Return the reckoning; `seen` are the tickets that the reader may see. Printed changes add up as printed."""
    agency, taught = round(recorded.units.agency * BILLION), round(recorded.units.taught * BILLION)
    columns = [_column(agency, [change.agency for change in changes])]
    columns.append(_column(taught, [change.taught for change in changes]))
    rows, sums = [], (agency, taught)
    for change, moved_agency, moved_taught in zip(changes, *columns, strict=True):
        sums = (sums[0] + change.agency, sums[1] + change.taught)
        keys = [seen[issue].key for issue in change.issues if issue in seen]
        hidden = len(change.issues) - len(keys[:NAMED])
        more = ""
        if hidden:
            more = ngettext("%(num)s more ticket", "%(num)s more tickets", hidden) if keys else count(hidden, "ticket")
        row = ChangeRow(CAUSE_NAMES[change.cause], tuple(keys[:NAMED]), more, moved_agency, moved_taught, _share(*sums))
        rows.append(row)
    return Reckoning(_texts(agency, taught), tuple(rows), _texts(*sums))


def _column(start: int, moves: Sequence[int]) -> list[str]:
    # What is printed leads from the printed start to the printed end.
    whole = shown_difference(start / BILLION, (start + sum(moves)) / BILLION)
    parts = shown_parts([move / BILLION for move in moves], float(whole)) if moves else ()
    return [f"+{decimal_text(part)}" if part > 0 else signed(decimal_text(part)) for part in parts]


def _texts(agency: int, taught: int) -> tuple[str, str, str]:
    return number(agency / BILLION), number(taught / BILLION), _share(agency, taught)


def _share(agency: int, taught: int) -> str:
    return percent(taught / agency) if 0 <= taught <= agency and agency else "–"
