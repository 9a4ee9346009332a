"""Which quarters count for the pulses that both sides give, as inputs of their explanation."""

from mappings.formats.report.source import ReportSource, calendar_of
from mappings.measure.model.opportunity import Window
from mappings.measure.model.quarters import quarter_name
from mappings.measure.score.feedback import ended_quarters, pulse_quarters
from mappings.translation import gettext, list_text


def pulse_inputs(review: ReportSource, window: Window) -> tuple[tuple[str, str], ...]:
    """Return the quarters whose pulses are counted, and on which of them nobody can give one any more."""
    calendar, agreed = calendar_of(review.engagement), review.engagement
    counted = ended_quarters(agreed.starts, agreed.ends, calendar.day(min(window.end, window.as_of)))
    if not counted:
        return ()
    can = pulse_quarters(agreed.starts, calendar.day(review.as_of))
    names, over = (
        [quarter_name(day) for day in days] for days in (counted, [day for day in counted if day not in can])
    )
    text = list_text(names)
    if over:
        text = gettext("%(quarters)s; on %(over)s nobody can give one any more", quarters=text, over=list_text(over))
    return ((gettext("Quarters, two sides each"), text),)
