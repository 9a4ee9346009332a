"""Experiments and proposals of the engagements of the program together, each ticket once where tickets are known."""

from collections.abc import Iterable, Sequence
from functools import reduce

from connector.figures.program.engagement import ProgramEngagement, QuarterFigures
from connector.figures.program.experiments import shared_projects
from connector.text import count
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.translation import gettext, mark

NOT_ADDED_UP = mark(
    "Not added up: engagements may have the same experiments, and a recorded quarter does not tell tickets apart."
)


def sum_experiments(engagements: Sequence[ProgramEngagement], place: int) -> Experiments | None:
    """Return the experiments of a quarter (its index); None where nothing of it was recorded, or nothing is summed."""
    quarters = _counted(engagements, place)
    if not quarters or is_unsummed(engagements, place):
        return None
    return _add_up(quarter.experiments for quarter in quarters).minus(counted_again(engagements, place))


def counted_again(engagements: Sequence[ProgramEngagement], place: int) -> Experiments:
    """Return by how much the parts of the engagements exceed their sum: experiments that several of them cover."""
    return _add_up(item.again[place] for item in engagements if item.again)


def sum_proposals(engagements: Iterable[ProgramEngagement], place: int) -> Proposals | None:
    """Return the same of proposals, of which each is made by one agency."""
    quarters = _counted(engagements, place)
    return reduce(Proposals.plus, (quarter.proposals for quarter in quarters), Proposals()) if quarters else None


def is_unsummed(engagements: Iterable[ProgramEngagement], place: int) -> bool:
    """Tell whether a sum of the recorded experiments of a quarter (its index) might have a ticket more than once."""
    return any(item.shares[place] for item in engagements if item.shares)


def unsummed_names(engagements: Sequence[ProgramEngagement], names: Sequence[str]) -> list[str]:
    """Return those of the quarters, by their names, whose experiments are not added up."""
    return [name for place, name in enumerate(names) if is_unsummed(engagements, place)]


def share_projects(engagements: Iterable[ProgramEngagement], place: int) -> bool:
    """Tell whether engagements that have figures of a quarter (its index) cover the same project."""
    return bool(shared_projects(item.engagement for item in engagements if item.quarters[place] is not None))


def tickets_text(engagements: Sequence[ProgramEngagement], tickets: int, quarter: str) -> str:
    """Return the number of agency tickets of the newest quarter; what agencies did is summed by agency."""
    places = {"tickets": count(tickets, "agency ticket"), "quarter": quarter}
    if not share_projects(engagements, -1):
        return gettext("%(tickets)s in %(quarter)s", **places)
    return gettext("%(tickets)s in %(quarter)s; one that several agencies worked on counts for each", **places)


def counted(item: ProgramEngagement, place: int) -> QuarterFigures | None:
    """Return a quarter (its index) of which experiments and proposals are known; the first reports had none."""
    freeze = None if item.freezes is None else item.freezes[place]
    return None if freeze is not None and not freeze.is_whole else item.quarters[place]


def _counted(engagements: Iterable[ProgramEngagement], place: int) -> list[QuarterFigures]:
    return [quarter for item in engagements if (quarter := counted(item, place)) is not None]


def _add_up(parts: Iterable[Experiments]) -> Experiments:
    return reduce(Experiments.plus, parts, Experiments())
