"""What the tickets of a period gave, by objective, and those without any; each amount as where it opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from connector.pages.project.scorecard import Selection
from connector.text import day, units
from mappings.formats.export.numbers import units_of
from mappings.measure.model.engagement import Objective
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.figures import Row, figures
from mappings.measure.period.rounding import shown
from mappings.translation import decimal_text, gettext, integer_text

BUCKETS = ("taught", "done_only", "handed_over", "own")


@dataclass(frozen=True)
class ObjectiveRow:
    """One objective with what its tickets of the period gave; without a key, those without objective, or all."""

    key: str
    name: str
    note: str
    tickets: str
    parts: dict[str, str]
    due: str


@dataclass(frozen=True)
class ObjectiveTable:
    """The rows, and their sum: what the Overview says.

    `is_off`: a column adds up to another sum as printed, as each amount is rounded alone, there and where it opens.
    """

    rows: list[ObjectiveRow]
    sums: ObjectiveRow
    is_off: bool


def objective_table(
    selection: Selection, rows: Mapping[str, Sequence[Row]], notes: Mapping[str, str]
) -> ObjectiveTable | None:
    """Return the table; None where no objective is agreed. `notes` say by objective who is enrolled."""
    objectives, whole = selection.engagement.objectives, _period_sums(selection, rows, "")
    if not objectives:
        return None
    sums = [_period_sums(selection, rows, objective.key) for objective in objectives]
    columns = {kind: tuple(map(shown, amounts)) for kind, amounts in _amounts(sums, whole).items()}
    *of_objectives, of_rest = [
        dict(zip(BUCKETS, map(decimal_text, cells), strict=True)) for cells in zip(*columns.values(), strict=True)
    ]
    own = [_row(*row, notes[row[0].key]) for row in zip(objectives, sums, of_objectives, strict=True)]
    is_off = any(sum(cells) != shown(units_of(getattr(whole, kind))) for kind, cells in columns.items())
    return ObjectiveTable([*own, _plain_row(gettext("Without objective"), "–", of_rest)], _all_row(whole), is_off)


def _amounts(sums: Sequence[DaySums], whole: DaySums) -> dict[str, list[float]]:
    """Return by bucket what each objective has of it, and last what tickets without any have."""
    # Objectives share what a ticket gives: what is left of the whole is that of tickets without any. How many these are
    # no sum tells, since a ticket with several objectives is counted for each.
    rest = reduce(lambda left, own: left.plus(own, -1), sums, whole)
    return {kind: [units_of(getattr(own, kind)) for own in (*sums, rest)] for kind in BUCKETS}


def _row(objective: Objective, sums: DaySums, parts: dict[str, str], note: str) -> ObjectiveRow:
    due = day(objective.by) if objective.by else "–"
    return ObjectiveRow(objective.key, objective.name, note, integer_text(sums.tickets), parts, due)


def _all_row(whole: DaySums) -> ObjectiveRow:
    parts = {kind: units(getattr(whole, kind)) for kind in BUCKETS}
    return _plain_row(gettext("All"), integer_text(whole.tickets), parts)


def _plain_row(name: str, tickets: str, parts: dict[str, str]) -> ObjectiveRow:
    return ObjectiveRow("", name, "", tickets, parts, "–")


def _period_sums(selection: Selection, rows: Mapping[str, Sequence[Row]], key: str) -> DaySums:
    return figures(rows.get(key, ()), selection.period.first, selection.period.last, selection.rules).sums
