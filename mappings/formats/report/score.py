"""The keys of the report that say who can do what, and how the score is made up."""

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
    """Return `objectives` and `exit_coverage`; what too few people stand behind is null and suppressed."""
    figures = carried.figures
    return {
        "objectives": [_objective(one) for one in figures.objectives],
        "exit_coverage": {
            "one_holder": figures.exit_one,
            "two_holders": figures.exit_two,
            "at_risk": list(figures.at_risk),
        },
    }


def _objective(one: ObjectiveFigures) -> Keys:
    rate = one.independence
    return {
        "key": one.key,
        "people_at_rung": None if one.people_at_rung is None else dict(one.people_at_rung),
        "suppressed": one.suppressed,
        "coverage": one.coverage,
        "burn_up": one.burn_up,
        "independence": {
            "value": rate.value,
            "low": rate.low if rate.n else None,
            "high": rate.high if rate.n else None,
            "n": rate.n,
        },
    }


def scores_keys(scores: Scores) -> Keys:
    """Return `dimensions`, `owners`, `score` and, beside them, `learners_offered`; what is not published is null."""
    now = scores.now
    return {
        "dimensions": [_dimension(one, now.beside) for one in now.dimensions],
        "owners": dict(now.owners),
        "score": _score(now, scores),
        "learners_offered": component_keys(now.learners_offered),
    }


def component_keys(one: Component) -> Keys:
    """Return a component: x of n, and its value and interval where they are published."""
    return {
        "key": one.key,
        "owner": one.owner,
        "x": plain(one.x),
        "n": plain(one.n),
        "value": one.value if one.published else None,
        "low": one.low if one.published else None,
        "high": one.high if one.published else None,
        "published": one.published,
    }


def _dimension(one: Dimension, beside: Mapping[str, Component]) -> Keys:
    found: Keys = {
        "key": one.key,
        "owner": DIMENSION_OWNERS[one.key],
        "weight": one.weight,
        "score": one.score,
        "se": one.se,
        "low": one.low,
        "high": one.high,
        "n": plain(one.n),
        "published": one.published,
        "components": [component_keys(part) for part in one.components],
    }
    if one.key == "crisis":
        found["sides"] = [component_keys(beside[key]) for key in ("crisis_agency", "crisis_inhouse")]
    return found


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
    # Where nothing is uncertain any difference is infinitely many standard errors, which JSON cannot say.
    z = change.z if abs(change.z) != float("inf") else None
    return {"before": before.value, "before_se": before.se, "z": z, "verdict": verdict_of(change)}


def _span(window: Window) -> Keys:
    return {"from": instant_text(window.start), "to": instant_text(window.end)}
