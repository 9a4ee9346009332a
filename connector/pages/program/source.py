"""The program for its reader: the engagements, the quarter, and the figures (now or as recorded) that a call names."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from msgspec import Struct
from sqlalchemy import Connection

from connector.container import container
from connector.figures.program.computed import select_program
from connector.figures.program.engagement import ProgramEngagement, ProgramSelection
from connector.figures.program.recorded import select_recorded_program
from connector.pages.periods import Period, choose
from connector.pages.program.access import ProgramView, select_program_view
from connector.pages.program.departments import strictest_k
from connector.pages.program.periods import program_periods, quarters_until
from connector.pages.program.quarter_names import local_day
from connector.pages.visibility import refuse
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.quarters import quarter_name
from mappings.records.agreement.engagements import StoredEngagement
from mappings.translation import gettext

RECORDED = "recorded"


class Program(Struct, frozen=True):
    """What the page is made of: engagements with their quarters, and the period that was chosen.

    `recorded`: the figures are those that were frozen, otherwise what is known today.
    """

    view: ProgramView
    engagements: tuple[ProgramEngagement, ...]
    periods: tuple[Period, ...]
    period: Period
    quarters: tuple[Period, ...]
    choice: str
    today: date
    recorded: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(quarter_name(period.first) for period in self.quarters)

    @property
    def k(self) -> int:
        """Of departments of fewer people nothing is told, by the strictest of the engagements."""
        return strictest_k(item.stored.rules for item in self.engagements)

    @property
    def since(self) -> int:
        """The index of the quarter in which the first engagement began: those before it are not shown."""
        begin = min(item.engagement.starts for item in self.engagements)
        return next((place for place, quarter in enumerate(self.quarters) if quarter.last >= begin), 0)

    @property
    def query(self) -> dict[str, Any]:
        """What an address of this choice is asked for."""
        chosen = {"engagement": self.choice} if self.choice else {}
        return {"period": self.period.key, **chosen, **({"figures": RECORDED} if self.recorded else {})}

    @property
    def review_query(self) -> dict[str, Any]:
        """What an address of the quarter's review is asked for: its figures are always those that were recorded."""
        return {name: value for name, value in self.query.items() if name != "figures"}

    @property
    def missing(self) -> tuple[ProgramEngagement, ...]:
        """The engagements that ran in the quarter and were not recorded."""
        return tuple(item for item in self.engagements if item.is_missing(-1))


def require_program(connection: Connection, *, recorded: bool | None = None) -> Program:
    program = find_program(connection, recorded=recorded)
    return program if program is not None else refuse(404, gettext("There is no program that you may see."))


def find_program(connection: Connection, *, recorded: bool | None = None) -> Program | None:
    """Return the program that the call asks for; None where the caller sees none.

    `recorded` None: the call says which figures it wants.
    """
    now, view = container().clock(), select_program_view(connection)
    if not view.stored:
        return None
    recorded = request.values.get("figures") == RECORDED if recorded is None else recorded
    choice = request.values.get("engagement", "")
    chosen = tuple(item for item in view.stored if item.engagement.key == choice) or view.stored
    today = local_today(chosen, now)
    periods = offered_periods(chosen, today, recorded=recorded)
    period = choose(periods, request.values.get("period"))
    quarters = quarters_until(period)
    return Program(
        view,
        select_engagements(connection, chosen, quarters, recorded=recorded),
        periods,
        period,
        quarters,
        choice if len(chosen) == 1 and len(view.stored) > 1 else "",
        today,
        recorded,
    )


def offered_periods(stored: Sequence[StoredEngagement], today: date, *, recorded: bool) -> tuple[Period, ...]:
    """Return the quarters that can be chosen, newest first; one that runs is not recorded yet."""
    periods = program_periods(stored, today)
    ended = tuple(period for period in periods if period.last < today)
    return ended if recorded and ended else periods


def select_engagements(
    connection: Connection, chosen: Sequence[StoredEngagement], quarters: Sequence[Period], *, recorded: bool
) -> tuple[ProgramEngagement, ...]:
    """Return engagements in the alphabetical order of their names, with their figures of some quarters."""
    app = container()
    days = tuple((quarter.first, quarter.last) for quarter in quarters)
    selection = ProgramSelection(caller().tenant_id, days, app.clock(), app.engine, app.reader, app.program)
    select = select_recorded_program if recorded else select_program
    return select(connection, chosen, selection)


def local_today(stored: Sequence[StoredEngagement], now: Instant) -> date:
    return max(local_day(item.engagement.zone, now) for item in stored)
