"""Experiments and proposals of the engagements of the program together, each ticket once where tickets are known."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import astuple

from connector.figures.program import ProgramEngagement, QuarterFigures
from mappings.measure.score.program_counts import Experiments, Proposals, count_once


def sum_experiments(engagements: Sequence[ProgramEngagement], place: int) -> Experiments | None:
    """Return the experiments of a quarter (its index); None where nothing of it was measured or recorded."""
    quarters = _counted(engagements, place)
    decided = [quarter.decided for quarter in quarters if quarter.decided is not None]
    if quarters and len(decided) == len(quarters):
        return count_once(decided)
    return _add_up(quarters)


def counted_again(engagements: Sequence[ProgramEngagement], place: int) -> Experiments:
    """Return by how much the parts of the engagements exceed their sum: experiments that several of them cover."""
    parts, total = _add_up(_counted(engagements, place)), sum_experiments(engagements, place)
    if parts is None or total is None:
        return Experiments()
    return Experiments(*(part - own for part, own in zip(astuple(parts), astuple(total), strict=True)))


def sum_proposals(engagements: Iterable[ProgramEngagement], place: int) -> Proposals | None:
    """Return the same of proposals, of which each is made by one agency."""
    quarters = _counted(engagements, place)
    total = Proposals()
    for quarter in quarters:
        total = total.plus(quarter.proposals)
    return total if quarters else None


def may_count_twice(engagements: Iterable[ProgramEngagement]) -> bool:
    """Tell whether recorded sums may have a ticket more than once: engagements of one project have the same quarter."""
    recorded = Counter(
        (project, place)
        for item in engagements
        for place, freeze in enumerate(item.freezes or ())
        if freeze is not None
        for project in set(item.engagement.projects)
    )
    return any(number > 1 for number in recorded.values())


def counted(item: ProgramEngagement, place: int) -> QuarterFigures | None:
    """Return a quarter (its index) of which experiments and proposals are known; the first reports had none."""
    freeze = None if item.freezes is None else item.freezes[place]
    return None if freeze is not None and not freeze.is_whole else item.quarters[place]


def _counted(engagements: Iterable[ProgramEngagement], place: int) -> list[QuarterFigures]:
    return [quarter for item in engagements if (quarter := counted(item, place)) is not None]


def _add_up(quarters: Iterable[QuarterFigures]) -> Experiments | None:
    total = None
    for quarter in quarters:
        total = quarter.experiments if total is None else total.plus(quarter.experiments)
    return total
