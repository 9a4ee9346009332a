"""What the program counts in a period: experiments by outcome, and proposals by what became of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from msgspec import Struct

from mappings.measure.model.opportunity import WON
from mappings.measure.score.experiments import COMPONENTS, OUTCOMES
from mappings.measure.score.opportunities import REASONED, Count

_REASONED = Fraction(1, 2)
_NONE = Count(Fraction(0), 0)
_PROPOSED = ("proposals", "uptake")
# The components that are counted, by their key among the opportunities.
COUNTED = (*COMPONENTS.values(), *_PROPOSED)
# The sums that tell them whole: three outcomes of `uptake` need one more than its n and x.
DECIDED = "uptake"
SUMMED = (*COUNTED, REASONED)

# How many opportunities a period has, by component and x.
CountsByX = Mapping[tuple[str, Fraction], int]


class Experiments(Struct, frozen=True):
    """Experiments that were decided, by outcome, and those of them that the in-house team led."""

    won: int = 0
    lost: int = 0
    inconclusive: int = 0
    led_inhouse: int = 0

    @property
    def decided(self) -> int:
        return self.won + self.lost + self.inconclusive

    def plus(self, other: "Experiments") -> "Experiments":
        fields = self.__struct_fields__
        return Experiments(*(getattr(self, name) + getattr(other, name) for name in fields))

    def minus(self, other: "Experiments") -> "Experiments":
        fields = self.__struct_fields__
        return Experiments(*(getattr(self, name) - getattr(other, name) for name in fields))


class Decided(Struct, frozen=True, gc=False):
    """An experiment that was decided: its ticket, how it ended, and whether the in-house team led it."""

    issue_id: int
    outcome: str
    led_inhouse: bool


class Proposals(Struct, frozen=True):
    """Changes that an agency proposed: made, and decided (whenever made), by what became of them (measurement (h))."""

    made: int = 0
    adopted: int = 0
    declined_with_reason: int = 0
    declined: int = 0

    def plus(self, other: "Proposals") -> "Proposals":
        fields = self.__struct_fields__
        return Proposals(*(getattr(self, name) + getattr(other, name) for name in fields))


class ProgramCounts(Struct, frozen=True):
    experiments: Experiments = Experiments()
    proposals: Proposals = Proposals()


def count_program(counts: CountsByX) -> ProgramCounts:
    """Return a period's experiments and proposals from how many opportunities it has by component and x."""
    decided = {outcome: sum(_by_x(counts, COMPONENTS[outcome]).values()) for outcome in OUTCOMES}
    led_inhouse = sum(_by_x(counts, COMPONENTS[outcome]).get(WON, 0) for outcome in OUTCOMES)
    return ProgramCounts(Experiments(**decided, led_inhouse=led_inhouse), _count_proposals(counts))


def count_again(by_engagement: Iterable[Iterable[Decided]]) -> list[Experiments]:
    """Return for each engagement what its experiments add that those before it have, so that a ticket counts once.

    It ended as in the first of them, and the in-house team led it where it did in each.
    """
    led: dict[int, bool] = {}
    return [_count_again(led, decided) for decided in by_engagement]


def _count_again(led: dict[int, bool], decided: Iterable[Decided]) -> Experiments:
    # `led` tells of each ticket so far whether the in-house team led it in each engagement.
    ended, led_again = Counter[str](), 0
    for experiment in decided:
        before = led.get(experiment.issue_id)
        led[experiment.issue_id] = led_now = experiment.led_inhouse and before is not False
        if before is not None:
            ended[experiment.outcome] += 1
            led_again += before + experiment.led_inhouse - led_now
    won, lost, inconclusive = (ended[outcome] for outcome in OUTCOMES)
    return Experiments(won, lost, inconclusive, led_again)


def counts_of_sums(sums: Mapping[str, Count]) -> ProgramCounts:
    """Return a period's experiments and proposals from sums of what is in SUMMED."""
    own = {outcome: sums.get(component, _NONE) for outcome, component in COMPONENTS.items()}
    # Of an experiment x is 1 where the in-house team led it, else 0.
    led_inhouse = int(sum(count.x for count in own.values()))
    decided = {outcome: count.n for outcome, count in own.items()}
    return ProgramCounts(Experiments(**decided, led_inhouse=led_inhouse), _proposals_of_sums(sums))


def _proposals_of_sums(sums: Mapping[str, Count]) -> Proposals:
    made, decided, reasoned = (sums.get(component, _NONE) for component in ("proposals", DECIDED, REASONED))
    # Of a proposal x is 1 where it was adopted, 1/2 where it was declined with a reason, else 0.
    adopted = int(decided.x - reasoned.x)
    return Proposals(made.n, adopted, reasoned.n, decided.n - adopted - reasoned.n)


def _count_proposals(counts: CountsByX) -> Proposals:
    made, decided = sum(_by_x(counts, "proposals").values()), _by_x(counts, DECIDED)
    adopted, reasoned = decided.get(WON, 0), decided.get(_REASONED, 0)
    return Proposals(made, adopted, reasoned, sum(decided.values()) - adopted - reasoned)


def _by_x(counts: CountsByX, component: str) -> dict[Fraction, int]:
    return {x: count for (key, x), count in counts.items() if key == component}
