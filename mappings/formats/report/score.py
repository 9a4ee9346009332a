"""The keys of the report about people and the score."""

from collections.abc import Mapping
from typing import Any

from mappings.formats.export.numbers import instant_text, plain
from mappings.formats.report.marks import score_without
from mappings.formats.report.source import Carried, Scores
from mappings.measure.model.opportunity import Window
from mappings.measure.people.standing import ObjectiveFigures
from mappings.measure.score.composite import Change, Score
from mappings.measure.score.dimensions import Component, Dimension
from mappings.measure.score.window import DIMENSION_OWNERS, Scored, verdict_of

Keys = dict[str, Any]


def carried_keys(carried: Carried) -> Keys:
    """Return `objectives` and `exit_coverage`; what too few people are behind is null and suppressed."""
    figures = carried.figures
    return {
        "objectives": [_objective(objective) for objective in figures.objectives],
        "exit_coverage": {
            "one_holder": figures.exit_one,
            "two_holders": figures.exit_two,
            "at_risk": list(figures.at_risk),
        },
    }


def _objective(objective: ObjectiveFigures) -> Keys:
    rate = objective.independence
    return {
        "key": objective.key,
        "people_at_rung": None if objective.people_at_rung is None else dict(objective.people_at_rung),
        "suppressed": objective.suppressed,
        "coverage": objective.coverage,
        "burn_up": objective.burn_up,
        "independence": {
            "value": rate.value,
            "low": rate.low if rate.n else None,
            "high": rate.high if rate.n else None,
            "n": rate.n,
        },
    }


def scores_keys(scores: Scores) -> Keys:
    """Return `dimensions`, `owners`, `score` and `learners_offered`; what is not published is null."""
    now = scores.now
    return {
        "dimensions": [_dimension(dimension, now.beside) for dimension in now.dimensions],
        "owners": dict(now.owners),
        "score": _score(now, scores),
        "learners_offered": component_keys(now.learners_offered),
    }


def component_keys(component: Component) -> Keys:
    """Return a component: x of n, and its value and interval where published."""
    return {
        "key": component.key,
        "owner": component.owner,
        "x": plain(component.x),
        "n": plain(component.n),
        "value": component.value if component.published else None,
        "low": component.low if component.published else None,
        "high": component.high if component.published else None,
        "published": component.published,
    }


def _dimension(dimension: Dimension, beside: Mapping[str, Component]) -> Keys:
    keys: Keys = {
        "key": dimension.key,
        "owner": DIMENSION_OWNERS[dimension.key],
        "weight": dimension.weight,
        "score": dimension.score,
        "se": dimension.se,
        "low": dimension.low,
        "high": dimension.high,
        "n": plain(dimension.n),
        "published": dimension.published,
        "components": [component_keys(part) for part in dimension.components],
    }
    if dimension.key == "crisis":
        keys["sides"] = [component_keys(beside[key]) for key in ("crisis_agency", "crisis_inhouse")]
    return keys


def _score(now: Scored, scores: Scores) -> Keys:
    score = now.score
    return {
        **_published(score),
        "contributions": dict(score.contributions),
        "sensitivity": now.sensitivity and dict(zip(("low", "high"), now.sensitivity, strict=True)),
        "change": _change(scores.before.score, scores.change),
        "window": _span(scores.window) | {"crisis_from": instant_text(scores.crisis.start)},
        **score_without(scores.without),
    }


def _published(score: Score) -> Keys:
    names = ("value", "se", "low", "high", "weight_covered", "published", "geometric", "uneven")
    return {name: getattr(score, name) for name in names}


def _change(before: Score, change: Change | None) -> Keys | None:
    if change is None:
        return None
    # Without uncertainty any difference is infinitely many standard errors, which JSON cannot express.
    z = change.z if abs(change.z) != float("inf") else None
    return {"before": before.value, "before_se": before.se, "z": z, "verdict": verdict_of(change)}


def _span(window: Window) -> Keys:
    return {"from": instant_text(window.start), "to": instant_text(window.end)}
