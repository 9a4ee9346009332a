"""What a component rests on, in words; of learners' progress in a group under k how much there is stays untold."""

from mappings.formats.explain.model import points
from mappings.formats.explain.what_if import dimension_moves, missing_for
from mappings.formats.export.figure import NOT_PUBLISHED
from mappings.formats.report.source import ReportSource
from mappings.measure.period.rounding import shown
from mappings.measure.score.dimensions import Component, Dimension
from mappings.measure.score.window import Scored

# The one component that counts people: pairs of an objective and a learner (measurement (h), D1b).
PROGRESS = "progression"


def is_of_few(review: ReportSource, key: str) -> bool:
    """Tell whether a component counts people of a group too small to be told of (measurement (f), k)."""
    return key == PROGRESS and (review.carried is None or review.carried.figures.suppressed)


def ground_of(review: ReportSource, one: Component) -> str:
    """Return x of n and the value of a component; of few people's the value alone."""
    value = f"{shown(100 * one.value, 0)} of 100" if one.published else NOT_PUBLISHED
    if is_of_few(review, one.key):
        return value
    return f"{points(one.x)} of {points(one.n)}, {value}"


def missing_of(review: ReportSource, one: Component) -> str:
    """Say what a component that is not published lacks; of few people's not how much."""
    return "not enough evidence" if is_of_few(review, one.key) else missing_for(one, review.rules)


def moves_of(review: ReportSource, scored: Scored, one: Dimension) -> tuple[str, ...]:
    """Say what would move a dimension; what one more step of few people would make of it is no such thing."""
    moves = zip(one.components, dimension_moves(scored, one, review.rules), strict=True)
    return tuple(move for part, move in moves if move and not is_of_few(review, part.key))


def least_of(review: ReportSource, one: Dimension) -> float:
    """Return the smallest n of what a dimension is made of, few people's left out."""
    parts = [part for part in one.components if part.published or not one.published]
    return min((part.n for part in parts if not is_of_few(review, part.key)), default=0)
