"""The program: engagements side by side by quarter, from the same functions as their own pages and reports."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Connection, Engine

from connector.figures.people import load_weekly_people
from connector.figures.prepared import select_all_prepared
from connector.figures.scores import scope_of, select_score
from mappings.events.types import Instant
from mappings.formats.report.source import Scores
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.departments import DepartmentState, department_state
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.figures import Figures, figures
from mappings.measure.score.program_counts import COUNTED, Experiments, Proposals, count_program
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.figures.day_sums import select_sums
from mappings.records.figures.opportunities import select_counts_by_x

# The first and the last day of a quarter.
Days = tuple[date, date]


class QuarterFigures(Struct, frozen=True):
    """An engagement in a quarter: what was delivered, who can do what at its end, experiments and proposals."""

    figures: Figures
    people: PeopleFigures
    experiments: Experiments
    proposals: Proposals
    by: str


class Freeze(Struct, frozen=True):
    """When a quarter was frozen and by which rules. `is_whole`: experiments, proposals and departments are in it."""

    taken_at: Instant
    as_of: Instant
    ruleset: str
    ruleset_hash: str
    report_hash: str
    is_whole: bool


class ProgramEngagement(Struct, frozen=True):
    """An engagement by quarter, oldest first; None before its begin, and all None until it is measured.

    `freezes` has for each quarter when it was frozen, None where it was not; it is None for figures of today.
    """

    stored: StoredEngagement
    quarters: tuple[QuarterFigures | None, ...]
    scores: Scores | None
    freezes: tuple[Freeze | None, ...] | None = None

    @property
    def engagement(self) -> Engagement:
        return self.stored.engagement

    @property
    def now(self) -> QuarterFigures | None:
        return self.quarters[-1]

    @property
    def before(self) -> QuarterFigures | None:
        return self.quarters[-2]

    @property
    def freeze(self) -> Freeze | None:
        return None if self.freezes is None else self.freezes[-1]

    @property
    def by(self) -> str:
        """What a unit of the newest quarter is."""
        return self.engagement.units.by if self.now is None else self.now.by


class ProgramSelection(Struct, frozen=True):
    """What is asked of a site: some quarters that follow each other, oldest first, as known at `as_of`.

    `engine` stores the figures about people of a week once they are computed; `reader` only reads.
    """

    tenant_id: int
    quarters: tuple[Days, ...]
    as_of: Instant
    engine: Engine
    reader: Engine


def select_program(
    connection: Connection, stored: Iterable[StoredEngagement], selection: ProgramSelection
) -> tuple[ProgramEngagement, ...]:
    """Return engagements in the alphabetical order of their names, with their figures by quarter."""
    ordered = in_order(stored)
    measured = [item for item in ordered if item.generation is not None]
    all_prepared = iter(select_all_prepared(connection, selection.tenant_id, measured))
    return tuple(
        ProgramEngagement(item, (None,) * len(selection.quarters), None)
        if item.generation is None
        else _select_engagement(connection, Prepared(item, next(all_prepared)), selection)
        for item in ordered
    )


def in_order(stored: Iterable[StoredEngagement]) -> list[StoredEngagement]:
    # There is no other order: by any figure it would be a ranking.
    return sorted((item.as_shown for item in stored), key=lambda item: item.engagement.name.casefold())


class Prepared(Struct, frozen=True):
    """An engagement with its prepared rules."""

    stored: StoredEngagement
    rules: PreparedEngagement


def _select_engagement(connection: Connection, item: Prepared, selection: ProgramSelection) -> ProgramEngagement:
    stored, prepared, as_of = item.stored, item.rules, selection.as_of
    scope, midnight = scope_of(connection, selection.tenant_id, stored), prepared.calendar.midnight
    first_day, last_day = selection.quarters[0][0], selection.quarters[-1][1]
    sums = select_sums(scope, first_day, last_day).get("", [])
    after = last_day + timedelta(days=1)
    windows = {
        first: Window(midnight(first), midnight(last + timedelta(days=1)), as_of)
        for first, last in selection.quarters
        if is_running(stored.engagement, first, last)
    }
    all_counts = select_counts_by_x(scope, COUNTED, tuple(windows.values()))
    counts_by_quarter = dict(zip(windows, all_counts, strict=True))
    quarters: list[QuarterFigures | None] = []
    for first, last in selection.quarters:
        if first not in windows:
            quarters.append(None)
            continue
        people = load_weekly_people(
            selection.engine, selection.tenant_id, stored, prepared, now=as_of, end=windows[first].end,
            reader=selection.reader,
        )  # fmt: skip
        shown, counts = figures(sums, first, last, stored.rules), count_program(counts_by_quarter[first])
        quarters.append(QuarterFigures(shown, people, counts.experiments, counts.proposals, stored.engagement.units.by))
    scores = select_score(connection, selection.tenant_id, stored, prepared, end=after, as_of=as_of)
    return ProgramEngagement(stored, tuple(quarters), scores)


def is_running(engagement: Engagement, first: date, last: date) -> bool:
    return engagement.starts <= last and (engagement.ends is None or first < engagement.ends)


def taught_through(scores: Scores | None) -> tuple[float, float] | None:
    """Return x and n of the component of an engagement that the funnel compares: tickets taught through (D1a)."""
    if scores is None:
        return None
    parts = (part for dimension in scores.now.dimensions for part in dimension.components)
    compared = next((part for part in parts if part.key == "taught_through"), None)
    return None if compared is None else (compared.x, compared.n)


def departments_by_quarter(engagements: Iterable[ProgramEngagement], k: int) -> Mapping[str, tuple[str, ...]]:
    """Return for each department with learners its states by quarter: "yes", "not yet", "" not part, "few" under k.

    A department of several engagements has as many people as the one that names most of them.
    """
    engagements = tuple(engagements)
    names = sorted(
        {
            department.name
            for engagement in engagements
            for quarter in engagement.quarters
            if quarter is not None
            for department in quarter.people.departments
            if department.has_learners
        },
        key=str.casefold,
    )
    columns = zip(*(engagement.quarters for engagement in engagements), strict=True)
    states = [{name: _department_state(name, quarters, k) for name in names} for quarters in columns]
    return {name: tuple(column[name] for column in states) for name in names}


def _department_state(name: str, quarters: Iterable[QuarterFigures | None], k: int) -> DepartmentState:
    same = [
        department
        for quarter in quarters
        if quarter is not None
        for department in quarter.people.departments
        if department.name == name
    ]
    return department_state(same, k)


def strictest_k(rules: Iterable[Ruleset]) -> int:
    return max((rule.k for rule in rules), default=0)
