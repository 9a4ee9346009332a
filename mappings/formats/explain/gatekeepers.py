"""Explanations of a gatekeeper's own figures: how early they were brought in, and what passed at first."""

from msgspec.structs import replace

from mappings.formats.explain.model import Explained, move_of
from mappings.formats.explain.score import (
    BASIS,
    basis_of,
    counted_lines,
    explain_component,
    rule_of,
    scores_in,
    window_inputs,
)
from mappings.formats.export.figure import Value
from mappings.formats.report.source import ReportSource
from mappings.measure.score.window import find_component
from mappings.translation import gettext, mark


def explain_early(review: ReportSource, path: str) -> Explained:
    """Explain how early gatekeepers were brought in, as the score has it: of the score nothing else is told."""
    component = find_component(scores_in(review).now, "earliness")
    return replace(
        explain_component(review, path, "earliness"),
        title=gettext("How early"),
        inputs=((gettext(BASIS), basis_of(component)), *window_inputs(review, scores_in(review).window)),
        moves=(move_of(rule_of("earliness"), review),),
    )


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
