"""The drawer of a figure of the program: the figure, and what each engagement adds to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec.structs import astuple

from connector.figures.program.engagement import ProgramEngagement, QuarterFigures
from connector.pages.program import totals
from connector.pages.program.counts import (
    NOT_ADDED_UP,
    counted,
    counted_again,
    is_unsummed,
    sum_experiments,
    sum_proposals,
)
from connector.pages.program.exits import names_by_coverage
from connector.pages.program.experiments import experiment_facts, experiments_scope
from connector.pages.program.moves import exit_moves, share_moves, weights_by_objective
from connector.pages.program.quarter_names import counted_day
from connector.pages.program.sections import together_exit, undecided_days
from connector.pages.program.source import Program
from connector.pages.program.texts import Cell, exit_cell, share_text
from connector.text import amount, number, unit_name, units
from mappings.translation import gettext, list_text, mark, ngettext

# An engagement without figures of the quarter.
NONE = "–"
# What a row adds, by column; None where nothing of it was counted.
Row = tuple[str, tuple[int, ...] | None]
Rows = Callable[[Sequence[ProgramEngagement]], list[Row]]
Parts = Callable[[QuarterFigures], tuple[int, ...]]
Head = Callable[[Program], tuple[str, str]]
Scope = Callable[[Program], str]
Moves = Callable[[Program], list[str]]
Note = Callable[[ProgramEngagement], str]


@dataclass(frozen=True)
class Figure:
    """A figure of the program: marked texts of what it says, the figure itself with its note, and its rows.

    `scope` says after the rule of what it is, "" where that needs no saying, `moves` what would move it, and `note`
    what a row is made of. `is_amount`: what rows add are billionths of a unit, otherwise numbers.
    """

    title: str
    rule: str
    columns: tuple[str, ...]
    head: Head
    rows: Rows
    scope: Scope = lambda _: ""
    moves: Moves = lambda _: []
    note: Note = lambda _: ""
    is_amount: bool = False


def _by_engagement(parts: Parts) -> Rows:
    return lambda own: [(item.engagement.name, None if item.now is None else parts(item.now)) for item in own]


def _by_counts(parts: Parts, name_of: Callable[[ProgramEngagement], str] = lambda item: item.engagement.name) -> Rows:
    def rows(own: Sequence[ProgramEngagement]) -> list[Row]:
        names = [name_of(item) if len(own) == 1 else item.engagement.name for item in own]
        quarters = [(name, counted(item, -1)) for name, item in zip(names, own, strict=True)]
        return [(name, None if quarter is None else parts(quarter)) for name, quarter in quarters]

    return rows


def _delivered(quarter: QuarterFigures) -> tuple[int, ...]:
    return (quarter.figures.sums.agency,)


def _taught(quarter: QuarterFigures) -> tuple[int, ...]:
    return quarter.figures.sums.agency, quarter.figures.sums.taught


def _coverage(quarter: QuarterFigures) -> tuple[int, ...]:
    states = [objective.coverage for objective in quarter.people.objectives]
    return states.count("covered"), states.count("single holder"), states.count("not covered")


def _weights(quarter: QuarterFigures) -> tuple[int, ...]:
    by_objective = list(weights_by_objective(quarter).values())
    return tuple(map(sum, zip(*by_objective, strict=True))) if by_objective else (0, 0, 0)


def _exit_rows(own: Sequence[ProgramEngagement]) -> list[Row]:
    # Of one engagement its objectives are told, each with its own weight.
    if len(own) != 1 or own[0].now is None:
        return _by_engagement(_weights)(own)
    names = {objective.key: objective.name for objective in own[0].engagement.objectives}
    return [(names.get(key, key), weights) for key, weights in weights_by_objective(own[0].now).items()]


def _head(cell: Cell) -> tuple[str, str]:
    return cell.value or NONE, cell.note or cell.reason


def _share_head(program: Program) -> tuple[str, str]:
    total = totals.add_up(program.engagements, -1)
    if not total.by:
        return _no_sum()
    return _head(share_text(total.share, total.sums, None, total.by))


def _no_sum() -> tuple[str, str]:
    return NONE, gettext("Engagements count in different units, so there is no sum")


def _delivered_head(program: Program) -> tuple[str, str]:
    total = totals.add_up(program.engagements, -1)
    return (amount(total.sums.agency, total.by), "") if total.by else _no_sum()


def _exit_head(program: Program) -> tuple[str, str]:
    own = program.engagements
    if len(own) == 1:
        return _head(exit_cell(own[0]))
    return _head(together_exit(*(totals.add_up(own, place) for place in (-1, -2))))


def _objectives_head(program: Program) -> tuple[str, str]:
    own = program.engagements
    return "", totals.left_sentence(own, totals.add_up(own, -1), program.period)


def _experiments_head(name: str) -> Head:
    def head(program: Program) -> tuple[str, str]:
        facts = experiment_facts(sum_experiments(program.engagements, -1), None, "")
        own = facts.own
        if own is None:
            return NONE, gettext(NOT_ADDED_UP) if is_unsummed(program.engagements, -1) else ""
        if name == "led_inhouse":
            return gettext("%(part)s of %(whole)s", part=own.led_inhouse, whole=own.decided), ""
        if name == "won":
            note = gettext("%(part)s of %(whole)s", part=own.won, whole=own.decided)
            return facts.rate or NONE, f"{note} · {facts.interval}" if facts.rate else note
        return number(own.decided), ""

    return head


def _proposals_head(program: Program) -> tuple[str, str]:
    own = sum_proposals(program.engagements, -1)
    if own is None:
        return NONE, ""
    # As the page's sentence has it.
    return ngettext("%(num)s proposal", "%(num)s proposals", own.made), ""


def _finished_text(program: Program) -> str:
    """Return of how much work exit coverage is, and as of which day; "" where it is of several units."""
    own = program.engagements
    kinds = {item.by for item in own}
    if len(kinds) > 1:
        return ""
    finished = sum(parts[0] for _, parts in _exit_rows(own) if parts is not None)
    return gettext(
        "All sides’ finished work on these objectives in 90 days, as of %(day)s: %(amount)s.",
        day=counted_day(own, program.period),
        amount=amount(finished, kinds.pop()),
    )


def _undecided_text(program: Program) -> str:
    return gettext("One that is open after %(days)s days counts as declined.", days=undecided_days(program.engagements))


def _projects_text(item: ProgramEngagement) -> str:
    # Under the name of an engagement they would read as those of its agency.
    projects = sorted(item.engagement.projects)
    return ngettext("Project %(projects)s", "Projects %(projects)s", len(projects), projects=list_text(projects))


_EXPERIMENTS = Figure(
    mark("Experiments decided"),
    mark(
        "Finished experiments whose resolution says how they ended. The in-house team led those of which agencies did "
        "less than half; which agency led the others is not counted."
    ),
    (mark("Won"), mark("Lost"), mark("Inconclusive"), mark("Led in-house")),
    _experiments_head("decided"),
    _by_counts(lambda quarter: astuple(quarter.experiments), _projects_text),
    lambda program: experiments_scope(program.engagements),
)
FIGURES: Mapping[str, Figure] = {
    "taught_share": Figure(
        mark("Taught share"),
        mark(
            "Of what agencies delivered, that on whose tickets somebody in-house took part: shadowed, or drove with "
            "help."
        ),
        (mark("Delivered"), mark("Taught")),
        _share_head,
        _by_engagement(_taught),
        moves=share_moves,
        is_amount=True,
    ),
    "delivered": Figure(
        mark("Delivered by agencies"),
        mark("What was finished in the quarter, of each ticket the part of the work that the agency did."),
        (mark("Delivered"),),
        _delivered_head,
        _by_engagement(_delivered),
        is_amount=True,
    ),
    "exit": Figure(
        mark("Exit coverage"),
        mark(
            "The part of what was finished in the 90 days before whose objectives have two people in-house who can "
            "carry them alone."
        ),
        (mark("Finished in 90 days"), mark("With two holders"), mark("With at least one")),
        _exit_head,
        _exit_rows,
        _finished_text,
        exit_moves,
        is_amount=True,
    ),
    "objectives": Figure(
        mark("Objectives by coverage"),
        mark(
            "An objective is covered by two people who can carry it alone, single with one, and not covered with none."
        ),
        (mark("Covered"), mark("Single holder"), mark("Not covered")),
        _objectives_head,
        _by_engagement(_coverage),
        note=names_by_coverage,
    ),
    "experiments": _EXPERIMENTS,
    "won": replace(_EXPERIMENTS, title=mark("Experiments won"), head=_experiments_head("won")),
    "led": replace(_EXPERIMENTS, title=mark("Experiments led in-house"), head=_experiments_head("led_inhouse")),
    "proposals": Figure(
        mark("Proposals by agencies"),
        mark("Changes that an agency proposed in the quarter, and those decided in it, whenever they were made."),
        (mark("Made"), mark("Adopted"), mark("Declined with reason"), mark("Declined without reason, or no answer")),
        _proposals_head,
        _by_counts(lambda quarter: astuple(quarter.proposals)),
        _undecided_text,
    ),
}


def _row_head(figure: Figure, own: Sequence[ProgramEngagement]) -> str:
    if len(own) == 1 and figure.rows is _exit_rows:
        return gettext("Objective")
    return gettext("Where") if len(own) == 1 and _is_of_experiments(figure) else gettext("Engagement")


def _is_of_experiments(figure: Figure) -> bool:
    return figure.rows is _EXPERIMENTS.rows


def figure_values(figure: Figure, program: Program) -> dict[str, object]:
    """Return a figure's drawer: the figure, its rows, and their sum where they count in one unit."""
    own = program.engagements
    rows, kinds = figure.rows(own), {item.by for item in own}
    # Exit coverage weighs objectives of any unit.
    is_summed = len(kinds) == 1 or not figure.is_amount or figure is FIGURES["exit"]
    is_summed = is_summed and not (_is_of_experiments(figure) and is_unsummed(own, -1))
    columns = list(zip(*(parts for _, parts in rows if parts is not None), strict=True))
    again = _again(figure, own)
    printed = [[units(value) if figure.is_amount else str(value) for value in column] for column in columns]
    lines = iter(zip(*printed, strict=True))
    big, note = figure.head(program)
    return {
        "figure": figure,
        "big": big,
        "note": note,
        "scope": figure.scope(program),
        "row_head": _row_head(figure, own),
        "parts": [(name, [NONE] * len(figure.columns) if parts is None else next(lines)) for name, parts in rows],
        "again": [f"−{once}" if once else "0" for once in again] if any(again) else (),
        # The sum of one row would repeat it.
        "sums": _sums(figure, columns, again) if is_summed and len(rows) > 1 and columns else (),
        "is_off": is_summed and figure.is_amount and any(map(totals.is_column_off, columns)),
        "notes": [figure.note(item) for item in own],
        "moves": figure.moves(program),
        "unit": unit_name(kinds.pop(), 0) if len(kinds) == 1 and figure.is_amount else "",
    }


def _again(figure: Figure, own: Sequence[ProgramEngagement]) -> tuple[int, ...]:
    return astuple(counted_again(own, -1)) if _is_of_experiments(figure) else (0,) * len(figure.columns)


def _sums(figure: Figure, columns: Sequence[Sequence[int]], again: Sequence[int]) -> list[str]:
    sums = [sum(column) - twice for column, twice in zip(columns, again, strict=True)]
    return [units(value) if figure.is_amount else str(value) for value in sums]
