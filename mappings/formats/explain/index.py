"""The index of a report's figures, and the explanation of each by its path."""

from collections.abc import Callable, Mapping
from functools import partial

from msgspec.structs import replace

from mappings.formats.explain import composite, people, score, taught_share, units
from mappings.formats.explain.component_basis import PROGRESS, PULSES, pulse_moves
from mappings.formats.explain.latest import ANY_OBJECTIVE
from mappings.formats.explain.model import Explained, text_of
from mappings.formats.explain.pulses import open_quarters
from mappings.formats.explain.rule_texts import HIDDEN_FROM_AGENCY
from mappings.formats.explain.rule_texts_score import DIMENSIONS, OWNERS
from mappings.formats.report.source import ReportSource
from mappings.measure.model.engagement import Engagement
from mappings.measure.score.dimensions import PARTS
from mappings.translation import gettext

# Explains a figure from a source; some of the units also take `objective=`.
Explain = Callable[..., Explained]


def figures_of(engagement: Engagement) -> dict[str, Explain]:
    """Return what explains each figure of an engagement's report, by path, in the report's order."""
    return {**_units(), **_objectives(engagement), **_score()}


def _units() -> dict[str, Explain]:
    explains: dict[str, Explain] = {f"units.{name}": partial(units.explain_units, name=name) for name in units.BUCKETS}
    explains |= {f"units.{name}": partial(units.explain_units, name=name) for name in units.SUMMED}
    explains |= {f"units.{name}": partial(units.explain_tickets, name=name) for name in units.TICKET_COUNTS}
    explains["units.unsized_issues"] = partial(units.explain_unsized, name="unsized_issues")
    explains["taught_share"] = partial(taught_share.explain_share, path="taught_share")
    return explains


def _objectives(engagement: Engagement) -> dict[str, Explain]:
    explains: dict[str, Explain] = {}
    for objective in engagement.objectives:
        for name in people.FIGURES:
            path = f"objectives.{objective.key}.{name}"
            explains[path] = partial(people.explain_objective, path=path, name=name)
    for path in ("exit_coverage", "exit_coverage.one_holder", "exit_coverage.two_holders", "exit_coverage.at_risk"):
        explains[path] = partial(people.explain_exit, path=path)
    return explains


def _score() -> dict[str, Explain]:
    explains: dict[str, Explain] = {}
    for key in DIMENSIONS:
        path = f"dimensions.{key}"
        explains[path] = partial(score.explain_dimension, path=path, key=key)
    for key in (*PARTS, "crisis_agency", "crisis_inhouse"):
        path = f"dimensions.{PARTS[key].dimension if key in PARTS else 'crisis'}.{key}"
        explains[path] = partial(_COMPONENTS.get(key, score.explain_component), path=path, key=key)
    for key in OWNERS:
        explains[f"owners.{key}"] = partial(score.explain_owner, path=f"owners.{key}", key=key)
    explains["score"] = partial(composite.explain_score, path="score")
    explains["score.change"] = partial(composite.explain_change, path="score.change")
    explains["score.sensitivity"] = partial(composite.explain_sensitivity, path="score.sensitivity")
    explains["learners_offered"] = partial(score.explain_component, path="learners_offered", key="learners_offered")
    return explains


# Components that are not explained by their opportunities.
_COMPONENTS: Mapping[str, Callable[..., Explained]] = {PROGRESS: people.explain_progress}
# The figures besides the score that pulses are a part of.
PULSED = {("dimensions", PARTS[PULSES].dimension), ("owners", PARTS[PULSES].owner)}
_OTHER_NAMES: Mapping[str, str] = {
    "own": "units.inhouse_own",
    "score.value": "score",
    "taught_share.value": "taught_share",
}


def figure_named(name: str, engagement: Engagement) -> str | None:
    # The path of the figure with a name: the whole path or its end (the first of several).
    figures = figures_of(engagement)
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    if name.startswith("objectives.") and f"{name}.coverage" in figures:
        return f"{name}.coverage"
    if name in figures:
        return name
    return next((path for path in figures if path.endswith(f".{name}")), None)


def explained(source: ReportSource, path: str, objective: str | None = None) -> Explained:
    """Explain a figure of `figures_of`, for one objective where `is_divided` allows it."""
    opened = figures_of(source.engagement)[path]
    return opened(source) if objective is None else _named(opened(source, objective=objective), source, objective)


def late_moves(source: ReportSource, figure: Explained) -> tuple[str, ...]:
    """Return what can still move a figure of a period that is over: a pulse on one of its quarters."""
    if source.scores is None or not open_quarters(source, source.scores.window):
        return ()
    section, _, name = figure.path.partition(".")
    if name.endswith(PULSES):
        return figure.moves
    has_pulses = figure.path == "score" or (section, name) in PULSED
    return pulse_moves(source) if has_pulses else ()


def _named(figure: Explained, source: ReportSource, objective: str) -> Explained:
    """Return a figure whose title and inputs name the objective: its rule is that of the whole figure."""
    if objective == ANY_OBJECTIVE:
        return replace(figure, title=gettext("%(figure)s, on tickets with an objective", figure=figure.title))
    name = next((item.name for item in source.engagement.objectives if item.key == objective), objective)
    return replace(figure, title=f"{figure.title}, {name}", inputs=((gettext("Objective"), name), *figure.inputs))


def is_divided(path: str) -> bool:
    section, _, name = path.partition(".")
    return section == "units" and name != "unsized_issues"


def is_for_agency(path: str) -> bool:
    # Whether people of an agency may open a figure: none that tells other agencies apart.
    section, _, name = path.partition(".")
    return section != "units" or name not in HIDDEN_FROM_AGENCY


def explain(review: ReportSource, name: str) -> str:
    """Return the explanation of a figure as text; `name` is one that `figure_named` knows."""
    path = figure_named(name, review.engagement)
    assert path is not None
    return text_of(explained(review, path), review)
