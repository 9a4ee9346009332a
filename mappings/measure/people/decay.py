"""Knowledge that is not used fades: a prompt to verify again, never a punishment."""

from collections.abc import Iterable
from math import log2

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Evidence


def freshness(elapsed: int, rules: Ruleset = DEFAULT) -> float:
    # ρ, 0 to 1, for the µs since the last E2 or better: 1 up to 90 days, then halved every 152 (c1).
    overdue = elapsed / DAY - rules.grace_days
    return 1.0 if overdue <= 0 else 2.0 ** (-overdue / rules.half_life_days)


def freshness_at(rows: Iterable[Evidence], as_of: Instant, rules: Ruleset = DEFAULT) -> float:
    # ρ of a person on an objective at `as_of`, 0 without any E2 or better (measurement (c), "Decay").
    last = last_renewal(rows, as_of)
    return 0.0 if last is None else freshness(as_of - last, rules)


def last_renewal(rows: Iterable[Evidence], as_of: Instant) -> Instant | None:
    """Return when the last E2 or better was; None without any."""
    return max((row.at for row in rows if row.kind >= 2 and row.at <= as_of), default=None)


def fresh_days(rules: Ruleset = DEFAULT) -> float:
    return rules.grace_days - rules.half_life_days * log2(rules.fresh)


def fresh_until(last: Instant, rules: Ruleset = DEFAULT) -> Instant:
    """Return up to when nothing is stale without an E2 or better after `last`."""
    return last + int(fresh_days(rules) * DAY)


def is_stale(rho: float, rules: Ruleset = DEFAULT) -> bool:
    """Return whether ρ is below .5: then a person counts neither for bus factor nor coverage, but keeps the rung."""
    return rho < rules.fresh
