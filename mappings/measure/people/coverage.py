"""Coverage: independence, coverage, exit coverage and progress to the targets."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from mappings.measure.model.statistics import Z95, wilson

# How far back demand looks (measurement (d)).
DEMAND_DAYS = 90
# What a rung is worth for progress alone: the scale is ordinal, so it is never averaged (measurement (c)).
PROGRESS = (0.0, 0.1, 0.3, 0.6, 1.0, 1.0)

Coverage = Literal["covered", "single holder", "not covered"]
# Effective rung 0 to 5 and freshness ρ 0 to 1 of one in-house person.
RungAndFreshness = tuple[int, float]


class Rate(Struct, frozen=True):
    """A rate with its 95 % Wilson interval, all 0 to 1; `value` None without opportunity."""

    value: float | None
    low: float
    high: float
    n: int


class Target(Struct, frozen=True):
    """How many people an objective wants at which rung, 1 to 5, and the rung and freshness of each in-house person."""

    people: int
    rung: int
    reached: Sequence[RungAndFreshness] = ()


def independence_rate(alone: int, done: int) -> Rate:
    # Tickets with an E4 by all done tickets of an objective (measurement (d), d2).
    return Rate(alone / done if done else None, *wilson(alone, done, Z95), done)


def coverage_of(holders: int) -> Coverage:
    # Covered (2 or more), single holder, or not covered (product.md, "Words").
    return "covered" if holders >= 2 else "single holder" if holders == 1 else "not covered"


def exit_coverage(demand: Mapping[str, int], holders: Mapping[str, int], least: int) -> float | None:
    """Return the share of demand, 0 to 1, on objectives with `least` holders; None without demand (d3).

    `demand` is what was done of each objective in the 90 days before, in any unit.
    """
    whole = sum(demand.values())
    if whole <= 0:
        return None
    return sum(units for key, units in demand.items() if holders.get(key, 0) >= least) / whole


def at_risk(objectives: Iterable[str], holders: Mapping[str, int]) -> tuple[str, ...]:
    """Return the objectives with fewer than two holders (d3)."""
    return tuple(key for key in objectives if holders.get(key, 0) < 2)


def burn_up(targets: Iterable[Target]) -> float | None:
    """Return progress to the targets, 0 to 1: the best n people count, capped at the target (d7); None without any."""
    reached = target_value = 0.0
    for target in targets:
        cap = PROGRESS[target.rung]
        values = sorted((min(PROGRESS[rung], cap) * rho for rung, rho in target.reached), reverse=True)
        reached += sum(values[: target.people])
        target_value += target.people * cap
    return reached / target_value if target_value else None
