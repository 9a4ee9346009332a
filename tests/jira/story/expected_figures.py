"""What the story planted: per ticket the figures it must measure to, known from the scene that made it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.jira.story.clock import DAY, EPOCH, instant_of
from tests.jira.story.objectives import GOALS
from tests.jira.story.people import SIDES

if TYPE_CHECKING:
    from tests.jira.story.story import Plan

KINDS = ("exposed", "shadowed", "assisted", "independent", "teaches")
BUCKETS = ("done_only", "taught", "handed_over", "inhouse_own")
RETRO_WAITS = 30 * DAY

Evidence = tuple[tuple[str, str], ...]
"""Pairs of account and kind."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A done entry as one engagement must see it, or (sign -1) the reopening that takes it back.

    `active` has a seventh key, unassigned. `bare` is the evidence when nobody set roles in Teachback's panel,
    `tagged` are objectives set there before done, `late` and `late_by_hand` those set after, with their instant.
    """

    engagement: str
    sign: int
    at: int
    units: Fraction
    sized: bool
    method: str
    shares: dict[str, Fraction]
    active: dict[str, Fraction]
    paused_on_client: Fraction
    objectives: tuple[str, ...]
    evidence: Evidence
    bare: Evidence
    tagged: tuple[str, ...] = ()
    late: tuple[tuple[str, int], ...] = ()
    late_by_hand: tuple[tuple[str, int], ...] = ()

    def goals(self, panel: bool) -> tuple[str, ...]:
        """The objectives that count, in the order of the file; with `panel` also those tagged by hand in time."""
        return self._in_order({*self.objectives, *(self.tagged if panel else ())})

    def kinds(self, panel: bool) -> Evidence:
        """The evidence per in-house person, none without an objective."""
        return (self.evidence if panel else self.bare) if self.goals(panel) else ()

    def retro(self, panel: bool, as_of: int) -> list[str]:
        """Objectives that still wait for the other side at `as_of`."""
        waiting = (*self.late, *(self.late_by_hand if panel else ()))
        return list(self._in_order({key for key, at in waiting if at <= as_of <= at + RETRO_WAITS}))

    def _in_order(self, keys: set[str]) -> tuple[str, ...]:
        return tuple(goal.key for goal in GOALS[self.engagement] if goal.key in keys)


@dataclass(frozen=True, slots=True)
class ExpectedTicket:
    """One ticket: the scene that made it, its key today, its place in the order of creation, its ledgers.

    `gone` tickets were deleted: no figure may know them. `facts` name what else the scene planted.
    """

    ref: str
    scene: str
    key: str
    place: int
    entries: tuple[Entry, ...] = ()
    gone: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    def ledger(self, engagement: str) -> tuple[Entry, ...]:
        """The entries that one engagement counts, in order of time."""
        return tuple(entry for entry in self.entries if entry.engagement == engagement)


def instant_text(at: int) -> str:
    """An instant as a report writes it: UTC, three decimals where they are not zero."""
    moment = EPOCH + timedelta(microseconds=at)
    spec = "milliseconds" if at % 1_000_000 else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=spec).replace("+00:00", "Z")


def buckets_of(entry: Entry, panel: bool, taught: set[tuple[str, str]]) -> dict[str, Fraction]:
    """The four parts of a done entry; `taught` holds who was taught which objective before."""
    agency, inhouse = (entry.units * entry.shares[side] for side in ("agency", "inhouse"))
    goals, kinds = entry.goals(panel), entry.kinds(panel)
    is_taught = any(kind in ("shadowed", "assisted") for _, kind in kinds)
    alone = [account for account, kind in kinds if kind == "independent"]
    ready = sum(any((goal, account) in taught for account in alone) for goal in goals)
    handed = inhouse * Fraction(ready, len(goals)) if goals else Fraction(0)
    nothing = Fraction(0)
    return {
        "done_only": nothing if is_taught else agency,
        "taught": agency if is_taught else nothing,
        "handed_over": handed,
        "inhouse_own": inhouse - handed,
    }


def walk_ledger(
    plan: "Plan", engagement: str, panel: bool
) -> Iterator[tuple[ExpectedTicket, Entry, dict[str, Fraction]]]:
    """Every entry of an engagement in order of time and id, with its buckets, a reopening with those it takes back."""
    taught: set[tuple[str, str]] = set()
    given: dict[str, dict[str, Fraction]] = {}
    tickets = plan.planted.values()
    rows = [(entry.at, ticket.place, ticket, entry) for ticket in tickets for entry in ticket.ledger(engagement)]
    for _, _, ticket, entry in sorted(rows, key=lambda row: row[:2]):
        if entry.sign > 0:
            given[ticket.ref] = buckets_of(entry, panel, taught)
            teaching = [account for account, kind in entry.kinds(panel) if kind in ("shadowed", "assisted")]
            taught.update((goal, account) for goal in entry.goals(panel) for account in teaching)
        yield ticket, entry, given[ticket.ref]


def row_of(ticket: ExpectedTicket, entry: Entry, panel: bool, as_of: int) -> dict[str, Any]:
    """The row of a report's `issues` that one entry must give, but for its buckets."""
    return {
        "key": ticket.key,
        "entry": "done" if entry.sign > 0 else "reopened",
        "at": instant_text(entry.at),
        "units": entry.sign * entry.units,
        "method": entry.method,
        "shares": dict(entry.shares),
        "active_hours": dict(entry.active),
        "paused_on_client_hours": entry.paused_on_client,
        "objectives": list(entry.goals(panel)),
        "evidence": [kind for kind in KINDS if any(kind == this_kind for _, this_kind in entry.kinds(panel))],
        "retro": entry.retro(panel, as_of),
    }


def midnight_of(plan: "Plan", day: date | int) -> int:
    """An instant as it stands, or the local midnight of a date in the story's zone."""
    return day if isinstance(day, int) else instant_of(datetime.combine(day, time(), plan.clock.zone))


def planted_report(
    plan: "Plan", engagement: str, start: date | int, end: date | int, *, as_of: int | None = None, panel: bool = True
) -> dict[str, Any]:
    """What `teachback report` must say of `[start, end)`: `issues` by (at, id), and `units`, in exact fractions.

    `as_of` (default the story's end) may not lie before the story's end: the plan knows what happened, not what one
    knew halfway. With `panel` false the roles and tags set in Teachback's own panel are left out, as after an import.
    """
    as_of = plan.end if as_of is None else as_of
    if as_of < plan.end:
        raise ValueError("the plan vouches for reports as of its end or later")
    since, until = midnight_of(plan, start), midnight_of(plan, end)
    issues, unsized = [], set()
    totals = dict.fromkeys(("total", *SIDES, *BUCKETS), Fraction(0))
    for ticket, entry, buckets in walk_ledger(plan, engagement, panel):
        if not since <= entry.at < until:
            continue
        signed = {name: entry.sign * part for name, part in buckets.items()}
        issues.append(row_of(ticket, entry, panel, as_of) | signed)
        totals["total"] += entry.sign * entry.units
        for side in SIDES:
            totals[side] += entry.sign * entry.units * entry.shares[side]
        for name, part in signed.items():
            totals[name] += part
        unsized |= set() if entry.sized else {ticket.ref}
    return {"issues": issues, "units": totals | {"unsized_issues": len(unsized)}}
