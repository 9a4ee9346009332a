"""The drawers of what the page says of people: who is missing by objective, and where a department learned.

They tell no more than the page: coverage by objective, agreed targets, and of departments of k people a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.objectives.target_text import dated_target
from connector.pages.program.departments import departments_by_quarter
from connector.pages.program.exits import MissedTarget, dues_of, exit_rows, meaning, missed_target
from connector.pages.program.quarter_names import counted_day
from connector.pages.program.source import Program
from connector.pages.project.coverage import HOLDERS
from connector.pages.terms import COVERAGE_NAMES

MISSING, MISSING_TO_TARGETS, DEPARTMENT = "missing", "missing_to_targets", "department"


@dataclass(frozen=True)
class MissingRow:
    """An objective: its coverage with what was agreed, and the people that it misses until two can and to its target.

    `to_target` is None where nothing was agreed any more.
    """

    name: str
    note: str
    until_two: int
    to_target: MissedTarget | None


def missing_values(program: Program) -> dict[str, object]:
    """Return the objectives of each engagement with the people that each misses, which add up to those of the page."""
    day = program.today if program.period.runs else program.period.last
    rows = [(item.engagement.name, _missing_rows(item, day)) for item in program.engagements]
    until_two, to_target = _sums([row for _, own in rows for row in own])
    return {
        "until_two": until_two,
        "to_target": to_target.text,
        "engagements": [(name, own, _sums(own)) for name, own in rows],
        "counted": counted_day(program.engagements, program.period),
        "exit_meaning": meaning(exit_rows(program.engagements, day, is_running=program.period.runs)),
    }


def _missing_rows(item: ProgramEngagement, day: date) -> list[MissingRow]:
    dues, agreed = dues_of(item, day), {objective.key: objective for objective in item.engagement.objectives}
    rows = []
    for row in item.now.people.objectives if item.now is not None else ():
        due, holders, coverage = dues.get(row.key), HOLDERS[row.coverage], COVERAGE_NAMES[row.coverage]
        if due is None:
            # An objective that was given up since it was recorded has its key alone.
            rows.append(MissingRow(row.key, coverage, 2 - holders, None))
            continue
        note = f"{coverage} · {dated_target(due.target, due.by)}"
        rows.append(MissingRow(due.name, note, 2 - holders, missed_target(agreed[row.key], due, holders)))
    return rows


def _sums(rows: Sequence[MissingRow]) -> tuple[int, MissedTarget]:
    targets = [row.to_target for row in rows if row.to_target is not None]
    known = [target.people for target in targets if target.people is not None]
    # Where of one it is not told, the others are the least.
    is_least = len(known) < len(targets) or any(target.is_least for target in targets)
    people = sum(known)
    return sum(row.until_two for row in rows), MissedTarget(people or (None if is_least else 0), is_least=is_least)


def department_values(program: Program, name: str) -> dict[str, object] | None:
    """Return the states of a department in each engagement that has learners of it; None where nothing is told of it.

    Where one engagement has too few people to be told, its row beside the whole would tell: then no row is printed.
    """
    whole = departments_by_quarter(program.engagements, program.k).get(name)
    if whole is None or whole[-1] not in {"yes", "not yet"}:
        return None
    rows = [(item.engagement.name, departments_by_quarter([item], program.k).get(name)) for item in program.engagements]
    known = [(engagement, states[program.since :]) for engagement, states in rows if states is not None]
    return {
        "name": name,
        "state": whole[-1],
        "names": program.names[program.since :],
        "rows": [] if _has_few(known) else known,
        "counted": counted_day(program.engagements, program.period),
    }


def _has_few(rows: Sequence[tuple[str, tuple[str, ...]]]) -> bool:
    return any("few" in states for _, states in rows)
