"""Sums over the engagements of the program, and the page's first sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from connector.figures.program import ProgramEngagement
from connector.pages.periods import Period
from connector.pages.program.texts import Moved, share_moved
from connector.pages.project.coverage import HOLDERS, numeral
from connector.pages.terms import NO_QUARTER, NOT_COMPARABLE
from connector.text import amount, full_day, percent, unit_name, units
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.measure.model.ticket import DaySums
from mappings.measure.people.coverage import exit_coverage
from mappings.measure.period.figures import Share, taught_share
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.translation import gettext, ngettext


@dataclass(frozen=True)
class Together:
    """Sums over engagements: delivered and taught in one unit, and coverage; `by` is "" where units differ.

    `holders` has how many hold each objective; `engagements` is how many of them have figures of the quarter.
    """

    by: str
    sums: DaySums
    share: Share
    one_holder: float | None
    two_holders: float | None
    holders: Mapping[str, int]
    engagements: int

    @property
    def uncovered(self) -> int:
        return sum(count == 0 for count in self.holders.values())

    @property
    def objectives(self) -> int:
        return len(self.holders)


def add_up(engagements: Sequence[ProgramEngagement], quarter: int) -> Together:
    """Return the sums of a quarter (its index). Points and holders add up, scores do not: their rules differ."""
    own = [(item, item.quarters[quarter]) for item in engagements]
    known = [(item, figures) for item, figures in own if figures is not None]
    kinds = {figures.by for _, figures in known} or {item.by for item in engagements}
    sums = DaySums()
    for _, figures in known:
        sums = sums.plus(figures.figures.sums)
    demand: dict[tuple[str, str], int] = {}
    holders: dict[tuple[str, str], int] = {}
    for item, figures in known:
        key = item.engagement.key
        demand |= {(key, objective): amount for objective, amount in figures.people.demand.items()}
        holders |= {(key, row.key): HOLDERS[row.coverage] for row in figures.people.objectives}
    named = {f"{key}/{objective}": amount for (key, objective), amount in demand.items()}
    held = {f"{key}/{objective}": count for (key, objective), count in holders.items()}
    return Together(
        kinds.pop() if len(kinds) == 1 else "",
        sums,
        taught_share(sums, engagements[0].stored.rules) if engagements else taught_share(sums),
        exit_coverage(named, held, 1),
        exit_coverage(named, held, 2),
        held,
        len(known),
    )


def sum_experiments(engagements: Sequence[ProgramEngagement], place: int) -> Experiments:
    """Return the experiments of a quarter (its index) of all engagements."""
    total = Experiments()
    for item in engagements:
        quarter = item.quarters[place]
        total = total if quarter is None else total.plus(quarter.experiments)
    return total


def sum_proposals(engagements: Sequence[ProgramEngagement], place: int) -> Proposals:
    total = Proposals()
    for item in engagements:
        quarter = item.quarters[place]
        total = total if quarter is None else total.plus(quarter.proposals)
    return total


def unit_text(total: Together) -> str:
    return unit_name(total.by, 0) if total.by else ""


def ends_text(ends: date | None) -> str:
    return full_day(ends) if ends else gettext("open")


def local_day(zone: str, now: Instant) -> date:
    return datetime.fromtimestamp(now / SECOND, ZoneInfo(zone)).date()


def lead_values(
    engagements: Sequence[ProgramEngagement], now: Together, before: Together, period: Period
) -> dict[str, object]:
    """Return the parts of the page's first sentence: who delivered what, how it changed, and what would be left."""
    single = engagements[0].engagement if len(engagements) == 1 else None
    taught = ""
    if now.share.published and now.share.value is not None:
        places = {"taught": units(now.sums.taught), "share": percent(now.share.value)}
        taught = ngettext(
            "%(taught)s of it (%(share)s)",
            "%(taught)s of them (%(share)s)",
            1 if units(now.sums.agency) == "1" else 2,
            **places,
        )
    return {
        "who": single.agency_name if single else gettext("%(number)s engagements", number=numeral(len(engagements))),
        "number": len(engagements),
        "one": single is not None,
        "when": period.name.split()[0],
        "delivered": amount(now.sums.agency, now.by) if now.by else "",
        "taught": taught,
        "moved": together_moved(now, before),
        "quarter": quarter_name(period.first - timedelta(days=1)),
        "uncovered": now.uncovered,
        "which": _of_all(now.uncovered, now.objectives),
        "objectives": now.objectives,
    }


def together_moved(now: Together, before: Together) -> Moved:
    """Return how the taught share of all changed; shares of different units are not compared."""
    if not before.engagements:
        return Moved(NO_QUARTER)
    return share_moved(now.share, before.share) if now.by and now.by == before.by else Moved(NOT_COMPARABLE)


def _of_all(uncovered: int, objectives: int) -> str:
    if not uncovered and objectives > 1:
        return gettext("each of the %(number)s objectives", number=numeral(objectives))
    if uncovered in (0, objectives):
        return ngettext("the one objective", "all %(number)s objectives", objectives, number=numeral(objectives))
    return ngettext(
        "%(part)s of %(whole)s objective",
        "%(part)s of %(whole)s objectives",
        objectives,
        part=numeral(uncovered),
        whole=numeral(objectives),
    )


def quarter_name(day_of_quarter: date) -> str:
    return f"Q{(day_of_quarter.month + 2) // 3}"
