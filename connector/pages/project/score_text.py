"""The texts of the score on the project page: its value, its components, and whose they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.pages.labels import COMPONENT_NAMES
from connector.text import number, whole
from mappings.formats.explain.component_basis import PROGRESS
from mappings.formats.explain.followable import met_text
from mappings.formats.explain.what_if import missing_for, needed_of
from mappings.formats.report.source import Scores
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.period.rounding import shown_parts, shown_sum
from mappings.measure.score.dimensions import PARTS, Component
from mappings.measure.score.dimensions import Owner as Whose
from mappings.measure.score.window import Scored, find_component, find_dimension, owner_shares
from mappings.translation import Texts, decimal_text, gettext, list_text, mark, ngettext

# Each owner's figure is broken down into its components, here as in its drawer.
OWNER_NAMES: Mapping[Whose, str] = Texts({"agency": mark("Agency"), "client": mark("Client"), "joint": mark("Joint")})


@dataclass(frozen=True)
class ComponentLine:
    """A row of an owner: all on a scale from 0 to 100; `then` in the window before, None where it was not published.

    `adds` is what it adds to its owner's figure as printed, "" where it does not count. `prior` is what the start value
    adds to what was counted, "" where that alone would be printed as the same figure. `outside` says what lacks where
    the row counts for its owner and not for the score. `counted` is how many of how many, for a sentence, and `is_full`
    says that nothing was missed of these.
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
    outside: str = ""
    counted: str = ""
    is_full: bool = False

    @property
    def figure(self) -> str:
        """The figure that it opens: by its whole path, since a dimension of one component has the component's name."""
        return f"dimensions.{PARTS[self.key].dimension}.{self.key}" if self.key in PARTS else self.key

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
    def has_earlier(self) -> bool:
        """Whether a row has a mark of the window before."""
        return any(line.then is not None for line in self.lines)


def component_line(
    now: Component, then: Component | None, rules: Ruleset = DEFAULT, *, is_of_few: bool = True
) -> ComponentLine:
    """Return a component's row, with as much in it as in its drawer (measurement (f)).

    `is_of_few`: fewer than k people are in the group, so that learners' progress tells none of its numbers.
    """
    before = 100 * then.value if then and then.published else None
    name, is_hidden = COMPONENT_NAMES[now.key], is_of_few and now.key == PROGRESS
    if not now.published:
        lacks = gettext("not enough evidence") if is_hidden else missing_for(now, rules)
        return ComponentLine(now.key, name, lacks, "–", 0, 0, None, before)
    if is_hidden:
        # Of few people the interval would tell how many they are.
        value = 100 * now.value
        return ComponentLine(now.key, name, gettext(STEPS), whole(value), value, value, value, before)
    low, high, value = (100 * part for part in (now.low, now.high, now.value))
    basis, prior = BASIS_TEXTS[now.key](now, rules), _prior_text(now, rules)
    counted = gettext("%(x)s of %(n)s", x=met_text(now, rules), n=number(now.n))
    return ComponentLine(
        now.key, name, basis, whole(value), low, high, value, before, "", prior, counted=counted, is_full=now.x >= now.n
    )


def _prior_text(part: Component, rules: Ruleset) -> str:
    """Return what makes "9 of 12" another figure than 75; "" where what was counted is printed as it is.

    The start value is the same for every agency, so that chance neither lifts nor lowers a small one far
    (measurement (e)).
    """
    if part.key == "proposal_rate":
        return _target_text(part, rules)
    if whole(100 * part.x / part.n) == whole(100 * part.value):
        return ""
    places = {"weight": number(2 * needed_of(part, rules)), "prior": whole(100 * rules.prior)}
    return gettext("with %(weight)s more at %(prior)s", **places)


def _target_text(part: Component, rules: Ruleset) -> str:
    """Return the target of proposals, which is their start value, too."""
    target = rules.proposals_per_hundred
    places = {"target": number(target), "weight": number(100 * rules.proposals_prior)}
    if whole(min(100.0, 100 * 100 * part.x / part.n / target)) == whole(100 * part.value):
        return gettext("the target is %(target)s in 100", **places)
    return gettext("the target is %(target)s in 100; with %(weight)s more tickets at it", **places)


def start_value(rules: Ruleset) -> dict[str, str]:
    """Return the start value of every figure, and what it weighs: as much as so many tickets."""
    weights = {"weight": number(rules.prior_weight), "rare": number(rules.prior_weight_rare)}
    return {"prior": whole(100 * rules.prior), **weights}


def _of(text: str) -> Callable[[Component, Ruleset], str]:
    return lambda component, rules: gettext(text, x=met_text(component, rules), n=number(component.n))


STEPS = mark("steps to the next rung")
# The basis of a component, in a few words.
BASIS_TEXTS: Mapping[str, Callable[[Component, Ruleset], str]] = {
    "taught_through": _of(mark("an enrolled learner shadowed or drove %(x)s of %(n)s tickets")),
    PROGRESS: _of(mark("%(x)s of %(n)s steps to the next rung")),
    "workflow_checks": _of(mark("%(x)s of %(n)s tickets, each by the checks that it passed")),
    "proposal_rate": _of(mark("%(x)s in %(n)s tickets")),
    "uptake": _of(mark("%(x)s of %(n)s decided in these days, whenever made; declined with a reason counts half")),
    "reviews_in_time": _of(mark("%(x)s of %(n)s in time")),
    "questions_answered": _of(mark("%(x)s of %(n)s in time")),
    "brief_stable": _of(mark("%(x)s of %(n)s tickets")),
    "feedback_given": _of(mark("%(x)s of %(n)s pulses")),
    "feedback_acted_on": _of(mark("%(x)s of %(n)s items")),
    "earliness": _of(mark("%(x)s of %(n)s tickets of the projects, whoever did them; each by how early")),
    "first_pass": _of(mark("%(x)s of %(n)s submissions of the projects, whoever did them")),
    "crisis": _of(mark("%(x)s of %(n)s incidents of the projects, whoever did them; each by who was there")),
    "cocreation": _of(mark("%(x)s of %(n)s objectives, each by how far it was written together")),
    "learners_offered": _of(mark("%(x)s of %(n)s tickets")),
}


@dataclass(frozen=True)
class Compared:
    """The score of a window, and of the one before where there is one to compare with."""

    now: Scored
    then: Scored | None
    rules: Ruleset
    is_of_few: bool
    pulses: str

    def line(self, key: str) -> ComponentLine:
        then = find_component(self.then, key) if self.then else None
        line = component_line(find_component(self.now, key), then, self.rules, is_of_few=self.is_of_few)
        line = replace(line, outside=_outside_text(self.now, key))
        if key != "feedback_given" or not self.pulses or line.now is None:
            return line
        return replace(line, on=gettext("%(pulses)s: %(quarters)s, both sides", pulses=line.on, quarters=self.pulses))


def _outside_text(scored: Scored, key: str) -> str:
    """Return which parts have to get enough evidence before a part counts for the score; "" where it does.

    A dimension counts with half of its weight, and an owner's figure whatever its dimensions have (measurement (h)).
    """
    if key not in PARTS or not find_component(scored, key).published:
        return ""
    dimension = find_dimension(scored, PARTS[key].dimension)
    if dimension.published:
        return ""
    lacking = [COMPONENT_NAMES[part.key] for part in dimension.components if not part.published]
    return ngettext(
        "in Integration only once %(parts)s has enough evidence",
        "in Integration only once more of %(parts)s have enough evidence",
        len(lacking),
        parts=list_text(lacking),
    )


def owners_of(
    now: Scored, then: Scored | None, rules: Ruleset = DEFAULT, *, is_of_few: bool = True, pulses: str = ""
) -> list[Owner]:
    """Return the three columns. What learners are offered stands beside the client's, in no score (measurement (h)).

    `is_of_few`: fewer than k people are in the group. `pulses`: the names of the quarters whose pulses are counted,
    since others than these can be given just now.
    """
    compared = Compared(now, then, rules, is_of_few, pulses)
    return [_owner(compared, key) for key in OWNER_NAMES]


def _owner(compared: Compared, key: Whose) -> Owner:
    now = compared.now
    shares, value = owner_shares(now, key), now.owners[key]
    parts = [find_component(now, name) for name in shares]
    total = shown_sum(value or 0.0)
    adds = shown_parts([100 * shares[part.key] * part.value for part in parts], float(total))
    lines = tuple(
        replace(compared.line(part.key), adds=decimal_text(points) if shares[part.key] else "")
        for part, points in zip(parts, adds, strict=True)
    )
    note = gettext("No part has enough evidence yet.")
    if value is not None:
        note = f"{_sum_text(lines, decimal_text(total))} {_without_text(lines)}".rstrip()
    beside = compared.line("learners_offered") if key == "client" else None
    return Owner(key, OWNER_NAMES[key], note, whole(value), lines, beside)


def _without_text(lines: Sequence[ComponentLine]) -> str:
    """Return which parts an owner's figure counts and the score does not; "" for none."""
    outside = [line.name for line in lines if line.outside]
    return gettext("In Integration without %(parts)s.", parts=list_text(outside)) if outside else ""


def _sum_text(lines: Sequence[ComponentLine], points: str) -> str:
    counted = sum(bool(line.adds) for line in lines)
    if counted == len(lines):
        return gettext("The parts add up to %(points)s.", points=points)
    return gettext(
        "The parts with enough evidence (%(counted)s of %(parts)s) add up to %(points)s.",
        counted=counted,
        parts=len(lines),
        points=points,
    )


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
        "uneven": now.uneven,
    }
