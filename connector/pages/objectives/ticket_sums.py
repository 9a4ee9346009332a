"""What the tickets of a period gave, by objective, and those without any: rows that add up to the Overview's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.pages.project.coverage import learners_note
from connector.pages.project.scorecard import Selection
from connector.text import day, units
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.figures import Row, figures
from mappings.translation import gettext


@dataclass(frozen=True)
class ObjectiveRow:
    """One objective with what its tickets of the period gave; without a key, those without objective."""

    key: str
    name: str
    note: str
    tickets: str
    parts: dict[str, str]
    due: str


def objective_rows(selection: Selection, rows: Mapping[str, Sequence[Row]]) -> list[ObjectiveRow]:
    objectives, rest = [], _period_sums(selection, rows, "")
    for objective in selection.engagement.objectives:
        sums = _period_sums(selection, rows, objective.key)
        rest = rest.plus(sums, -1)
        note = learners_note(len(objective.learners))
        due = day(objective.by) if objective.by else "–"
        objectives.append(ObjectiveRow(objective.key, objective.name, note, str(sums.tickets), _parts(sums), due))
    if not objectives:
        return []
    # Objectives share what a ticket gives: what is left of the whole is that of tickets without any. How many these are
    # no sum tells, since a ticket with several objectives is counted for each.
    return [*objectives, ObjectiveRow("", gettext("Without objective"), "", "–", _parts(rest), "–")]


def _period_sums(selection: Selection, rows: Mapping[str, Sequence[Row]], key: str) -> DaySums:
    return figures(rows.get(key, ()), selection.period.first, selection.period.last, selection.rules).sums


def _parts(sums: DaySums) -> dict[str, str]:
    return {kind: units(getattr(sums, kind)) for kind in ("taught", "done_only", "handed_over", "own")}
