"""What the tickets of a period gave, by objective, and those without any; each amount as where it opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from connector.pages.project.scorecard import Selection
from connector.text import day, number
from mappings.formats.export.numbers import units_of
from mappings.measure.model.engagement import Objective
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.figures import Row, figures
from mappings.measure.period.rounding import adds_up
from mappings.translation import gettext, integer_text

BUCKETS = ("taught", "done_only", "handed_over", "own")
# What is of neither side, in one sum: an agency reads most of it as one, and it opens nowhere as such.
OTHERS = ("other", "gatekeeper", "unknown", "conflict")


@dataclass(frozen=True)
class ObjectiveRow:
    """One objective with what its tickets of the period gave; without a key, those without objective, or all.

    `others` is what gatekeepers and others did of it: with the parts it makes all that these tickets gave.
    """

    key: str
    name: str
    note: str
    tickets: str
    parts: dict[str, str]
    others: str
    due: str


@dataclass(frozen=True)
class ObjectiveTable:
    """The rows, and their sum: what the Overview says.

    `has_others`: gatekeepers or others did something. `is_off`: a column adds up to another sum as printed, as each
    amount is rounded alone, there and where it opens.
    """

    rows: list[ObjectiveRow]
    sums: ObjectiveRow
    has_others: bool
    is_off: bool


def objective_table(
    selection: Selection, rows: Mapping[str, Sequence[Row]], notes: Mapping[str, str]
) -> ObjectiveTable | None:
    """Return the table; None where no objective is agreed. `notes` say by objective who is enrolled."""
    objectives, whole = selection.engagement.objectives, _period_sums(selection, rows, "")
    if not objectives:
        return None
    sums = [_period_sums(selection, rows, objective.key) for objective in objectives]
    # Objectives share what a ticket gives: what is left of the whole is that of tickets without any. How many these are
    # no sum tells, since a ticket with several objectives is counted for each.
    rest = reduce(lambda left, own: left.plus(own, -1), sums, whole)
    *of_objectives, of_rest, of_whole = map(_amounts, (*sums, rest, whole))
    own = [_row(*row, notes[row[0].key]) for row in zip(objectives, sums, of_objectives, strict=True)]
    is_off = not all(map(adds_up, zip(*of_objectives, of_rest, strict=True)))
    without = _plain_row(gettext("Without objective"), "–", of_rest)
    sum_row = _plain_row(gettext("All"), integer_text(whole.tickets), of_whole)
    return ObjectiveTable([*own, without], sum_row, bool(_sum(whole, OTHERS)), is_off)


def _amounts(sums: DaySums) -> list[float]:
    """Return what is in each column, in units."""
    return [units_of(_sum(sums, kinds)) for kinds in (*((kind,) for kind in BUCKETS), OTHERS)]


def _sum(sums: DaySums, kinds: Sequence[str]) -> int:
    return sum(getattr(sums, kind) for kind in kinds)


def _row(objective: Objective, sums: DaySums, cells: Sequence[float], note: str) -> ObjectiveRow:
    due = day(objective.by) if objective.by else "–"
    return ObjectiveRow(objective.key, objective.name, note, integer_text(sums.tickets), *_texts(cells), due)


def _plain_row(name: str, tickets: str, cells: Sequence[float]) -> ObjectiveRow:
    return ObjectiveRow("", name, "", tickets, *_texts(cells), "–")


def _texts(cells: Sequence[float]) -> tuple[dict[str, str], str]:
    *parts, others = map(number, cells)
    return dict(zip(BUCKETS, parts, strict=True)), others


def _period_sums(selection: Selection, rows: Mapping[str, Sequence[Row]], key: str) -> DaySums:
    return figures(rows.get(key, ()), selection.period.first, selection.period.last, selection.rules).sums
