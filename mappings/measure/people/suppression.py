"""Suppression of figures about people where too few are behind them."""

from collections.abc import Mapping

from mappings.measure.model.ruleset import DEFAULT


def suppressed(groups: Mapping[str, int], k: int = DEFAULT.people) -> frozenset[str]:
    """Return the groups to hide: those of fewer than k people, then the next smallest until nothing can be
    worked out from the total: two groups and k people hidden (measurement (f), f1 to f3).
    """
    hidden = {name for name, people in groups.items() if 0 < people < k}
    rest = sorted((people, name) for name, people in groups.items() if people >= k)
    while hidden and rest and (len(hidden) < 2 or sum(groups[name] for name in hidden) < k):
        hidden.add(rest.pop(0)[1])
    return frozenset(hidden)


def shows_people(team: int, opted_in: int = 0, k: int = DEFAULT.people) -> bool:
    """Return whether a distribution over a team's people may be shown: k of them, or all agreed (measurement (f))."""
    return team >= k or (team > 0 and opted_in >= team)
