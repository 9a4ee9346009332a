"""The automatic rung of a person on an objective, and the credit for each advance."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from operator import itemgetter

from msgspec import Struct

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.credit import WEIGHTS, Shares, weights_of
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Dated, Evidence, Kind

# Issue id and evidence; all functions take the rows of one (objective, person), in any order.
Row = tuple[int, Evidence]

NOBODY: Mapping[int, int] = {}
# The highest rung that evidence alone reaches; the one above it takes learners.
HIGHEST: Kind = 4


class RungAdvance(Struct, frozen=True):
    """The first instant at which the automatic rung, 1 to 5, was reached."""

    rung: int
    at: Instant


class Credit(Struct, frozen=True):
    """Shares of one advance by agency and of in-house mentors; they add up to 1, or are all empty."""

    agencies: Mapping[str, Fraction]
    inhouse: Fraction = Fraction(0)


def rung_at(rows: Iterable[Row], as_of: Instant, taught: Mapping[int, int] = NOBODY, rules: Ruleset = DEFAULT) -> int:
    """Return the automatic rung, 0 to 5, from evidence dated up to `as_of` (measurement (c), c2, c2b).

    `taught` gives, for an issue, the highest automatic rung at `as_of` of the others with evidence on it: an E5
    makes rung 5 where that is 3 or more.
    """
    by_kind: tuple[list[tuple[int, Instant]], ...] = ([], [], [], [], [])
    for issue, row in rows:
        if row.at <= as_of:
            by_kind[row.kind - 1].append((issue, row.at))
    teaching = {issue for issue, _ in by_kind[4] if taught.get(issue, 0) >= 3} if taught else ()
    if len(teaching) >= rules.rung_tickets[4]:
        return 5
    return _rung_up_to_4(by_kind, rules)


def _rung_up_to_4(by_kind: Sequence[Sequence[tuple[int, Instant]]], rules: Ruleset) -> int:
    # From above: what counts for a rung counts for those below it.
    counting = {issue for issue, _ in by_kind[4]}
    for rung in range(4, 0, -1):
        counting.update([issue for issue, _ in by_kind[rung - 1]])
        if len(counting) >= rules.rung_tickets[rung - 1] and (rung < 4 or _is_spanned(by_kind, rules)):
            return rung
    return 0


def _is_spanned(by_kind: Sequence[Sequence[tuple[int, Instant]]], rules: Ruleset) -> bool:
    instants = [at for rows in by_kind[3:] for _, at in rows]
    return max(instants) - min(instants) >= rules.span_days * DAY


def short_of(rows: Iterable[Row], rung: int, as_of: Instant, rules: Ruleset = DEFAULT) -> int:
    """Return how many more tickets a rung, 1 to 5, takes (measurement (c), c2b).

    0 where they are there, and at most rung 4's span or the rung of rung 5's learner is missing.
    """
    counting = {issue for issue, row in rows if row.at <= as_of and row.kind >= rung}
    return max(rules.rung_tickets[rung - 1] - len(counting), 0)


def advances_of(rows: Sequence[Row], as_of: Instant, rules: Ruleset = DEFAULT) -> tuple[RungAdvance, ...]:
    """Return when each rung up to 4 was first reached, oldest first; a jump reaches all rungs in between at once."""
    return advances_in(((row.at, issue, row.kind) for issue, row in rows if row.at <= as_of), rules)


def advances_in(dated: Iterable[Dated], rules: Ruleset = DEFAULT) -> tuple[RungAdvance, ...]:
    """Return what `advances_of` does, by what counts of the evidence alone."""
    advances: list[RungAdvance] = []
    reach = _RungProgress(rules)
    seen = sorted(dated, key=itemgetter(0))
    # Nothing is above rung 4, and no rung is lost again.
    for place, (instant, issue, kind) in enumerate(seen, start=1):
        reach.add(issue, kind, instant)
        if place == len(seen) or seen[place][0] != instant:
            reached = reach.rung(above=len(advances))
            advances += [RungAdvance(rung, instant) for rung in range(len(advances) + 1, reached + 1)]
            if reached == HIGHEST:
                break
    return tuple(advances)


class _RungProgress:
    """What rows seen in order of time add up to: each row is looked at once, whatever came before it."""

    def __init__(self, rules: Ruleset) -> None:
        self.rules = rules
        self.issues: tuple[set[int], ...] = (set(), set(), set(), set())
        self.first: Instant | None = None
        self.last: Instant = 0

    def add(self, issue: int, kind: int, at: Instant) -> None:
        for counting in self.issues[:kind]:
            counting.add(issue)
        if kind >= HIGHEST:
            self.first, self.last = at if self.first is None else self.first, at

    def rung(self, above: int) -> int:
        # The highest rung whose tickets, and of rung 4 also the span, are there; `above` where none above that is.
        for rung in range(HIGHEST, above, -1):
            is_full = len(self.issues[rung - 1]) >= self.rules.rung_tickets[rung - 1]
            if is_full and (rung < HIGHEST or self._is_spanned()):
                return rung
        return above

    def _is_spanned(self) -> bool:
        return self.first is not None and self.last - self.first >= self.rules.span_days * DAY


def has_prior_knowledge(rows: Sequence[Row], as_of: Instant, rules: Ruleset = DEFAULT) -> bool:
    """Return whether rung 4 was reached by `as_of` without an agency: it counts for coverage, not for teaching."""
    return prior_knowledge_since(rows, as_of, rules) is not None


def prior_knowledge_since(rows: Sequence[Row], until: Instant, rules: Ruleset = DEFAULT) -> Instant | None:
    """Return when rung 4 was reached without an E1 to E3 of any agency in the 180 days before (measurement (c))."""
    reached = next((step.at for step in advances_of(rows, until, rules) if step.rung == HIGHEST), None)
    if reached is None or any(row.agencies for row in _before(rows, reached, rules)):
        return None
    return reached


def credit_of(rows: Sequence[Row], advance: RungAdvance, rules: Ruleset = DEFAULT) -> Credit:
    """Share the credit for an advance in proportion to 1, 2, 3 for each E1, E2, E3 before it (measurement (c), c4).

    Looks back 180 days from the advance, its own events included. An E1 without trace weighs nothing; the weight
    of a ticket of several agencies is split by their shares; in-house mentors have it where no agency assisted.
    """
    return credit_by(weights_of(_before(rows, advance.at, rules)))


def credit_by(weights: Mapping[Shares, int]) -> Credit:
    """Share the credit for an advance by the weight of the evidence of each group of agencies, () in-house mentors."""
    totals = {together: sum(part for _, part in together) for together in weights}
    # Whole numbers over one denominator: a fraction for each addition costs more than all else of a step.
    common = lcm(*filter(None, totals.values()))
    parts: dict[str, int] = {}
    for together, weight in weights.items():
        for agency, part in together:
            parts[agency] = parts.get(agency, 0) + weight * part * (common // totals[together])
    inhouse = weights.get((), 0) * common
    whole = sum(parts.values(), inhouse)
    if not whole:
        return Credit({})
    return Credit({agency: Fraction(part, whole) for agency, part in parts.items() if part}, Fraction(inhouse, whole))


def _before(rows: Iterable[Row], reached: Instant, rules: Ruleset) -> list[Evidence]:
    earliest = reached - rules.lookback_days * DAY
    return [row for _, row in rows if row.kind in WEIGHTS and earliest <= row.at <= reached]


def progress_of(
    rows: Sequence[Row], agency: str, *, start: Instant, end: Instant, rules: Ruleset = DEFAULT
) -> Fraction:
    # An agency's credit, 0 to 1, for a pair's advances to rung 2 and up in `[start, end)` (measurement (h)).
    steps = steps_in(rows, start=start, end=end, rules=rules)
    return progress_by((credit_of(rows, step, rules) for step in steps), agency)


def steps_in(rows: Sequence[Row], *, start: Instant, end: Instant, rules: Ruleset = DEFAULT) -> list[RungAdvance]:
    """Return the advances to rung 2 and up in `[start, end)`."""
    return [step for step in advances_of(rows, end - 1, rules) if step.rung >= 2 and step.at >= start]


def progress_by(steps: Iterable[Credit], agency: str) -> Fraction:
    """Return an agency's credit, 0 to 1, for the steps of a pair."""
    shares = (credit.agencies.get(agency, Fraction(0)) for credit in steps)
    return min(sum(shares, Fraction(0)), Fraction(1))
