"""What the program counts in a period: experiments by outcome, and proposals by what became of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from mappings.measure.model.opportunity import WON
from mappings.measure.score.experiments import COMPONENTS, OUTCOMES
from mappings.measure.score.opportunities import REASONED, Count

_REASONED = Fraction(1, 2)
_NONE = Count(Fraction(0), 0)
_PROPOSED = ("proposals", "uptake")
# The components that are counted, by their key among the opportunities.
COUNTED = (*COMPONENTS.values(), *_PROPOSED)
# The sums that tell proposals whole: three outcomes of `uptake` need one more than its n and x.
DECIDED = "uptake"
SUMMED = (*_PROPOSED, REASONED)

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


def count_decided(decided: Iterable[Decided]) -> Experiments:
    """Return how many experiments ended how; each of them counts."""
    decided = tuple(decided)
    ended = Counter(experiment.outcome for experiment in decided)
    won, lost, inconclusive = (ended[outcome] for outcome in OUTCOMES)
    return Experiments(won, lost, inconclusive, sum(experiment.led_inhouse for experiment in decided))


def count_once(by_engagement: Iterable[Iterable[Decided]]) -> Experiments:
    """Return the same of several engagements together: a ticket of more than one counts once.

    It ended as in the first of them, and the in-house team led it where it did in each.
    """
    by_ticket: dict[int, Decided] = {}
    for experiment in chain.from_iterable(by_engagement):
        first = by_ticket.get(experiment.issue_id, experiment)
        led_inhouse = first.led_inhouse and experiment.led_inhouse
        by_ticket[experiment.issue_id] = replace(first, led_inhouse=led_inhouse)
    return count_decided(by_ticket.values())


def proposals_of_sums(sums: Mapping[str, Count]) -> Proposals:
    """Return proposals from sums of what is in SUMMED."""
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
