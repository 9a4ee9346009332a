"""Intervals and shrinkage, from the standard library alone."""

import math
from functools import lru_cache
from statistics import NormalDist

from msgspec import Struct

# Half-width in standard deviations of a two-sided 80 % interval.
Z80 = 1.2815515655446004
Z95 = 1.959963984540054

_COVER = 0.80
_TINY = 1e-300
_STEPS = 100_000


class Estimate(Struct, frozen=True):
    """A rate pulled towards its prior, 0 to 1, with the limits of its interval and the deviation of its beta."""

    point: float
    low: float
    high: float
    se: float


def half_width(cover: float) -> float:
    # The half-width in standard deviations of a two-sided interval that covers `cover`, 0 to 1.
    return Z80 if cover == _COVER else NormalDist().inv_cdf((1 + cover) / 2)


def wilson(x: float, n: float, z: float = Z80) -> tuple[float, float]:
    """Return Wilson's interval for x successes of n, both real, 0 <= x <= n (measurement (d)); n = 0 gives 0 to 1."""
    if n <= 0:
        return 0.0, 1.0
    rate, square = x / n, z * z
    scale = 1 + square / n
    centre = (rate + square / (2 * n)) / scale
    half = z * math.sqrt(max(rate * (1 - rate) / n + square / (4 * n * n), 0.0)) / scale
    return max(centre - half, 0.0), min(centre + half, 1.0)


def shrink(x: float, n: float, weight: float = 8.0, prior: float = 0.5, *, cover: float = _COVER) -> Estimate:
    """Return x of n opportunities pulled to `prior` as if by `weight` more, with its interval (measurement (e)).

    x and n are real numbers, 0 <= x <= n; the interval is the equal-tailed one of the posterior beta.
    """
    a, b = x + weight * prior, n - x + weight * (1 - prior)
    total = a + b
    se = math.sqrt(a * b / (total * total * (total + 1)))
    low, high = beta_interval(a, b, cover)
    return Estimate(a / total, low, high, se)


@lru_cache(maxsize=8192)  # the same few counts are asked for by every page and every "what would move it"
def beta_interval(a: float, b: float, cover: float = _COVER) -> tuple[float, float]:
    # The equal-tailed interval of Beta(a, b) that covers `cover`, to 1e-12 (measurement (e)).
    tail = (1 - cover) / 2
    return beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b)


def beta_quantile(p: float, a: float, b: float) -> float:
    # The x in 0 to 1 below which Beta(a, b), a and b > 0, has probability p, to 1e-12.
    low, high = 0.0, 1.0
    guess = a / (a + b)
    for _ in range(200):
        miss = beta_below(guess, a, b) - p
        if miss > 0:
            high = guess
        else:
            low = guess
        step = miss / max(_density(guess, a, b), _TINY)
        following = guess - step if low < guess - step < high else (low + high) / 2
        if abs(following - guess) < 1e-15 or high - low < 1e-15:
            return following
        guess = following
    return guess


def beta_below(x: float, a: float, b: float) -> float:
    # The regularised incomplete beta function: the probability, 0 to 1, that Beta(a, b) lies below x.
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(_log_density(x, a, b) + math.log(x) + math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _log_density(x: float, a: float, b: float) -> float:
    norm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return norm + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x)


def _density(x: float, a: float, b: float) -> float:
    return math.exp(_log_density(x, a, b)) if 0 < x < 1 else 0.0


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of the incomplete beta by Lentz's method."""
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    total = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _off_zero(1 + even * d), _off_zero(1 + even / c)
        total *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _off_zero(1 + odd * d), _off_zero(1 + odd / c)
        total *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return total


def _off_zero(value: float) -> float:
    return _TINY if abs(value) < _TINY else value
