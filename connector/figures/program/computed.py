"""The program: engagements side by side by quarter, from the same functions as their own pages and reports."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.figures.holding_times import select_ends
from connector.figures.people import load_site_people
from connector.figures.prepared import select_all_prepared
from connector.figures.program.cache import Basis, Kept, Key
from connector.figures.program.engagement import (
    Days,
    ProgramEngagement,
    ProgramSelection,
    QuarterFigures,
    in_order,
    is_running,
    published_score,
)
from connector.figures.program.experiments import may_share, select_again
from connector.figures.scores import select_site_scores
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ticket import DaySums
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.figures import figures_of_sums
from mappings.measure.score.program_counts import (
    SUMMED,
    Experiments,
    ProgramCounts,
    counts_of_sums,
)
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.figures.day_sums import select_span_sums
from mappings.records.figures.figure_tokens import select_figure_tokens
from mappings.records.figures.opportunities import select_site_totals
from mappings.records.sql.scope import SiteScope


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
    for key, again in _load_again(connection, items, selection).items():
        known[key] = replace(known[key], again=again)
    unmeasured = (None,) * len(selection.quarters)
    return tuple(known.get(item.engagement.key) or ProgramEngagement(item, unmeasured, None) for item in ordered)


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

    def windows_run(self, selection: ProgramSelection) -> list[Window | None]:
        """Return the same, None for a quarter in which it does not run."""
        pairs = zip(self.windows(selection), self.runs_in(selection), strict=True)
        return [window if runs else None for window, runs in pairs]

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


def _load_again(
    connection: Connection, items: Sequence[Prepared], selection: ProgramSelection
) -> Mapping[str, tuple[Experiments, ...]]:
    agreed = {item.key: item.rules.engagement for item in items}
    sharing = may_share(agreed, selection.quarters[0][0], selection.quarters[-1][1])
    alike = [item for item in items if item.key in sharing]
    bases = {item.place_in(selection): item.basis for item in alike}
    again = selection.cache.find_together(bases)
    if again is None:
        windows = {item.key: item.windows_run(selection) for item in alike}
        again = select_again(_site_of(connection, alike, selection), windows)
        selection.cache.keep_together(bases, again)
    return again


def _site_of(connection: Connection, items: Sequence[Prepared], selection: ProgramSelection) -> SiteScope:
    return SiteScope(connection, selection.tenant_id, {item.key: item.generation for item in items})


def _select_engagements(
    connection: Connection, items: Sequence[Prepared], selection: ProgramSelection
) -> dict[str, ProgramEngagement]:
    # Each table is asked once for all engagements, the opportunities once for each time zone.
    site = _site_of(connection, items, selection)
    sums = select_span_sums(site, selection.quarters)
    counts = _select_counts(site, items, selection)
    people = _load_people(items, selection)
    ends = [last + timedelta(days=1) for _, last in selection.quarters]
    pairs = [(item.stored, item.rules) for item in items]
    scores = select_site_scores(connection, selection.tenant_id, pairs, ends=ends, as_of=selection.as_of)
    engagements: dict[str, ProgramEngagement] = {}
    for item, score in zip(items, scores, strict=True):
        quarters = tuple(
            QuarterFigures(
                figures_of_sums(sums.get((item.key, place), DaySums()), item.stored.rules), people[item.key, days],
                count.experiments, count.proposals, item.stored.engagement.units.by,
            ) if runs else None
            for place, (days, runs, count) in enumerate(zip(
                selection.quarters, item.runs_in(selection), counts[item.key], strict=True
            ))
        )  # fmt: skip
        engagements[item.key] = ProgramEngagement(
            item.stored, quarters, score[-1], scored=tuple(published_score(own) for own in score)
        )
    return engagements


def _select_counts(
    site: SiteScope, items: Iterable[Prepared], selection: ProgramSelection
) -> dict[str, list[ProgramCounts]]:
    # By engagement and quarter; those of one time zone together.
    alike: defaultdict[tuple[Window, ...], list[Prepared]] = defaultdict(list)
    for item in items:
        alike[item.windows(selection)].append(item)
    counts: dict[str, list[ProgramCounts]] = {}
    for windows, same in alike.items():
        own = site._replace(generations={item.key: item.generation for item in same})
        totals = select_site_totals(own, windows, same[0].rules.calendar, (SUMMED,) * len(windows))
        counts |= {key: [counts_of_sums(quarter.counts) for quarter in quarters] for key, quarters in totals.items()}
    return counts


def _load_people(items: Iterable[Prepared], selection: ProgramSelection) -> dict[tuple[str, Days], PeopleFigures]:
    asked = {
        (item.key, days): (item.stored, item.rules, window.end)
        for item in items
        for days, window in zip(selection.quarters, item.windows_run(selection), strict=True)
        if window
    }
    people = load_site_people(
        selection.engine, selection.tenant_id, list(asked.values()), now=selection.as_of, reader=selection.reader
    )
    return dict(zip(asked, people, strict=True))
