"""Explanations of the score, its change, and its range under other weights."""

import math

from msgspec.structs import replace

from mappings.formats.explain.component_basis import gain_moves
from mappings.formats.explain.marks import score_without
from mappings.formats.explain.model import (
    Explained,
    Line,
    day_of,
    move_of,
    of_hundred,
    points,
    sentence_of,
    sum_text,
)
from mappings.formats.explain.rule_texts_score import CHANGE, SCORE, SENSITIVITY
from mappings.formats.explain.score import part_lines, scores_in, window_inputs
from mappings.formats.explain.what_if import publishing_moves
from mappings.formats.explain.words import VERDICT_WORDS
from mappings.formats.export.figure import HUNDRED, NOT_PUBLISHED, Value
from mappings.formats.report.source import ReportSource, Scores
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.rounding import shown
from mappings.measure.score.window import Scored, score_shares, verdict_of
from mappings.translation import day_text, formula_number, gettext


def explain_score(review: ReportSource, path: str) -> Explained:
    # Explain the score: each component gives its share of the published weight times its value.
    scores = scores_in(review)
    score, shares = scores.now.score, score_shares(scores.now)
    return Explained(
        path=path,
        title=gettext(SCORE.title),
        value=replace(
            of_hundred(score.value, review.rules, score.low, score.high),
            why_not=None if score.published else _score_lacks(scores.now, review.rules),
        ),
        small=_against_before(scores),
        rule=sentence_of(SCORE, review),
        rule_id=SCORE.rule_id,
        formula=gettext("Σ weight × dimension / Σ weight of what is published; se = √Σ(weight × se)²"),
        inputs=(
            (gettext("Weight covered"), gettext("%(value)s of 100", value=score.weight_covered)),
            *window_inputs(review, scores.window),
            *score_without(scores),
        ),
        unit=HUNDRED,
        number=score.value or 0.0,
        lines=part_lines(review, shares) if score.published else (),
        moves=gain_moves(review, shares, score.value) or publishing_moves(scores.now, review.rules),
        details=_score_details(scores),
    )


def _against_before(scores: Scores) -> str:
    if not scores.change:
        return ""
    return gettext("%(verdict)s against the window before", verdict=VERDICT_WORDS[verdict_of(scores.change)])


def _range_text(low: float, high: float) -> str:
    return gettext("%(low)s to %(high)s", low=points(low), high=points(high))


def _reach_text(low: float, high: float) -> str:
    return gettext("%(low)s to %(high)s of 100", low=shown(low, 0), high=shown(high, 0))


def _score_details(scores: Scores) -> tuple[tuple[str, str], ...]:
    score, reach = scores.now.score, scores.now.sensitivity
    if score.se is None or score.geometric is None or reach is None:
        return ()
    balance = points(score.geometric)
    if score.uneven:
        balance = gettext("%(value)s, uneven", value=balance)
    return (
        (gettext("Standard error"), formula_number(score.se, ".2f")),
        (gettext("Balance check"), balance),
        (gettext("Range under other weights"), _range_text(*reach)),
    )


def _score_lacks(scored: Scored, rules: Ruleset) -> str:
    published = [dimension.key for dimension in scored.dimensions if dimension.published]
    covered = scored.score.weight_covered
    return gettext(
        "%(published)s of %(dimensions)s dimensions and %(covered)s of %(needed)s in 100 of the weight",
        published=len(published),
        dimensions=rules.dimensions,
        covered=covered,
        needed=rules.covered,
    )


def explain_change(review: ReportSource, path: str) -> Explained:
    # Explain the change: the difference of two windows in standard errors.
    scores = scores_in(review)
    now, before, change = scores.now.score, scores.before.score, scores.change
    lines: tuple[Line, ...] = ()
    if change is not None and now.value is not None and before.value is not None:
        lines = (
            Line(0, "now", gettext("Now"), now.value),
            Line(0, "before", gettext("The window before"), -before.value),
        )
    return Explained(
        path=path,
        title=gettext(CHANGE.title),
        value=Value(gettext(NOT_PUBLISHED), why_not=gettext("one of the two scores is not published"))
        if change is None
        else Value(VERDICT_WORDS[verdict_of(change)]),
        small="",
        rule=sentence_of(CHANGE, review),
        rule_id=CHANGE.rule_id,
        formula=gettext("z = (now - before) / √(se² + se²)"),
        inputs=((gettext("Now"), _with_se(now.value, now.se)), (gettext("Before"), _with_se(before.value, before.se))),
        unit=HUNDRED,
        number=math.fsum(line.contribution for line in lines),
        lines=lines,
        moves=(move_of(CHANGE, review),),
        details=() if change is None else (("z", formula_number(change.z, ".2f")),),
    )


def _with_se(value: float | None, se: float | None) -> str:
    if value is None or se is None:
        return gettext(NOT_PUBLISHED)
    return gettext("%(value)s, standard error %(se)s", value=sum_text(value), se=formula_number(se, ".2f"))


def explain_sensitivity(review: ReportSource, path: str) -> Explained:
    reach = scores_in(review).now.sensitivity
    return Explained(
        path=path,
        title=gettext(SENSITIVITY.title),
        value=Value(gettext(NOT_PUBLISHED), why_not=gettext("the score is not published"))
        if reach is None
        else Value(_reach_text(*reach), low=reach[0], high=reach[1]),
        small="",
        rule=sentence_of(SENSITIVITY, review),
        rule_id=SENSITIVITY.rule_id,
        formula=gettext("the score with one weight × 0.5 or × 1.5, each in turn"),
        inputs=((gettext("As of"), day_text(day_of(review.as_of, review))),),
        unit=HUNDRED,
        number=None,
        lines=(),
        moves=(move_of(SENSITIVITY, review),),
        note=gettext("A range of scores: the score opens into its parts."),
    )
