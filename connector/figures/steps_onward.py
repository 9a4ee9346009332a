"""Which open tickets lead a person on, on all their objectives, the best first."""

from collections.abc import Iterable, Mapping, Sequence

from connector.figures.open_previews import OpenTicket
from connector.figures.own_steps import (
    MENTORS,
    OwnPart,
    OwnStep,
    beside,
    carrying,
    driving_steps,
    mentoring_steps,
    or_helping,
    steps_by_work,
)
from connector.figures.pair_views import Pair
from connector.figures.people import Rows, select_rungs
from mappings.events.types import Instant
from mappings.measure.people.teaching_opportunities import Reaches, TeachingOpportunity, teaching_opportunities_of
from mappings.measure.ticket.evidence import left_trace
from mappings.measure.ticket.next_steps import missing_work, start_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.sql.scope import Scope


def select_steps_on(
    scope: Scope,
    prepared: PreparedEngagement,
    account: str,
    least: Mapping[str, int],
    *,
    tickets: Sequence[OpenTicket],
    now: Instant,
    leaps: Mapping[str, int],
    lifts: Mapping[str, int],
    towards: Mapping[str, int],
) -> list[OwnStep]:
    """Return what would count for a person on open tickets: `least` is by objective the kind of evidence that does.

    First come the agency's tickets that would teach them, then, of an objective without any, what they could do on
    others; of equal ones first that on which less work is missing. Then come, of an objective of `leaps` without any,
    the steps of at least the kind of evidence named there, and last what lifts them by driving of the other tickets:
    `lifts` is the least kind that does, and `towards` the least that counts where the rung takes several. It does not
    matter how small their team is.
    """
    pairs = {(key, account) for key in least}
    rows = select_rungs(scope, prepared, pairs)
    reaches = Reaches(prepared, rows)
    openings = [
        opening
        for ticket in tickets
        for opening in teaching_opportunities_of(
            prepared, ticket.issue_id, ticket.preview, reaches=reaches, learners=pairs, nearer=True, viewer=account
        )
        if opening.kind >= least[opening.objective]
    ]
    opened = {ticket.issue_id: ticket for ticket in tickets}
    by_opening = [
        (not item.lifts, _step_of(prepared, item, opened[item.issue_id], account, now=now)) for item in openings
    ]
    steps = [step for _, step in sorted(by_opening, key=lambda each: (each[0], each[1].work))]
    for pair in sorted(pairs - {(step.objective, account) for step in steps}):
        own = _adding(tickets, pair, rows, least[pair[0]])
        steps += _least_work_first(steps_by_work(prepared, own, pair, least=least[pair[0]], now=now))
        if least[pair[0]] == MENTORS:
            steps += mentoring_steps(prepared, own, pair, now=now)
    far = {step.objective for step in steps if step.kind >= leaps.get(step.objective, MENTORS)}
    for key in sorted(leaps.keys() - far):
        own = _adding(tickets, (key, account), rows, leaps[key])
        steps += _least_work_first(steps_by_work(prepared, own, (key, account), least=leaps[key], now=now))
    for key, kind in [*sorted(lifts.items()), *sorted(towards.items())]:
        lifting = {step.issue_id for step in steps if step.objective == key and step.kind >= kind}
        others = [item for item in _adding(tickets, (key, account), rows, kind) if item.issue_id not in lifting]
        steps += _least_work_first(driving_steps(prepared, others, (key, account), least=kind, now=now))
    return steps


def _least_work_first(steps: Iterable[OwnStep]) -> list[OwnStep]:
    return sorted(steps, key=lambda step: step.work)


def _adding(tickets: Sequence[OpenTicket], pair: Pair, rows: Rows, least: int) -> list[OpenTicket]:
    # What counted already before its ticket was reopened adds nothing.
    known = {issue_id for issue_id, row in rows.get(pair, ()) if row.kind >= least}
    return carrying(tickets, pair[0], known)


def _step_of(
    prepared: PreparedEngagement, opening: TeachingOpportunity, item: OpenTicket, account: str, *, now: Instant
) -> OwnStep:
    part = _part_of(prepared, opening, item, account)
    # Who drives by the learner's role needs least.
    drives = part in ("driver", "learner_drives")
    work = missing_work(item.preview, account, prepared.ruleset.learner_drives) if drives else 0
    start = start_of(prepared, item.ticket, account) if drives else ""
    step = OwnStep(opening.issue_id, opening.objective, part, opening.kind, work, start)
    return or_helping(prepared, item, step, account, now=now)


def _part_of(prepared: PreparedEngagement, opening: TeachingOpportunity, item: OpenTicket, account: str) -> OwnPart:
    """Return what is left to do of an opening for somebody who may have a role on the ticket already."""
    counted = {
        row.kind for row in item.preview.evidence if (row.objective, row.account) == (opening.objective, account)
    }
    if opening.kind in counted:
        return "finish"
    if account in opening.named:
        return "shadow_named" if opening.part == "shadow" else "learner_drives"
    return _shadow_part(prepared, item, account) if opening.part == "shadow" else opening.part


def _shadow_part(prepared: PreparedEngagement, item: OpenTicket, account: str) -> OwnPart:
    """Return what is left to do to shadow a ticket, by what somebody left on it and by who else is named for it."""
    part, trace = beside("shadow", item, account), item.preview.moment.contributions.people.get(account)
    # Who has all days but one that shadowing takes needs no role.
    is_last_day = trace is not None and 0 < trace.days == prepared.ruleset.shadow_days - 1
    if part == "shadow_beside":
        return "comment_on_another_day" if is_last_day else part
    if is_last_day:
        return "shadow_or_comment"
    return "shadow_only" if left_trace(item.preview.moment, account, prepared.ruleset) else part
