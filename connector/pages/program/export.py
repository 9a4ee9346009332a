"""The program as a file: a row for each engagement and quarter, at full precision, and what is summed over all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat

import msgspec

from connector.figures.program import Freeze, ProgramEngagement, QuarterFigures
from connector.pages.program.totals import Together
from mappings.formats.export.csv_table import Cell, csv_lines
from mappings.formats.export.numbers import instant_text, units_of
from mappings.measure.score.program_counts import Experiments, Proposals

Row = Mapping[str, Cell]
EXPERIMENTS, PROPOSALS = Experiments.__struct_fields__, Proposals.__struct_fields__

COLUMNS = (
    "quarter", "engagement", "name", "agency", "unit", "delivered", "taught", "taught_share", "taught_share_low",
    "taught_share_high", "tickets", "exit_coverage_two_holders", "exit_coverage_one_holder", "objectives",
    "objectives_without_holder", "experiments_won", "experiments_lost", "experiments_inconclusive",
    "experiments_led_inhouse", "proposals_made", "proposals_adopted", "proposals_declined_with_reason",
    "proposals_declined", "frozen", "ruleset", "ruleset_hash", "report_hash",
)  # fmt: skip


def program_rows(engagements: Sequence[ProgramEngagement], names: Sequence[str]) -> list[Row]:
    return [
        {"quarter": name, **_agreement(item, quarter), **_figures(quarter, freeze), **_freeze(freeze)}
        for item in engagements
        for name, quarter, freeze in zip(names, item.quarters, item.freezes or repeat(None, len(names)), strict=True)
        if quarter is not None
    ]


def _agreement(item: ProgramEngagement, quarter: QuarterFigures) -> Row:
    agreed = item.engagement
    return {"engagement": agreed.key, "name": agreed.name, "agency": agreed.agency_name, "unit": quarter.by}


def _freeze(freeze: Freeze | None) -> Row:
    # Of figures of today these columns are empty.
    return {
        "frozen": None if freeze is None else instant_text(freeze.taken_at),
        "ruleset": None if freeze is None else freeze.ruleset,
        "ruleset_hash": None if freeze is None else freeze.ruleset_hash,
        "report_hash": None if freeze is None else freeze.report_hash,
    }


def _figures(quarter: QuarterFigures, freeze: Freeze | None) -> Row:
    share, sums, people = quarter.figures.taught_share, quarter.figures.sums, quarter.people
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
        "objectives": len(people.objectives),
        "objectives_without_holder": sum(row.coverage == "not covered" for row in people.objectives),
        **({} if freeze is not None and not freeze.is_whole else _counts(quarter)),
    }


def _counts(quarter: QuarterFigures) -> Row:
    # Reports that were frozen before these were counted have none.
    experiments = {f"experiments_{name}": getattr(quarter.experiments, name) for name in EXPERIMENTS}
    return experiments | {f"proposals_{name}": getattr(quarter.proposals, name) for name in PROPOSALS}


def write_csv(rows: Sequence[Row], _: Together) -> Iterable[bytes]:
    return csv_lines(COLUMNS, rows)


def write_json(rows: Sequence[Row], total: Together) -> Iterable[bytes]:
    together = {
        "unit": total.by or None,
        "delivered": units_of(total.sums.agency) if total.by else None,
        "taught": units_of(total.sums.taught) if total.by else None,
        "taught_share": total.share.value if total.by and total.share.published else None,
        "exit_coverage_two_holders": total.two_holders,
        "exit_coverage_one_holder": total.one_holder,
    }
    yield msgspec.json.format(msgspec.json.encode({"all": together, "rows": list(rows)}), indent=2)


FORMS: Mapping[str, tuple[str, Callable[[Sequence[Row], Together], Iterable[bytes]]]] = {
    "csv": ("text/csv", write_csv),
    "json": ("application/json", write_json),
}
