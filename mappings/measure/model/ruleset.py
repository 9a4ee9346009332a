"""The ruleset: every threshold and weight in one object, identified by its hash on each figure."""

from collections.abc import Mapping
from hashlib import sha256

import msgspec
from msgspec import Struct, field

WEIGHTS: Mapping[str, int] = {
    "teaching": 25,
    "embedding": 15,
    "challenge": 15,
    "reciprocity": 15,
    "gatekeepers": 10,
    "crisis": 10,
    "cocreation": 10,
}

# No ruleset may show figures about fewer people than this (measurement (f), "floor 3").
FEWEST_PEOPLE = 3
WORKS_COUNCIL_PEOPLE = 10


class Ruleset(Struct, frozen=True):
    """The defaults of measurement (f), "Defaults". Shares are in thousandths, so that comparing stays exact."""

    name: str = "default"
    drives: int = 500
    learner_drives: int = 300
    helps: int = 100
    leads: int = 500
    trace_seconds: int = 1800
    shadow_days: int = 2
    letters: int = 40
    letters_cjk: int = 15
    duplicate_days: int = 30
    comment_days: int = 3
    sticky_days: int = 14
    retro_days: int = 30
    lookback_days: int = 180
    rung_tickets: tuple[int, int, int, int, int] = (1, 2, 2, 2, 1)
    span_days: int = 7
    grace_days: int = 90
    half_life_days: int = 152
    fresh: float = 0.5
    prior: float = 0.5
    prior_weight: float = 8.0
    prior_weight_rare: float = 4.0
    interval: float = 0.80
    window_days: int = 180
    crisis_days: int = 365
    people: int = 5
    review_hours: int = 16
    question_hours: int = 8
    crisis_minutes: int = 60
    touch_days: int = 5
    acted_days: int = 60
    undecided_days: int = 90
    proposals_per_hundred: float = 5.0
    proposals_prior: float = 0.2
    proposals_tickets: int = 10
    dimensions: int = 3
    covered: int = 60
    uneven: float = 10.0
    floor: float = 5.0
    weights: Mapping[str, int] = field(default_factory=lambda: dict(WEIGHTS))
    works_council: bool = False

    @property
    def k(self) -> int:
        """The least number of people behind a figure about people: never under 3, 10 in works-council mode."""
        return max(self.people, WORKS_COUNCIL_PEOPLE if self.works_council else FEWEST_PEOPLE)

    @property
    def names(self) -> bool:
        """Whether anybody may be named at all (measurement (f), works-council mode)."""
        return not self.works_council


DEFAULT = Ruleset()


def hash_of(ruleset: Ruleset) -> str:
    """Return "sha256:" and the hash of the ruleset's canonical JSON: equal rules, equal hash (measurement (e))."""
    return "sha256:" + sha256(msgspec.json.encode(ruleset, order="deterministic")).hexdigest()
