"""Open tickets of the agency that would lift somebody a rung, as shadow or by driving."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mappings.measure.model.ticket import Evidence, Kind
from mappings.measure.people.ladder import Row, rung_at
from mappings.measure.ticket.evidence import cases_for, cases_of
from mappings.measure.ticket.evidence_kinds import EvidenceCase, classify
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.work_shares import AGENCY

# "alone" is no teaching: where no ticket teaches any more, the learner drives one without the agency's help.
Part: TypeAlias = Literal["shadow", "driver", "alone"]
# (objective, account).
Pair = tuple[str, str]

# What a learner would do: shadow with a comment, or drive (at least .3 of the ticket) while the agency helps.
PARTS: Mapping[Part, Callable[[EvidenceCase, int], EvidenceCase]] = {
    "shadow": lambda case, _: replace(case, roles=case.roles | {"shadow"}, comments=case.comments + 1, touched=True),
    "driver": lambda case, driving: replace(
        case, roles=case.roles | {"learner"}, share=max(case.share, driving), assist=True, touched=True
    ),
}


class TeachingOpportunity(Struct, frozen=True):
    """A ticket on which learners would go up a rung: what it would count as for them, 1 to 5, and who they are.

    It would be their `nth` ticket of those that count for the rung, of which it takes `needed`. With fewer it does not
    lift them yet: `lifts` is False. `is_assigned`: whoever asks is the ticket's assignee.
    """

    issue_id: int
    objective: str
    part: Part
    kind: Kind
    learners: tuple[str, ...]
    nth: int = 1
    needed: int = 1
    lifts: bool = True
    is_assigned: bool = False


def is_of_agency(preview: Preview) -> bool:
    """Tell whether the agency has at least half of a ticket: what an agency does less of teaches nobody by it."""
    share = preview.moment.share
    return 2 * share.weights[AGENCY] >= share.total


def teaching_opportunities_of(
    prepared: PreparedEngagement,
    issue_id: int,
    preview: Preview,
    *,
    rows: Mapping[Pair, Sequence[Row]],
    learners: Iterable[Pair],
    nearer: bool = False,
) -> tuple[TeachingOpportunity, ...]:
    """Return what an open ticket of the agency could teach, by objective, shadow before driver (measurement (c)).

    `preview` is the ticket as if it were done now, `rows` all evidence of the pairs in `learners`. Nothing where
    the agency would not have at least half of it. With `nearer` also those are named who only come nearer to a rung.
    """
    if not is_of_agency(preview):
        return ()
    wanted = sorted(set(learners))
    cases = cases_of(prepared, preview.moment, {account for _, account in wanted})
    opportunities: list[TeachingOpportunity] = []
    for objective in preview.entry.objectives:
        own = cases_for(prepared, preview.moment, objective, cases)
        mine = {account: own[account] for key, account in wanted if key == objective}
        for part in PARTS:
            unmapped = TeachingOpportunity(issue_id, objective, part, 1, ())
            opportunities += _openings(prepared, unmapped, (preview, mine), rows)
    return tuple(item for item in opportunities if item.lifts or nearer)


def _openings(
    prepared: PreparedEngagement,
    unmapped: TeachingOpportunity,
    of: tuple[Preview, Mapping[str, EvidenceCase]],
    rows: Mapping[Pair, Sequence[Row]],
) -> list[TeachingOpportunity]:
    preview, cases = of
    driving = -(-preview.moment.share.total * prepared.ruleset.learner_drives // 1000)
    by_step: dict[TeachingOpportunity, list[str]] = {}
    for account, case in cases.items():
        kind = classify(PARTS[unmapped.part](case, driving), prepared.ruleset)
        if kind is None:
            continue
        step = _step(prepared, preview, replace(unmapped, kind=kind), rows.get((unmapped.objective, account), ()))
        if step is not None:
            by_step.setdefault(step, []).append(account)
    ordered = sorted(by_step.items(), key=lambda item: (item[0].kind, item[0].needed - item[0].nth))
    return [replace(step, learners=tuple(accounts)) for step, accounts in ordered]


def _step(
    prepared: PreparedEngagement, preview: Preview, opening: TeachingOpportunity, rows: Sequence[Row]
) -> TeachingOpportunity | None:
    """Return how near the ticket brings somebody with these rows to the rung of its kind, None where it does not."""
    at, kind = preview.moment.done, opening.kind
    # Whose evidence it would be is the same for every learner here, so that equal steps are one.
    more = (opening.issue_id, Evidence(opening.objective, "", 0, kind, at, at))
    rules = prepared.rules_of(opening.objective)
    before = rung_at(rows, at, rules=rules)
    known = {issue for issue, row in rows if row.kind >= kind and row.at <= at and issue != opening.issue_id}
    needed = rules.rung_tickets[kind - 1]
    nth = min(len(known) + 1, needed)
    if rung_at([*rows, more], at, rules=rules) > before:
        return replace(opening, nth=nth, needed=needed)
    return replace(opening, nth=nth, needed=needed, lifts=False) if before < kind and nth < needed else None
