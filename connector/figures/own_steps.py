"""Open tickets that would count towards a person's next rung. Where they stand decides it: it is for them alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from connector.figures.open_previews import OpenTicket
from connector.figures.pair_views import Pair
from mappings.events.types import Instant
from mappings.measure.model.ticket import TEACHING, Kind, RoleName
from mappings.measure.people.teaching_opportunities import Part, is_done_only
from mappings.measure.ticket.evidence import cases_for, cases_of
from mappings.measure.ticket.evidence_kinds import classify, reaches
from mappings.measure.ticket.next_steps import NextStep, Start, StepName, missing_work, next_steps_of
from mappings.measure.ticket.prepared import PreparedEngagement

# The kind of evidence of who mentors a colleague.
MENTORS: Kind = 5
# Steps that take no work: to be named as the shadow and nothing else, or to write a comment and nothing else.
WITHOUT_WORK: Collection[StepName] = ("shadow_only", "comment", "comment_on_another_day")
# Steps by which somebody drives a ticket.
DRIVING: Collection[StepName] = ("learner", "learner_drives", "learner_and_drive", "drive")
# The most that driving a ticket counts as.
ALONE: Kind = 4
# Of how many open tickets of an objective the steps are worked out: each step measures the ticket once more.
MOST_TRIED = 5

# "finish": it would count as it is. "mentor": a colleague drives it, and the person is named as mentor; "mentor_driven"
# where a colleague drives it already, "mentor_named" where the person is named and nobody drives it yet.
# "shadow_named": the person is named as its shadow, and has yet to write; "shadow_beside": somebody else is.
# "shadow_or_comment": they have written, and either the role or one more comment is all that is left. Where it ends in
# "_or_help" or "_or_log", to work on it, or to log time, shadows it as well.
OwnPart: TypeAlias = (
    Part
    | StepName
    | Literal[
        "finish",
        "shadow_named",
        "shadow_beside",
        "shadow_or_comment",
        "shadow_or_help",
        "shadow_or_log",
        "beside_or_help",
        "beside_or_log",
        "mentor",
        "mentor_driven",
        "mentor_named",
    ]
)


# By a step, of what may lead as far: what both are together.
_SHADOW: Mapping[OwnPart, OwnPart] = {"help": "shadow_or_help", "log": "shadow_or_log"}
EITHER_WAY: Mapping[OwnPart, Mapping[OwnPart, OwnPart]] = {
    "learner_and_drive": {"drive": "driver"},
    "shadow_only": {"comment_on_another_day": "shadow_or_comment"},
    "shadow_and_comment": _SHADOW,
    "shadow": _SHADOW,
    "shadow_beside": {"help": "beside_or_help", "log": "beside_or_log"},
}
# What shadows a ticket by work.
HELPING: Collection[StepName] = ("help", "log")
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


def beside(part: OwnPart, item: OpenTicket, account: str) -> OwnPart:
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
    account, half = pair[1], prepared.ruleset.drives
    mine = sorted(
        tickets,
        key=lambda item: (
            account not in {row.account for row in item.preview.evidence},
            missing_work(item.preview, account, half),
        ),
    )
    for item in mine[:MOST_TRIED]:
        counting = [*_finishing(item, pair, least), *_steps_on(prepared, item, pair, now=now, least=least)]
        if counting:
            yield _either(counting)


def driving_steps(
    prepared: PreparedEngagement, tickets: Iterable[OpenTicket], pair: Pair, *, least: int, now: Instant
) -> Iterator[OwnStep]:
    """Return the step with the least effort by which a person drives each ticket: the only ones that are tried.

    Of what they drive as much of already nothing is left but to finish it.
    """
    for item in tickets if least <= ALONE else ():
        driving = _steps_on(prepared, item, pair, now=now, names=DRIVING, least=least)
        counting = [*_finishing(item, pair, least), *driving]
        if counting:
            yield _either(counting)


def _finishing(item: OpenTicket, pair: Pair, least: int) -> Iterator[OwnStep]:
    for row in item.preview.evidence:
        if (row.objective, row.account) == pair and row.kind >= least:
            yield OwnStep(item.issue_id, pair[0], "finish", row.kind)


def _steps_on(
    prepared: PreparedEngagement,
    item: OpenTicket,
    pair: Pair,
    *,
    now: Instant,
    names: Collection[StepName] = (),
    least: int = 0,
) -> list[OwnStep]:
    objective, account = pair
    possible = next_steps_of(prepared, item.ticket, item.preview, [account], now=now, names=names, least=least)
    return [
        OwnStep(item.issue_id, objective, beside(step.name, item, account), step.kind, step.work, step.start)
        for step in possible
        if step.objective == objective
    ]


def _either(counting: Sequence[OwnStep]) -> OwnStep:
    # By one or by the other: both are named where both lead as far.
    step = counting[0]
    as_far = {other.part: other for other in counting if other.kind == step.kind}
    ways = ((as_far[other], both) for other, both in EITHER_WAY.get(step.part, {}).items() if other in as_far)
    # What takes work begins with the same where it is the other way.
    return next((replace(step, part=both, start=step.start or way.start) for way, both in ways), step)


def or_helping(prepared: PreparedEngagement, item: OpenTicket, step: OwnStep, account: str, *, now: Instant) -> OwnStep:
    """Return a step that shadows a ticket with what shadows it by work, where that leads as far."""
    if not EITHER_WAY.get(step.part, {}).keys() & set(HELPING):
        return step
    return _either([step, *_steps_on(prepared, item, (step.objective, account), now=now, names=HELPING)])


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
