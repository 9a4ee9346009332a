"""What the components of a score count in windows: from sums by day, so that it costs days and never tickets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from msgspec import Struct

from connector.figures.people import MetPairs, select_site_progression
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.report.source import OpportunityRow
from mappings.measure.model.opportunity import Window, count, window_of
from mappings.measure.model.statements import DefinitionEdit, Feedback, Pulse
from mappings.measure.score.cocreation import Definition, cocreated
from mappings.measure.score.definitions import definitions_of
from mappings.measure.score.feedback import ended_quarters, feedback_acted_on, feedback_given
from mappings.measure.score.opportunities import Count
from mappings.measure.score.window import Counts
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.definitions import select_definition_edits, select_site_definition_edits
from mappings.records.agreement.feedback import select_site_feedback
from mappings.records.agreement.pulses import select_site_pulses
from mappings.records.figures.objective_activity import Activity, AskedActivity, select_activity
from mappings.records.figures.opportunities import Totals, select_site_totals
from mappings.records.sql.scope import Scope, SiteScope

# By engagement and objective.
Activities: TypeAlias = Mapping[tuple[str, str], Activity]

CRISIS = ("crisis", "crisis_agency", "crisis_inhouse")


def window_in(prepared: PreparedEngagement, end: Instant, as_of: Instant) -> Window:
    # The window is cut where the engagement begins (measurement (h)).
    return Window(*window_of(end, prepared.ruleset.window_days * DAY, prepared.starts), as_of)


def crisis_window(prepared: PreparedEngagement, end: Instant, as_of: Instant) -> Window:
    return Window(*window_of(end, prepared.ruleset.crisis_days * DAY, prepared.starts), as_of)


class Asked(Struct, frozen=True):
    """An engagement whose components are asked for in the window that ends with each of `ends`, as known `as_of`."""

    scope: Scope
    prepared: PreparedEngagement
    ends: tuple[Instant, ...]
    as_of: Instant

    @property
    def key(self) -> str:
        return self.scope.engagement

    @property
    def activity(self) -> AskedActivity:
        return AskedActivity(self.key, self.prepared.objective_index.keys, self.windows)

    @property
    def begun(self) -> tuple[Instant, ...]:
        return tuple(end for end in self.ends if end > self.prepared.starts)

    @property
    def windows(self) -> tuple[Window, ...]:
        return tuple(window_in(self.prepared, end, self.as_of) for end in self.begun)

    @property
    def longer(self) -> tuple[Window, ...]:
        # Incidents are counted over the longer window alone (measurement (h), D6).
        return tuple(crisis_window(self.prepared, end, self.as_of) for end in self.begun)


class Statements(Struct, frozen=True):
    """What people said by hand: pulses, feedback, and edits of definitions."""

    pulses: Sequence[Pulse] = ()
    feedback: Sequence[Feedback] = ()
    edits: Sequence[DefinitionEdit] = ()


def select_all_counts(
    scope: Scope, prepared: PreparedEngagement, ends: Sequence[Instant], as_of: Instant
) -> list[Counts]:
    """Return x and n of every component in the window that ends at each of `ends` (measurement (h))."""
    return select_site_counts([Asked(scope, prepared, tuple(ends), as_of)])[0]


def select_site_counts(items: Sequence[Asked]) -> list[list[Counts]]:
    """Return the same of several engagements of a site, in their order; each table is asked once for all."""
    if not items:
        return []
    site, totals, statements = _site_of(items), _select_all_totals(items), _select_statements(items)
    met = [MetPairs(item.prepared, _met_in(item, totals.get(item.key, ()))) for item in items]
    progression = select_site_progression(site, met)
    activity = select_activity(site, [item.activity for item in items])
    return [
        _counts_of(
            item,
            totals.get(item.key, ()),
            statements.get(item.key, Statements()),
            progression=progression[number],
            activity=activity,
        )
        for number, item in enumerate(items)
    ]


def _met_in(item: Asked, totals: Sequence[Totals]) -> list[tuple[Window, set[tuple[str, str]]]]:
    return [(window, totals[number].met) for number, window in enumerate(item.windows)]


def _select_all_totals(items: Iterable[Asked]) -> dict[str, list[Totals]]:
    # Those that began long ago have the same windows in the same zone.
    alike: defaultdict[tuple[str, tuple[Window, ...], tuple[Window, ...]], list[Asked]] = defaultdict(list)
    for item in items:
        alike[item.prepared.engagement.zone, item.windows, item.longer].append(item)
    totals: dict[str, list[Totals]] = {}
    for (_, windows, longer), same in alike.items():
        only = ((),) * len(windows) + (CRISIS,) * len(longer)
        totals |= select_site_totals(_site_of(same), (*windows, *longer), same[0].prepared.calendar, only)
    return totals


def _site_of(items: Sequence[Asked]) -> SiteScope:
    scope = items[0].scope
    generations = {item.scope.engagement: item.scope.generation for item in items}
    return SiteScope(scope.connection, scope.tenant_id, generations)


def _select_statements(items: Sequence[Asked]) -> dict[str, Statements]:
    windows = [window for item in items for window in item.windows]
    if not windows:
        return {}
    site, as_of = _site_of(items), max(window.as_of for window in windows)
    pulses = select_site_pulses(site, as_of=as_of)
    edits = select_site_definition_edits(site, as_of=as_of)
    filed = select_site_feedback(
        site, start=min(window.start for window in windows), end=max(window.end for window in windows)
    )
    return {key: Statements(pulses.get(key, ()), filed.get(key, ()), edits.get(key, ())) for key in site.generations}


def _counts_of(
    item: Asked,
    totals: Sequence[Totals],
    statements: Statements,
    *,
    progression: Sequence[tuple[float, int]],
    activity: Activities,
) -> list[Counts]:
    prepared, windows = item.prepared, item.windows
    cocreation = _cocreation_of(item.activity, prepared, statements.edits, activity)
    counts = {
        end: _counts_in(prepared, window, totals[i :: len(windows)], statements)
        | {
            "progression": progression[i],
            "cocreation": (float(sum(row.x for row in cocreation[i])), len(cocreation[i])),
        }
        for i, (end, window) in enumerate(zip(item.begun, windows, strict=True))
    }
    return [counts.get(end, {}) for end in item.ends]


def _counts_in(
    prepared: PreparedEngagement, window: Window, totals: Sequence[Totals], statements: Statements
) -> dict[str, tuple[float, float]]:
    usual, longer = totals
    counts = {key: _plain(counted) for key, counted in usual.counts.items() if key not in CRISIS}
    nothing = Count(Fraction(0), 0)
    return (
        counts
        | {key: _plain(longer.counts.get(key, nothing)) for key in CRISIS}
        | {
            "feedback_given": _feedback_given(prepared, window, statements.pulses),
            "feedback_acted_on": _acted_on(prepared, window, statements.feedback),
        }
    )


def _plain(counted: Count) -> tuple[float, float]:
    return float(counted.x), counted.n


def _feedback_given(prepared: PreparedEngagement, window: Window, pulses: Iterable[Pulse]) -> tuple[float, float]:
    agreed = prepared.engagement
    day = prepared.calendar.day(min(window.end, window.as_of))
    quarters = ended_quarters(agreed.starts, agreed.ends, day)
    return feedback_given(quarters, ((pulse.side, pulse.quarter) for pulse in pulses if pulse.at <= window.as_of))


def _acted_on(prepared: PreparedEngagement, window: Window, filed: Iterable[Feedback]) -> tuple[float, float]:
    items = (item for item in filed if window.start <= item.at < window.end)
    opportunities = [feedback_acted_on(item.at, item.action_at, prepared.ruleset) for item in items]
    return count(opportunities, "feedback_acted_on", window)


def select_cocreation(
    scope: Scope, prepared: PreparedEngagement, windows: Sequence[Window]
) -> list[list[OpportunityRow]]:
    """Return how each objective with work in each of the windows came about (measurement (h), D7)."""
    if not windows:
        return []
    edits = select_definition_edits(scope.agreement, as_of=max(min(window.as_of, window.end) for window in windows))
    asked = AskedActivity(scope.engagement, prepared.objective_index.keys, windows)
    return _cocreation_of(asked, prepared, edits, select_activity(scope.alone, [asked]))


def _cocreation_of(
    asked: AskedActivity, prepared: PreparedEngagement, edits: Iterable[DefinitionEdit], activity: Activities
) -> list[list[OpportunityRow]]:
    own = {key: activity[asked.engagement, key] for key in asked.objectives} if asked.windows else {}
    return [
        _cocreation_in(
            prepared,
            definitions_of(edit for edit in edits if edit.at <= min(window.as_of, window.end)),
            {key: first for key, (first, active) in own.items() if active[number] and first is not None},
        )
        for number, window in enumerate(asked.windows)
    ]


def _cocreation_in(
    prepared: PreparedEngagement, definitions: Mapping[str, Definition], begun: Mapping[str, Instant]
) -> list[OpportunityRow]:
    # `begun` has the objectives with work, and when it began.
    return [
        OpportunityRow(0, key, first, cocreated(definitions.get(key, Definition()), prepared.calendar.day(first)))
        for key, first in begun.items()
    ]
