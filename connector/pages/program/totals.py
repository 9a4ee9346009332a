"""Sums over the engagements of the program, and the page's first sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.periods import Period
from connector.pages.program.quarter_names import counted_day, name_before
from connector.pages.program.texts import Exit, Moved, share_moved
from connector.pages.project.coverage import HOLDERS, carried_sentence, numeral
from connector.pages.terms import (
    NO_QUARTER,
    NOT_COMPARABLE,
    NOT_RECORDED,
    NOT_WHOLE,
    WHEN_OVER,
    difference_text,
)
from connector.text import amount, percent, unit_name, units
from mappings.measure.model.ticket import BILLION, DaySums
from mappings.measure.people.coverage import coverage_of, exit_coverage
from mappings.measure.period.figures import Share, taught_share
from mappings.measure.period.rounding import adds_up, shown
from mappings.translation import gettext, ngettext


@dataclass(frozen=True)
class Together:
    """Sums over engagements: delivered and taught in one unit, and coverage; `by` is "" where units differ.

    `holders` has how many hold each objective; `engagements` is how many of them have figures of the quarter, and
    `runs` that it is not over, so that what is counted in it is compared with no whole quarter, as where one of them
    began or ended within it (`is_whole` False). `is_missing`: some ran in it, and it was recorded of none.
    """

    by: str
    sums: DaySums
    share: Share
    one_holder: float | None
    two_holders: float | None
    holders: Mapping[str, int]
    engagements: int
    runs: bool = False
    is_missing: bool = False
    is_whole: bool = True

    @property
    def absence(self) -> str:
        """Why nothing is compared with a quarter of which nothing is known, or not what is asked."""
        if self.engagements:
            return NOT_COMPARABLE
        return NOT_RECORDED if self.is_missing else NO_QUARTER

    @property
    def exit(self) -> Exit:
        return Exit(self.two_holders, self.one_holder, self.holders)

    @property
    def uncovered(self) -> int:
        return sum(count == 0 for count in self.holders.values())

    @property
    def objectives(self) -> int:
        return len(self.holders)


def quarter_sums(engagements: Sequence[ProgramEngagement], quarters: Sequence[Period]) -> list[Together]:
    """Return the sums of the quarters, oldest first."""
    return [
        replace(add_up(engagements, place), runs=quarter.runs, is_whole=_is_whole(engagements, place, quarter))
        for place, quarter in enumerate(quarters)
    ]


def _is_whole(engagements: Iterable[ProgramEngagement], place: int, quarter: Period) -> bool:
    """Tell whether each engagement with figures of a quarter (its index) was under way from its begin to its end."""
    agreed = [item.engagement for item in engagements if item.quarters[place] is not None]
    return all(item.runs_through(quarter.first, quarter.end) for item in agreed)


def uncompared_text(sums: Sequence[Together], *, recorded: bool) -> str:
    """Return why nothing is compared, which is said once; "" where there are figures of the quarter before."""
    if sums[-2].engagements:
        return ""
    if any(total.engagements for total in sums[:-2]):
        return gettext("The quarter before was not recorded, so nothing is compared.")
    if recorded:
        return gettext("The first recorded quarter: there is none to compare it with.")
    return gettext("The first quarter: there is none to compare it with.")


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
        is_missing=not known and any(item.is_missing(quarter) for item in engagements),
    )


def is_off(engagements: Sequence[ProgramEngagement]) -> bool:
    """Return whether the engagements' amounts, each rounded alone as on its own page, add up to another sum."""
    return any(map(is_column_off, _amounts(engagements)))


def is_column_off(amounts: Sequence[int]) -> bool:
    """Return whether amounts in billionths add up to another sum as printed."""
    return not adds_up([amount / BILLION for amount in amounts])


def _amounts(engagements: Sequence[ProgramEngagement]) -> tuple[list[int], list[int]]:
    # What was delivered, and of it what was taught, of those with figures of the newest quarter.
    sums = [item.now.figures.sums for item in engagements if item.now is not None]
    return [own.agency for own in sums], [own.taught for own in sums]


def unit_text(total: Together) -> str:
    return unit_name(total.by, 0) if total.by else ""


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
    who = gettext("the agencies of %(number)s engagements", number=numeral(len(engagements)))
    quarter = period.name.split()[0]
    return {
        "who": single.agency_name if single else who,
        "number": len(engagements),
        "when": gettext("%(quarter)s so far", quarter=quarter) if period.runs else quarter,
        "delivered": amount(now.sums.agency, now.by) if now.by else "",
        "taught": taught,
        "delivered_moved": _delivered_moved(now, before, name_before(engagements, period)),
        "moved": together_moved(now, before),
        "quarter": name_before(engagements, period),
        "counted": counted_day(engagements, period),
        "left": left_sentence(engagements, now, period),
    }


def why_not_compared(now: Together, before: Together) -> str | None:
    """Return why amounts of a quarter and the one before are not compared; None where they are."""
    # Of a quarter without any engagement nothing was counted.
    if not before.engagements:
        return before.absence
    if not now.engagements:
        return NOT_COMPARABLE
    # What a part of a quarter counts is no less than a whole one's.
    if now.runs:
        return WHEN_OVER
    # What is counted in days of which one quarter has fewer says nothing by its difference.
    return None if now.is_whole and before.is_whole else NOT_WHOLE


def _delivered_moved(now: Together, before: Together, quarter: str) -> str:
    """Return how much more or less was delivered than in the quarter before, as the table of quarters has it."""
    is_one_unit = now.by and now.by == before.by
    delivered, earlier = (total.sums.agency / BILLION for total in (now, before))
    if not is_one_unit or why_not_compared(now, before) is not None or shown(delivered) == shown(earlier):
        return ""
    difference = difference_text(delivered, earlier)
    return gettext("(%(difference)s than in %(quarter)s)", difference=difference, quarter=quarter)


def left_sentence(engagements: Sequence[ProgramEngagement], now: Together, period: Period) -> str:
    """Return what would be left without the agencies, in the words of each engagement's own pages."""
    when = gettext("If every agency left, as of %(day)s", day=counted_day(engagements, period))
    if len(engagements) == 1:
        agency = engagements[0].engagement.agency_name
        when = gettext("If %(agency)s left, as of %(day)s", agency=agency, day=counted_day(engagements, period))
    return carried_sentence([coverage_of(count) for count in now.holders.values()], when)


def together_moved(now: Together, before: Together) -> Moved:
    """Return how the taught share of all changed; shares of different units are not compared."""
    if not before.engagements:
        return Moved(before.absence)
    return share_moved(now.share, before.share) if now.by and now.by == before.by else Moved(NOT_COMPARABLE)
