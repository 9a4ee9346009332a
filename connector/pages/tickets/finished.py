"""The finished tickets of a period as a list: one page by key, those that the viewer may not browse as one row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.actions.policy import DISPUTE
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.marks import select_disputed
from connector.jira.client import JiraError
from connector.pages.act import may_act
from connector.pages.agency_part import select_without_part
from connector.pages.periods import Period
from connector.pages.ticket_parts import kinds_for
from connector.pages.tickets.filters import Filters
from connector.pages.tickets.listed_entries import entries_inside, entries_of_objective, print_parts, sum_parts
from connector.pages.together.content import side_of
from connector.pages.visibility import (
    AWAY,
    NO_TICKETS,
    SECURED,
    UNSEEN,
    Reason,
    browsable,
    reason_of,
    select_open_projects,
)
from connector.web.gate import caller, link
from mappings.events.types import Instant
from mappings.formats.export.numbers import units_of
from mappings.formats.report.source import calendar_of
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ticket import Entry, Evidence
from mappings.measure.period.disputes import Disputed, disputed_at, parts_to_dispute
from mappings.measure.period.rounding import shown
from mappings.measure.ticket.late_objectives import confirmable_objectives
from mappings.records.agreement.disputes import select_disputes_of
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.figures.ticket_pages import (
    Choice,
    Part,
    Place,
    Span,
    select_finished_page,
    select_late,
    select_restricted,
    select_restricted_among,
    select_taken_part,
)
from mappings.records.sql.scope import Scope

# Tickets of one page, and tickets read for it at most where only their entries tell whether they are listed.
PAGE, READ = 50, 500
# Tickets read at once at most where many of those before may not be browsed.
MOST_READ = 20_000
# Tickets of one person that are looked up one by one; of more, the period's tickets are walked.
FEW_ROWS = 1_000


@dataclass(frozen=True)
class ListContext:
    """Whose list of which engagement and period is asked for, at what instant."""

    connection: Connection
    view: EngagementView
    period: Period
    filters: Filters
    now: Instant

    @property
    def scope(self) -> Scope:
        stored, key = self.view.stored, self.view.engagement.key
        return Scope(self.connection, caller().tenant_id, key, stored.shown_generation)

    @property
    def calendar(self) -> Calendar:
        return calendar_of(self.view.engagement)

    @property
    def span(self) -> Span:
        midnight = self.calendar.midnight
        return Span(midnight(self.period.first), midnight(self.period.end))

    @property
    def kinds(self) -> tuple[str, ...]:
        return kinds_for(as_agency=self.view.agency)


@dataclass(frozen=True)
class Finished:
    """A ticket's entries of the period; `parts` are billionths by bucket, as the period's sums have them.

    `printed` is the same as it is shown: the ticket's own, whatever is listed beside it.

    `entry` is the last of the period, `latest` of all time; `given` is what its done entries of the period gave, as
    printed.

    Where an objective is asked for all of these are its part alone, and `whole` is what all of its entries of the
    period gave, as printed, where that is more or less; else None.
    """

    issue_id: int
    entry: Entry
    latest: Entry
    handed_over: int
    parts: Mapping[str, int]
    printed: Mapping[str, Decimal]
    given: Decimal = Decimal(0)
    whole: Decimal | None = None
    objective: str = ""

    @property
    def is_done(self) -> bool:
        return self.entry.sign > 0


@dataclass(frozen=True)
class FinishedList:
    """One page; `hidden` are the tickets that match and may not be browsed, `next` is where the next page begins.

    `disputable` are those that nobody disputes now and of which the viewer's side may dispute something.
    """

    tickets: Sequence[Finished]
    labels: Mapping[int, IssueLabel]
    evidence: Mapping[int, tuple[Evidence, ...]]
    disputed: Mapping[int, Disputed]
    disputable: frozenset[int]
    hidden: Sequence[Finished]
    reason: Reason
    next: Place | None
    cut: bool
    # Tickets in which the viewer's agency has no part.
    without_part: frozenset[int] = frozenset()
    # All that match and may be browsed, where the first page read them all.
    matching: Sequence[Finished] | None = None


def select_finished(context: ListContext) -> FinishedList:
    """Return a page of the list; an empty one that says so where Jira does not answer."""
    try:
        return select_finished_strictly(context)
    except JiraError:
        return _none_listed(select_disputed(context.scope.agreement, context.now), reason_of(*AWAY))


def select_finished_strictly(context: ListContext) -> FinishedList:
    """Return a page of the list. Raises JiraError."""
    disputed, access_link = select_disputed(context.scope.agreement, context.now), link()
    if access_link is not None and not access_link.tickets:
        return _none_listed(disputed, reason_of(NO_TICKETS))
    return _select_page(context, disputed, reason_of(SECURED) if access_link else reason_of(*UNSEEN))


def _none_listed(disputed: Mapping[int, Disputed], reason: Reason) -> FinishedList:
    return FinishedList((), {}, {}, disputed, frozenset(), (), reason, None, cut=False)


def _select_page(context: ListContext, disputed: Mapping[int, Disputed], reason: Reason) -> FinishedList:
    scope, filters = context.scope, context.filters
    choice, open_projects = _select_choice(context, disputed), select_open_projects(context.connection, context.view)
    limit = READ if filters.reads_entries else PAGE + 1
    places = select_seen(context, choice, open_projects, limit)
    matching = _select_matching(context, [place.issue_id for place in places])
    shown = matching[:PAGE]
    after = _next_place(places, matching, shown, full=len(places) == limit)
    latest = {ticket.issue_id: ticket.latest for ticket in shown}
    ids = list(latest)
    return FinishedList(
        shown,
        select_labels(context.connection, scope.tenant_id, ids),
        select_evidence(scope, ids),
        disputed,
        select_disputable(context, latest),
        # Listed once, at the end: beside a page they would tell when they were finished.
        _select_hidden(context, choice, open_projects) if after is None else (),
        reason,
        after,
        cut=filters.reads_entries and after is not None and len(matching) < PAGE,
        without_part=select_without_part(scope.agreement, context.view, latest),
        matching=matching if filters.before is None and len(places) < limit else None,
    )


def select_disputable(context: ListContext, latest: Mapping[int, Entry]) -> frozenset[int]:
    """Return the tickets that nobody disputes now and of which the viewer's side may dispute something.

    `latest` is each ticket's latest entry: it was disputed, or may be, since then.
    """
    if not may_act(context.view, DISPUTE):
        return frozenset()
    disputes, side = select_disputes_of(context.scope.agreement, latest.keys()), side_of(context.view)
    free = latest.keys() - disputed_at(disputes, context.now)
    return frozenset(issue_id for issue_id in free if parts_to_dispute(disputes, issue_id, side, latest[issue_id]))


def _next_place(
    places: Sequence[Place], matching: Sequence[Finished], shown: Sequence[Finished], *, full: bool
) -> Place | None:
    if len(matching) > len(shown):
        return next(place for place in places if place.issue_id == shown[-1].issue_id)
    return places[-1] if full else None


def _select_choice(context: ListContext, disputed: Collection[int]) -> Choice:
    filters, scope = context.filters, context.scope
    chosen: list[Collection[int]] = []
    if filters.disputed:
        chosen.append(disputed)
    if filters.late:
        chosen.append(select_late(scope, context.now))
    mine = select_mine(context)
    if mine.only is not None:
        chosen.append(mine.only)
    only = tuple(sorted(set(chosen[0]).intersection(*chosen[1:]))) if chosen else None
    return Choice(only, mine.part, filters.before)


def select_mine(context: ListContext) -> Choice:
    """Return the choice of the tickets on which the viewer has a part, where these alone are asked for."""
    before, objectives = context.filters.before, context.view.engagement.objectives
    if not context.filters.mine:
        return Choice(before=before)
    part = Part(caller().account or "", tuple(objective.key for objective in objectives))
    own = select_taken_part(context.scope, part, FEW_ROWS)
    return Choice(own, part if own is None else None, before)


def select_seen(context: ListContext, choice: Choice, open_projects: Sequence[str], limit: int) -> list[Place]:
    """Return the next `limit` places whose tickets the viewer may browse; only tickets on the way are asked about."""
    seen: list[Place] = []
    size = limit
    while True:
        places = select_finished_page(context.scope, context.span, choice, size)
        ids = [place.issue_id for place in places]
        unseen = _select_unseen(context, select_restricted_among(context.scope, ids, open_projects))
        seen += [place for place in places if place.issue_id not in unseen]
        if len(places) < size or len(seen) >= limit:
            return seen[:limit]
        choice, size = replace(choice, before=places[-1]), min(4 * size, MOST_READ)


def _select_hidden(context: ListContext, choice: Choice, open_projects: Sequence[str]) -> list[Finished]:
    """Return what the viewer may not browse of the whole list."""
    restricted = select_restricted(context.scope, context.span, choice, open_projects)
    return _select_matching(context, sorted(_select_unseen(context, restricted)))


def _select_unseen(context: ListContext, restricted: Collection[int]) -> set[int]:
    """Return those of tickets that not everybody may browse which the viewer may not. Raises JiraError."""
    if not restricted:
        return set()
    labels = select_labels(context.connection, caller().tenant_id, restricted)
    return {*restricted} - browsable(container(), labels.values())


def _select_matching(context: ListContext, issue_ids: Sequence[int]) -> list[Finished]:
    entries = select_entries(context.scope, issue_ids)
    tickets = [_finished(context, issue_id, entries[issue_id]) for issue_id in issue_ids if issue_id in entries]
    return [ticket for ticket in tickets if ticket and _matches(context, ticket)]


def _matches(context: ListContext, ticket: Finished) -> bool:
    waiting = confirmable_objectives(ticket.entry, context.now, context.view.stored.rules)
    return context.filters.matches(ticket.entry, ticket.parts, waiting)


def _finished(context: ListContext, issue_id: int, stored: Sequence[StoredEntry]) -> Finished | None:
    inside = entries_inside(stored, context.span)
    counted = entries_of_objective(inside, context.filters)
    if not counted:
        return None
    last, parts = counted[-1], sum_parts(counted, context.calendar, context.kinds)
    if last.entry.number != inside[-1].entry.number and not any(parts.values()):
        # It had the objective in the period, and gave it nothing.
        return None
    given = sum((shown(units_of(item.entry.units)) for item in counted if item.entry.sign > 0), Decimal(0))
    printed = print_parts(counted, context.kinds)
    whole = print_parts(inside, context.kinds) if context.filters.objective else printed
    is_part = printed != whole
    return Finished(
        issue_id,
        last.entry,
        stored[-1].entry,
        last.handed_over,
        parts,
        printed,
        given,
        sum(whole.values(), Decimal(0)) if is_part else None,
        context.filters.objective if is_part else "",
    )
