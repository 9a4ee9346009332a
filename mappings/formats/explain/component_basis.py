"""The basis of a component in text: x of n; of groups under k people no counts."""

from mappings.formats.explain.model import hundred_text, points
from mappings.formats.explain.what_if import dimension_moves, missing_for
from mappings.formats.export.figure import NOT_PUBLISHED
from mappings.formats.report.source import ReportSource
from mappings.measure.score.dimensions import Component, Dimension
from mappings.measure.score.window import Scored
from mappings.translation import gettext

# The component that counts people: pairs of an objective and a learner (docs/measurement.md (h), D1b).
PROGRESS = "progression"


def is_of_few(review: ReportSource, key: str) -> bool:
    """Return whether a component counts people of a group that is too small to show (docs/measurement.md (f), k)."""
    return key == PROGRESS and (review.carried is None or review.carried.figures.suppressed)


def basis_text(review: ReportSource, component: Component) -> str:
    """Return x of n and the value of a component; of few people only the value."""
    value = hundred_text(100 * component.value) if component.published else gettext(NOT_PUBLISHED)
    if is_of_few(review, component.key):
        return value
    return gettext("%(x)s of %(n)s, %(value)s", x=points(component.x), n=points(component.n), value=value)


def missing_text(review: ReportSource, component: Component) -> str:
    """Return what an unpublished component lacks; of few people not how much."""
    return gettext("not enough evidence") if is_of_few(review, component.key) else missing_for(component, review.rules)


def moves_of(review: ReportSource, scored: Scored, dimension: Dimension) -> tuple[str, ...]:
    """Return what would move a dimension."""
    moves = zip(dimension.components, dimension_moves(scored, dimension, review.rules), strict=True)
    # One more step of few people would show how many there are.
    return tuple(move for part, move in moves if move and not is_of_few(review, part.key))


def least_evidence(review: ReportSource, dimension: Dimension) -> float:
    """Return the smallest n of a dimension's components, without those of few people."""
    parts = [part for part in dimension.components if part.published or not dimension.published]
    return min((part.n for part in parts if not is_of_few(review, part.key)), default=0)
