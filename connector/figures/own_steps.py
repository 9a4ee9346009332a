"""Open tickets that would count towards a person's next rung. Where they stand decides it: it is for them alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from connector.figures.open_previews import OpenTicket
from connector.figures.pair_views import Pair
from connector.figures.people import Rows, select_rungs
from mappings.events.types import Instant
from mappings.measure.model.ticket import TEACHING, Kind, RoleName
from mappings.measure.people.teaching_opportunities import (
    Part,
    Reaches,
    TeachingOpportunity,
    is_done_only,
    teaching_opportunities_of,
)
from mappings.measure.ticket.evidence import cases_for, cases_of
from mappings.measure.ticket.evidence_kinds import EvidenceCase, classify, has_trace, reaches
from mappings.measure.ticket.next_steps import NextStep, Start, StepName, missing_work, next_steps_of, start_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.sql.scope import Scope

# The kind of evidence of who mentors a colleague.
MENTORS: Kind = 5
# Steps that take no work: to be named as the shadow and nothing else, or to write a comment and nothing else.
WITHOUT_WORK: Collection[StepName] = ("shadow_only", "comment", "comment_on_another_day")
# Of how many open tickets of an objective the steps are worked out: each step measures the ticket once more.
MOST_TRIED = 5

# "finish": it would count as it is. "mentor": a colleague drives it, and the person is named as mentor; "mentor_driven"
# where a colleague drives it already, "mentor_named" where the person is named and nobody drives it yet.
# "shadow_named": the person is named as its shadow, and has yet to write; "shadow_beside": somebody else is.
# "shadow_or_comment": they have written, and either the role or one more comment is all that is left.
OwnPart: TypeAlias = (
    Part
    | StepName
    | Literal[
        "finish",
        "shadow_named",
        "shadow_beside",
        "shadow_or_comment",
        "mentor",
        "mentor_driven",
        "mentor_named",
    ]
)


# A step by a role, the one without it that may lead as far, and what both are together.
EITHER_WAY: Mapping[OwnPart, tuple[OwnPart, OwnPart]] = {
    "learner_and_drive": ("drive", "driver"),
    "shadow_only": ("comment_on_another_day", "shadow_or_comment"),
}
# On these somebody is already, or nothing is left to do.
UNDER_WAY: Collection[OwnPart] = ("finish", "mentor_driven", "mentor_named")


def is_driven_part(part: OwnPart) -> bool:
    """Tell whether a colleague drives a ticket already, of a mentor's step on it."""
    return part in ("finish", "mentor_driven")


class OwnStep(Struct, frozen=True):
    """What a person would do on an open ticket, and the kind of evidence, 1 to 5, that it then is.

    `work` is the business time, in µs, that they would have to work for it at least; 0 where it is none, or not known.
    `start` is what driving it begins with.
    """

    issue_id: int
    objective: str
    part: OwnPart
    kind: Kind
    work: int = 0
    start: Start = ""

    @property
    def effort(self) -> tuple[bool, int]:
        """What to order steps on different objectives by, the least first: those under way, then by their work."""
        return self.part not in UNDER_WAY, self.work


def select_steps_on(
    scope: Scope,
    prepared: PreparedEngagement,
    account: str,
    least: Mapping[str, int],
    *,
    tickets: Sequence[OpenTicket],
    now: Instant,
    leaps: Mapping[str, int],
) -> list[OwnStep]:
    """Return what would count for a person on open tickets: `least` is by objective the kind of evidence that does.

    First come the agency's tickets that would teach them, then, of an objective without any, what they could do on
    others; of equal ones first that on which less work is missing. Last come, of an objective of `leaps` without any,
    the steps of at least the kind of evidence named there. It does not matter how small their team is.
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
    by_opening = [(not item.lifts, _step_of(prepared, item, opened[item.issue_id], account)) for item in openings]
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
    return steps


def _least_work_first(steps: Iterable[OwnStep]) -> list[OwnStep]:
    return sorted(steps, key=lambda step: step.work)


def _adding(tickets: Sequence[OpenTicket], pair: Pair, rows: Rows, least: int) -> list[OpenTicket]:
    # What counted already before its ticket was reopened adds nothing.
    known = {issue_id for issue_id, row in rows.get(pair, ()) if row.kind >= least}
    return carrying(tickets, pair[0], known)


def mentoring_steps(
    prepared: PreparedEngagement, tickets: Sequence[OpenTicket], pair: Pair, *, now: Instant
) -> list[OwnStep]:
    """Return the tickets on which a person could mentor, were a colleague to drive them: those of no agency.

    First come those that a colleague drives already, then those that somebody in-house has.
    """
    objective, account = pair
    free = [
        item
        for item in tickets
        if _is_free(prepared, item, account, now) and _counts_for_mentor(prepared, item, objective, account)
    ]
    free.sort(key=lambda item: (not _is_driven(prepared, item), item.ticket.issue.assignee is None))
    return [
        OwnStep(item.issue_id, objective, _mentor_part(prepared, item, account, objective), MENTORS) for item in free
    ]


def _mentor_part(prepared: PreparedEngagement, item: OpenTicket, account: str, objective: str) -> OwnPart:
    is_driven = _is_driven(prepared, item)
    if _is_named(item, account, "mentor", objective):
        return "finish" if is_driven else "mentor_named"
    return "mentor_driven" if is_driven else "mentor"


def _is_named(item: OpenTicket, account: str, role: RoleName, objective: str) -> bool:
    """Tell whether somebody has a role on a ticket now, for an objective or for all."""
    return any(
        own.is_named and (own.role, own.account) == (role, account) and own.objective in (None, objective)
        for own in item.ticket.roles
    )


def _is_driven(prepared: PreparedEngagement, item: OpenTicket) -> bool:
    """Tell whether somebody in-house has done as much of a ticket as drives it."""
    share = item.preview.moment.share
    return any(reaches(own, share.total, prepared.ruleset.drives) for own in share.people.values())


def _is_free(prepared: PreparedEngagement, item: OpenTicket, account: str, now: Instant) -> bool:
    # Neither an agency's, nor one that the person drives.
    share, assignee = item.preview.moment.share, item.ticket.issue.assignee
    if share.agency or share.people.get(account) or assignee == account:
        return False
    return assignee is None or prepared.affiliations.is_inhouse(assignee, now)


def _counts_for_mentor(prepared: PreparedEngagement, item: OpenTicket, objective: str, account: str) -> bool:
    moment = item.preview.moment
    case = cases_for(prepared, moment, objective, cases_of(prepared, moment, [account]))[account]
    return classify(replace(case, roles=case.roles | {"mentor"}, mentee=True), prepared.ruleset) == MENTORS


def _step_of(prepared: PreparedEngagement, opening: TeachingOpportunity, item: OpenTicket, account: str) -> OwnStep:
    part = _part_of(prepared, opening, item, account)
    # Who drives by the learner's role needs least.
    drives = part in ("driver", "learner_drives")
    work = missing_work(item.preview, account, prepared.ruleset.learner_drives) if drives else 0
    start = start_of(prepared, item.ticket, account) if drives else ""
    return OwnStep(opening.issue_id, opening.objective, part, opening.kind, work, start)


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
    part, trace = _beside("shadow", item, account), item.preview.moment.contributions.people.get(account)
    # Who has all days but one that shadowing takes needs no role.
    is_last_day = trace is not None and 0 < trace.days == prepared.ruleset.shadow_days - 1
    if part == "shadow_beside":
        return "comment_on_another_day" if is_last_day else part
    if is_last_day:
        return "shadow_or_comment"
    return "shadow_only" if _left_trace(prepared, item, account) else part


def _left_trace(prepared: PreparedEngagement, item: OpenTicket, account: str) -> bool:
    trace, share = item.preview.moment.contributions.people.get(account), item.preview.moment.share
    case = EvidenceCase(share=share.people.get(account, 0))
    if trace:
        case = replace(case, comments=trace.comments, seconds=trace.seconds)
    return has_trace(case, prepared.ruleset)


def _beside(part: OwnPart, item: OpenTicket, account: str) -> OwnPart:
    """Return a step as it is where somebody else is named as shadow: the role is theirs."""
    holders = item.ticket.holders_of("shadow")
    is_shadowed = part in ("shadow", "shadow_and_comment") and any(holder != account for holder in holders)
    return "shadow_beside" if is_shadowed else part


def carrying(tickets: Iterable[OpenTicket], objective: str, known: Collection[int]) -> list[OpenTicket]:
    """Return the tickets of an objective without those that are `known`."""
    return [item for item in tickets if objective in item.preview.entry.objectives and item.issue_id not in known]


def steps_by_work(
    prepared: PreparedEngagement, tickets: Sequence[OpenTicket], pair: Pair, *, least: int, now: Instant
) -> Iterator[OwnStep]:
    """Return the step with the least effort on each ticket.

    Tried are those on which they are already, then by what is missing.
    """
    objective, account = pair
    half = prepared.ruleset.drives
    mine = sorted(
        tickets,
        key=lambda item: (
            account not in {row.account for row in item.preview.evidence},
            missing_work(item.preview, account, half),
        ),
    )
    for item in mine[:MOST_TRIED]:
        named = (item.issue_id, objective)
        steps = [
            OwnStep(*named, "finish", row.kind) for row in item.preview.evidence if (row.objective, row.account) == pair
        ]
        possible = next_steps_of(prepared, item.ticket, item.preview, [account], now=now)
        steps += [
            OwnStep(*named, _beside(step.name, item, account), step.kind, step.work, step.start)
            for step in possible
            if step.objective == objective
        ]
        counting = [step for step in steps if step.kind >= least]
        if counting:
            yield _either(counting)


def _either(counting: Sequence[OwnStep]) -> OwnStep:
    # By the role or without it: both are named where both lead as far.
    step = counting[0]
    other, both = EITHER_WAY.get(step.part, (None, step.part))
    as_far = any((each.part, each.kind) == (other, step.kind) for each in counting)
    return replace(step, part=both) if as_far else step


def steps_without_work(
    prepared: PreparedEngagement, item: OpenTicket, accounts: Iterable[str], now: Instant
) -> Sequence[NextStep]:
    """Return the steps of the first of some people who make a ticket taught without work that is done only so far.

    The ticket is measured some times for each of them, and nothing is read.
    """
    if not is_done_only(item.preview.entry):
        return ()
    possible = next_steps_of(prepared, item.ticket, item.preview, accounts, now=now, names=WITHOUT_WORK)
    steps = [step for step in possible if step.kind in TEACHING]
    return [step for step in steps if step.account == steps[0].account]
