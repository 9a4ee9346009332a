"""Which quarters count for the pulses that both sides give, as inputs of their explanation."""

from datetime import date

from mappings.formats.report.source import ReportSource, calendar_of
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Window
from mappings.measure.model.quarters import quarter_name
from mappings.measure.score.feedback import ended_quarters, pulse_quarters
from mappings.translation import gettext, list_text


def pulse_inputs(review: ReportSource, window: Window) -> tuple[tuple[str, str], ...]:
    """Return the quarters whose pulses are counted, and on which of them nobody can give one any more."""
    counted, can = counted_quarters(review.engagement, window), open_quarters(review, window)
    if not counted:
        return ()
    names, over = (
        [quarter_name(day) for day in days] for days in (counted, [day for day in counted if day not in can])
    )
    text = list_text(names)
    if over:
        text = gettext("%(quarters)s; on %(over)s nobody can give one any more", quarters=text, over=list_text(over))
    return ((gettext("Quarters, two sides each"), text),)


def open_quarters(review: ReportSource, window: Window) -> tuple[date, ...]:
    """Return those of the counted quarters, by first day, on which a pulse can still be given."""
    agreed = review.engagement
    can = pulse_quarters(agreed.starts, calendar_of(agreed).day(review.as_of))
    return tuple(day for day in counted_quarters(agreed, window) if day in can)


def counted_quarters(agreed: Engagement, window: Window) -> tuple[date, ...]:
    """Return the quarters, by first day, whose pulses are counted in a window: those that are over, newest first."""
    return ended_quarters(agreed.starts, agreed.ends, calendar_of(agreed).day(min(window.end, window.as_of)))


def counted_names(agreed: Engagement, window: Window) -> str:
    """Return the names of the quarters whose pulses are counted; "" where none is over."""
    return list_text([quarter_name(first) for first in counted_quarters(agreed, window)])
