"""Both sides, and together: the score, its parts and whose they are, as the page says them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.pages.labels import COMPONENT_NAMES, DIMENSION_NAMES
from connector.text import count, number
from mappings.formats.report.source import Scores
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.composite import Change, Score
from mappings.measure.score.dimensions import Component, Dimension
from mappings.measure.score.dimensions import Owner as Whose
from mappings.measure.score.window import Scored, verdict_of

_OWNERS: tuple[tuple[Whose, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "agency",
        "Agency",
        "Teaching, embedding and challenge.",
        ("teaching", "embedding", "challenge"),
        ("uptake",),
    ),
    (
        "client",
        "Client",
        "Reviews, questions, brief and feedback acted on.",
        (),
        ("reviews_in_time", "questions_answered", "brief_stable", "feedback_acted_on"),
    ),
    (
        "joint",
        "Joint",
        "Gatekeepers, crisis, co-creation, and feedback given.",
        ("gatekeepers", "crisis", "cocreation"),
        ("feedback_given",),
    ),
)
"""Key, name and note of each owner, with its dimensions and single components: four rows each, at one size."""


@dataclass(frozen=True)
class ComponentLine:
    """A row of an owner: all on a scale from 0 to 100; `then` half a year earlier, None where it was not published."""

    key: str
    name: str
    on: str
    score: str
    low: float
    high: float
    now: float | None
    then: float | None


@dataclass(frozen=True)
class Owner:
    """One of the three columns."""

    key: str
    name: str
    note: str
    score: str
    lines: tuple[ComponentLine, ...]
    beside: ComponentLine | None = None


def whole(value: float | None) -> str:
    """Say a figure between 0 and 100, or that there is none: rounded to six decimals, then half up (g) 13."""
    return "–" if value is None else str(int(round(value, 6) + 0.5))


def dimension_line(now: Dimension, then: Dimension | None) -> ComponentLine:
    """Return a dimension's row."""
    on = _ground_of(now)
    before = then.score if then else None
    if now.score is None or now.low is None or now.high is None:
        return ComponentLine(now.key, DIMENSION_NAMES[now.key], on, "–", 0, 0, None, before)
    low, high = round(now.low, 2), round(now.high, 2)
    return ComponentLine(
        now.key, DIMENSION_NAMES[now.key], on, whole(now.score), low, high, round(now.score, 2), before
    )


def _ground_of(dimension: Dimension) -> str:
    """Say what a dimension rests on: its parts with their values, whose weighted mean it is, and those it lacks."""
    known = [part for part in dimension.components if part.published]
    lacking = [f"{_name_of(part)}: not enough evidence yet" for part in dimension.components if not part.published]
    if not known:
        return "not enough evidence yet"
    if len(dimension.components) == 1:
        return GROUNDS[known[0].key](known[0])
    if dimension.score is None:
        return "; ".join([*(GROUNDS[part.key](part) for part in known), *lacking])
    values = [f"{_name_of(part)} {whole(100 * part.value)}" for part in known]
    return f"{GROUNDS[known[0].key](known[0])}: {values[0]}" if len(values) == 1 else ", ".join(values)


def _name_of(part: Component) -> str:
    name = COMPONENT_NAMES[part.key]
    return name[:1].lower() + name[1:]


def component_line(now: Component, then: Component | None) -> ComponentLine:
    """Return a component's row."""
    before = 100 * then.value if then and then.published else None
    name = COMPONENT_NAMES[now.key]
    if not now.published:
        ground = f"not enough evidence yet: {GROUNDS[now.key](now)}" if now.n else "nothing to measure yet"
        return ComponentLine(now.key, name, ground, "–", 0, 0, None, before)
    low, high, value = (round(100 * part, 2) for part in (now.low, now.high, now.value))
    return ComponentLine(now.key, name, GROUNDS[now.key](now), whole(100 * now.value), low, high, value, before)


def _of(text: str) -> Callable[[Component], str]:
    return lambda one: text.format(x=number(one.x), n=number(one.n))


GROUNDS: Mapping[str, Callable[[Component], str]] = {
    "taught_through": _of("{x} of {n} tickets"),
    # Of how many people is told in its drawer, and only where k of them are in the group.
    "progression": lambda one: "learners’ progress",
    "workflow_checks": lambda one: f"checks on {count(int(one.n), 'ticket')}",
    "proposal_rate": _of("{x} in {n} tickets"),
    "uptake": _of("{x} of {n} decided"),
    "reviews_in_time": _of("{x} of {n} in time"),
    "questions_answered": _of("{x} of {n} in time"),
    "brief_stable": _of("{x} of {n} tickets"),
    "feedback_given": _of("{x} of {n} times"),
    "feedback_acted_on": _of("{x} of {n} items"),
    "earliness": lambda one: f"on {count(int(one.n), 'ticket')}",
    "first_pass": _of("{x} of {n} submissions"),
    "crisis": lambda one: count(int(one.n), "incident"),
    "cocreation": lambda one: count(int(one.n), "objective"),
    "learners_offered": _of("on {x} of {n} tickets"),
}
"""What a component rests on, said in a few words."""


def owners_of(now: Scored, then: Scored | None) -> list[Owner]:
    """Return the three columns; what the learners are offered stands beside the client's (measurement (h))."""
    dimensions, parts = _known(now)
    dimensions_then, parts_then = _known(then) if then else ({}, {})
    made = []
    for key, name, note, whole_ones, single_ones in _OWNERS:
        lines = [dimension_line(dimensions[one], dimensions_then.get(one)) for one in whole_ones if one in dimensions]
        lines += [component_line(parts[one], parts_then.get(one)) for one in single_ones]
        offered = then.learners_offered if then else None
        beside = component_line(now.learners_offered, offered) if key == "client" else None
        made.append(Owner(key, name, note, whole(now.owners[key]), tuple(lines), beside))
    return made


def _known(scored: Scored) -> tuple[dict[str, Dimension], dict[str, Component]]:
    dimensions = {one.key: one for one in scored.dimensions}
    return dimensions, {part.key: part for one in scored.dimensions for part in one.components}


def score_number(scores: Scores, rules: Ruleset) -> dict[str, object]:
    """Return how the integration score is said, or what keeps it from being said (measurement (e), publish rule)."""
    now, then = scores.now.score, scores.before.score
    if now.value is None or now.low is None or now.high is None:
        reason = f"{now.weight_covered} of the {rules.covered} in 100 weights needed have enough evidence so far."
        return {"published": False, "reason": reason, "full": min(100, round(100 * now.weight_covered / rules.covered))}
    low, high = whole(now.low), whole(now.high)
    return {
        "published": True,
        "value": whole(now.value),
        "now": round(now.value, 2),
        "low": round(now.low, 2),
        "high": round(now.high, 2),
        "then": None if then.value is None else round(then.value, 2),
        "interval": f"{low}–{high}",
        "note": change_words(then, scores.change),
        "uneven": now.uneven,
    }


def change_words(then: Score, change: Change | None) -> str:
    """Say how the score stands against the half-year before: the words of the change test, never an arrow."""
    if then.value is None or change is None:
        return "no earlier half-year to compare"
    return f"{whole(then.value)} half a year earlier, {verdict_of(change)}"
