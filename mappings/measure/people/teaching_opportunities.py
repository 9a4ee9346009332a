"""Open tickets of the agency that would lift somebody a rung, as shadow or by driving."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.ticket import TEACHING, Entry, Evidence, Kind
from mappings.measure.people.ladder import Row, rung_at
from mappings.measure.ticket.evidence import cases_for, cases_of
from mappings.measure.ticket.evidence_kinds import EvidenceCase, classify, has_trace
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.next_steps import missing_work, most_work
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
    lift them yet: `lifts` is False. `is_assigned`: whoever asks is the ticket's assignee. `work` is the business time,
    in µs, that driving takes of somebody who did none of it, and `own_work` of whoever asks; 0 where it is none, or not
    known. `named` are those of the learners who have the role of the part already, and as shadow have left no trace
    yet. Of those that it takes besides, `further` are open tickets that count for it too, and `missing` are not among
    the open ones, where that is known. `is_long`: driving takes more work than anybody takes on, of whoever asks by
    their own hours, of others as if they had none. `at_once` is the rung below that of its kind to which it brings
    them by itself, 0 for none. `takes_all`: no more tickets are open than the rung still takes, all that were tried.
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
    work: int = 0
    own_work: int = 0
    named: tuple[str, ...] = ()
    missing: int = 0
    further: tuple[int, ...] = ()
    is_long: bool = False
    at_once: int = 0
    takes_all: bool = False

    @property
    def issue_ids(self) -> tuple[int, ...]:
        """The ticket, and the others that count for its rung beside it."""
        return self.issue_id, *self.further


def is_of_agency(preview: Preview) -> bool:
    """Tell whether the agency has at least half of a ticket: what an agency does less of teaches nobody by it."""
    share = preview.moment.share
    return 2 * share.weights[AGENCY] >= share.total


def is_taught(entry: Entry) -> bool:
    """Tell whether an agency's part of a ticket counts as taught."""
    return bool(entry.weights[AGENCY] and entry.objectives and TEACHING & set(entry.kinds))


def is_done_only(entry: Entry) -> bool:
    """Tell whether an agency's part of a ticket with an objective does not count as taught yet."""
    return bool(entry.weights[AGENCY] and entry.objectives) and not is_taught(entry)


class Reach(Struct, frozen=True):
    """How far one more ticket of a kind brings somebody: it is the `nth` of `needed`, and whether it lifts a rung.

    `at_once` is the rung to which it brings them by itself, where that is one below its kind; else 0.
    """

    nth: int
    needed: int
    lifts: bool
    at_once: int = 0


class Reaches:
    """How far tickets bring people, by all their evidence: worked out once for all tickets that they were not on."""

    def __init__(self, prepared: PreparedEngagement, rows: Mapping[Pair, Sequence[Row]]) -> None:
        self._prepared, self._rows = prepared, rows
        self._issues = {pair: {issue for issue, _ in own} for pair, own in rows.items()}
        self._reaches: dict[tuple[Pair, Kind, int, Instant], Reach | None] = {}

    def reach(self, pair: Pair, kind: Kind, issue_id: int, at: Instant) -> Reach | None:
        """Return how far a ticket that is done at `at` brings somebody; None where it does not."""
        # Another ticket on which they were not yet brings them as far.
        place = pair, kind, issue_id if issue_id in self._issues.get(pair, ()) else 0, at
        if place not in self._reaches:
            self._reaches[place] = _reach(self._prepared, self._rows.get(pair, ()), (pair[0], kind), (issue_id, at))
        return self._reaches[place]


def teaching_opportunities_of(
    prepared: PreparedEngagement,
    issue_id: int,
    preview: Preview,
    *,
    reaches: Reaches,
    learners: Iterable[Pair],
    nearer: bool = False,
    viewer: str = "",
    long: bool = False,
) -> tuple[TeachingOpportunity, ...]:
    """Return what an open ticket of the agency could teach, by objective, shadow before driver (measurement (c)).

    `preview` is the ticket as if it were done now, `reaches` rests on all evidence of the pairs in `learners`. Nothing
    where the agency would not have at least half of it. With `nearer` also those are named who only come nearer to a
    rung, with `long` also those for whom driving takes more work than anybody takes on, apart from the others.
    """
    if not is_of_agency(preview):
        return ()
    wanted = sorted(set(learners))
    cases = cases_of(prepared, preview.moment, {account for _, account in wanted})
    opportunities: list[TeachingOpportunity] = []
    for objective in preview.entry.objectives:
        own = cases_for(prepared, preview.moment, objective, cases)
        mine = {account: own[account] for key, account in wanted if key == objective}
        too_long = _too_long(prepared, preview, mine, viewer)
        for part in PARTS:
            unmapped = TeachingOpportunity(issue_id, objective, part, 1, ())
            beyond = too_long if part == "driver" else ()
            opportunities += _openings(prepared, unmapped, (preview, mine, beyond), reaches)
    return tuple(item for item in opportunities if (item.lifts or nearer) and (long or not item.is_long))


def _too_long(prepared: PreparedEngagement, preview: Preview, accounts: Iterable[str], viewer: str) -> frozenset[str]:
    """Return those of some people for whom driving a ticket takes more work than anybody takes on."""
    learner, most = prepared.ruleset.learner_drives, most_work(prepared.ruleset)
    # Of others nobody's own hours are told.
    is_long = {whose: missing_work(preview, whose, learner) > most for whose in ("", viewer)}
    return frozenset(account for account in accounts if is_long[account if account == viewer else ""])


def _openings(
    prepared: PreparedEngagement,
    unmapped: TeachingOpportunity,
    of: tuple[Preview, Mapping[str, EvidenceCase], Collection[str]],
    reaches: Reaches,
) -> list[TeachingOpportunity]:
    preview, cases, beyond = of
    driving = -(-preview.moment.share.total * prepared.ruleset.learner_drives // 1000)
    by_reach: dict[tuple[Kind, Reach, bool], list[str]] = {}
    for account, case in cases.items():
        kind = classify(PARTS[unmapped.part](case, driving), prepared.ruleset)
        if kind is None:
            continue
        reach = reaches.reach((unmapped.objective, account), kind, unmapped.issue_id, preview.moment.done)
        if reach is not None:
            by_reach.setdefault((kind, reach, account in beyond), []).append(account)
    ordered = sorted(by_reach.items(), key=lambda item: (item[0][0], item[0][1].needed - item[0][1].nth))
    named = {account for account, case in cases.items() if _is_named(case, unmapped.part, prepared)}
    return [
        replace(
            unmapped,
            kind=kind,
            nth=to.nth,
            needed=to.needed,
            lifts=to.lifts,
            learners=tuple(accounts),
            named=tuple(account for account in accounts if account in named),
            is_long=is_long,
            at_once=to.at_once,
        )
        for (kind, to, is_long), accounts in ordered
    ]


def _is_named(case: EvidenceCase, part: Part, prepared: PreparedEngagement) -> bool:
    if part == "driver":
        return "learner" in case.roles
    return "shadow" in case.roles and not has_trace(case, prepared.ruleset)


def _reach(
    prepared: PreparedEngagement, rows: Sequence[Row], of: tuple[str, Kind], ticket: tuple[int, Instant]
) -> Reach | None:
    (objective, kind), (issue_id, at) = of, ticket
    more = (issue_id, Evidence(objective, "", 0, kind, at, at))
    rules = prepared.rules_of(objective)
    before = rung_at(rows, at, rules=rules)
    known = {issue for issue, row in rows if row.kind >= kind and row.at <= at and issue != issue_id}
    needed = rules.rung_tickets[kind - 1]
    nth = min(len(known) + 1, needed)
    after = rung_at([*rows, more], at, rules=rules)
    if after > before:
        return Reach(nth, needed, lifts=True, at_once=after if after < kind else 0)
    return Reach(nth, needed, lifts=False) if before < kind and nth < needed else None
