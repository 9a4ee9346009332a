"""The source of a report: entries, scores and figures about people, gathered before anything is written."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.business_calendar import calendar_of as cached_calendar
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Entry
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.disputes import Disputed
from mappings.measure.period.figures import Figures, figures_of
from mappings.measure.score.composite import Change
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
    score without the disputed tickets, None where none is disputed.
    """

    now: Scored
    before: Scored
    change: Change | None
    window: Window
    crisis: Window
    without: Scored | None = None


class Carried(Struct, frozen=True):
    """Figures about people; `unsigned` is the number of rungs 4 and 5 that only one side signed."""

    figures: PeopleFigures
    unsigned: int = 0


class ReportSource(Struct, frozen=True):
    """What a report is made from: an engagement, the days `[start, end)` in its zone, and the entries in them.

    `whole` is false while history is imported, a changelog is incomplete, or a ticket is not measured. `scores` and
    `carried` are None where only the units were gathered. `opportunities` are the rows behind the components. `of_many`
    are the latencies of at least k people: in works-council mode only these open into tickets.
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


def calendar_of(engagement: Engagement) -> Calendar:
    return cached_calendar(engagement.zone, engagement.workflow.hours)


def figures_in(review: ReportSource) -> Figures:
    return _figures(review, review.rows)


def figures_without(review: ReportSource) -> Figures | None:
    # The figures without the disputed tickets, None where none is disputed.
    rows = [row for row in review.rows if row.disputed is None]
    return _figures(review, rows) if len(rows) < len(review.rows) else None


def _figures(review: ReportSource, rows: Sequence[Row]) -> Figures:
    pairs = ((row.entry, row.handed) for row in rows)
    last = review.end - timedelta(days=1)
    return figures_of(pairs, calendar_of(review.engagement), first=review.start, last=last, ruleset=review.rules)
