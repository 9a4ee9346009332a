"""The program as recorded: engagements side by side by quarter from their frozen reports, and from nothing else."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.figures.program.engagement import (
    Days,
    Freeze,
    ProgramEngagement,
    ProgramSelection,
    QuarterFigures,
    in_order,
    is_running,
    published_score,
)
from connector.figures.program.experiments import may_share
from connector.figures.recorded import Coverage, Named, RecordedExit, RecordedShare
from mappings.events.times import SECOND
from mappings.formats.report.source import Scores
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import DEFAULT, Ruleset, hash_of
from mappings.measure.model.ticket import BILLION, DaySums
from mappings.measure.people.coverage import Rate
from mappings.measure.people.standing import Department, ObjectiveFigures, PeopleFigures
from mappings.measure.period.figures import Figures, Share
from mappings.measure.period.publish_gap import publish_gap
from mappings.measure.score.composite import Change, Score
from mappings.measure.score.dimensions import Dimension, Owner
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.measure.score.window import Scored, is_cut
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.agreement.rulesets import select_rules_by_hash
from mappings.records.figures.snapshots import Snapshot, select_snapshot_bodies

_NOTHING = Window(0, 0, 0)
_NO_RATE = Rate(None, 0.0, 1.0, 0)


class FrozenUnits(Struct, frozen=True):
    by: str
    agency: float
    taught: float


class FrozenIssue(Struct, frozen=True):
    """What a ledger entry of a frozen report adds to the taught share."""

    id: str
    entry: str
    taught: float
    done_only: float


class FrozenChange(Struct, frozen=True):
    before: float
    z: float | None
    verdict: str


class FrozenWindow(Struct, frozen=True, rename={"start": "from", "end": "to"}):
    start: datetime
    end: datetime


class FrozenScore(Struct, frozen=True):
    """The integration score as it was frozen."""

    published: bool
    weight_covered: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    uneven: bool = False
    change: FrozenChange | None = None
    window: FrozenWindow | None = None


class FrozenDimension(Struct, frozen=True):
    """A dimension of the score as it was frozen: which had enough evidence is told, and nothing of its parts."""

    key: str
    published: bool


class FrozenDepartment(Struct, frozen=True):
    key: str
    assisted: str


class FrozenProgram(Struct, frozen=True):
    """What the report says for the program."""

    experiments: Experiments
    proposals: Proposals
    departments: tuple[FrozenDepartment, ...]
    demand: Mapping[str, float]


class FrozenReport(Struct, frozen=True):
    """What the program shows of a frozen report."""

    ruleset: Named
    units: FrozenUnits
    taught_share: RecordedShare
    issues: tuple[FrozenIssue, ...]
    objectives: tuple[Coverage, ...] = ()
    exit_coverage: RecordedExit | None = None
    score: FrozenScore | None = None
    owners: Mapping[Owner, float | None] = {}
    dimensions: tuple[FrozenDimension, ...] = ()
    program: FrozenProgram | None = None


_read = msgspec.json.Decoder(FrozenReport).decode


class FrozenQuarter(Struct, frozen=True):
    """A quarter as it was frozen: its figures, the score at its end, and when and by which rules."""

    figures: QuarterFigures
    scores: Scores | None
    freeze: Freeze


def select_recorded_program(
    connection: Connection, stored: Iterable[StoredEngagement], selection: ProgramSelection
) -> tuple[ProgramEngagement, ...]:
    """Return engagements in the alphabetical order of their names, with their quarters as they were frozen."""
    ordered = in_order(stored)
    frozen = _select_frozen(connection, ordered, selection)
    engagements = [_engagement(item, frozen, selection) for item in ordered]
    sharing = [_sharing(engagements, place, days) for place, days in enumerate(selection.quarters)]
    return tuple(replace(item, shares=tuple(item.engagement.key in keys for keys in sharing)) for item in engagements)


def _sharing(engagements: Iterable[ProgramEngagement], place: int, days: Days) -> frozenset[str]:
    """Return the engagements whose recorded experiments of a quarter (its index) may be those of another one."""
    freezes = ((item.engagement, item.freezes[place]) for item in engagements if item.freezes is not None)
    return may_share({agreed.key: agreed for agreed, freeze in freezes if freeze and freeze.is_whole}, *days)


def _engagement(
    stored: StoredEngagement, frozen: Mapping[tuple[str, date], FrozenQuarter], selection: ProgramSelection
) -> ProgramEngagement:
    quarters = [frozen.get((stored.engagement.key, first)) for first, _ in selection.quarters]
    newest = quarters[-1]
    return ProgramEngagement(
        stored,
        tuple(None if quarter is None else quarter.figures for quarter in quarters),
        None if newest is None else newest.scores,
        tuple(None if quarter is None else quarter.freeze for quarter in quarters),
        tuple(is_running(stored.engagement, *days) for days in selection.quarters),
        scored=tuple(None if quarter is None else published_score(quarter.scores) for quarter in quarters),
    )


def _select_frozen(
    connection: Connection, stored: Sequence[StoredEngagement], selection: ProgramSelection
) -> dict[tuple[str, date], FrozenQuarter]:
    known = {item.engagement.key: item for item in stored}
    first, last = selection.quarters[0][0], selection.quarters[-1][1]
    rows = select_snapshot_bodies(
        connection, selection.tenant_id, "quarter", since=first, until=last + timedelta(days=1)
    )
    rows = [(snapshot, body) for snapshot, body in rows if snapshot.engagement in known]
    rules = _select_rules(connection, selection.tenant_id, stored, rows)
    return {
        (snapshot.engagement, snapshot.first): _quarter(
            snapshot, body, rules.get(snapshot.ruleset_hash, known[snapshot.engagement].rules)
        )
        for snapshot, body in rows
    }


def _select_rules(
    connection: Connection,
    tenant_id: int,
    stored: Iterable[StoredEngagement],
    rows: Iterable[tuple[Snapshot, bytes]],
) -> dict[str, Ruleset]:
    # By their hashes, which tell their values. Earlier versions are read only where a quarter was frozen under one.
    known = {hash_of(rules): rules for rules in (DEFAULT, *(item.rules for item in stored))}
    earlier = {snapshot.ruleset_hash for snapshot, _ in rows} - known.keys()
    return known | (select_rules_by_hash(connection, tenant_id, earlier) if earlier else {})


def _quarter(snapshot: Snapshot, body: bytes, rules: Ruleset) -> FrozenQuarter:
    report = _read(body)
    program = report.program
    sums = _sums(report)
    figures = QuarterFigures(
        Figures(sums, 0, _share(report.taught_share, sums, rules)),
        _people(report, snapshot, rules),
        program.experiments if program else Experiments(),
        program.proposals if program else Proposals(),
        report.units.by,
    )
    freeze = Freeze(
        snapshot.taken_at, snapshot.as_of, report.ruleset.name, report.ruleset.hash,
        f"sha256:{sha256(body).hexdigest()}", program is not None,
    )  # fmt: skip
    return FrozenQuarter(figures, _scores(report, snapshot, rules), freeze)


def _sums(report: FrozenReport) -> DaySums:
    # As in `period.figures`: a reopening of what was done before the period counts no ticket.
    done, n, w, w2 = set[str](), 0, 0, 0
    for row in report.issues:
        finished = row.entry == "done"
        counted = (1 if finished else -1) if finished or row.id in done else 0
        done.add(row.id) if finished else done.discard(row.id)
        agency = abs(round(row.taught * BILLION) + round(row.done_only * BILLION))
        n, w, w2 = n + counted * (agency > 0), w + counted * agency, w2 + counted * agency * agency
    agency, taught = (round(amount * BILLION) for amount in (report.units.agency, report.units.taught))
    return DaySums(agency=agency, taught=taught, done_only=agency - taught, n=n, w=w, w2=w2)


def _share(share: RecordedShare, sums: DaySums, rules: Ruleset) -> Share:
    missing = None if share.published else publish_gap(sums, rules)
    n_eff = sums.w * sums.w / sums.w2 if sums.w2 > 0 else 0.0
    return Share(share.value, share.n, n_eff, share.low, share.high, missing)


def _people(report: FrozenReport, snapshot: Snapshot, rules: Ruleset) -> PeopleFigures:
    # Counts of people are no part of the program, and are not taken over.
    program, coverage = report.program, report.exit_coverage or RecordedExit()
    return PeopleFigures(
        as_of=snapshot.as_of,
        group=0,
        suppressed=True,
        objectives=tuple(_objective(row) for row in report.objectives),
        exit_one=coverage.one_holder,
        exit_two=coverage.two_holders,
        at_risk=(),
        burn_up=None,
        demand={key: round(units * BILLION) for key, units in program.demand.items()} if program else {},
        departments=tuple(_department(row, rules) for row in program.departments) if program else (),
    )


def _objective(row: Coverage) -> ObjectiveFigures:
    return ObjectiveFigures(
        row.key, None, None, suppressed=True, coverage=row.coverage, burn_up=None, independence=_NO_RATE
    )


def _department(row: FrozenDepartment, rules: Ruleset) -> Department:
    # How many people it had was not frozen: at least k of that day where its state was told.
    people = 0 if row.assisted == "few" else rules.k
    return Department(row.key, people, has_learners=True, assisted=row.assisted == "yes")


def _scores(report: FrozenReport, snapshot: Snapshot, rules: Ruleset) -> Scores | None:
    score = report.score
    if score is None:
        return None
    change = score.change
    dimensions = tuple(map(_dimension, report.dimensions))
    now = replace(_scored(score.value, score.low, score.high, score), dimensions=dimensions, owners=report.owners)
    before = _scored(change.before if change else None, None, None, score)
    # The days of the window before were not frozen; where the engagement's start cuts this one, there are none.
    earlier = _NOTHING if score.window is not None and is_cut(score.window.start, score.window.end, rules) else None
    window = _NOTHING if score.window is None else _window(score.window, snapshot)
    return Scores(now, before, None if change is None else _change(change), window, _NOTHING, earlier=earlier)


def _window(days: FrozenWindow, snapshot: Snapshot) -> Window:
    start, end = (round(moment.timestamp()) * SECOND for moment in (days.start, days.end))
    return Window(start, end, snapshot.as_of)


def _dimension(row: FrozenDimension) -> Dimension:
    return Dimension(row.key, 0, None, None, None, None, 0, row.published, ())


def _scored(value: float | None, low: float | None, high: float | None, score: FrozenScore) -> Scored:
    composite = Score(value, None, low, high, None, score.weight_covered, score.published, score.uneven, {})
    return Scored((), {}, composite, None, {})


def _change(change: FrozenChange) -> Change:
    # A report has no z where the two have no uncertainty: their distance is infinitely many standard errors.
    z = change.z if change.z is not None else math.copysign(math.inf, 1 if change.verdict == "up" else -1)
    return Change(z, change.verdict != "no clear change")
