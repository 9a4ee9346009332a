"""The program: engagements side by side by quarter, from the same functions as their own pages and reports."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Connection, Engine

from connector.figures.holding_times import select_ends
from connector.figures.people import load_site_people
from connector.figures.prepared import select_all_prepared
from connector.figures.program_cache import Basis, Kept, Key, ProgramCache
from connector.figures.program_experiments import select_decided
from connector.figures.scores import select_site_scores
from mappings.events.types import Instant
from mappings.formats.report.source import Scores
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import DaySums
from mappings.measure.people.departments import DepartmentState, department_state
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.figures import Figures, figures_of_sums
from mappings.measure.score.program_counts import (
    SUMMED,
    Decided,
    Experiments,
    Proposals,
    count_decided,
    proposals_of_sums,
)
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.figures.day_sums import select_span_sums
from mappings.records.figures.figure_tokens import select_figure_tokens
from mappings.records.figures.opportunities import select_site_totals
from mappings.records.sql.scope import SiteScope

# The first and the last day of a quarter.
Days = tuple[date, date]


class QuarterFigures(Struct, frozen=True):
    """An engagement in a quarter: what was delivered, who can do what at its end, experiments and proposals.

    `decided` has the experiments by ticket; it is None for frozen figures, which have numbers alone.
    """

    figures: Figures
    people: PeopleFigures
    experiments: Experiments
    proposals: Proposals
    by: str
    decided: tuple[Decided, ...] | None = None


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
    `ran` tells beside it in which quarters the engagement was under way.
    """

    stored: StoredEngagement
    quarters: tuple[QuarterFigures | None, ...]
    scores: Scores | None
    freezes: tuple[Freeze | None, ...] | None = None
    ran: tuple[bool, ...] = ()

    def is_missing(self, place: int) -> bool:
        """Tell whether it was under way in a quarter (its index) that was not recorded."""
        return self.freezes is not None and self.freezes[place] is None and self.ran[place]

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

    `engine` stores the figures about people of a week once they are computed; `reader` only reads. `cache` has what
    this process made before.
    """

    tenant_id: int
    quarters: tuple[Days, ...]
    as_of: Instant
    engine: Engine
    reader: Engine
    cache: ProgramCache


def select_program(
    connection: Connection, stored: Iterable[StoredEngagement], selection: ProgramSelection
) -> tuple[ProgramEngagement, ...]:
    """Return engagements in the alphabetical order of their names, with their figures by quarter."""
    ordered = in_order(stored)
    measured = [item for item in ordered if item.generation is not None]
    # The tokens first: what changes while the rest is read has another one.
    tokens = select_figure_tokens(connection, selection.tenant_id)
    prepared = select_all_prepared(connection, selection.tenant_id, measured)
    items = [
        Prepared(item, rules, tokens.get(item.engagement.key, ""))
        for item, rules in zip(measured, prepared, strict=True)
    ]
    known = _load_engagements(connection, items, selection)
    unmeasured = (None,) * len(selection.quarters)
    return tuple(known.get(item.engagement.key) or ProgramEngagement(item, unmeasured, None) for item in ordered)


def in_order(stored: Iterable[StoredEngagement]) -> list[StoredEngagement]:
    # There is no other order: by any figure it would be a ranking.
    return sorted((item.as_shown for item in stored), key=lambda item: item.engagement.name.casefold())


class Prepared(Struct, frozen=True):
    """An engagement with its prepared rules, and the token of its figures."""

    stored: StoredEngagement
    rules: PreparedEngagement
    token: str

    @property
    def key(self) -> str:
        return self.stored.engagement.key

    @property
    def generation(self) -> int:
        assert self.stored.generation is not None
        return self.stored.generation

    def windows(self, selection: ProgramSelection) -> tuple[Window, ...]:
        """Return the quarters as windows in the engagement's zone."""
        midnight = self.rules.calendar.midnight
        return tuple(
            Window(midnight(first), midnight(last + timedelta(days=1)), selection.as_of)
            for first, last in selection.quarters
        )

    @property
    def basis(self) -> Basis:
        return Basis(self.stored, self.rules, self.token)

    def place_in(self, selection: ProgramSelection) -> Key:
        """Return where the cache keeps it."""
        return selection.tenant_id, self.key, selection.quarters

    def runs_in(self, selection: ProgramSelection) -> list[bool]:
        return [is_running(self.stored.engagement, *days) for days in selection.quarters]


def _load_engagements(
    connection: Connection, items: Sequence[Prepared], selection: ProgramSelection
) -> dict[str, ProgramEngagement]:
    # What is kept, and the others together.
    cached = selection.cache.find({item.place_in(selection): item.basis for item in items}, selection.as_of)
    missing = [item for item in items if item.place_in(selection) not in cached]
    made = _select_engagements(connection, missing, selection) if missing else {}
    rules = {item.key: item.rules for item in missing}
    ends = select_ends(_site_of(connection, missing, selection), rules, selection.as_of) if missing else {}
    for item in missing:
        figures = Kept(item.basis, selection.as_of, ends[item.key], made[item.key])
        selection.cache.keep(item.place_in(selection), figures)
    return {key: figures for (_, key, _), figures in cached.items()} | made


def _site_of(connection: Connection, items: Sequence[Prepared], selection: ProgramSelection) -> SiteScope:
    return SiteScope(connection, selection.tenant_id, {item.key: item.generation for item in items})


def _select_engagements(
    connection: Connection, items: Sequence[Prepared], selection: ProgramSelection
) -> dict[str, ProgramEngagement]:
    # Each table is asked once for all engagements, the opportunities once for each time zone.
    site = _site_of(connection, items, selection)
    sums = select_span_sums(site, selection.quarters)
    proposals = _select_proposals(site, items, selection)
    decided = select_decided(site, {item.key: item.windows(selection) for item in items})
    people = _load_people(items, selection)
    after = selection.quarters[-1][1] + timedelta(days=1)
    pairs = [(item.stored, item.rules) for item in items]
    scores = select_site_scores(connection, selection.tenant_id, pairs, end=after, as_of=selection.as_of)
    engagements: dict[str, ProgramEngagement] = {}
    for item, score in zip(items, scores, strict=True):
        quarters = tuple(
            QuarterFigures(
                figures_of_sums(sums.get((item.key, place), DaySums()), item.stored.rules), people[item.key, days],
                count_decided(experiments), proposed, item.stored.engagement.units.by, experiments,
            ) if runs else None
            for place, (days, runs, experiments, proposed) in enumerate(zip(
                selection.quarters, item.runs_in(selection), decided[item.key], proposals[item.key], strict=True
            ))
        )  # fmt: skip
        engagements[item.key] = ProgramEngagement(item.stored, quarters, score)
    return engagements


def _select_proposals(
    site: SiteScope, items: Iterable[Prepared], selection: ProgramSelection
) -> dict[str, list[Proposals]]:
    # By engagement and quarter; those of one time zone together.
    alike: defaultdict[tuple[Window, ...], list[Prepared]] = defaultdict(list)
    for item in items:
        alike[item.windows(selection)].append(item)
    proposals: dict[str, list[Proposals]] = {}
    for windows, same in alike.items():
        own = site._replace(generations={item.key: item.generation for item in same})
        totals = select_site_totals(own, windows, same[0].rules.calendar, (SUMMED,) * len(windows))
        proposals |= {
            key: [proposals_of_sums(quarter.counts) for quarter in quarters] for key, quarters in totals.items()
        }
    return proposals


def _load_people(items: Iterable[Prepared], selection: ProgramSelection) -> dict[tuple[str, Days], PeopleFigures]:
    asked = {
        (item.key, days): (item.stored, item.rules, window.end)
        for item in items
        for days, window, runs in zip(selection.quarters, item.windows(selection), item.runs_in(selection), strict=True)
        if runs
    }
    people = load_site_people(
        selection.engine, selection.tenant_id, list(asked.values()), now=selection.as_of, reader=selection.reader
    )
    return dict(zip(asked, people, strict=True))


def is_running(engagement: Engagement, first: date, last: date) -> bool:
    return engagement.starts <= last and (engagement.ends is None or first < engagement.ends)


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
