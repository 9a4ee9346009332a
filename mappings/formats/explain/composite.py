"""Explanations of the score, its change, and its range under other weights."""

import math

from msgspec.structs import replace

from mappings.formats.explain.marks import score_without
from mappings.formats.explain.model import Explained, Line, day_name, day_of, move_of, of_hundred, points, sentence_of
from mappings.formats.explain.rule_texts_score import CHANGE, DIMENSIONS, SCORE, SENSITIVITY
from mappings.formats.explain.score import part_line, scores_in, window_inputs
from mappings.formats.explain.what_if import score_moves
from mappings.formats.export.figure import HUNDRED, NOT_PUBLISHED, Value
from mappings.formats.report.source import ReportSource, Scores
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.rounding import shown
from mappings.measure.score.window import Scored, verdict_of


def explain_score(review: ReportSource, path: str) -> Explained:
    # Explain the score: each published dimension gives its share of the published weight times its score.
    scores = scores_in(review)
    score = scores.now.score
    known = {dimension.key: dimension for dimension in scores.now.dimensions}
    return Explained(
        path=path,
        title=SCORE.title,
        value=replace(
            of_hundred(score.value, review.rules, score.low, score.high),
            why_not=None if score.published else _score_lacks(scores.now, review.rules),
        ),
        small=f"{verdict_of(scores.change)} against the window before" if scores.change else "",
        rule=sentence_of(SCORE, review),
        rule_id=SCORE.rule_id,
        formula="Σ weight × dimension / Σ weight of what is published; se = √Σ(weight × se)²",
        inputs=(
            ("Weight covered", f"{score.weight_covered} of 100"),
            *window_inputs(review, scores.window),
            *score_without(scores),
        ),
        unit=HUNDRED,
        number=score.value or 0.0,
        lines=tuple(
            replace(
                part_line(DIMENSIONS[key], key, part, known[key].weight / score.weight_covered),
                why=f"{shown(known[key].score or 0, 0)} of 100",
            )
            for key, part in score.contributions.items()
        ),
        moves=score_moves(scores.now, review.rules),
        details=_score_details(scores),
    )


def _score_details(scores: Scores) -> tuple[tuple[str, str], ...]:
    score, reach = scores.now.score, scores.now.sensitivity
    if score.se is None or score.geometric is None or reach is None:
        return ()
    uneven = ", uneven" if score.uneven else ""
    return (
        ("Standard error", f"{score.se:.2f}"),
        ("Balance check", f"{points(score.geometric)}{uneven}"),
        ("Range under other weights", f"{points(reach[0])} to {points(reach[1])}"),
    )


def _score_lacks(scored: Scored, rules: Ruleset) -> str:
    published = [dimension.key for dimension in scored.dimensions if dimension.published]
    covered = scored.score.weight_covered
    return f"{len(published)} of {rules.dimensions} dimensions and {covered} of {rules.covered} in 100 of the weight"


def explain_change(review: ReportSource, path: str) -> Explained:
    # Explain the change: the difference of two windows in standard errors.
    scores = scores_in(review)
    now, before, change = scores.now.score, scores.before.score, scores.change
    lines: tuple[Line, ...] = ()
    if change is not None and now.value is not None and before.value is not None:
        lines = (Line(0, "now", "Now", now.value), Line(0, "before", "The window before", -before.value))
    return Explained(
        path=path,
        title=CHANGE.title,
        value=Value(NOT_PUBLISHED, why_not="one of the two scores is not published")
        if change is None
        else Value(verdict_of(change)),
        small="",
        rule=sentence_of(CHANGE, review),
        rule_id=CHANGE.rule_id,
        formula="z = (now - before) / √(se² + se²)",
        inputs=(("Now", _with_se(now.value, now.se)), ("Before", _with_se(before.value, before.se))),
        unit=HUNDRED,
        number=math.fsum(line.contribution for line in lines),
        lines=lines,
        moves=(move_of(CHANGE, review),),
        details=() if change is None else (("z", f"{change.z:.2f}"),),
    )


def _with_se(value: float | None, se: float | None) -> str:
    return NOT_PUBLISHED if value is None or se is None else f"{points(value)}, standard error {se:.2f}"


def explain_sensitivity(review: ReportSource, path: str) -> Explained:
    reach = scores_in(review).now.sensitivity
    return Explained(
        path=path,
        title=SENSITIVITY.title,
        value=Value(NOT_PUBLISHED, why_not="the score is not published")
        if reach is None
        else Value(f"{shown(reach[0], 0)} to {shown(reach[1], 0)} of 100", low=reach[0], high=reach[1]),
        small="",
        rule=sentence_of(SENSITIVITY, review),
        rule_id=SENSITIVITY.rule_id,
        formula="the score with one weight × 0.5 or × 1.5, each in turn",
        inputs=(("As of", day_name(day_of(review.as_of, review))),),
        unit=HUNDRED,
        number=None,
        lines=(),
        moves=(move_of(SENSITIVITY, review),),
        note="A range of scores: the score opens into its parts.",
    )
