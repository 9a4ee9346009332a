"""The sections of the program page below its table: numbers, experiments, proposals, exit readiness, quarters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.figures.program import ProgramEngagement
from connector.pages.program.texts import NO_QUARTER, Cell, Moved, dated, rate_moved, share_moved, share_text
from connector.pages.program.totals import Together, ends_text, unit_text
from connector.text import THIN, percent, units
from mappings.measure.model.statistics import wilson
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.translation import gettext, ngettext

COUNTED = "counted"
States = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Departments:
    """Departments that learned: how many of those that may be told, and how many are too small to be told."""

    learned: int
    shown: int
    few: int


def together_cells(now: Together, before: Together, departments: States, quarter: str) -> dict[str, object]:
    """Return the three numbers of the page; the share of engagements in different units is not added up."""
    share = (
        share_text(now.share, now.sums, before.share if before.by == now.by else None, now.by)
        if now.by
        else Cell(reason=gettext("Engagements count in different units, so there is no sum"))
    )
    counted, earlier = (count_departments(departments, place) for place in (-1, -2))
    cells = {"share": dated(share, quarter), "exit": dated(_exit(now, before), quarter)}
    return {**cells, "departments": counted, "departments_before": earlier.learned}


def _exit(now: Together, before: Together) -> Cell:
    if now.two_holders is None or now.one_holder is None:
        return Cell(reason=gettext("No ticket with an objective was finished in the 90 days before."))
    moved = Moved(NO_QUARTER)
    if before.two_holders is not None and before.one_holder is not None:
        # Which objectives there are may differ between quarters, so no direction is named over all.
        moved = Moved(
            COUNTED,
            gettext("%(double)s and %(single)s", double=percent(before.two_holders), single=percent(before.one_holder)),
        )
    return Cell(
        value=percent(now.two_holders),
        note=gettext("with two holders, %(single)s with one", single=percent(now.one_holder)),
        moved=moved,
        now=round(100 * now.two_holders, 2),
        high=round(100 * now.one_holder, 2),
        then=None if before.two_holders is None else round(100 * before.two_holders, 2),
    )


def count_departments(departments: States, place: int) -> Departments:
    states = [own[place] for own in departments.values()]
    return Departments(states.count("yes"), states.count("yes") + states.count("not yet"), states.count("few"))


@dataclass(frozen=True)
class ExperimentFacts:
    """Experiments of a quarter in words; `rate` is "" where none was decided, `led_before` where none was before."""

    own: Experiments
    rate: str
    interval: str
    moved: str
    led_before: str
    before: str


def experiment_facts(now: Experiments, before: Experiments, quarter_before: str) -> ExperimentFacts:
    """Return the share of decided experiments that were won, with Wilson's interval, and how it changed."""
    led_before = (
        gettext("%(part)s of %(whole)s", part=before.led_inhouse, whole=before.decided) if before.decided else ""
    )
    if not now.decided:
        return ExperimentFacts(now, "", "", "", led_before, quarter_before)
    low, high = wilson(now.won, now.decided)
    interval = f"{percent(low).split(THIN)[0]}–{percent(high)}"
    moved = rate_moved((now.won, now.decided), (before.won, before.decided))
    return ExperimentFacts(now, percent(now.won / now.decided), interval, moved, led_before, quarter_before)


def proposal_rows(engagements: Sequence[ProgramEngagement]) -> list[tuple[str, Proposals]]:
    return [(item.engagement.name, item.now.proposals if item.now is not None else Proposals()) for item in engagements]


@dataclass(frozen=True)
class ExitRow:
    """The objectives of an engagement by coverage: names alone."""

    name: str
    covered: tuple[str, ...]
    single: tuple[str, ...]
    uncovered: tuple[str, ...]
    missing: str
    ends: str


def exit_rows(engagements: Sequence[ProgramEngagement]) -> list[ExitRow]:
    return [_exit_row(item) for item in engagements]


def _exit_row(item: ProgramEngagement) -> ExitRow:
    # An objective that was given up since it was recorded has its key alone.
    names = {objective.key: objective.name for objective in item.engagement.objectives}
    rows = item.now.people.objectives if item.now is not None else ()
    covered, single, uncovered = (
        tuple(names.get(row.key, row.key) for row in rows if row.coverage == coverage)
        for coverage in ("covered", "single holder", "not covered")
    )
    short = len(single) + 2 * len(uncovered)
    missing = gettext("met") if rows else gettext("not in this quarter")
    if not rows and item.freezes is not None:
        missing = gettext("not recorded")
    if short:
        missing = ngettext("%(num)s more holder needed in all", "%(num)s more holders needed in all", short)
    return ExitRow(item.engagement.name, covered, single, uncovered, missing, ends_text(item.engagement.ends))


@dataclass(frozen=True)
class TableRow:
    """A figure by quarter, and how the last differs from the one before."""

    name: str
    values: tuple[str, ...]
    word: str


def quarter_table(
    sums: Sequence[Together], experiments: Sequence[Experiments], departments: States, proposals: Sequence[Proposals]
) -> list[TableRow]:
    places = range(len(sums))
    rows = []
    if sums[-1].by:
        shares = tuple(_share(total) for total in sums)
        before = sums[-2].share if sums[-2].by == sums[-1].by else None
        rows.append(TableRow(gettext("Taught share"), shares, share_moved(sums[-1].share, before).word))
        name = gettext("%(unit)s delivered by agencies", unit=unit_text(sums[-1]).capitalize())
        rows.append(TableRow(name, _known(sums, [units(total.sums.agency) for total in sums]), COUNTED))
    exits = tuple("–" if total.two_holders is None else percent(total.two_holders) for total in sums)
    learned = tuple(str(count_departments(departments, place).learned) for place in places)
    return [
        *rows,
        TableRow(gettext("Exit coverage, two holders"), exits, COUNTED),
        TableRow(gettext("Experiments decided"), _known(sums, [own.decided for own in experiments]), COUNTED),
        TableRow(
            gettext("Of these led in-house"),
            _known(sums, [own.led_inhouse for own in experiments]),
            _led_word(experiments),
        ),
        TableRow(gettext("Departments that learned"), _known(sums, learned), COUNTED),
        TableRow(gettext("Proposals adopted"), _known(sums, [own.adopted for own in proposals]), COUNTED),
    ]


def _known(sums: Sequence[Together], values: Sequence[str | int]) -> tuple[str, ...]:
    # Of a quarter without any engagement nothing was counted.
    return tuple(str(value) if total.engagements else "–" for total, value in zip(sums, values, strict=True))


def _share(total: Together) -> str:
    share = total.share
    return percent(share.value) if share.published and share.value is not None else "–"


def _led_word(experiments: Sequence[Experiments]) -> str:
    now, before = experiments[-1], experiments[-2]
    return rate_moved((now.led_inhouse, now.decided), (before.led_inhouse, before.decided))
