"""The keys of the report that say what is disputed, what figures are without it, and what came by bulk edits."""

from typing import Any

from mappings.events.types import Instant
from mappings.formats.export.numbers import instant_text, units_of
from mappings.formats.report.source import ReportSource, Row, calendar_of
from mappings.measure.period.figures import Figures
from mappings.measure.score.window import Scored

Keys = dict[str, Any]
# The other end of the range: what a figure is without the disputed tickets. It stands only where some are.
WITHOUT = "without_disputed"


def row_marks(row: Row, review: ReportSource) -> Keys:
    """Return `disputed`, of what and from when until when but never by whom or why, and `bulk_edit`; {} without."""
    one, found = row.disputed, Keys()
    if one is not None:
        since, until = _when(one.since, review), _when(one.until, review)
        found["disputed"] = {"since": since, "until": until, "objectives": list(one.objectives), "split": one.split}
    return found | ({"bulk_edit": True} if row.bulk else {})


def _when(at: Instant, review: ReportSource) -> str:
    """Return an instant, of which in works-council mode the day alone is told (measurement (f))."""
    if review.rules.works_council:
        return str(calendar_of(review.engagement).day(at))
    return instant_text(at)


def marks_keys(review: ReportSource) -> Keys:
    """Return how many tickets of the period are disputed, and how many of its rows a bulk edit made.

    With them `unconfirmed_attestations`: null where too few people stand behind it, as with counts by rung.
    """
    disputed, carried = {row.issue_id for row in review.rows if row.disputed is not None}, review.carried
    found: Keys = {"disputed_tickets": len(disputed), "bulk_edit_rows": sum(row.bulk > 0 for row in review.rows)}
    if carried is not None:
        found["unconfirmed_attestations"] = None if carried.figures.suppressed else carried.unsigned
    return found


def units_without(figures: Figures | None) -> Keys:
    """Return `without_disputed`: the units of both sides without the disputed tickets; {} where none is."""
    if figures is None:
        return {}
    sums = figures.sums
    units = {
        "total": units_of(figures.total),
        "agency": units_of(sums.agency),
        "inhouse": units_of(sums.inhouse),
        "done_only": units_of(sums.done_only),
        "taught": units_of(sums.taught),
        "handed_over": units_of(sums.handed_over),
        "inhouse_own": units_of(sums.own),
    }
    return {WITHOUT: units}


def score_without(scored: Scored | None) -> Keys:
    """Return `without_disputed`: score and dimensions so, null where not published; {} where nothing is disputed."""
    if scored is None:
        return {}
    dimensions = {one.key: one.score for one in scored.dimensions}
    return {WITHOUT: {"value": scored.score.value, "published": scored.score.published, "dimensions": dimensions}}
