"""What would move a figure of the program, from the sums that its drawer has."""

from collections.abc import Mapping

from connector.figures.program.engagement import QuarterFigures
from connector.pages.program.source import Program
from connector.pages.project.coverage import HOLDERS
from connector.pages.terms import part_text
from connector.text import percent
from mappings.measure.people.standing import ObjectiveFigures
from mappings.translation import gettext, ngettext


def weights_by_objective(quarter: QuarterFigures) -> Mapping[str, tuple[int, ...]]:
    """Return what was finished of each objective, and that of it which has two holders, and at least one."""
    demand, held = quarter.people.demand, {row.key: HOLDERS[row.coverage] for row in quarter.people.objectives}
    return {
        key: tuple(demand.get(key, 0) if holders >= least else 0 for least in (0, 2, 1))
        for key, holders in held.items()
    }


def share_moves(program: Program) -> list[str]:
    return (
        [gettext("Agency tickets on which somebody in-house shadows, or drives with help.")] if _is_now(program) else []
    )


def exit_moves(program: Program) -> list[str]:
    """Return the objective whose next holders give exit coverage the most, of one engagement; none where none can."""
    own = program.engagements
    quarter = own[0].now if len(own) == 1 else None
    if quarter is None or not _is_now(program):
        return []
    weights = weights_by_objective(quarter)
    # One person more gives something where one can already; two give it where nobody can.
    gaps = {row.key: (2 - HOLDERS[row.coverage], -weights[row.key][0]) for row in _uncovered(quarter)}
    if not gaps:
        return []
    best = min(gaps, key=lambda key: gaps[key])
    finished, held = (sum(part[place] for part in weights.values()) for place in (0, 1))
    held += weights[best][0]
    names = {objective.key: objective.name for objective in own[0].engagement.objectives}
    text = ngettext(
        "%(num)s more person who can do “%(objective)s” alone: %(part)s with two holders, %(share)s.",
        "%(num)s more people who can do “%(objective)s” alone: %(part)s with two holders, %(share)s.",
        gaps[best][0],
        objective=names.get(best, best),
        part=part_text(held, finished, quarter.by),
        share=percent(held / finished),
    )
    return [text]


def _uncovered(quarter: QuarterFigures) -> list[ObjectiveFigures]:
    demand = quarter.people.demand
    return [row for row in quarter.people.objectives if HOLDERS[row.coverage] < 2 and demand.get(row.key)]


def _is_now(program: Program) -> bool:
    # What is over, or was recorded, nothing moves any more.
    return program.period.runs and not program.recorded
