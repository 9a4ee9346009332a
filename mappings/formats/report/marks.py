"""The keys of the report about disputes, figures without disputed tickets, and bulk edits."""

from typing import Any

from mappings.events.types import Instant
from mappings.formats.export.numbers import instant_text, units_of
from mappings.formats.report.source import ReportSource, Row, calendar_of
from mappings.measure.period.figures import Figures
from mappings.measure.score.window import Scored

Keys = dict[str, Any]
# The key of a figure without the disputed tickets, present only where some are disputed.
WITHOUT = "without_disputed"


def row_marks(row: Row, review: ReportSource) -> Keys:
    """Return `disputed` (what and when, never by whom or why) and `bulk_edit` of a row; {} without either."""
    disputed, keys = row.disputed, Keys()
    if disputed is not None:
        since, until = _when(disputed.since, review), _when(disputed.until, review)
        objectives = list(disputed.objectives)
        keys["disputed"] = {"since": since, "until": until, "objectives": objectives, "split": disputed.split}
    return keys | ({"bulk_edit": True} if row.bulk else {})


def _when(at: Instant, review: ReportSource) -> str:
    # Works-council mode shows no clock times (docs/measurement.md (f)).
    if review.rules.works_council:
        return str(calendar_of(review.engagement).day(at))
    return instant_text(at)


def marks_keys(review: ReportSource) -> Keys:
    """Return how many tickets of the period are disputed, and how many of its rows a bulk edit made.

    `unconfirmed_attestations` is null where too few people are behind it, as with counts by rung.
    """
    disputed, carried = {row.issue_id for row in review.rows if row.disputed is not None}, review.carried
    keys: Keys = {"disputed_tickets": len(disputed), "bulk_edit_rows": sum(row.bulk > 0 for row in review.rows)}
    if carried is not None:
        keys["unconfirmed_attestations"] = None if carried.figures.suppressed else carried.unsigned
    return keys


def units_without(figures: Figures | None) -> Keys:
    """Return `without_disputed`: both sides' units without the disputed tickets; {} where none is disputed."""
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
    """Return `without_disputed` of score and dimensions, null where not published; {} where none is disputed."""
    if scored is None:
        return {}
    dimensions = {dimension.key: dimension.score for dimension in scored.dimensions}
    return {WITHOUT: {"value": scored.score.value, "published": scored.score.published, "dimensions": dimensions}}
