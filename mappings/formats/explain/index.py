"""Every figure of a report by its name, and each of them opened."""

from collections.abc import Callable, Mapping
from functools import partial

from mappings.formats.explain import people, score, units
from mappings.formats.explain.component_basis import PROGRESS
from mappings.formats.explain.model import Explained, text_of
from mappings.formats.explain.rule_texts_score import DIMENSIONS, OWNERS
from mappings.formats.report.source import ReportSource
from mappings.measure.model.engagement import Engagement
from mappings.measure.score.dimensions import PARTS

__all__ = ["explain", "explained", "figure_named", "figures_of"]

Open = Callable[[ReportSource], Explained]


def figures_of(engagement: Engagement) -> dict[str, Open]:
    """Return what opens each figure of an engagement's report, by its place there, in the report's order."""
    return {**_units(), **_objectives(engagement), **_score()}


def _units() -> dict[str, Open]:
    found: dict[str, Open] = {f"units.{name}": partial(units.explain_units, name=name) for name in units.BUCKETS}
    found["units.unsized_issues"] = partial(units.explain_unsized, name="unsized_issues")
    found["taught_share"] = partial(units.explain_share, path="taught_share")
    return found


def _objectives(engagement: Engagement) -> dict[str, Open]:
    found: dict[str, Open] = {}
    for one in engagement.objectives:
        for name in people.FIGURES:
            path = f"objectives.{one.key}.{name}"
            found[path] = partial(people.explain_objective, path=path, name=name)
    for path in ("exit_coverage", "exit_coverage.one_holder", "exit_coverage.two_holders", "exit_coverage.at_risk"):
        found[path] = partial(people.explain_exit, path=path)
    return found


def _score() -> dict[str, Open]:
    found: dict[str, Open] = {}
    for key in DIMENSIONS:
        path = f"dimensions.{key}"
        found[path] = partial(score.explain_dimension, path=path, key=key)
    for key in (*PARTS, "crisis_agency", "crisis_inhouse"):
        path = f"dimensions.{PARTS[key].dimension if key in PARTS else 'crisis'}.{key}"
        found[path] = partial(_COMPONENTS.get(key, score.explain_component), path=path, key=key)
    for key in OWNERS:
        found[f"owners.{key}"] = partial(score.explain_owner, path=f"owners.{key}", key=key)
    found["score"] = partial(score.explain_score, path="score")
    found["score.change"] = partial(score.explain_change, path="score.change")
    found["score.sensitivity"] = partial(score.explain_sensitivity, path="score.sensitivity")
    found["learners_offered"] = partial(score.explain_component, path="learners_offered", key="learners_offered")
    return found


_COMPONENTS: Mapping[str, Callable[..., Explained]] = {PROGRESS: people.explain_progress}
"""What opens a component otherwise than into its opportunities."""
_OTHER_NAMES: Mapping[str, str] = {
    "own": "units.inhouse_own",
    "score.value": "score",
    "taught_share.value": "taught_share",
}


def figure_named(name: str, engagement: Engagement) -> str | None:
    """Return the place in the report that a name means: all of it, or its end; the first where several end so."""
    places = figures_of(engagement)
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    if name.startswith("objectives.") and f"{name}.coverage" in places:
        return f"{name}.coverage"
    if name in places:
        return name
    return next((place for place in places if place.endswith(f".{name}")), None)


def explained(review: ReportSource, place: str) -> Explained:
    """Open a figure; `place` is one that `figures_of` names."""
    return figures_of(review.engagement)[place](review)


def explain(review: ReportSource, name: str) -> str:
    """Return a figure as text for people; `name` is one that `figure_named` knows."""
    place = figure_named(name, review.engagement)
    assert place is not None
    return text_of(explained(review, place), review)
