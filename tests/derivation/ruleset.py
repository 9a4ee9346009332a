"""The thresholds and weights of a file of rules; what it does not say is as in measurement (f), "Defaults"."""

from fractions import Fraction
from statistics import NormalDist
from typing import Any

WEIGHTS = {
    "teaching": 25, "embedding": 15, "challenge": 15, "reciprocity": 15,
    "gatekeepers": 10, "crisis": 10, "cocreation": 10,
}  # fmt: skip
USUAL: dict[str, Any] = {
    "name": "default",
    "drives": 0.5, "learner_drives": 0.3, "helps": 0.1, "leads": 0.5, "trace_seconds": 1800, "shadow_days": 2,
    "letters": 40, "letters_cjk": 15, "duplicate_days": 30, "comment_days": 3, "sticky_days": 14, "retro_days": 30,
    "lookback_days": 180, "rung_tickets": [1, 2, 2, 2, 1], "span_days": 7, "grace_days": 90, "half_life_days": 152,
    "fresh": 0.5, "prior": 0.5, "prior_weight": 8, "prior_weight_rare": 4, "interval": 0.8, "window_days": 180,
    "crisis_days": 365, "people": 5, "review_hours": 16, "question_hours": 8, "crisis_minutes": 60, "touch_days": 5,
    "acted_days": 60, "undecided_days": 90, "proposals_per_hundred": 5, "proposals_prior": 0.2,
    "proposals_tickets": 10, "dimensions": 3, "covered": 60, "uneven": 10, "floor": 5, "weights": WEIGHTS,
    "works_council": False,
}  # fmt: skip
EXACT = ("drives", "learner_drives", "helps", "leads", "prior", "prior_weight", "prior_weight_rare",
         "proposals_per_hundred", "proposals_prior")  # fmt: skip


class Rules:
    """Each key of the file as an attribute, shares and priors as exact fractions."""

    def __init__(self, written: dict[str, Any] | None = None) -> None:
        values = USUAL | (written or {})
        self.__dict__.update(values | {name: Fraction(str(values[name])) for name in EXACT})

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    @property
    def z(self) -> float:
        """Half the width of the interval in standard errors; of the usual 80 % measurement (h) gives four decimals."""
        return NormalDist().inv_cdf((1 + self.interval) / 2)

    @property
    def k(self) -> int:
        """How many people stand behind a distribution: never under 3, and 10 in works-council mode."""
        return max(self.people, 10 if self.works_council else 3)

    def prior_of(self, rare: bool) -> tuple[Fraction, Fraction]:
        """What a component begins with: successes and failures."""
        weight = self.prior_weight_rare if rare else self.prior_weight
        return weight * self.prior, weight * (1 - self.prior)
