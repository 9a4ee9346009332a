"""The dimension of gatekeepers in a window: how early they were brought in, and the tickets behind it."""

from collections.abc import Mapping

from msgspec import Struct

from connector.figures.gatekeepers.ticket import Answer, Asked, answers_of, asked_of
from connector.figures.score_counts import window_in
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.opportunity import Window, counted
from mappings.measure.model.ticket import Ticket
from mappings.measure.score.composite import compare
from mappings.measure.score.dimensions import PARTS, Component, Dimension, score_component, score_dimension
from mappings.measure.score.window import Verdict, verdict_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.opportunities import select_counts, select_opportunities, select_opportunities_of
from mappings.records.sql.scope import Scope
from webhooks.annotations import with_annotations

# Tickets that are read for the lists, the latest: a page costs no more where there are more.
MOST = 40
DIMENSION = "gatekeepers"
# How early they were met, and how often a first try passed.
PARTS_OF = ("earliness", "first_pass")


class Gatekeeping(Struct, frozen=True):
    """The dimension now and a window earlier, the tickets of the window, and the viewer's own answers.

    `verdict` is how the first of its parts changed: how early they were met; None where one is not published.
    `submitted`: those of the tickets whose first way through a gatekeeper's status counts in the window, `returned`
    those of them that came back from it. `earlier` is the window before, empty where the engagement had not begun.
    """

    now: Dimension
    before: Dimension
    verdict: Verdict | None
    window: Window
    tickets: int
    asked: tuple[Asked, ...]
    answers: tuple[Answer, ...]
    submitted: frozenset[int]
    returned: frozenset[int]
    earlier: Window


def select_gatekeeping(
    scope: Scope, prepared: PreparedEngagement, *, viewer: str, end: Instant, now: Instant
) -> Gatekeeping:
    window = window_in(prepared, end, now)
    earlier = window_in(prepared, end - prepared.ruleset.window_days * DAY, now)
    scores = [_dimension(scope, prepared, each) for each in (window, earlier)]
    tickets = _select_latest(scope, window)
    opportunities = select_opportunities_of(scope, tickets)
    rows = sorted(counted(opportunities, PARTS_OF[0], window), key=lambda row: (row.at, row.issue_id))
    asked = [item for row in rows for item in asked_of(prepared, tickets.get(row.issue_id), row, viewer)]
    answers = [answer for ticket in tickets.values() for answer in answers_of(prepared, ticket, viewer, window)]
    passes = counted(opportunities, PARTS_OF[1], window)
    return Gatekeeping(
        scores[0],
        scores[1],
        _verdict(scores[1].components[0], scores[0].components[0], prepared),
        window,
        # A ticket counts once in a window: what was reopened in it is gone.
        int(scores[0].components[0].n),
        tuple(sorted(asked, key=lambda item: -item.done)),
        tuple(sorted(answers, key=lambda answer: answer.at)),
        frozenset(row.issue_id for row in passes),
        frozenset(row.issue_id for row in passes if not row.x),
        earlier,
    )


def _dimension(scope: Scope, prepared: PreparedEngagement, window: Window) -> Dimension:
    by_key = select_counts(scope, window, prepared.calendar) if window.start < window.end else {}
    parts = [key for key, part in PARTS.items() if part.dimension == DIMENSION]
    components = [
        score_component(
            key, float(by_key[key].x) if key in by_key else 0.0, by_key[key].n if key in by_key else 0, prepared.ruleset
        )
        for key in parts
    ]
    return score_dimension(DIMENSION, tuple(components), prepared.ruleset)


def _verdict(before: Component, after: Component, prepared: PreparedEngagement) -> Verdict | None:
    if not (before.published and after.published):
        return None
    return verdict_of(compare((before.value, before.se), (after.value, after.se), prepared.ruleset))


def _select_latest(scope: Scope, window: Window) -> Mapping[int, Ticket]:
    # Each component has a ticket once, so that so many rows of each hold so many tickets.
    rows = [row for key in PARTS_OF for row in select_opportunities(scope, key, window, MOST)]
    latest = {row.issue_id: row.at for row in sorted(rows, key=lambda row: row.at)}
    ids = sorted(latest, key=lambda issue_id: -latest[issue_id])[:MOST]
    return with_annotations(scope.agreement, select_tickets(scope.connection, scope.tenant_id, ids))


def select_listed(scope: Scope, prepared: PreparedEngagement, *, end: Instant, now: Instant) -> set[int]:
    """Return the ids of the latest tickets that stand in the list of an engagement."""
    window = window_in(prepared, end, now)
    rows = select_opportunities(scope, PARTS_OF[0], window, MOST)
    return {row.issue_id for row in counted(rows, PARTS_OF[0], window)}
