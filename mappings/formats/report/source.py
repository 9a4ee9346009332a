"""What a review is made from: its entries, its scores, and what people can carry, all known before a word is said."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.business_calendar import calendar_of as kept_calendar
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

    `disputed` is what is open against the ticket, `bulk` how many tickets the bulk edit held that made the entry, or 0.
    """

    issue_id: int
    key: str
    entry: Entry
    handed: tuple[int, ...] = ()
    disputed: Disputed | None = None
    bulk: int = 0


class OpportunityRow(Struct, frozen=True):
    """One opportunity that counts: x of 1 on a ticket, or (`issue_id` 0) on an objective named by `key`."""

    issue_id: int
    key: str
    at: Instant
    x: Fraction


class Scores(Struct, frozen=True):
    """The score of the window that ends with the review, and of the one before, which shares no ticket with it.

    `crisis` is the longer window of incidents; `change` is None unless both scores are published.
    `without` is the score of the window without the tickets that are disputed, None where none is.
    """

    now: Scored
    before: Scored
    change: Change | None
    window: Window
    crisis: Window
    without: Scored | None = None


class Carried(Struct, frozen=True):
    """What people can carry; `unsigned` is on how many rungs, 4 or 5, one side signed and the other did not."""

    figures: PeopleFigures
    unsigned: int = 0


class ReportSource(Struct, frozen=True):
    """What a report is made from: an engagement under its hash, `[start, end)` in its zone, and the entries in it.

    `whole` is false while history is importing, a changelog is shorter than its total, or a ticket is not measured.
    `scores` and `carried` are None where only the units were gathered. `chances` are the rows behind the components.
    `of_many` are the latencies that k people or more answered: in works-council mode these alone open into tickets.
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
    chances: Mapping[str, Sequence[OpportunityRow]] = {}
    of_many: frozenset[str] = frozenset()


def calendar_of(engagement: Engagement) -> Calendar:
    """Return the calendar of an engagement."""
    return kept_calendar(engagement.zone, engagement.workflow.hours)


def figures_in(review: ReportSource) -> Figures:
    """Return the figures of the review's period."""
    return _figures(review, review.rows)


def figures_without(review: ReportSource) -> Figures | None:
    """Return the same without the tickets that are disputed, None where none is: the other end of the range."""
    rows = [row for row in review.rows if row.disputed is None]
    return _figures(review, rows) if len(rows) < len(review.rows) else None


def _figures(review: ReportSource, rows: Sequence[Row]) -> Figures:
    pairs = ((row.entry, row.handed) for row in rows)
    last = review.end - timedelta(days=1)
    return figures_of(pairs, calendar_of(review.engagement), first=review.start, last=last, ruleset=review.rules)
