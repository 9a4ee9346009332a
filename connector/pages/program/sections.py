"""The sections of the program page below its table: numbers, proposals, exit readiness, quarters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program.counts import counted, is_unsummed
from connector.pages.program.engagement_row import score_cell
from connector.pages.program.experiments import experiments_moved
from connector.pages.program.texts import (
    Cell,
    Moved,
    dated,
    exit_moved,
    exit_part_moved,
    holders_note,
    moved_text,
    share_text,
)
from connector.pages.program.totals import Together, together_moved, unit_text, why_not_compared
from connector.pages.terms import CHANGE_WORDS, NOT_COMPARABLE, TOO_LITTLE, difference_text
from connector.text import percent, units, whole
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.figures import Share
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.translation import gettext, list_text, ngettext

States = Mapping[str, tuple[str, ...]]
# A figure of which nothing was counted or recorded.
NONE = "–"


@dataclass(frozen=True)
class Departments:
    """Departments that learned: how many of those that may be told, and how many are too small to be told."""

    learned: int
    shown: int
    few: int


def together_cells(now: Together, before: Together, departments: States, quarter: str) -> dict[str, object]:
    """Return the three numbers of the page; the share of engagements in different units is not added up."""
    share = Cell(reason=gettext("Engagements count in different units, so there is no sum"))
    if now.by:
        moved = together_moved(now, before)
        share = replace(share_text(now.share, now.sums, _comparable(now, before), now.by), moved=moved)
    counted, earlier = (count_departments(departments, place).learned for place in (-1, -2))
    learned = Cell(
        moved=Moved(_state_difference(now, before, counted, earlier), str(earlier) if before.engagements else "")
    )
    return {
        "share": dated(share, quarter),
        "exit": dated(together_exit(now, before), quarter),
        "departments": count_departments(departments, -1),
        "departments_moved": dated(learned, quarter).moved,
    }


def _comparable(now: Together, before: Together) -> Share | None:
    return before.share if before.by == now.by else None


def _difference(now: Together, before: Together, value: float, earlier: float) -> str:
    reason = why_not_compared(now, before)
    return difference_text(value, earlier) if reason is None else reason


def _state_difference(now: Together, before: Together, value: float, earlier: float) -> str:
    """Return the difference of what stands on a day, at the end of a quarter or while it runs, however long it was."""
    # Of a quarter without any engagement nothing was counted.
    if not before.engagements:
        return before.absence
    return difference_text(value, earlier) if now.engagements else NOT_COMPARABLE


def together_exit(now: Together, before: Together) -> Cell:
    if now.two_holders is None or now.one_holder is None:
        return Cell(reason=gettext("No ticket with an objective was finished in the 90 days before."))
    return Cell(
        value=percent(now.two_holders),
        note=holders_note(percent(now.one_holder)),
        moved=exit_moved(before.exit, now.exit, before.absence),
        now=round(100 * now.two_holders, 2),
        high=round(100 * now.one_holder, 2),
        then=None if before.two_holders is None else round(100 * before.two_holders, 2),
    )


def count_departments(departments: States, place: int) -> Departments:
    states = [own[place] for own in departments.values()]
    return Departments(states.count("yes"), states.count("yes") + states.count("not yet"), states.count("few"))


def undecided_days(engagements: Sequence[ProgramEngagement]) -> str:
    """Return after how many days a proposal without an answer counts as declined: "90", or "60–90" by several rules."""
    limits = sorted(item.stored.rules.undecided_days for item in engagements) or [DEFAULT.undecided_days]
    return "–".join(str(limit) for limit in dict.fromkeys((limits[0], limits[-1])))


def proposals_outcome(own: Proposals, limit: str) -> str:
    """Return what became of the proposals that were decided in a quarter, those of earlier quarters among them.

    `limit` is after how many days one without an answer counts as declined.
    """
    counted_texts = (
        (own.adopted, ngettext("%(num)s was adopted", "%(num)s were adopted", own.adopted)),
        (
            own.declined_with_reason,
            ngettext(
                "%(num)s was declined with a reason", "%(num)s were declined with a reason", own.declined_with_reason
            ),
        ),
        (
            own.declined,
            ngettext(
                "%(num)s was declined without a reason or left without an answer for %(days)s days",
                "%(num)s were declined without a reason or left without an answer for %(days)s days",
                own.declined,
                days=limit,
            ),
        ),
    )
    return list_text([text for number, text in counted_texts if number])


def proposal_rows(engagements: Sequence[ProgramEngagement]) -> list[tuple[str, Proposals | None]]:
    """Return each engagement's name with its proposals; None where these were not counted or recorded."""
    known = [(item.engagement.name, counted(item, -1)) for item in engagements]
    return [(name, None if quarter is None else quarter.proposals) for name, quarter in known]


@dataclass(frozen=True)
class TableRow:
    """A figure by quarter, and how the last differs from the one before."""

    name: str
    values: tuple[str, ...]
    word: str


def quarter_table(
    engagements: Sequence[ProgramEngagement],
    sums: Sequence[Together],
    experiments: Sequence[Experiments | None],
    *,
    departments: States,
    proposals: Sequence[Proposals | None],
    quarter: str,
) -> list[TableRow]:
    """Return the figures by quarter, the oldest first, each with its change as the numbers above have it.

    `quarter` names the one before the last.
    """
    learned = [
        count_departments(departments, place).learned if total.engagements else None for place, total in enumerate(sums)
    ]
    return [
        *_taught_rows(sums),
        *_integration_rows(engagements, quarter),
        _coverage_row(gettext("Exit coverage, two holders"), "double", sums),
        _coverage_row(gettext("Exit coverage, at least one"), "single", sums),
        *_experiment_rows(engagements, sums, experiments),
        _count_row(gettext("Departments that learned"), sums, learned, _state_difference),
        _count_row(gettext("Proposals adopted"), sums, [None if own is None else own.adopted for own in proposals]),
    ]


def _taught_rows(sums: Sequence[Together]) -> list[TableRow]:
    now, before = sums[-1], sums[-2]
    if not now.by:
        return []
    share = TableRow(gettext("Taught share"), tuple(map(_share, sums)), together_moved(now, before).word)
    return [share, _delivered_row(sums)]


def _integration_rows(engagements: Sequence[ProgramEngagement], quarter: str) -> list[TableRow]:
    # Those of several engagements are not added up.
    scored = engagements[0].scored if len(engagements) == 1 else ()
    if all(score is None for score in scored):
        return []
    scores = [None if score is None else whole(score.value) for score in scored]
    word = _window_word(engagements[0], quarter)
    return [TableRow(gettext("Integration, window to the quarter’s end"), _known(scores), word)]


def _window_word(engagement: ProgramEngagement, quarter: str) -> str:
    """Return how the score is compared, which is with the window before: those of two quarters share days."""
    cell = score_cell(engagement, quarter)
    if cell.reason:
        return TOO_LITTLE
    if cell.moved.why:
        return moved_text(cell.moved)
    change = CHANGE_WORDS[cell.moved.word]
    return gettext("the quarters’ windows share days; against the window before: %(change)s", change=change)


def _experiment_rows(
    engagements: Sequence[ProgramEngagement], sums: Sequence[Together], experiments: Sequence[Experiments | None]
) -> list[TableRow]:
    decided, led = (
        [None if own is None else getattr(own, name) for own in experiments] for name in ("decided", "led_inhouse")
    )
    moved = experiments_moved("led_inhouse", experiments[-1], experiments[-2], sums[-2].absence)
    rows = (
        _count_row(gettext("Experiments decided"), sums, decided),
        TableRow(gettext("Of these led in-house"), _known(led), moved),
    )
    unsummed = [is_unsummed(engagements, place) for place in range(len(sums))]
    return [_summed_row(row, unsummed) for row in rows]


def _coverage_row(name: str, least: str, sums: Sequence[Together]) -> TableRow:
    shares: list[float | None] = [getattr(total.exit, least) for total in sums]
    moved = exit_part_moved(least, sums[-2].exit, sums[-1].exit, sums[-2].absence)
    return TableRow(name, tuple(NONE if share is None else percent(share) for share in shares), moved.word)


def _delivered_row(sums: Sequence[Together]) -> TableRow:
    now, before = sums[-1], sums[-2]
    name = gettext("%(unit)s delivered by agencies", unit=unit_text(now).capitalize())
    values = _known([units(own.sums.agency) if own.engagements and own.by == now.by else None for own in sums])
    if before.engagements and before.by != now.by:
        return TableRow(name, values, NOT_COMPARABLE)
    return TableRow(name, values, _difference(now, before, *(total.sums.agency / BILLION for total in (now, before))))


def _count_row(
    name: str,
    sums: Sequence[Together],
    values: Sequence[int | None],
    difference: Callable[[Together, Together, float, float], str] = _difference,
) -> TableRow:
    before, now = values[-2:]
    word = sums[-2].absence if before is None else NOT_COMPARABLE
    if before is not None and now is not None:
        word = difference(sums[-1], sums[-2], now, before)
    return TableRow(name, _known(values), word)


def _summed_row(row: TableRow, unsummed: Sequence[bool]) -> TableRow:
    values = zip(row.values, unsummed, strict=True)
    return replace(row, values=tuple(gettext("not added up") if is_not else value for value, is_not in values))


def _known(values: Sequence[str | int | None]) -> tuple[str, ...]:
    # Of a quarter without any engagement nothing was counted.
    return tuple(NONE if value is None else str(value) for value in values)


def _share(total: Together) -> str:
    share = total.share
    return percent(share.value) if share.published and share.value is not None else NONE
