"""The texts of the score on the project page: its value, its components, and whose they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from connector.pages.labels import COMPONENT_NAMES
from connector.pages.terms import CHANGE_WORDS
from connector.text import number
from mappings.formats.explain.component_basis import PROGRESS
from mappings.formats.explain.what_if import needed_of
from mappings.formats.report.source import Scores
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.period.rounding import places_of_sum, shown, shown_parts
from mappings.measure.score.composite import Change, Score
from mappings.measure.score.dimensions import Component
from mappings.measure.score.dimensions import Owner as Whose
from mappings.measure.score.window import Scored, find_component, owner_shares, verdict_of
from mappings.translation import Texts, decimal_text, gettext, mark, mark_plural, ngettext

# Each owner's figure is broken down into its components, here as in its drawer.
OWNER_NAMES: Mapping[Whose, str] = Texts({"agency": mark("Agency"), "client": mark("Client"), "joint": mark("Joint")})


@dataclass(frozen=True)
class ComponentLine:
    """A row of an owner: all on a scale from 0 to 100; `then` half a year earlier, None where it was not published.

    `adds` is what it adds to its owner's figure as printed, "" where it does not count. `prior` is what the start value
    adds to what was counted, "" where that alone would be printed as the same figure.
    """

    key: str
    name: str
    on: str
    score: str
    low: float
    high: float
    now: float | None
    then: float | None
    adds: str = ""
    prior: str = ""

    @property
    def interval(self) -> str:
        """The ends of the interval; "" where there is none."""
        return "" if self.low == self.high else f"{whole(self.low)}–{whole(self.high)}"


@dataclass(frozen=True)
class Owner:
    """One of the three columns: what its lines add makes its score; `beside` stands next to it and is in no score."""

    key: str
    name: str
    note: str
    score: str
    lines: tuple[ComponentLine, ...]
    beside: ComponentLine | None = None

    @property
    def is_published(self) -> bool:
        return any(line.adds for line in self.lines)

    @property
    def has_earlier(self) -> bool:
        """Whether a row has a mark of half a year earlier."""
        return any(line.then is not None for line in self.lines)


def whole(value: float | None) -> str:
    # Rounded to six decimals, then half up (measurement (g) 13).
    return "–" if value is None else str(int(round(value, 6) + 0.5))


def component_line(now: Component, then: Component | None, rules: Ruleset = DEFAULT) -> ComponentLine:
    before = 100 * then.value if then and then.published else None
    name = COMPONENT_NAMES[now.key]
    if not now.published:
        basis = gettext("nothing to measure yet")
        if now.n:
            basis = gettext("not enough evidence yet: %(basis)s", basis=BASIS_TEXTS[now.key](now))
        return ComponentLine(now.key, name, basis, "–", 0, 0, None, before)
    low, high, value = (round(100 * part, 2) for part in (now.low, now.high, now.value))
    if now.key == PROGRESS:
        # Of few people the interval would tell how many they are.
        low = high = value
    basis, prior = BASIS_TEXTS[now.key](now), _prior_text(now, rules)
    return ComponentLine(now.key, name, basis, whole(100 * now.value), low, high, value, before, prior=prior)


def _prior_text(part: Component, rules: Ruleset) -> str:
    """Return what makes "9 of 12" another figure than 75; "" where what was counted is printed as it is.

    The start value is the same for every agency, so that chance neither lifts nor lowers a small one far
    (measurement (e)).
    """
    # Of learners' progress nobody is told of how many people it is; proposals are held to a target.
    if part.key in {PROGRESS, "proposal_rate"} or whole(100 * part.x / part.n) == whole(100 * part.value):
        return ""
    places = {"weight": number(2 * needed_of(part, rules)), "prior": whole(100 * rules.prior)}
    return gettext("with %(weight)s more at %(prior)s", **places)


def start_value(rules: Ruleset) -> dict[str, str]:
    """Return the start value of every figure, and what it weighs: as much as so many tickets."""
    weights = {"weight": number(rules.prior_weight), "rare": number(rules.prior_weight_rare)}
    return {"prior": whole(100 * rules.prior), **weights}


def _of(text: str) -> Callable[[Component], str]:
    return lambda component: gettext(text, x=number(component.x), n=number(component.n))


def _by_number(singular: str, plural: str) -> Callable[[Component], str]:
    return lambda component: ngettext(singular, plural, int(component.n))


# The basis of a component, in a few words.
BASIS_TEXTS: Mapping[str, Callable[[Component], str]] = {
    "taught_through": _of(mark("%(x)s of %(n)s tickets")),
    # Of how many people is told in its drawer, and only where k of them are in the group.
    PROGRESS: lambda _: gettext("steps to the next rung"),
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


def owners_of(now: Scored, then: Scored | None, rules: Ruleset = DEFAULT) -> list[Owner]:
    """Return the three columns. What learners are offered stands beside the client's, in no score (measurement (h))."""
    offered = component_line(now.learners_offered, then.learners_offered if then else None, rules)
    return [_owner(now, then, key, rules, beside=offered if key == "client" else None) for key in OWNER_NAMES]


def _owner(now: Scored, then: Scored | None, key: Whose, rules: Ruleset, *, beside: ComponentLine | None) -> Owner:
    shares, value = owner_shares(now, key), now.owners[key]
    parts = [find_component(now, name) for name in shares]
    places = places_of_sum(value or 0.0)
    adds = shown_parts([100 * shares[part.key] * part.value for part in parts], value or 0.0, places)
    lines = tuple(
        replace(
            component_line(part, find_component(then, part.key) if then else None, rules),
            adds=decimal_text(points) if shares[part.key] else "",
        )
        for part, points in zip(parts, adds, strict=True)
    )
    note = gettext("No part has enough evidence yet.")
    if value is not None:
        note = gettext("The parts add up to %(points)s.", points=decimal_text(shown(value, places)))
    return Owner(key, OWNER_NAMES[key], note, whole(value), lines, beside)


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
