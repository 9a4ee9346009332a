"""The source of a report: entries, scores and figures about people, gathered before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.business_calendar import calendar_of as cached_calendar
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import DaySums, Entry
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.disputes import Disputed
from mappings.measure.period.figures import Figures, figures, figures_of, sums_of
from mappings.measure.period.figures import Row as DayRow
from mappings.measure.score.composite import Change
from mappings.measure.score.program_counts import ProgramCounts
from mappings.measure.score.window import Scored


class Row(Struct, frozen=True):
    """A ledger entry with its ticket; `handed` is what of its in-house parts is handed over, () for nothing.

    `disputed` is what is open against the ticket, `bulk` how many tickets the bulk edit had that made the entry, or 0.
    """

    issue_id: int
    key: str
    entry: Entry
    handed: tuple[int, ...] = ()
    disputed: Disputed | None = None
    bulk: int = 0


class OpportunityRow(Struct, frozen=True):
    """An opportunity that counts: x of 1 on a ticket, or (`issue_id` 0) on an objective named by `key`."""

    issue_id: int
    key: str
    at: Instant
    x: Fraction


class Scores(Struct, frozen=True):
    """The score of the window that ends with the review, and of the one before, which shares no ticket with it.

    `crisis` is the longer window of incidents; `change` is None unless both scores are published. `without` is the
    score without the disputed tickets, None where none is disputed. `earlier` is the window before.
    """

    now: Scored
    before: Scored
    change: Change | None
    window: Window
    crisis: Window
    without: Scored | None = None
    earlier: Window | None = None


class Carried(Struct, frozen=True):
    """Figures about people; `unsigned` is the number of rungs 4 and 5 that only one side signed."""

    figures: PeopleFigures
    unsigned: int = 0


class ReportSource(Struct, frozen=True):
    """What a report is made from: an engagement, the days `[start, end)` in its zone, and the entries in them.

    `whole` is false while history is imported, a changelog is incomplete, or a ticket is not measured. `scores` and
    `carried` are None where only the units were gathered. `opportunities` are the rows behind the components. `of_many`
    are the latencies of at least k people: in works-council mode only these open into tickets. `program` has the
    period's experiments and proposals. `tells_targets`: its reader may read how many people are on which rung.
    """

    engagement: Engagement
    engagement_hash: str
    start: date
    end: date
    as_of: Instant
    rows: Sequence[Row]
    whole: bool = True
    rules: Ruleset = DEFAULT
    scores: Scores | None = None
    carried: Carried | None = None
    opportunities: Mapping[str, Sequence[OpportunityRow]] = {}
    of_many: frozenset[str] = frozenset()
    program: ProgramCounts | None = None
    tells_targets: bool = False


class LatestSource(ReportSource, frozen=True):
    """A source for a page: `rows` and `opportunities` are of the latest tickets, what is before them is in the sums.

    `day_sums` are those of the period by objective, "" for the whole; None where `rows` are all there are. `cut` are
    the components whose earlier opportunities are left out. `counted` has those that a file lists page after page:
    how many there are of each component, by x.
    """

    day_sums: Mapping[str, Sequence[DayRow]] | None = None
    cut: frozenset[str] = frozenset()
    counted: Mapping[str, Mapping[Fraction, int]] = {}


def day_sums_of(review: ReportSource) -> Mapping[str, Sequence[DayRow]] | None:
    return review.day_sums if isinstance(review, LatestSource) else None


def calendar_of(engagement: Engagement) -> Calendar:
    return cached_calendar(engagement.zone, engagement.workflow.hours)


def counted_in(review: ReportSource, component: str) -> Mapping[Fraction, int]:
    """Return how many opportunities of a component are listed apart from those of the source, by x."""
    return review.counted.get(component, {}) if isinstance(review, LatestSource) else {}


def figures_in(review: ReportSource) -> Figures:
    sums = day_sums_of(review)
    return _figures(review, review.rows) if sums is None else _figures_by_day(review, sums.get("", ()))


def figures_without(review: ReportSource) -> Figures | None:
    # The figures without the disputed tickets, None where none is disputed.
    rows, sums = [row for row in review.rows if row.disputed is None], day_sums_of(review)
    if len(rows) == len(review.rows):
        return None
    return _figures(review, rows) if sums is None else _figures_by_day(review, [*sums.get("", ()), *_taken(review)])


def _taken(review: ReportSource) -> list[DayRow]:
    # What the disputed tickets gave, to be taken from the sums.
    pairs = ((row.entry, row.handed) for row in review.rows if row.disputed is not None)
    sums = sums_of(pairs, calendar_of(review.engagement)).items()
    return [(day, of_day, DaySums().plus(total, -1)) for (key, day, of_day), total in sums if not key]


def _figures_by_day(review: ReportSource, sums: Iterable[DayRow]) -> Figures:
    return figures(sums, review.start, review.end - timedelta(days=1), review.rules)


def _figures(review: ReportSource, rows: Sequence[Row]) -> Figures:
    pairs = ((row.entry, row.handed) for row in rows)
    last = review.end - timedelta(days=1)
    return figures_of(pairs, calendar_of(review.engagement), first=review.start, last=last, ruleset=review.rules)
