"""Every figure of a report by its name, and each of them opened."""

from collections.abc import Callable, Mapping
from functools import partial

from mappings.formats.explain import composite, people, score, units
from mappings.formats.explain.component_basis import PROGRESS
from mappings.formats.explain.model import Explained, text_of
from mappings.formats.explain.rule_texts import HIDDEN_FROM_AGENCY
from mappings.formats.explain.rule_texts_score import DIMENSIONS, OWNERS
from mappings.formats.report.source import ReportSource
from mappings.measure.model.engagement import Engagement
from mappings.measure.score.dimensions import PARTS

# Opens a figure from a source, and for some of the units from `objective=`.
Open = Callable[..., Explained]


def figures_of(engagement: Engagement) -> dict[str, Open]:
    """Return what opens each figure of an engagement's report, by its place there, in the report's order."""
    return {**_units(), **_objectives(engagement), **_score()}


def _units() -> dict[str, Open]:
    found: dict[str, Open] = {f"units.{name}": partial(units.explain_units, name=name) for name in units.BUCKETS}
    found |= {f"units.{name}": partial(units.explain_units, name=name) for name in units.SUMMED}
    found["units.tickets"] = partial(units.explain_tickets, name="tickets")
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
    found["score"] = partial(composite.explain_score, path="score")
    found["score.change"] = partial(composite.explain_change, path="score.change")
    found["score.sensitivity"] = partial(composite.explain_sensitivity, path="score.sensitivity")
    found["learners_offered"] = partial(score.explain_component, path="learners_offered", key="learners_offered")
    return found


# What opens a component otherwise than into its opportunities.
_COMPONENTS: Mapping[str, Callable[..., Explained]] = {PROGRESS: people.explain_progress}
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


def explained(source: ReportSource, path: str, objective: str | None = None) -> Explained:
    """Open a figure; `path` is one that `figures_of` names, of one objective where `is_divided` says it has such."""
    opened = figures_of(source.engagement)[path]
    return opened(source) if objective is None else opened(source, objective=objective)


def is_divided(path: str) -> bool:
    """Tell whether a figure can be opened for one objective."""
    section, _, name = path.partition(".")
    return section == "units" and name != "unsized_issues"


def is_for_agency(path: str) -> bool:
    """Tell whether the people of an agency may open a figure: none that tells other agencies apart."""
    section, _, name = path.partition(".")
    return section != "units" or name not in HIDDEN_FROM_AGENCY


def explain(review: ReportSource, name: str) -> str:
    """Return a figure as text for people; `name` is one that `figure_named` knows."""
    place = figure_named(name, review.engagement)
    assert place is not None
    return text_of(explained(review, place), review)
