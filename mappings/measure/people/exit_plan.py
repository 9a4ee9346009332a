"""The exit plan: coverage had the agency left by a day, and the tickets to teach until then."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.engagement import RUNGS, Rung
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.coverage import Coverage, coverage_of, exit_coverage
from mappings.measure.people.ladder import Row
from mappings.measure.people.standing import HOLDER_RUNG, Cell, PairView, cell_of, group_of
from mappings.measure.people.suppression import shows_people
from mappings.measure.ticket.prepared import PreparedEngagement

# How many holders cover an objective.
HOLDERS = 2

# Evidence tickets that are missing, by the rung that they are for.
Shortfall = Mapping[Rung, int]


class Gap(Struct, frozen=True):
    """An objective with too few holders: how many people are missing, and the tickets that would bring them.

    `missing` is 1 or 2. `tickets` are the fewest, of the people who are nearest; where the group is too small to be
    shown (`suppressed`) they are those of a beginner, which says nothing about anybody. `refreshing` is how many of
    those to shadow only keep the knowledge fresh of somebody who is able to already.
    """

    objective: str
    coverage: Coverage
    missing: int
    tickets: Shortfall
    suppressed: bool
    refreshing: int = 0


class ExitPlan(Struct, frozen=True):
    """Exit coverage at one and two holders on the day, 0 to 1, None without demand; and the gaps, in order."""

    on: Instant
    one_holder: float | None
    two_holders: float | None
    at_risk: tuple[str, ...]
    gaps: tuple[Gap, ...]


def exit_plan(
    prepared: PreparedEngagement,
    views: Iterable[PairView],
    demand: Mapping[str, int],
    *,
    on: Instant,
    opted_in: Collection[str] = (),
) -> ExitPlan:
    """Return what a team could carry, had the agency left `on` an instant to come (measurement (d)).

    `views` are those of the people in-house then, with all evidence there is; knowledge fades until that day, and
    `demand` is what was done of each objective in the 90 days before today.
    """
    group = group_of(prepared, on)
    shown = shows_people(len(group), len(group & set(opted_in)), prepared.ruleset.k)
    known = [view for view in views if view.account in group]
    cells = {(view.objective, view.account): cell_of(view, on, prepared.rules_of(view.objective)) for view in known}
    holders = {
        key: sum(cell.is_holder for pair, cell in cells.items() if pair[0] == key)
        for key in prepared.objective_index.keys
    }
    people = {
        key: [(view, cells[key, view.account]) for view in known if view.objective == key]
        for key, holder_count in holders.items()
        if holder_count < HOLDERS
    }
    gaps = tuple(_gap(prepared, key, holders[key], near, shown=shown) for key, near in people.items())
    wanted = {key: units for key, units in demand.items() if key in holders and units > 0}
    at_risk = tuple(gap.objective for gap in gaps)
    return ExitPlan(on, exit_coverage(wanted, holders, 1), exit_coverage(wanted, holders, HOLDERS), at_risk, gaps)


def _gap(
    prepared: PreparedEngagement, key: str, holders: int, people: Sequence[tuple[PairView, Cell]], *, shown: bool
) -> Gap:
    missing, rules = HOLDERS - holders, prepared.rules_of(key)
    beginning = tickets_missing((), rules)
    able = [(view, cell) for view, cell in people if not cell.is_holder] if shown else []
    near = [(_way(view, cell, rules), cell.effective >= HOLDER_RUNG) for view, cell in able]
    ways = [*sorted(near, key=_length), *[(beginning, False)] * missing][:missing]
    tickets: dict[Rung, int] = {}
    for way, _ in ways:
        for rung, count in way.items():
            tickets[rung] = tickets.get(rung, 0) + count
    return Gap(key, coverage_of(holders), missing, tickets, not shown, sum(is_stale for _, is_stale in ways))


def _way(view: PairView, cell: Cell, rules: Ruleset) -> Shortfall:
    # The way to rung 4 of somebody who is no holder: one ticket where knowledge only went stale.
    # Below a revocation or a veto it needs one with evidence E3 or better.
    if cell.effective >= HOLDER_RUNG:
        return {"shadowed": 1}
    if cell.auto >= HOLDER_RUNG:
        return {"assisted": 1}
    return tickets_missing((*view.rows, *view.hired), rules)


def _length(way: tuple[Shortfall, bool]) -> int:
    return sum(way[0].values())


def least_days(tickets: Shortfall, rules: Ruleset) -> int:
    """Return how many days the missing tickets take at least, since those driven alone lie apart (measurement (c)).

    0 where one of these is there: how long it is ago would tell on which day it was done (measurement (f)).
    """
    whole = max(rules.rung_tickets[HOLDER_RUNG - 1], 2)
    return rules.span_days if tickets.get("independent", 0) >= whole else 0


def tickets_missing(rows: Sequence[Row], rules: Ruleset, rung: int = HOLDER_RUNG) -> Shortfall:
    """Return the fewest tickets with which a rung, 2 to 4, is reached, by the kind that they are of.

    What counts for a rung counts for those below it (measurement (c), c2b): where those of a higher kind are enough,
    none of a lower kind is missing.
    """
    ways = [(_missing_of(rows, kind, rules), kind) for kind in range(rung, HOLDER_RUNG + 1)]
    least, kind = min(ways)
    return {RUNGS[kind - 1]: least} if least else {}


def _missing_of(rows: Sequence[Row], kind: int, rules: Ruleset) -> int:
    counting = [(issue, row.at) for issue, row in rows if row.kind >= kind]
    missing = max(rules.rung_tickets[kind - 1] - len({issue for issue, _ in counting}), 0)
    return max(missing, _to_span([at for _, at in counting], rules)) if kind == HOLDER_RUNG else missing


def _to_span(alone: Sequence[Instant], rules: Ruleset) -> int:
    # How many tickets driven alone it takes until the first and the last lie apart.
    if not alone:
        return 2 if rules.span_days else 1
    return int(max(alone) - min(alone) < rules.span_days * DAY)
