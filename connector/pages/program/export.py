"""The program as a file: a row for each engagement and quarter, at full precision, and what is summed over all."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from connector.figures.program import ProgramEngagement, QuarterFigures
from connector.pages.program.totals import Together
from mappings.formats.export.csv_table import Cell, csv_lines
from mappings.formats.export.numbers import units_of

Row = Mapping[str, Cell]

COLUMNS = (
    "quarter", "engagement", "name", "agency", "unit", "delivered", "taught", "taught_share", "taught_share_low",
    "taught_share_high", "tickets", "exit_coverage_two_holders", "exit_coverage_one_holder", "objectives",
    "objectives_without_holder", "experiments_won", "experiments_lost", "experiments_inconclusive",
    "experiments_led_inhouse", "proposals_made", "proposals_adopted", "proposals_declined_with_reason",
    "proposals_declined",
)  # fmt: skip


def program_rows(engagements: Sequence[ProgramEngagement], names: Sequence[str]) -> list[Row]:
    return [
        {"quarter": name, **_agreement(item), **_figures(quarter)}
        for item in engagements
        for name, quarter in zip(names, item.quarters, strict=True)
        if quarter is not None
    ]


def _agreement(item: ProgramEngagement) -> Row:
    agreed = item.engagement
    return {"engagement": agreed.key, "name": agreed.name, "agency": agreed.agency_name, "unit": agreed.units.by}


def _figures(quarter: QuarterFigures) -> Row:
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
        "experiments_won": quarter.experiments.won,
        "experiments_lost": quarter.experiments.lost,
        "experiments_inconclusive": quarter.experiments.inconclusive,
        "experiments_led_inhouse": quarter.experiments.led_inhouse,
        "proposals_made": quarter.proposals.made,
        "proposals_adopted": quarter.proposals.adopted,
        "proposals_declined_with_reason": quarter.proposals.declined_with_reason,
        "proposals_declined": quarter.proposals.declined,
    }


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
