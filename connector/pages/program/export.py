"""The program as a file: a row for each engagement and quarter, at full precision, and what is summed over all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat

import msgspec

from connector.figures.program.engagement import Freeze, ProgramEngagement, QuarterFigures
from connector.pages.program.departments import departments_by_quarter
from connector.pages.program.sections import Departments, States, count_departments
from connector.pages.program.totals import Together
from connector.pages.unit_choice import UNIT_KEYS
from mappings.formats.export.csv_table import Cell, csv_lines
from mappings.formats.export.numbers import instant_text, units_of
from mappings.measure.score.composite import Score
from mappings.measure.score.program_counts import Experiments, Proposals

Row = Mapping[str, Cell]
EXPERIMENTS, PROPOSALS = Experiments.__struct_fields__, Proposals.__struct_fields__

COLUMNS = (
    "quarter", "engagement", "name", "agency", "unit", "delivered", "taught", "taught_share", "taught_share_low",
    "taught_share_high", "tickets", "exit_coverage_two_holders", "exit_coverage_one_holder", "objectives",
    "objectives_without_holder", "objectives_single_holder", "objectives_covered", "integration", "integration_low",
    "integration_high", "departments_learned", "departments_shown", "experiments_won", "experiments_lost",
    "experiments_inconclusive", "experiments_led_inhouse", "proposals_made", "proposals_adopted",
    "proposals_declined_with_reason", "proposals_declined", "frozen", "ruleset", "ruleset_hash", "report_hash",
    "state",
)  # fmt: skip


def program_rows(engagements: Sequence[ProgramEngagement], names: Sequence[str], k: int) -> list[Row]:
    """Return the rows; of departments of fewer than `k` people they tell nothing, as the page does."""
    return [row for item in engagements for row in _rows(item, names, departments_by_quarter([item], k))]


def departments_of(engagements: Sequence[ProgramEngagement], k: int) -> Departments:
    """Return how many departments learned by the newest quarter; one of several engagements counts once."""
    return count_departments(departments_by_quarter(engagements, k), -1)


def _rows(item: ProgramEngagement, names: Sequence[str], departments: States) -> Iterable[Row]:
    freezes = item.freezes or tuple(repeat(None, len(names)))
    for place, (name, quarter, freeze) in enumerate(zip(names, item.quarters, freezes, strict=True)):
        if quarter is None:
            yield from _without_figures(item, name, place, is_newest=place == len(names) - 1)
            continue
        # Reports that were frozen before experiments, proposals and departments were counted have none of these.
        is_whole = freeze is None or freeze.is_whole
        counts = {**_counts(quarter), **_departments(departments, place)} if is_whole else {}
        score = item.scored[place] if item.scored else None
        yield {
            "quarter": name, **_agreement(item, quarter.by), **_figures(quarter), **_integration(score), **counts,
            **_freeze(freeze), "state": "measured",
        }  # fmt: skip


def _without_figures(item: ProgramEngagement, name: str, place: int, *, is_newest: bool) -> Iterable[Row]:
    """Return the row that says why an engagement has no figures: nobody would see in a file that it was left out.

    Of one that is not measured yet it stands in the newest quarter alone; one that did not run in a quarter has none.
    """
    is_missing = item.is_missing(place)
    if is_missing or (is_newest and item.is_unmeasured):
        state = "not_recorded" if is_missing else "not_measured_yet"
        yield {**dict.fromkeys(COLUMNS), "quarter": name, **_agreement(item, item.by), "state": state}


def _agreement(item: ProgramEngagement, by: str) -> Row:
    agreed = item.engagement
    return {"engagement": agreed.key, "name": agreed.name, "agency": agreed.agency_name, "unit": UNIT_KEYS[by]}


def _freeze(freeze: Freeze | None) -> Row:
    # Of figures of today these columns are empty.
    return {
        "frozen": None if freeze is None else instant_text(freeze.taken_at),
        "ruleset": None if freeze is None else freeze.ruleset,
        "ruleset_hash": None if freeze is None else freeze.ruleset_hash,
        "report_hash": None if freeze is None else freeze.report_hash,
    }


def _figures(quarter: QuarterFigures) -> Row:
    share, sums, people = quarter.figures.taught_share, quarter.figures.sums, quarter.people
    coverage = [row.coverage for row in people.objectives]
    shown = share.published
    return {
        "delivered": units_of(sums.agency),
        "taught": units_of(sums.taught),
        # What the page does not publish is in no file either.
        "taught_share": share.value if shown else None,
        "taught_share_low": share.low if shown else None,
        "taught_share_high": share.high if shown else None,
        "tickets": sums.n,
        "exit_coverage_two_holders": people.exit_two,
        "exit_coverage_one_holder": people.exit_one,
        "objectives": len(coverage),
        "objectives_without_holder": coverage.count("not covered"),
        "objectives_single_holder": coverage.count("single holder"),
        "objectives_covered": coverage.count("covered"),
    }


def _integration(score: Score | None) -> Row:
    return {
        "integration": score.value if score else None,
        "integration_low": score.low if score else None,
        "integration_high": score.high if score else None,
    }


def _departments(departments: States, place: int) -> Row:
    """Return the departments that learned, of those that may be told."""
    counted = count_departments(departments, place)
    return {"departments_learned": counted.learned, "departments_shown": counted.shown}


def _counts(quarter: QuarterFigures) -> Row:
    experiments = {f"experiments_{name}": getattr(quarter.experiments, name) for name in EXPERIMENTS}
    return experiments | {f"proposals_{name}": getattr(quarter.proposals, name) for name in PROPOSALS}


def write_csv(rows: Sequence[Row], *_: object) -> Iterable[bytes]:
    return csv_lines(COLUMNS, rows)


def write_json(rows: Sequence[Row], total: Together, departments: Departments) -> Iterable[bytes]:
    together = {
        "unit": UNIT_KEYS.get(total.by),
        "delivered": units_of(total.sums.agency) if total.by else None,
        "taught": units_of(total.sums.taught) if total.by else None,
        "taught_share": total.share.value if total.by and total.share.published else None,
        "exit_coverage_two_holders": total.two_holders,
        "exit_coverage_one_holder": total.one_holder,
        # A department of several engagements is one here, and one in the row of each.
        "departments_learned": departments.learned,
        "departments_shown": departments.shown,
    }
    yield msgspec.json.format(msgspec.json.encode({"all": together, "rows": list(rows)}), indent=2)


FORMS: Mapping[str, tuple[str, Callable[[Sequence[Row], Together, Departments], Iterable[bytes]]]] = {
    "csv": ("text/csv", write_csv),
    "json": ("application/json", write_json),
}
