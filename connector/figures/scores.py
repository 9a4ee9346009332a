"""The score of a window, and of the one before, from sums by day: its cost grows with days, never with tickets."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.figures.latencies import is_of_many
from connector.figures.score_counts import (
    CRISIS,
    Asked,
    crisis_window,
    select_all_counts,
    select_cocreation,
    select_site_counts,
    window_in,
)
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.report.source import OpportunityRow, Scores
from mappings.measure.period.disputes import counts_without
from mappings.measure.score.latencies import LATENCIES
from mappings.measure.score.window import Counts, change_between, score_counts
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.issues import select_labels
from mappings.records.figures.opportunities import (
    select_opportunities,
    select_opportunities_of,
)
from mappings.records.sql.scope import Scope

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
    ends = ends_of(prepared, end)
    all_counts = select_all_counts(scope, prepared, ends, as_of)
    scores, counts = _scores_of(prepared, all_counts, ends, as_of), all_counts[0]
    if not disputed:
        return scores
    windows = dict.fromkeys(counts.keys() & COUNTED, scores.window)
    windows |= dict.fromkeys(counts.keys() & set(CRISIS), scores.crisis)
    gone = select_opportunities_of(scope, disputed)
    return replace(scores, without=score_counts(counts_without(counts, gone, windows), prepared.ruleset))


def select_scores_at(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    ends: Sequence[date],
    as_of: Instant,
) -> list[Scores]:
    """Return what `select_score` gives for each of several ends, in their order; each table is asked once for all."""
    return select_site_scores(connection, tenant_id, [(stored, prepared)], ends=ends, as_of=as_of)[0]


def select_site_scores(
    connection: Connection,
    tenant_id: int,
    items: Iterable[tuple[StoredEngagement, PreparedEngagement]],
    *,
    ends: Sequence[date],
    as_of: Instant,
) -> list[list[Scores]]:
    """Return what `select_scores_at` gives for each engagement of a site, in their order."""
    asked = [
        Asked(scope_of(connection, tenant_id, stored), prepared, _flat(prepared, ends), as_of)
        for stored, prepared in items
    ]
    return [
        [_scores_of(item.prepared, counts[i : i + 2], item.ends[i : i + 2], as_of) for i in range(0, len(item.ends), 2)]
        for item, counts in zip(asked, select_site_counts(asked), strict=True)
    ]


def _flat(prepared: PreparedEngagement, ends: Sequence[date]) -> tuple[Instant, ...]:
    return tuple(instant for end in ends for instant in ends_of(prepared, end))


def ends_of(prepared: PreparedEngagement, end: date) -> tuple[Instant, Instant]:
    """Return the ends of the window that ends with a day, and of the one before."""
    last = prepared.calendar.midnight(end)
    return last, last - prepared.ruleset.window_days * DAY


def _scores_of(
    prepared: PreparedEngagement, counts: Sequence[Counts], ends: Sequence[Instant], as_of: Instant
) -> Scores:
    now, before = (score_counts(own, prepared.ruleset) for own in counts)
    change = change_between(before, now, prepared.ruleset)
    window, earlier = (window_in(prepared, end, as_of) for end in ends)
    return Scores(now, before, change, window, crisis_window(prepared, ends[0], as_of), earlier=earlier)


def scope_of(connection: Connection, tenant_id: int, stored: StoredEngagement) -> Scope:
    assert stored.generation is not None
    return Scope(connection, tenant_id, stored.engagement.key, stored.generation)


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
