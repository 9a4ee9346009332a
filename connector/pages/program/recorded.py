"""What the program page says of its frozen figures: when each engagement was recorded, and by which rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program.periods import program_periods
from connector.pages.program.quarter_names import local_day
from connector.pages.program.source import Program
from connector.text import full_day
from mappings.measure.model.quarters import quarter_name
from mappings.translation import gettext

# Characters of a hash that a page shows.
SHORT = 12


@dataclass(frozen=True)
class RecordedRow:
    """When an engagement's quarter was frozen, and by which rules; texts are "" where it was not."""

    name: str
    frozen: str = ""
    ruleset: str = ""
    report: str = ""
    note: str = ""


def recorded_rows(program: Program, engagements: Sequence[ProgramEngagement]) -> list[RecordedRow]:
    missing = {item.engagement.key for item in program.missing}
    return [_row(item, is_missing=item.engagement.key in missing) for item in engagements]


def _row(item: ProgramEngagement, *, is_missing: bool) -> RecordedRow:
    freeze, name = item.freeze, item.engagement.name
    if freeze is None:
        note = gettext("Not recorded: no figures were frozen") if is_missing else gettext("Not in this quarter")
        return RecordedRow(name, note=note)
    note = "" if freeze.is_whole else gettext("Without experiments, proposals and departments: they were not recorded")
    frozen = full_day(local_day(item.engagement.zone, freeze.taken_at))
    ruleset = f"{freeze.ruleset}, {short_hash(freeze.ruleset_hash)}"
    return RecordedRow(name, frozen, ruleset, short_hash(freeze.report_hash), note)


def instead_text(program: Program, asked: str) -> str:
    """Return which quarter stands in the place of one that was asked for and is not frozen yet; "" for none."""
    periods = {period.key: period for period in program_periods(program.view.stored, program.today)}
    if not program.recorded or asked == program.period.key or asked not in periods:
        return ""
    places = {"asked": quarter_name(periods[asked].first), "quarter": program.period.name}
    if any(day > program.period.end for day in _freeze_days(program)):
        return gettext(
            "%(asked)s is not frozen yet; this is %(quarter)s. As recorded are figures that were frozen when their "
            "quarter ended, or when Teachback first read it: they never change.",
            **places,
        )
    return gettext(
        "%(asked)s is not frozen yet; this is %(quarter)s. As recorded are figures that were frozen about an hour "
        "after their quarter ended: they never change.",
        **places,
    )


def short_hash(name: str) -> str:
    return f"{name[: len('sha256:') + SHORT]}…"


def frozen_text(program: Program) -> str:
    """Return on which days the quarter was frozen; "" where it was not."""
    days = _freeze_days(program)
    if not days:
        return ""
    if len(days) == 1:
        return full_day(days[0])
    return gettext("%(first)s to %(last)s", first=full_day(days[0]), last=full_day(days[-1]))


def _freeze_days(program: Program) -> list[date]:
    return sorted(
        {local_day(item.engagement.zone, item.freeze.taken_at) for item in program.engagements if item.freeze}
    )
