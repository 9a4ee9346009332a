"""Where a person stands on an objective, and whose teaching brought them there (measurement (c))."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from tests.derivation.business_hours import DAY
from tests.derivation.engagement import Agreed
from tests.derivation.entries import Entry, family
from tests.derivation.evidence import AGENCIES, Traces, dated

Pair = tuple[str, str]
"""(objective, account)"""
WEIGHTS = {1: 1, 2: 2, 3: 3}


@dataclass
class Event:
    """One piece of evidence of a pair, on one done entry."""

    at: int
    kind: int
    entry: Entry


def events_of(entries: list[Entry], pair: Pair) -> list[Event]:
    """In order of time: exposure at its first touch, a teach-back where it was given, all else at the done moment."""
    objective, account = pair
    kinds = ((entry, entry.kinds.get(objective, {}).get(account, 0)) for entry in entries if entry.last)
    rows = [Event(dated(entry, pair, kind), kind, entry) for entry, kind in kinds if kind]
    return sorted(rows, key=lambda event: (event.at, event.entry.issue.number))


def rung_at(agreed: Agreed, entries: list[Entry], pair: Pair, instant: int) -> int:
    """The automatic rung at an instant: the highest whose own condition holds."""
    events, needed = [event for event in events_of(entries, pair) if event.at <= instant], tickets_of(agreed, pair[0])
    fives = [
        this_event
        for this_event in events
        if this_event.kind == 5 and learner_is_ready(agreed, entries, pair, this_event, instant)
    ]
    if tickets(fives) >= needed[4]:
        return 5
    alone = [event for event in events if event.kind >= 4]
    if tickets(alone) >= needed[3] and alone[-1].at - alone[0].at >= agreed.rules.span_days * DAY:
        return 4
    for rung in (3, 2, 1):
        if tickets([event for event in events if event.kind >= rung]) >= needed[rung - 1]:
            return rung
    return 0


NAMES = ("exposed", "shadowed", "assisted", "independent", "teaches")


def tickets_of(agreed: Agreed, key: str) -> list[int]:
    """How many tickets each rung of an objective takes: its own word before that of the rules."""
    own = next((goal.get("tickets", {}) for goal in agreed.objectives if goal["key"] == key), {})
    return [own.get(name, usual) for name, usual in zip(NAMES, agreed.rules.rung_tickets, strict=True)]


def tickets(events: list[Event]) -> int:
    return len({event.entry.issue.number for event in events})


def learner_is_ready(agreed: Agreed, entries: list[Entry], pair: Pair, event: Event, instant: int) -> bool:
    """Whoever drove the ticket that the person mentored stands at rung 3 or above."""
    holdings = event.entry.holdings.items()
    drivers = [
        account
        for (account, side), share in holdings
        if side == "inhouse" and share >= agreed.rules.drives and account != pair[1]
    ]
    # Where a ticket is looked at as if who was hired had been in-house, the learner was so in truth.
    drivers = [account for account in drivers if agreed.people.side(account, event.entry.at) == "inhouse"]
    return any(rung_at(agreed, entries, (pair[0], account), instant) >= 3 for account in drivers)


def advances(agreed: Agreed, entries: list[Entry], pair: Pair) -> list[tuple[int, int, dict[str, Fraction]]]:
    """(instant, rungs climbed at 2 or above, who is credited) of each advance."""
    events, before, this_steps = events_of(entries, pair), 0, []
    for at in sorted({event.at for event in events}):
        rung = rung_at(agreed, entries, pair, at)
        if rung > before:
            steps = max(0, rung - max(before, 1))
            recent = [event for event in events if at - agreed.rules.lookback_days * DAY <= event.at <= at]
            this_steps.append((at, steps, shares_of(agreed, recent, pair[1])))
            before = rung
    return this_steps


def shares_of(agreed: Agreed, events: list[Event], account: str) -> dict[str, Fraction]:
    weights: dict[str, Fraction] = defaultdict(Fraction)
    for event in events:
        if event.kind in WEIGHTS and (event.kind > 1 or is_real(agreed, event.entry, account)):
            for teacher, share in teachers(agreed, event.entry).items():
                weights[teacher] += share * WEIGHTS[event.kind]
    total = sum(weights.values(), Fraction(0))
    return {teacher: weight / total for teacher, weight in weights.items()} if total else {}


def is_real(agreed: Agreed, entry: Entry, account: str) -> bool:
    """An exposure with a comment, a worklog or active time of the person."""
    side = agreed.people.side
    comments = (
        this_comment
        for each in family(entry.issue)
        for this_comment in each.comments
        if this_comment.at <= entry.at + agreed.rules.comment_days * DAY
    )
    return bool(
        any(this_comment.by == account and side(account, this_comment.at) == "inhouse" for this_comment in comments)
        or Traces(agreed, entry).logged_by(account, ("inhouse",))
        or entry.active_of.get((account, "inhouse"))
    )


def teachers(agreed: Agreed, entry: Entry) -> dict[str, Fraction]:
    """The agencies of a ticket by their shares; where none has any, those that commented.

    Where none did that either, those that helped by a worklog or a review; with no agency at all an in-house mentor.
    """
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for (account, side), share in entry.holdings.items():
        if side in AGENCIES:
            shares[agreed.people.agency(account, entry_moment(agreed, entry, account, side))] += share
    if total := sum(shares.values(), Fraction(0)):
        return {agency: share / total for agency, share in shares.items()}
    traces, people = Traces(agreed, entry), agreed.people
    spoke = {people.agency(comment.by, comment.at) for comment in traces.substantive} - {""}
    helped = {people.agency(log.by, log.started) for log in traces.logs}
    helped |= {people.agency(account, at) for account, at in traces.reviews}
    if who := spoke or helped - {""}:
        return dict.fromkeys(who, Fraction(1, len(who)))
    mentors = [
        role for role, roles in traces.roles.items() if "mentor" in roles and people.side(role, entry.at) == "inhouse"
    ]
    taught = any(traces.has_trace(this_mentor, ("inhouse",)) for this_mentor in mentors) and not traces.agency_helped()
    return {"in-house": Fraction(1)} if taught else {}


def entry_moment(agreed: Agreed, entry: Entry, account: str, side: str) -> int:
    """Some instant at which an account stood on a side, the latest up to the done moment."""
    stays = agreed.people.stays.get(account, ())
    return max((start for start, _, held, _ in stays if held == side and start <= entry.at), default=entry.at)
