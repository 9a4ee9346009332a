"""What is known of each person on an objective: by the rows that decide, so that it costs people and not tickets."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import Connection

from mappings.events.times import DAY, EVER
from mappings.events.types import Instant
from mappings.measure.model.statements import SignOff
from mappings.measure.model.ticket import Evidence
from mappings.measure.people.ladder import Row, advances_of, rung_at
from mappings.measure.people.standing import PairView, group_of, inhouse_since
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.agreement.sign_offs import select_sign_offs
from mappings.records.figures.evidence import select_evidence
from mappings.records.figures.rung_evidence import (
    MORE,
    Source,
    Start,
    select_deciding,
    select_first,
    select_last,
    select_next,
    select_taught_between,
    select_teaching,
    starts_after,
)
from mappings.records.sql.scope import AgreementScope, Scope

# (objective, account).
Pair = tuple[str, str]
Rows: TypeAlias = Mapping[Pair, tuple[Row, ...]]
BySource: TypeAlias = dict[Source, Rows]
Signed: TypeAlias = Mapping[Pair, Sequence[SignOff]]
Mentees: TypeAlias = Mapping[int, tuple[tuple[Row, ...], ...]]

ASSISTED = 3
TEACHES = 5


class Known(Struct, frozen=True):
    """Of whom it is asked, in which rows, and as of which instants, the last of which bounds what is known."""

    scope: Scope
    prepared: PreparedEngagement
    pairs: frozenset[Pair]
    instants: tuple[Instant, ...]

    @property
    def as_of(self) -> Instant:
        return self.instants[-1]

    @property
    def sources(self) -> tuple[Source, ...]:
        return ("evidence", "hire") if self.prepared.hires else ("evidence",)

    @property
    def span(self) -> int:
        return self.prepared.ruleset.span_days * DAY

    def tickets(self, pairs: Iterable[Pair]) -> dict[Pair, int]:
        return {pair: max(self.prepared.rules_of(pair[0]).rung_tickets) for pair in pairs}


class Chunk(Struct, frozen=True):
    """The first rows of mentoring of a pair: all up to an instant."""

    rows: tuple[Row, ...]
    until: Instant


def select_views_of(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    as_of: Instant,
    account: str | None = None,
    people: Collection[str] | None = None,
    before: Iterable[Instant] = (),
) -> tuple[PairView, ...]:
    """Return what is known of each (objective, person) that has evidence or a record, by objective, then account.

    Asked is of whoever is in-house at `as_of`, of one of them alone where an account is named, or of `people`. The
    rows are those that decide the cells at `as_of`, and at the instants `before` it; there may be many others.
    """
    scope = Scope(connection, tenant_id, stored.engagement.key, stored.shown_generation)
    if people is None:
        people = group_of(prepared, as_of) if account is None else group_of(prepared, as_of) & {account}
    pairs = frozenset((objective, person) for objective in prepared.objective_index.keys for person in people)
    known = Known(scope, prepared, pairs, (*before, as_of))
    signed = select_sign_offs(
        AgreementScope(connection, tenant_id, stored.engagement.key), as_of=as_of, account=account
    )
    rows = _select_rows(known, signed)
    mentored, more = _select_mentored(known, rows)
    own = _joined(known, [rows, more])
    hired = own.get("hire", {})
    return tuple(
        PairView(
            *pair,
            own["evidence"].get(pair, ()),
            signed.get(pair, ()),
            inhouse_since(prepared.affiliations.span(pair[1]), as_of),
            hired.get(pair, ()),
            mentored.get(pair, {}),
        )
        for pair in sorted(pairs & (own["evidence"].keys() | signed.keys() | hired.keys()))
    )


def _select_rows(known: Known, signed: Signed) -> BySource:
    first: BySource = {
        source: select_first(known.scope, known.tickets(known.pairs), source) for source in known.sources
    }
    begun: dict[Pair, tuple[Row, ...]] = {}
    for by_pair in first.values():
        begun |= {pair: (*begun.get(pair, ()), *own) for pair, own in by_pair.items()}
    # What completes rung 4 with what was brought along, and what does so alone: that tells whether it was hired.
    starts = {start for rows in (begun, *first.values()) for start in starts_after(rows, known.span)}
    starts |= {*_after_lowering(signed, begun)}
    parts = [first]
    parts.append({source: select_next(known.scope, sorted(starts), source) for source in known.sources})
    some = _some_of(known.instants, known.prepared.ruleset.grace_days * DAY)
    parts.append(_select_last(known, dict.fromkeys(begun, some)))
    parts.append(_select_last(known, _undecided(known, _joined(known, parts), some)))
    rows = _joined(known, parts)
    return _joined(known, [rows, {"evidence": _select_taught_before(known, rows["evidence"])}])


def _select_last(known: Known, instants: Mapping[Pair, Sequence[Instant]]) -> BySource:
    return {source: select_last(known.scope, instants, source) if instants else {} for source in known.sources}


def _some_of(instants: Sequence[Instant], grace: int) -> list[Instant]:
    # Knowledge stays fresh for a while after it was used: where that is longer than the time up to the next of these
    # instants, nothing in between has to be read.
    some = [instants[0]]
    for instant, following in pairwise((*instants, EVER)):
        if following - some[-1] > grace // 2 and instant != some[-1]:
            some.append(instant)
    return some


def _undecided(known: Known, rows: BySource, some: Collection[Instant]) -> dict[Pair, list[Instant]]:
    # The instants at which knowledge may have begun to fade: of those the last row before them tells how far.
    others = [instant for instant in known.instants if instant not in some]
    used: dict[Pair, list[Instant]] = {}
    for by_pair in rows.values():
        for pair, own in by_pair.items():
            used.setdefault(pair, []).extend(row.at for _, row in own if row.kind >= 2)
    return {
        pair: undecided
        for pair, instants in used.items()
        if (undecided := _fading(sorted(instants), others, known.prepared.rules_of(pair[0]).grace_days * DAY))
    }


def _fading(used: Sequence[Instant], instants: Iterable[Instant], grace: int) -> list[Instant]:
    # The first rows of each kind are known: before the first one there is none.
    places = ((instant, bisect_right(used, instant)) for instant in instants)
    return [instant for instant, place in places if place and instant - used[place - 1] > grace]


def _after_lowering(signed: Signed, begun: Collection[Pair]) -> list[Start]:
    # A rung that was lowered is limited until evidence from E3 on follows (measurement (c), "Sign-off").
    return [
        (*pair, kind, record.at + 1)
        for pair, records in sorted(signed.items())
        if pair in begun
        for record in records
        if record.kind != "attest"
        for kind in range(ASSISTED, TEACHES + 1)
    ]


def _select_taught_before(known: Known, rows: Rows) -> Rows:
    # Whether an agency taught what is known now: most have a row of it among their first ones (measurement (c)).
    spans: dict[Pair, tuple[Instant, Instant]] = {}
    for pair, own in rows.items():
        rules = known.prepared.rules_of(pair[0])
        reached = next((step.at for step in advances_of(own, known.as_of, rules) if step.rung == 4), None)
        if reached is None:
            continue
        earliest = reached - rules.lookback_days * DAY
        if not any(row.agencies and row.kind <= ASSISTED and earliest <= row.at <= reached for _, row in own):
            spans[pair] = earliest, reached
    return select_taught_between(known.scope, spans)


def _joined(known: Known, parts: Iterable[Mapping[Source, Rows]]) -> BySource:
    # Each row once, and none of later than it is asked for.
    rows: dict[Source, dict[Pair, dict[tuple[int, int], Row]]] = {source: {} for source in known.sources}
    for part in parts:
        for source, by_pair in part.items():
            for pair, own in by_pair.items():
                fresh = {(issue_id, row.entry): (issue_id, row) for issue_id, row in own if row.at <= known.as_of}
                if fresh:
                    rows[source].setdefault(pair, {}).update(fresh)
    return {source: {pair: tuple(own.values()) for pair, own in by_pair.items()} for source, by_pair in rows.items()}


def _select_mentored(known: Known, rows: BySource) -> tuple[dict[Pair, Mentees], BySource]:
    """Return the rows of those whom each mentor taught, by ticket, and the rows of mentoring that decide rung 5.

    The first tickets of each mentor are read, then more where they do not decide: a learner reaches assisted by the
    first few of them, so this ends by the number of learners.
    """
    most = MORE * max(known.tickets(known.pairs).values(), default=0)
    # Whoever mentored at the agency did so, too: the learners' rungs are asked for alike.
    undecided = {
        pair for own in rows.values() for pair, kinds in own.items() if any(r.kind == TEACHES for _, r in kinds)
    }
    mentored: dict[Pair, Mentees] = {}
    read: BySource = {source: {} for source in known.sources}
    while undecided:
        for source in known.sources:
            read[source] = {**read[source], **select_teaching(known.scope, undecided, most, source)}
        mentored |= _select_mentees(known, read, undecided)
        undecided = {
            pair for pair in undecided if not _is_decided(known, pair, _chunk(read, pair, most), mentored[pair])
        }
        most *= MORE
    return mentored, read


def _select_mentees(known: Known, read: BySource, pairs: Collection[Pair]) -> dict[Pair, Mentees]:
    taught = {pair: {issue for by_pair in read.values() for issue, _ in by_pair.get(pair, ())} for pair in pairs}
    evidence = select_evidence(known.scope, set().union(*taught.values()))
    others = {(row.objective, row.account) for rows in evidence.values() for row in rows}
    deciding = select_deciding(known.scope, known.tickets(others), span=known.span)
    return {
        pair: {
            issue: tuple(deciding.get((pair[0], account), ()) for account in _learners(evidence.get(issue, ()), pair))
            for issue in sorted(issues)
        }
        for pair, issues in taught.items()
    }


def _learners(evidence: Iterable[Evidence], mentor: Pair) -> list[str]:
    return sorted({row.account for row in evidence if row.objective == mentor[0]} - {mentor[1]})


def _chunk(read: BySource, pair: Pair, most: int) -> Chunk:
    # A source that gave no more than was asked for has no other rows.
    own = [rows.get(pair, ()) for rows in read.values()]
    until = min((max(row.at for _, row in rows) for rows in own if len(rows) > most), default=EVER)
    return Chunk(tuple(row for rows in own for row in rows if row[1].at <= until), until)


def _is_decided(known: Known, pair: Pair, chunk: Chunk, mentees: Mentees) -> bool:
    # Once enough tickets count by an instant up to which all are read, no other can make rung 5 earlier.
    if chunk.until >= known.as_of:
        return True
    rules = known.prepared.rules_of(pair[0])
    counting = {
        issue
        for issue, _ in chunk.rows
        if any(rung_at(rows, chunk.until, rules=rules) >= ASSISTED for rows in mentees[issue])
    }
    return len(counting) >= rules.rung_tickets[TEACHES - 1]
