"""What the dimensions count on a ticket, each done entry and request looked up anew: slow, to check the product."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from mappings.events.times import DAY, HOUR, MINUTE
from mappings.events.types import Change, Instant
from mappings.measure.model.engagement import StatusKind
from mappings.measure.model.opportunity import LOST, WON, Opportunity, Window
from mappings.measure.score.challenge import is_proposal
from mappings.measure.score.embedding import APPLYING, CHECKS
from mappings.measure.score.gatekeepers import Early
from mappings.measure.score.opportunities import active_stretches
from mappings.measure.score.reciprocity import mentions_in
from mappings.measure.score.signal_match import matches
from mappings.measure.score.ticket_view import DoneEntry, TicketView, is_on_side
from mappings.measure.ticket.ledger import done_stretches, project_at
from mappings.measure.ticket.size import OWN_NAMES
from mappings.measure.ticket.timeline import Move
from mappings.measure.ticket.work_shares import AGENCY, GATEKEEPER, INHOUSE
from tests.measure.plain_ticket import text_at

Request = tuple[Instant, Move | None]


def touched(view: TicketView, side: int) -> list[Instant]:
    return [touch.at for touch in view.touches if touch.affiliation.place == side]


def entries_into(view: TicketView, kind: StatusKind) -> list[Request]:
    moves = view.line.moves
    return [
        (move.at, next((later for later in moves[place + 1 :] if later.new != kind), None))
        for place, move in enumerate(moves)
        if move.new == kind and move.old != kind and is_on_side(view, move.author, move.at, AGENCY)
    ]


def reviews_in_time(view: TicketView) -> list[Opportunity]:
    requests = entries_into(view, "review")
    return list(_answers(view, "reviews_in_time", requests, view.prepared.ruleset.review_hours))


def questions_answered(view: TicketView) -> list[Opportunity]:
    requests = [*entries_into(view, "paused_on_client"), *((ask.at, None) for ask in mentions_in(view))]
    return list(_answers(view, "questions_answered", requests, view.prepared.ruleset.question_hours))


def _answers(view: TicketView, component: str, requests: Iterable[Request], hours: int) -> Iterator[Opportunity]:
    for at, left in requests:
        limit = view.prepared.calendar.later(at, hours * HOUR)
        by_agency = left is not None and is_on_side(view, left.author, left.at, AGENCY)
        answers = [touch for touch in touched(view, INHOUSE) if touch > at]
        answers += [left.at] if left is not None and not by_agency else []
        answered = min(answers, default=None)
        if left is not None and by_agency and left.at <= min(limit, answered or left.at):
            continue
        if view.in_scope(at):
            on_time = answered is not None and answered <= limit
            known = answered if answered is not None and on_time else limit
            yield Opportunity(component, view.issue_id, at, WON if on_time else LOST, known=known)


def scope_changes(view: TicketView, side: int, after: Instant, until: Instant, *, summary: bool) -> list[Change]:
    points = view.prepared.engagement.units.field
    fields = {"description", "timeoriginalestimate", *OWN_NAMES, *([points] if points else [])}
    fields |= {"summary"} if summary else set()
    changes = [change for field in fields for change in view.histories.get(field, ())]
    return [
        this_change
        for this_change in changes
        if after < this_change.at <= until and is_on_side(view, this_change.author, this_change.at, side)
    ]


def brief_stable(view: TicketView) -> list[Opportunity]:
    return [
        Opportunity(
            "brief_stable",
            view.issue_id,
            done_entry.at,
            LOST if scope_changes(view, INHOUSE, done_entry.opened, done_entry.done, summary=True) else WON,
            gone=done_entry.gone,
        )
        for done_entry in view.done_entries
        if done_entry.agency_led
    ]


def earliness(view: TicketView) -> list[Opportunity]:
    rows = []
    for done_entry in view.done_entries:
        met = [at for at in touched(view, GATEKEEPER) if at <= done_entry.done]
        met += [
            interval.start
            for interval in view.line.intervals
            if interval.start <= done_entry.done and is_on_side(view, interval.assignee, interval.start, GATEKEEPER)
        ]
        if met or matches(view.prepared.engagement.signals.gatekeeper, view.ticket):
            x = Early(done_entry.opened, done_entry.done, min(met, default=None)).x
            rows.append(Opportunity("earliness", view.issue_id, done_entry.at, x, gone=done_entry.gone))
    return rows


def crisis(view: TicketView) -> list[Opportunity]:
    if not matches(view.prepared.engagement.signals.incidents, view.ticket):
        return []
    rows = []
    for done_entry in view.done_entries:
        agency, inhouse = (_shown_up(view, done_entry, side) for side in (AGENCY, INHOUSE))
        shown = {"crisis": (agency + inhouse) / 2, "crisis_agency": agency, "crisis_inhouse": inhouse}
        rows += [Opportunity(key, view.issue_id, done_entry.at, x, gone=done_entry.gone) for key, x in shown.items()]
    return rows


def _shown_up(view: TicketView, finish: DoneEntry, side: int) -> Fraction:
    """Without `on_call`, which the engagements drawn here do not have."""
    created, done = view.ticket.issue.created, finish.done
    touches = [at for at in touched(view, side) if at <= done]
    soon = bool(touches) and touches[0] - created <= view.prepared.ruleset.crisis_minutes * MINUTE
    intervals = [interval for interval in view.line.intervals if interval.start < done] or view.line.intervals
    holding = is_on_side(view, intervals[-1].assignee, done, side)
    stayed = any(4 * (at - created) >= 3 * (done - created) for at in touches) or holding
    learned = matches(view.prepared.engagement.signals.incident_review, view.ticket)
    return Fraction(1, 2) * soon + Fraction(3, 10) * stayed + Fraction(1, 5) * learned


def workflow_checks(view: TicketView) -> list[Opportunity]:
    """The checks that look through a ticket's whole past are made anew, the others are the product's."""
    checks = {number: CHECKS[number] for number in APPLYING["embedded"]} | PLAIN_CHECKS
    return [
        Opportunity(
            "workflow_checks",
            view.issue_id,
            done_entry.at,
            Fraction(sum(check(view, done_entry) for check in checks.values()), len(checks)),
            gone=done_entry.gone,
        )
        for done_entry in view.done_entries
        if done_entry.agency_led
    ]


def _reviewed(view: TicketView, finish: DoneEntry) -> bool:
    return any(move.new == "review" and move.at <= finish.done for move in view.line.moves)


def _kept_up(view: TicketView, finish: DoneEntry) -> bool:
    hours = view.prepared.engagement.workflow.hours
    longest = view.prepared.ruleset.touch_days * (hours.end - hours.start) * MINUTE
    created, done = view.ticket.issue.created, finish.done
    edges = [created, *(at for at in touched(view, AGENCY) if created < at < done), done]
    return all(_active_between(view, start, end) <= longest for start, end in pairwise(edges))


def _active_between(view: TicketView, start: Instant, end: Instant) -> int:
    return sum(
        view.prepared.calendar.business(
            max(interval.start, start), end if interval.end is None else min(interval.end, end)
        )
        for interval in view.line.intervals
        if interval.kind == "active"
    )


def _in_sprint(view: TicketView, finish: DoneEntry) -> bool:
    changes = [change for change in view.ticket.changes if change.field.casefold() == "sprint"]
    changes.sort(key=lambda row: (row.at, row.history_id, row.place))
    return bool(text_at(changes, finish.opened, None))


def _scope_agreed(view: TicketView, finish: DoneEntry) -> bool:
    last = max((at for at in touched(view, INHOUSE) if at < finish.done), default=finish.opened)
    changes = scope_changes(view, AGENCY, finish.opened, finish.done, summary=False)
    return not any(change.at >= last for change in changes)


PLAIN_CHECKS: Mapping[int, Callable[[TicketView, DoneEntry], bool]] = {
    1: _reviewed,
    3: _kept_up,
    5: _in_sprint,
    6: _scope_agreed,
}


def uptake(view: TicketView) -> list[Opportunity]:
    if not is_proposal(view):
        return []
    limit = view.ticket.issue.created + view.prepared.ruleset.undecided_days * DAY
    decided = done_stretches(view.line.moves)
    rows = []
    if not any(entered.at <= limit and (left is None or left.at > limit) for entered, left in decided):
        decided = [(entered, left) for entered, left in decided if entered.at <= limit]
        rows = [Opportunity("uptake", view.issue_id, limit, Fraction(0), known=limit)]
    rows += [_decision(view, entered.at, left.at if left else None) for entered, left in decided]
    return [row for row in rows if view.in_scope(row.at)]


def _decision(view: TicketView, at: Instant, gone: Instant | None) -> Opportunity:
    closes, issue = at + view.prepared.ruleset.comment_days * DAY, view.ticket.issue
    status = text_at(view.histories.get("status", ()), at, issue.status.name if issue.status else None)
    resolution = text_at(view.histories.get("resolution", ()), at, issue.resolution)
    if not {status, resolution} & set(view.prepared.engagement.signals.proposals["declined"]):
        return Opportunity("uptake", view.issue_id, at, Fraction(1), known=at, gone=gone)
    reasons = [
        comment_count.at
        for comment_count in view.comment_counts
        if comment_count.substantive and comment_count.affiliation.place == INHOUSE and comment_count.at <= closes
    ]
    if not reasons:
        return Opportunity("uptake", view.issue_id, at, Fraction(0), known=closes, gone=gone)
    return Opportunity("uptake", view.issue_id, at, Fraction(1, 2), known=max(at, reasons[0]), gone=gone)


def activity(view: TicketView) -> list[tuple[Instant, Instant | None]]:
    """When the ticket was active in the engagement, whatever its objectives."""
    prepared, rows = view.prepared, []
    moved = [change.at for change in view.histories.get("key", ())]
    for start, end in active_stretches(view.history.timelines):
        edges = [prepared.starts, *moved, *([prepared.ends] if prepared.ends is not None else [])]
        cuts = [start, *sorted(at for at in edges if start < at and (end is None or at < end)), end]
        for begin, stop in pairwise(cuts):
            assert begin is not None
            project = project_at(view.ticket.issue, view.histories, begin)
            if prepared.includes(begin) and project in prepared.projects:
                rows.append((begin, stop))
    return rows


def first_comer(view: TicketView, side: int, after: Instant, until: Instant) -> tuple[int, str] | None:
    """Who of a side first touched the ticket in (after, until]."""
    for touch in view.touches:
        if after < touch.at <= until and touch.affiliation.place == side:
            return side, touch.account
    return None


def reviewers(view: TicketView, window: Window) -> frozenset[tuple[int, str]]:
    """Who answered the reviews asked for in a window."""
    asked = [at for at, _ in entries_into(view, "review") if window.start <= at < window.end]
    comers = (first_comer(view, INHOUSE, at, window.as_of) for at in asked)
    return frozenset(comer for comer in comers if comer is not None)


PLAIN_RULES: Mapping[str, Callable[[TicketView], list[Opportunity]]] = {
    "reviews_in_time": reviews_in_time,
    "questions_answered": questions_answered,
    "brief_stable": brief_stable,
    "earliness": earliness,
    "crisis": crisis,
    "workflow_checks": workflow_checks,
    "uptake": uptake,
}
