"""The drawer of a figure of the program: what each engagement adds to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import astuple

from connector.figures.program import ProgramEngagement, QuarterFigures
from connector.text import unit_name, units
from mappings.translation import mark

# An engagement without figures of the quarter.
NONE = "–"


@dataclass(frozen=True)
class Figure:
    """A figure of the program whose parts are engagements: marked texts of what it says, and what each of them adds."""

    title: str
    rule: str
    columns: tuple[str, ...]
    parts: Callable[[QuarterFigures], tuple[int, ...]]
    write: Callable[[int], str]


def _coverage_parts(quarter: QuarterFigures) -> tuple[int, ...]:
    states = [objective.coverage for objective in quarter.people.objectives]
    return states.count("covered"), states.count("single holder"), states.count("not covered")


FIGURES: Mapping[str, Figure] = {
    "taught_share": Figure(
        mark("Taught share"),
        mark(
            "Of what agencies delivered, that on whose tickets somebody in-house took part: "
            "shadowed, or drove with help."
        ),
        (mark("Delivered"), mark("Taught")),
        lambda quarter: (quarter.figures.sums.agency, quarter.figures.sums.taught),
        units,
    ),
    "exit": Figure(
        mark("Objectives by coverage"),
        mark(
            "An objective is covered by two people who can carry it alone, single with one, and not covered with none. "
            "Exit coverage weighs objectives by what was finished of each in the 90 days before."
        ),
        (mark("Covered"), mark("Single holder"), mark("Not covered")),
        _coverage_parts,
        str,
    ),
    "experiments": Figure(
        mark("Experiments decided"),
        mark(
            "Finished experiments whose resolution says how they ended. The in-house team led those of which the "
            "agency did less than half."
        ),
        (mark("Won"), mark("Lost"), mark("Inconclusive"), mark("Led in-house")),
        lambda quarter: astuple(quarter.experiments),
        str,
    ),
    "proposals": Figure(
        mark("Proposals by agencies"),
        mark(
            "Changes that an agency proposed in the quarter, and those decided in it, whenever they were made. "
            "One that is open after 90 days counts as declined."
        ),
        (mark("Made"), mark("Adopted"), mark("Declined with reason"), mark("Declined")),
        lambda quarter: astuple(quarter.proposals),
        str,
    ),
}


def figure_values(figure: Figure, engagements: Sequence[ProgramEngagement]) -> dict[str, object]:
    """Return a figure's drawer: a row for each engagement, and their sum where they count in one unit."""
    rows = [(item.engagement.name, None if item.now is None else figure.parts(item.now)) for item in engagements]
    kinds = {item.by for item in engagements}
    is_summed = len(kinds) == 1 or figure.write is str
    columns = zip(*(parts for _, parts in rows if parts is not None), strict=True)
    sums = [sum(column) for column in columns] if is_summed else []
    return {
        "figure": figure,
        "parts": [
            (name, [NONE] * len(figure.columns) if parts is None else [figure.write(value) for value in parts])
            for name, parts in rows
        ],
        "sums": [figure.write(value) for value in sums],
        "unit": unit_name(kinds.pop(), 0) if len(kinds) == 1 and figure.write is units else "",
    }
