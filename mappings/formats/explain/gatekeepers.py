"""Explanations of a gatekeeper's own figures: how early they were brought in, and what passed at first."""

from msgspec.structs import replace

from mappings.formats.explain.component_basis import basis_text
from mappings.formats.explain.model import Explained, Line, move_of
from mappings.formats.explain.rule_texts_score import COMPONENTS
from mappings.formats.explain.score import (
    basis_of,
    counted_lines,
    explain_component,
    explain_dimension,
    rule_of,
    scores_in,
    window_inputs,
)
from mappings.formats.export.figure import Value
from mappings.formats.report.source import ReportSource
from mappings.measure.score.dimensions import PARTS
from mappings.measure.score.window import find_component, find_dimension
from mappings.translation import formula_number, gettext, mark

DIMENSION = "gatekeepers"


def explain_early(review: ReportSource, path: str) -> Explained:
    """Explain how early gatekeepers are, by the tickets of both parts: of the score nothing else is told."""
    dimension = find_dimension(scores_in(review).now, DIMENSION)
    whole = explain_dimension(review, path, DIMENSION)
    weights = {part.key: formula_number(100 * PARTS[part.key].weight, ".3g") for part in dimension.components}
    parts = {part.key: explain_component(review, path, part.key) for part in dimension.components}
    shares = {line.key: line.weight or 0.0 for line in whole.lines}
    lines = tuple(_weighted(parts[key], line, share) for key, share in shares.items() for line in parts[key].lines)
    # Without a score the tickets of how early they are are counted as they are.
    counted = whole if shares else parts["earliness"]
    return replace(
        whole,
        title=gettext("How early"),
        rule=gettext(
            "How early gatekeepers are brought in on the tickets that need one, which counts %(earliness)s of 100, "
            "and how often a first submission passes, which counts %(first_pass)s.",
            **weights,
        ),
        inputs=(
            *((gettext(COMPONENTS[part.key].title), basis_text(review, part)) for part in dimension.components),
            *window_inputs(review, scores_in(review).window),
        ),
        unit=counted.unit,
        number=counted.number,
        lines=lines or counted.lines,
        moves=tuple(move_of(rule_of(part.key), review) for part in dimension.components),
    )


def _weighted(part: Explained, line: Line, share: float) -> Line:
    return replace(line, contribution=share * line.contribution, why="; ".join(filter(None, (part.title, line.why))))


def explain_first_pass(review: ReportSource, path: str) -> Explained:
    """Explain how many submissions passed at first, as they were counted."""
    component = find_component(scores_in(review).now, "first_pass")
    lines, number = counted_lines(review, "first_pass")
    return replace(
        explain_component(review, path, "first_pass"),
        title=gettext("Passed at first"),
        value=Value(basis_of(component), component.x, unit=SUBMISSIONS) if component.n else NOTHING,
        formula="",
        inputs=window_inputs(review, scores_in(review).window),
        unit=SUBMISSIONS,
        number=number,
        lines=lines,
        moves=(move_of(rule_of("first_pass"), review),),
    )


SUBMISSIONS = mark("submissions")
NOTHING = Value("–", unit=SUBMISSIONS)
