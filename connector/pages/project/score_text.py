"""The texts of the score on the project page: its value, its components, and whose they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.pages.labels import COMPONENT_NAMES, DIMENSION_NAMES
from connector.pages.terms import CHANGE_WORDS
from connector.text import number, within
from mappings.formats.report.source import Scores
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.composite import Change, Score
from mappings.measure.score.dimensions import Component, Dimension
from mappings.measure.score.dimensions import Owner as Whose
from mappings.measure.score.window import Scored, verdict_of
from mappings.translation import gettext, mark, mark_plural, ngettext

# Key, name and note of each owner, with its dimensions and single components: four rows each, at one size.
_OWNERS: tuple[tuple[Whose, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "agency",
        mark("Agency"),
        mark("Teaching, embedding and challenge."),
        ("teaching", "embedding", "challenge"),
        ("uptake",),
    ),
    (
        "client",
        mark("Client"),
        mark("Reviews, questions, brief and feedback acted on."),
        (),
        ("reviews_in_time", "questions_answered", "brief_stable", "feedback_acted_on"),
    ),
    (
        "joint",
        mark("Joint"),
        mark("Gatekeepers, crisis, co-creation, and feedback given."),
        ("gatekeepers", "crisis", "cocreation"),
        ("feedback_given",),
    ),
)


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
    """One of the three columns; `beside` is shown next to it and counts in no score."""

    key: str
    name: str
    note: str
    score: str
    lines: tuple[ComponentLine, ...]
    beside: ComponentLine | None = None


def whole(value: float | None) -> str:
    # Rounded to six decimals, then half up (measurement (g) 13).
    return "–" if value is None else str(int(round(value, 6) + 0.5))


def dimension_line(now: Dimension, then: Dimension | None) -> ComponentLine:
    on = _basis_text(now)
    before = then.score if then else None
    if now.score is None or now.low is None or now.high is None:
        return ComponentLine(now.key, DIMENSION_NAMES[now.key], on, "–", 0, 0, None, before)
    low, high = round(now.low, 2), round(now.high, 2)
    return ComponentLine(
        now.key, DIMENSION_NAMES[now.key], on, whole(now.score), low, high, round(now.score, 2), before
    )


def _basis_text(dimension: Dimension) -> str:
    """Return the basis of a dimension: its components with their values, and those that have too little evidence."""
    published = [part for part in dimension.components if part.published]
    lacking = [
        gettext("%(name)s: not enough evidence yet", name=_name_of(part))
        for part in dimension.components
        if not part.published
    ]
    if not published:
        return gettext("not enough evidence yet")
    if len(dimension.components) == 1:
        return BASIS_TEXTS[published[0].key](published[0])
    if dimension.score is None:
        return "; ".join([*(BASIS_TEXTS[part.key](part) for part in published), *lacking])
    # The dimension is the weighted mean of these values.
    values = [f"{_name_of(part)} {whole(100 * part.value)}" for part in published]
    return f"{BASIS_TEXTS[published[0].key](published[0])}: {values[0]}" if len(values) == 1 else ", ".join(values)


def _name_of(part: Component) -> str:
    return within(COMPONENT_NAMES[part.key])


def component_line(now: Component, then: Component | None) -> ComponentLine:
    before = 100 * then.value if then and then.published else None
    name = COMPONENT_NAMES[now.key]
    if not now.published:
        basis = gettext("nothing to measure yet")
        if now.n:
            basis = gettext("not enough evidence yet: %(basis)s", basis=BASIS_TEXTS[now.key](now))
        return ComponentLine(now.key, name, basis, "–", 0, 0, None, before)
    low, high, value = (round(100 * part, 2) for part in (now.low, now.high, now.value))
    return ComponentLine(now.key, name, BASIS_TEXTS[now.key](now), whole(100 * now.value), low, high, value, before)


def _of(text: str) -> Callable[[Component], str]:
    return lambda component: gettext(text, x=number(component.x), n=number(component.n))


def _by_number(singular: str, plural: str) -> Callable[[Component], str]:
    return lambda component: ngettext(singular, plural, int(component.n))


# The basis of a component, in a few words.
BASIS_TEXTS: Mapping[str, Callable[[Component], str]] = {
    "taught_through": _of(mark("%(x)s of %(n)s tickets")),
    # Of how many people is told in its drawer, and only where k of them are in the group.
    "progression": lambda _: gettext("learners’ progress"),
    "workflow_checks": _by_number(*mark_plural("checks on %(num)s ticket", "checks on %(num)s tickets")),
    "proposal_rate": _of(mark("%(x)s in %(n)s tickets")),
    "uptake": _of(mark("%(x)s of %(n)s decided")),
    "reviews_in_time": _of(mark("%(x)s of %(n)s in time")),
    "questions_answered": _of(mark("%(x)s of %(n)s in time")),
    "brief_stable": _of(mark("%(x)s of %(n)s tickets")),
    "feedback_given": _of(mark("%(x)s of %(n)s times")),
    "feedback_acted_on": _of(mark("%(x)s of %(n)s items")),
    "earliness": _by_number(*mark_plural("on %(num)s ticket", "on %(num)s tickets")),
    "first_pass": _of(mark("%(x)s of %(n)s submissions")),
    "crisis": _by_number(*mark_plural("%(num)s incident", "%(num)s incidents")),
    "cocreation": _by_number(*mark_plural("%(num)s objective", "%(num)s objectives")),
    "learners_offered": _of(mark("on %(x)s of %(n)s tickets")),
}


def owners_of(now: Scored, then: Scored | None) -> list[Owner]:
    """Return the three columns. What learners are offered stands beside the client's, in no score (measurement (h))."""
    dimensions, parts = _known(now)
    dimensions_then, parts_then = _known(then) if then else ({}, {})
    owners = []
    for owner, name, note, dimension_keys, component_keys in _OWNERS:
        lines = [
            dimension_line(dimensions[key], dimensions_then.get(key)) for key in dimension_keys if key in dimensions
        ]
        lines += [component_line(parts[key], parts_then.get(key)) for key in component_keys]
        offered = then.learners_offered if then else None
        beside = component_line(now.learners_offered, offered) if owner == "client" else None
        owners.append(Owner(owner, gettext(name), gettext(note), whole(now.owners[owner]), tuple(lines), beside))
    return owners


def _known(scored: Scored) -> tuple[dict[str, Dimension], dict[str, Component]]:
    dimensions = {dimension.key: dimension for dimension in scored.dimensions}
    return dimensions, {part.key: part for dimension in scored.dimensions for part in dimension.components}


def score_number(scores: Scores, rules: Ruleset) -> dict[str, object]:
    """Return the integration score for the page, or why it is not published (measurement (e), publish rule)."""
    now, then = scores.now.score, scores.before.score
    if now.value is None or now.low is None or now.high is None:
        reason = gettext(
            "A score needs parts with %(needed)s of 100 weights that have enough evidence: %(covered)s so far.",
            covered=now.weight_covered,
            needed=rules.covered,
        )
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
        "note": change_text(then, scores.change),
        "uneven": now.uneven,
    }


def change_text(then: Score, change: Change | None) -> str:
    """Return how the score compares with the half-year before: the words of the change test, never an arrow."""
    if then.value is None or change is None:
        return gettext("no earlier half-year to compare")
    return gettext(
        "%(score)s half a year earlier, %(verdict)s", score=whole(then.value), verdict=CHANGE_WORDS[verdict_of(change)]
    )
