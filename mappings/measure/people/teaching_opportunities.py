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

Part: TypeAlias = Literal["shadow", "driver"]
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
    """A ticket on which learners would go up a rung: what it would count as for them, 1 to 5, and who they are."""

    issue_id: int
    objective: str
    part: Part
    kind: Kind
    learners: tuple[str, ...]


def teaching_opportunities_of(
    prepared: PreparedEngagement,
    issue_id: int,
    preview: Preview,
    *,
    rows: Mapping[Pair, Sequence[Row]],
    learners: Iterable[Pair],
) -> tuple[TeachingOpportunity, ...]:
    """Return what an open ticket of the agency could teach, by objective, shadow before driver (measurement (c)).

    `preview` is the ticket as if it were done now, `rows` all evidence of the pairs in `learners`. Nothing where
    the agency would not have at least half of it.
    """
    share = preview.moment.share
    if 2 * share.weights[AGENCY] < share.total:
        return ()
    wanted = sorted(set(learners))
    cases = cases_of(prepared, preview.moment, {account for _, account in wanted})
    opportunities: list[TeachingOpportunity] = []
    for objective in preview.entry.objectives:
        own = cases_for(prepared, preview.moment, objective, cases)
        mine = {account: own[account] for key, account in wanted if key == objective}
        for part in PARTS:
            opportunities += _openings(
                prepared, TeachingOpportunity(issue_id, objective, part, 1, ()), (preview, mine), rows
            )
    return tuple(opportunities)


def _openings(
    prepared: PreparedEngagement,
    unmapped: TeachingOpportunity,
    of: tuple[Preview, Mapping[str, EvidenceCase]],
    rows: Mapping[Pair, Sequence[Row]],
) -> list[TeachingOpportunity]:
    preview, cases = of
    driving = -(-preview.moment.share.total * prepared.ruleset.learner_drives // 1000)
    by_kind: dict[Kind, list[str]] = {}
    for account, case in cases.items():
        kind = classify(PARTS[unmapped.part](case, driving), prepared.ruleset)
        if kind is not None and _lifts(
            prepared, preview, (unmapped, account, kind), rows.get((unmapped.objective, account), ())
        ):
            by_kind.setdefault(kind, []).append(account)
    return [replace(unmapped, kind=kind, learners=tuple(accounts)) for kind, accounts in sorted(by_kind.items())]


def _lifts(
    prepared: PreparedEngagement, preview: Preview, of: tuple[TeachingOpportunity, str, Kind], rows: Sequence[Row]
) -> bool:
    opening, account, kind = of
    at = preview.moment.done
    more = (opening.issue_id, Evidence(opening.objective, account, 0, kind, at, at))
    rules = prepared.rules_of(opening.objective)
    return rung_at([*rows, more], at, rules=rules) > rung_at(rows, at, rules=rules)
