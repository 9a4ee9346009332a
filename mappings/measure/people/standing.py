"""Cells of people and objectives, from evidence and sign-offs, and the figures of a team from its cells."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.affiliation import AffiliationSpan
from mappings.measure.model.engagement import RUNGS, Objective, Rung
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.statements import SignOff
from mappings.measure.people.coverage import (
    Coverage,
    Rate,
    Target,
    at_risk,
    burn_up,
    coverage_of,
    exit_coverage,
    independence_rate,
)
from mappings.measure.people.decay import freshness_at, is_stale
from mappings.measure.people.ladder import Row, prior_knowledge_since, rung_at
from mappings.measure.people.sign_offs import CellState, Learner, cell_state, sign_off_state_at
from mappings.measure.people.suppression import shows_people
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.work_shares import INHOUSE

# The rung from which on somebody can do an objective's tickets alone (measurement (d)).
HOLDER_RUNG = 4
ASSISTED = 3

# Tickets of an objective with an E4, and all that were done.
Counted = tuple[int, int]


class PairView(Struct, frozen=True):
    """All that is known of a person on an objective; rows are in any order.

    `since` is when the present time in-house began. `hired` is what the person did at an agency before. `mentees` are,
    by ticket with an E5, the rows of each of the others with evidence on it.
    """

    objective: str
    account: str
    rows: tuple[Row, ...] = ()
    records: tuple[SignOff, ...] = ()
    since: Instant = 0
    hired: tuple[Row, ...] = ()
    mentees: Mapping[int, tuple[tuple[Row, ...], ...]] = {}


class Cell(Struct, frozen=True):
    """A person on an objective: rungs 0 to 5, ρ 0 to 1. `is_holder`: at rung 4 or above, and not stale.

    `prior_knowledge` was reached without any agency; `hired` was brought along, not taught (measurement (a), (c)).
    `by_learner`: they lowered it themselves.
    """

    objective: str
    account: str
    auto: int
    effective: int
    rho: float
    state: CellState
    prior_knowledge: bool = False
    hired: bool = False
    is_holder: bool = False
    by_learner: bool = False


class ObjectiveFigures(Struct, frozen=True):
    """An objective's counts; None where too few people are behind them. `burn_up` is 0 to 1.

    `stale_at_rung` are those of `people_at_rung` whose knowledge is stale.
    """

    key: str
    people_at_rung: Mapping[Rung, int] | None
    stale_at_rung: Mapping[Rung, int] | None
    suppressed: bool
    coverage: Coverage
    burn_up: float | None
    independence: Rate


class Department(Struct, frozen=True):
    """An in-house team: its people, whether any is enrolled, and whether one of these is at assisted or above."""

    name: str
    people: int
    has_learners: bool
    assisted: bool


class PeopleFigures(Struct, frozen=True):
    """Counts of a team at `as_of`; shares 0 to 1, None without demand or where suppressed.

    `group` is the number of in-house people behind every figure, which is compared with k (measurement (f)). `demand`
    is the weight of each objective in exit coverage, in billionths of a unit.
    """

    as_of: Instant
    group: int
    suppressed: bool
    objectives: tuple[ObjectiveFigures, ...]
    exit_one: float | None
    exit_two: float | None
    at_risk: tuple[str, ...]
    burn_up: float | None
    demand: Mapping[str, int]
    departments: tuple[Department, ...]


def cell_of(view: PairView, as_of: Instant, rules: Ruleset = DEFAULT) -> Cell:
    """Return a person's cell on an objective at `as_of` (measurement (c))."""
    return cells_of(view, ((as_of, view.since),), rules)[0]


def cells_of(view: PairView, instants: Sequence[tuple[Instant, Instant]], rules: Ruleset = DEFAULT) -> list[Cell]:
    """Return the cell at several instants, each with when the in-house time of it began."""
    latest = max((as_of for as_of, _ in instants), default=0)
    # What was known already is so from one instant on, whenever it is asked.
    prior = prior_knowledge_since(view.rows, latest, rules)
    return [
        _cell_at(replace(view, since=since), as_of, rules, prior=prior is not None and prior <= as_of)
        for as_of, since in instants
    ]


def _cell_at(view: PairView, as_of: Instant, rules: Ruleset, *, prior: bool) -> Cell:
    known = (*view.rows, *view.hired)
    learner = Learner(
        view.account,
        lambda instant: rung_at(known, instant, _taught(view, instant, rules), rules),
        tuple(row.at for _, row in known if row.kind >= 3),
        view.since,
    )
    state = sign_off_state_at(view.records, learner, as_of)
    rho = freshness_at((row for _, row in known), as_of, rules)
    stale = is_stale(rho, rules)
    own = rung_at(view.rows, as_of, _taught(view, as_of, rules), rules) if view.hired else state.auto
    return Cell(
        view.objective,
        view.account,
        state.auto,
        state.rung,
        rho,
        # An E1 alone has nothing that could fade.
        cell_state(state, stale=stale and state.rung >= 2),
        prior,
        state.auto > own,
        state.rung >= HOLDER_RUNG and not stale,
        state.by_learner,
    )


def _taught(view: PairView, instant: Instant, rules: Ruleset) -> dict[int, int]:
    # Return, by ticket that the person mentored, the highest rung of the others on it (measurement (c), rung 5).
    return {
        issue: max((rung_at(rows, instant, rules=rules) for rows in others), default=0)
        for issue, others in view.mentees.items()
    }


def group_of(prepared: PreparedEngagement, as_of: Instant) -> frozenset[str]:
    """Return the in-house people at an instant: those behind every figure about people (measurement (f))."""
    named = {person.account for person in prepared.engagement.people} - prepared.affiliations.bots
    return frozenset(account for account in named if prepared.affiliations.span(account).at(as_of).place == INHOUSE)


def inhouse_since(span: AffiliationSpan, as_of: Instant) -> Instant:
    """Return when the in-house time of an instant began; moving between teams does not end it."""
    since: Instant = as_of
    for bound, affiliation in zip(reversed(span.bounds), reversed(span.affiliations), strict=False):
        if bound > as_of:
            continue
        if affiliation.place != INHOUSE:
            break
        since = bound
    return since


def people_figures(
    prepared: PreparedEngagement,
    cells: Iterable[Cell],
    demand: Mapping[str, int],
    *,
    as_of: Instant,
    opted_in: Collection[str] = (),
    counted: Mapping[str, Counted] | None = None,
) -> PeopleFigures:
    """Return a team's figures at `as_of` (measurement (d)), without those about people where too few are behind.

    Cells of whoever is not in-house then are left out. `demand` is what was done of each objective in the 90 days
    before, in any unit; `opted_in` who agreed to a distribution; `counted` the tickets of the independence rate.
    """
    group = group_of(prepared, as_of)
    shown = shows_people(len(group), len(group & set(opted_in)), prepared.ruleset.k)
    by_objective: dict[str, list[Cell]] = {objective.key: [] for objective in prepared.engagement.objectives}
    for cell in cells:
        if cell.account in group and cell.objective in by_objective:
            by_objective[cell.objective].append(cell)
    holders = {key: sum(cell.is_holder for cell in own) for key, own in by_objective.items()}
    wanted = {key: units for key, units in demand.items() if key in by_objective and units > 0}
    targets = [_target(objective, by_objective[objective.key]) for objective in prepared.engagement.objectives]
    rates = counted or {}
    return PeopleFigures(
        as_of,
        len(group),
        not shown,
        tuple(
            _objective(key, own, target, independence_rate(*rates.get(key, (0, 0))), shown=shown)
            for (key, own), target in zip(by_objective.items(), targets, strict=True)
        ),
        exit_coverage(wanted, holders, 1),
        exit_coverage(wanted, holders, 2),
        at_risk(by_objective, holders),
        burn_up(targets) if shown else None,
        wanted,
        departments_of(prepared, by_objective, group, as_of),
    )


def departments_of(
    prepared: PreparedEngagement, cells: Mapping[str, Sequence[Cell]], group: Collection[str], as_of: Instant
) -> tuple[Department, ...]:
    """Return the teams of a group by name, with whether a learner of theirs is at assisted or above."""
    learners = {learner for objective in prepared.engagement.objectives for learner in objective.learners}
    assisted = {cell.account for own in cells.values() for cell in own if cell.effective >= ASSISTED} & learners
    teams: dict[str, set[str]] = {}
    for account in group:
        teams.setdefault(prepared.affiliations.span(account).at(as_of).org, set()).add(account)
    return tuple(
        Department(name, len(people), bool(people & learners), bool(people & assisted))
        for name, people in sorted(teams.items())
    )


def _target(objective: Objective, cells: Sequence[Cell]) -> Target:
    people = [(cell.effective, cell.rho) for cell in cells]
    return Target(objective.people, RUNGS.index(objective.rung) + 1, people)


def _objective(key: str, cells: Sequence[Cell], target: Target, rate: Rate, *, shown: bool) -> ObjectiveFigures:
    coverage = coverage_of(sum(cell.is_holder for cell in cells))
    if not shown:
        return ObjectiveFigures(key, None, None, suppressed=True, coverage=coverage, burn_up=None, independence=rate)
    people = {name: sum(cell.effective == rung for cell in cells) for rung, name in enumerate(RUNGS, start=1)}
    stale_cells = [cell for cell in cells if cell.state == "stale"]
    stale = {name: sum(cell.effective == rung for cell in stale_cells) for rung, name in enumerate(RUNGS, start=1)}
    own = burn_up([target])
    return ObjectiveFigures(key, people, stale, suppressed=False, coverage=coverage, burn_up=own, independence=rate)
