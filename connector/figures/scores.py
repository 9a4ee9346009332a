"""The score of a window, and of the one before, from sums by day: its cost grows with days, never with tickets."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.figures.latencies import is_of_many
from connector.figures.people import select_progression
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.report.source import OpportunityRow, Scores
from mappings.measure.model.opportunity import Window, count, window_of
from mappings.measure.period.disputes import counts_without
from mappings.measure.score.cocreation import Definition, cocreated
from mappings.measure.score.definitions import definitions_of
from mappings.measure.score.feedback import ended_quarters, feedback_acted_on, feedback_given
from mappings.measure.score.latencies import LATENCIES
from mappings.measure.score.opportunities import Count
from mappings.measure.score.window import Counts, change_between, score_counts
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.definitions import select_definition_edits
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.agreement.feedback import select_feedback
from mappings.records.agreement.pulses import select_pulses
from mappings.records.facts.issues import select_labels
from mappings.records.figures.objective_activity import select_activity
from mappings.records.figures.opportunities import (
    Totals,
    select_opportunities,
    select_opportunities_of,
    select_totals,
)
from mappings.records.sql.scope import Scope

CRISIS = ("crisis", "crisis_agency", "crisis_inhouse")
# The components whose opportunities are tickets, and open.
ON_TICKETS = (
    "taught_through", "learners_offered", "workflow_checks", "proposals", "uptake", "reviews_in_time",
    "questions_answered", "brief_stable", "earliness", "first_pass", *CRISIS,
)  # fmt: skip
# All that single tickets add to: it goes with a ticket that is left out.
COUNTED = {*ON_TICKETS, "agency_done"}


def select_score(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    end: date,
    as_of: Instant,
    disputed: Collection[int] = (),
) -> Scores:
    """Return the score of the window that ends with `end`, not included, and of the one before (measurement (e), (h)).

    A window of 180 days and the one before share no ticket; both are computed by what is known at `as_of`. Where
    tickets are `disputed` the score without them comes with it.
    """
    scope = scope_of(connection, tenant_id, stored)
    last = prepared.calendar.midnight(end)
    earlier = last - prepared.ruleset.window_days * DAY
    counts, counts_before = select_all_counts(scope, prepared, (last, earlier), as_of)
    now, before = score_counts(counts, prepared.ruleset), score_counts(counts_before, prepared.ruleset)
    change = change_between(before, now, prepared.ruleset)
    scores = Scores(now, before, change, window_in(prepared, last, as_of), crisis_window(prepared, last, as_of))
    if not disputed:
        return scores
    windows = dict.fromkeys(counts.keys() & COUNTED, scores.window)
    windows |= dict.fromkeys(counts.keys() & set(CRISIS), scores.crisis)
    gone = select_opportunities_of(scope, disputed)
    return replace(scores, without=score_counts(counts_without(counts, gone, windows), prepared.ruleset))


def scope_of(connection: Connection, tenant_id: int, stored: StoredEngagement) -> Scope:
    assert stored.generation is not None
    return Scope(connection, tenant_id, stored.engagement.key, stored.generation)


def window_in(prepared: PreparedEngagement, end: Instant, as_of: Instant) -> Window:
    # The window is cut where the engagement begins (measurement (h)).
    return Window(*window_of(end, prepared.ruleset.window_days * DAY, prepared.starts), as_of)


def crisis_window(prepared: PreparedEngagement, end: Instant, as_of: Instant) -> Window:
    return Window(*window_of(end, prepared.ruleset.crisis_days * DAY, prepared.starts), as_of)


def select_all_counts(
    scope: Scope, prepared: PreparedEngagement, ends: Sequence[Instant], as_of: Instant
) -> list[Counts]:
    """Return x and n of every component in the window that ends at each of `ends` (measurement (h))."""
    begun = [end for end in ends if end > prepared.starts]
    windows = [window_in(prepared, end, as_of) for end in begun]
    # Incidents are counted over the longer window alone (measurement (h), D6).
    longer = [crisis_window(prepared, end, as_of) for end in begun]
    totals = select_totals(scope, [*windows, *longer], prepared.calendar)
    met_in = [(window, totals[i].met) for i, window in enumerate(windows)]
    progression = select_progression(scope, prepared, met_in)
    cocreation = select_cocreation(scope, prepared, windows)
    counts = {
        end: _counts_in(scope, prepared, window, totals[i :: len(begun)])
        | {
            "progression": progression[i],
            "cocreation": (float(sum(row.x for row in cocreation[i])), len(cocreation[i])),
        }
        for i, (end, window) in enumerate(zip(begun, windows, strict=True))
    }
    return [counts.get(end, {}) for end in ends]


def _counts_in(
    scope: Scope, prepared: PreparedEngagement, window: Window, totals: Sequence[Totals]
) -> dict[str, tuple[float, float]]:
    usual, longer = totals
    counts = {key: _plain(counted) for key, counted in usual.counts.items() if key not in CRISIS}
    nothing = Count(Fraction(0), 0)
    return (
        counts
        | {key: _plain(longer.counts.get(key, nothing)) for key in CRISIS}
        | {
            "feedback_given": _select_given(scope, prepared, window),
            "feedback_acted_on": _select_acted_on(scope, prepared, window),
        }
    )


def _plain(counted: Count) -> tuple[float, float]:
    return float(counted.x), counted.n


def _select_given(scope: Scope, prepared: PreparedEngagement, window: Window) -> tuple[float, float]:
    agreed = prepared.engagement
    day = prepared.calendar.day(min(window.end, window.as_of))
    pulses = select_pulses(scope.agreement, as_of=window.as_of)
    quarters = ended_quarters(agreed.starts, agreed.ends, day)
    return feedback_given(quarters, ((pulse.side, pulse.quarter) for pulse in pulses))


def _select_acted_on(scope: Scope, prepared: PreparedEngagement, window: Window) -> tuple[float, float]:
    items = select_feedback(scope.agreement, start=window.start, end=window.end)
    opportunities = [feedback_acted_on(item.at, item.action_at, prepared.ruleset) for item in items]
    return count(opportunities, "feedback_acted_on", window)


def select_cocreation(
    scope: Scope, prepared: PreparedEngagement, windows: Sequence[Window]
) -> list[list[OpportunityRow]]:
    """Return how each objective with work in each of the windows came about (measurement (h), D7)."""
    if not windows:
        return []
    known = [min(window.as_of, window.end) for window in windows]
    edits = select_definition_edits(scope.agreement, as_of=max(known))
    activity = select_activity(scope, prepared.objective_index.keys, windows)
    return [
        _cocreation_in(
            prepared,
            definitions_of(edit for edit in edits if edit.at <= as_of),
            {key: first for key, (first, active) in activity.items() if active[number] and first is not None},
        )
        for number, as_of in enumerate(known)
    ]


def _cocreation_in(
    prepared: PreparedEngagement, definitions: Mapping[str, Definition], begun: Mapping[str, Instant]
) -> list[OpportunityRow]:
    # `begun` has the objectives with work, and when it began.
    return [
        OpportunityRow(0, key, first, cocreated(definitions.get(key, Definition()), prepared.calendar.day(first)))
        for key, first in begun.items()
    ]


def select_opportunity_rows(
    scope: Scope,
    prepared: PreparedEngagement,
    scores: Scores,
    keys: Iterable[str] = ON_TICKETS,
    *,
    latest: int | None = None,
) -> dict[str, list[OpportunityRow]]:
    """Return the opportunities behind components, each with its ticket, in order of time; they add up to the counts.

    With `latest` at most so many of each, the latest; but all of a latency that is shown by quarter.
    """
    # Each component has its own window: incidents are counted over a longer one.
    by_quarter = LATENCIES if prepared.ruleset.works_council else ()
    rows = {
        key: select_opportunities(
            scope, key, scores.crisis if key in CRISIS else scores.window, None if key in by_quarter else latest
        )
        for key in keys
    }
    labels = select_labels(
        scope.connection, scope.tenant_id, {row.issue_id for component_rows in rows.values() for row in component_rows}
    )
    opportunities = {
        key: [OpportunityRow(row.issue_id, labels[row.issue_id].key, row.at, row.x) for row in component_rows]
        for key, component_rows in rows.items()
    }
    return opportunities | {"cocreation": select_cocreation(scope, prepared, (scores.window,))[0]}


def select_of_many(scope: Scope, prepared: PreparedEngagement, scores: Scores, keys: Iterable[str]) -> frozenset[str]:
    """Return which of some latencies k people or more answered (measurement (f))."""
    # Only works-council mode hides the others: elsewhere nothing is read.
    if not prepared.ruleset.works_council:
        return frozenset()
    windows = {key: scores.crisis if key in CRISIS else scores.window for key in keys if key in LATENCIES}
    return frozenset(key for key, window in windows.items() if is_of_many(scope, prepared, key, window))
