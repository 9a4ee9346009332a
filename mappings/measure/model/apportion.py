"""Whole numbers divided into whole numbers that add up."""

from collections.abc import Sequence


def largest_remainder(whole: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide `whole` (0 or more) in the ratio of `weights` (0 or more, not all 0) into integers that add up to it.

    What is left over goes to the largest remainders, then to the earlier (measurement (g) 13).
    """
    total = sum(weights)
    if total == max(weights):  # all of it is one's, as with most tickets
        return tuple([whole if weight else 0 for weight in weights])
    parts = [whole * weight // total for weight in weights]
    left = whole - sum(parts)
    if left:
        order = sorted(range(len(weights)), key=lambda place: -(whole * weights[place] % total))
        for place in order[:left]:
            parts[place] += 1
    return tuple(parts)


def equal_parts(whole: int, count: int) -> tuple[int, ...]:
    """Divide `whole` into `count` equal integers that add up to it; the earlier take what is left over (b6)."""
    each, left = divmod(whole, count)
    return tuple([each + 1] * left + [each] * (count - left))
