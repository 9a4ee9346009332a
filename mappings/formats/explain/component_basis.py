"""The basis of a component in text: x of n; of groups under k people no counts."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial

from mappings.formats.explain.followable import met_text
from mappings.formats.explain.model import hundred_text, move_of, points
from mappings.formats.explain.process_checks import CHECKS, check_moves
from mappings.formats.explain.pulses import open_quarters
from mappings.formats.explain.rule_texts import Rule
from mappings.formats.explain.rule_texts_score import COMPONENTS
from mappings.formats.explain.what_if import (
    component_moves,
    confirmed_moves,
    confirmed_value,
    full_value,
    gains_of,
    missing_for,
    part_gain,
)
from mappings.formats.export.figure import NOT_PUBLISHED
from mappings.formats.report.source import ReportSource, calendar_of
from mappings.measure.period.rounding import shown
from mappings.measure.score.cocreation import counts_once_confirmed
from mappings.measure.score.dimensions import Component, Dimension
from mappings.measure.score.feedback import GIVING
from mappings.measure.score.window import find_component
from mappings.translation import Texts, decimal_text, gettext, mark, mark_plural, ngettext

# The component that counts people: pairs of an objective and a learner (docs/measurement.md (h), D1b).
PROGRESS = "progression"
# The component that counts pulses.
PULSES = "feedback_given"
# The component that counts objectives.
TOGETHER = "cocreation"
# What these can reach is known by each pulse and each objective.
_REACHED = (PULSES, TOGETHER)
CRISIS_SIDES = Texts({"crisis_agency": mark("the agency"), "crisis_inhouse": mark("the in-house side")})
# How many components are named by what they could still give, the first and the others.
NAMED = 4
FIRST = mark_plural(
    "%(part)s has the most to give: up to %(gain)s point, at %(reach)s instead of %(value)s, if everything counted in "
    "its window were a success.",
    "%(part)s has the most to give: up to %(gain)s points, at %(reach)s instead of %(value)s, if everything counted in "
    "its window were a success.",
)
FIRST_GIVEN = mark_plural(
    "%(part)s has the most to give: up to %(gain)s point, at %(reach)s instead of %(value)s.",
    "%(part)s has the most to give: up to %(gain)s points, at %(reach)s instead of %(value)s.",
)
NEXT = mark_plural("%(part)s: up to %(gain)s point.", "%(part)s: up to %(gain)s points.")


def rule_of(key: str) -> Rule:
    """Return the rule of a component; each side of a crisis has the rule of both."""
    return COMPONENTS["crisis" if key in CRISIS_SIDES else key]


def is_of_few(review: ReportSource, key: str) -> bool:
    """Return whether a component counts people of a group that is too small to show (docs/measurement.md (f), k)."""
    return key == PROGRESS and (review.carried is None or review.carried.figures.suppressed)


def basis_text(review: ReportSource, component: Component) -> str:
    """Return x of n and the value of a component; of few people only the value."""
    value = hundred_text(100 * component.value) if component.published else gettext(NOT_PUBLISHED)
    if is_of_few(review, component.key):
        return value
    places = {"x": met_text(component, review.rules), "n": points(component.n), "value": value}
    return gettext("%(x)s of %(n)s, %(value)s", **places)


def missing_text(review: ReportSource, component: Component) -> str:
    """Return what an unpublished component lacks; of few people not how much."""
    return gettext("not enough evidence") if is_of_few(review, component.key) else missing_for(component, review.rules)


def moves_of(review: ReportSource, dimension: Dimension) -> tuple[str, ...]:
    """Return what would move a dimension."""
    own = _part_moves(review, dimension.components)
    return (*own, *confirm_moves(review)) if dimension.key == TOGETHER else own


def _part_moves(review: ReportSource, parts: Iterable[Component]) -> tuple[str, ...]:
    """Return what one more makes of components, each by its name."""
    # One more step of few people would show how many there are.
    counted = [part for part in parts if not is_of_few(review, part.key)]
    return tuple(
        f"{gettext(COMPONENTS[part.key].title)}: {move}" for part in counted for move in more_moves(review, part)
    )


def pulse_moves(review: ReportSource) -> tuple[str, ...]:
    """Return what one more pulse makes of its component, by its name."""
    assert review.scores is not None
    return _part_moves(review, [find_component(review.scores.now, PULSES)])


def gain_moves(review: ReportSource, shares: Mapping[str, float], whole: float | None) -> tuple[str, ...]:
    """Return what components could still give a `whole` figure of which they have a share, the largest gain first.

    What to do for the first stands below it, and at the end what would publish those that do not count.
    """
    gains = _gains(review, shares, whole or 0.0)
    confirming = _confirmed_gain(review, shares.get(TOGETHER, 0.0), whole or 0.0)
    lines = [line for gain in gains[:1] for line in _first_lines(review, *gain, confirming)]
    for place, (gain, key) in enumerate(gains[1:], start=1):
        confirmed = confirming if key == TOGETHER else ""
        # What the leads can do at once is said wherever it stands.
        if place < NAMED or confirmed:
            lines.append(f"{_points_text(NEXT, gain, key)} {confirmed}".rstrip())
    return (*lines, *(_publishing_moves(review, shares) if any(shares.values()) else ()))


def _gains(review: ReportSource, shares: Mapping[str, float], whole: float) -> list[tuple[Decimal, str]]:
    """Return the points that each component with a share could still give, and its key: the largest gain first."""
    assert review.scores is not None
    return [(gain, part.key) for gain, part in gains_of(review.scores.now, shares, partial(_reach, review), whole)]


def _first_lines(review: ReportSource, gain: Decimal, key: str, confirming: str) -> tuple[str, ...]:
    first = _first_text(review, gain, key)
    if key == TOGETHER and confirming:
        return (f"{first} {confirming}",)
    return first, move_of(rule_of(key), review)


def _confirmed_gain(review: ReportSource, share: float, whole: float) -> str:
    """Return how much of what "Written together" could give comes once the file is confirmed; '' for nothing."""
    waiting = _waiting_to_confirm(review)
    if not waiting or not share:
        return ""
    assert review.scores is not None
    scored = review.scores.now
    reach = confirmed_value(scored, waiting, review.rules)
    return ngettext(
        "%(gain)s of that comes once both leads confirm what the file says of %(num)s objective; the rest needs both "
        "sides to edit its definition.",
        "%(gain)s of that comes once both leads confirm what the file says of %(num)s objectives; the rest needs both "
        "sides to edit their definitions.",
        waiting,
        gain=decimal_text(part_gain(find_component(scored, TOGETHER), share, reach, whole)),
    )


def _reach(review: ReportSource, part: Component) -> float:
    """Return the value, 0 to 1, of a component with a success for each of its opportunities; its start value stays.

    A pulse that nobody can give any more is none of them. Of few people it is 1: less would tell how many they are.
    """
    assert review.scores is not None
    if is_of_few(review, part.key):
        return 1.0
    missing = part.n - part.x
    if part.key == "feedback_given":
        missing = min(missing, len(GIVING) * len(open_quarters(review, review.scores.window)))
    return full_value(part, missing, review.rules)


def _first_text(review: ReportSource, gain: Decimal, key: str) -> str:
    assert review.scores is not None
    part = find_component(review.scores.now, key)
    forms = FIRST_GIVEN if key in _REACHED else FIRST
    return _points_text(forms, gain, key, value=_whole(part.value), reach=_whole(_reach(review, part)))


def more_moves(review: ReportSource, component: Component) -> tuple[str, ...]:
    """Return what one more makes of a component; () where nobody can give a pulse on its quarters any more."""
    assert review.scores is not None
    if component.published and component.key == PULSES and not open_quarters(review, review.scores.window):
        return ()
    return component_moves(review.scores.now, component, review.rules)


def own_moves(review: ReportSource, key: str) -> tuple[str, ...]:
    """Return what would move a component: by its rule, by the checks, or by what waits for the leads to confirm."""
    own = check_moves(review.engagement, review.rules) if key == CHECKS else ()
    confirmed = confirm_moves(review) if key == TOGETHER else ()
    return own or confirmed or (move_of(rule_of(key), review),)


def confirm_moves(review: ReportSource) -> tuple[str, ...]:
    """Return what "Written together" gains by confirming what the file says; () where that is nothing."""
    if review.scores is None:
        return ()
    return confirmed_moves(review.scores.now, _waiting_to_confirm(review), review.rules)


def _waiting_to_confirm(review: ReportSource) -> int:
    """Return of how many objectives it counts to confirm what the file says; 0 once the score's window is over."""
    if review.scores is None or review.scores.window.end <= review.as_of:
        return 0
    claimed, calendar = {item.key: item.agreed for item in review.engagement.objectives}, calendar_of(review.engagement)
    return sum(
        counts_once_confirmed(row.x, claimed.get(row.key, {}).values(), calendar.day(row.at))
        for row in review.opportunities.get(TOGETHER, ())
    )


def _points_text(forms: tuple[str, str], gain: Decimal, key: str, **values: str) -> str:
    gained = decimal_text(gain)
    places = {"part": gettext(COMPONENTS[key].title), "gain": gained, **values}
    return ngettext(*forms, 1 if gained == "1" else 2, **places)


def _whole(value: float) -> str:
    return str(shown(100 * value, 0))


def _publishing_moves(review: ReportSource, shares: Mapping[str, float]) -> tuple[str, ...]:
    assert review.scores is not None
    lacking = [find_component(review.scores.now, key) for key, share in shares.items() if not share]
    return _part_moves(review, [part for part in lacking if not part.published])


def least_evidence(review: ReportSource, dimension: Dimension) -> float:
    """Return the smallest n of a dimension's components, without those of few people."""
    parts = [part for part in dimension.components if part.published or not dimension.published]
    return min((part.n for part in parts if not is_of_few(review, part.key)), default=0)
