"""The days that a figure is taken over: a period's, those of a window, or those before the day people are counted."""

from datetime import date, timedelta

from mappings.formats.report.source import Carried, ReportSource, Scores, calendar_of
from mappings.measure.model.opportunity import Window
from mappings.measure.people.coverage import DEMAND_DAYS

# The first day, and the day after the last.
Span = tuple[date, date]
OF_PEOPLE = ("objectives", "exit_coverage")
OF_PERIOD = ("units", "taught_share")


def figure_days(source: ReportSource, path: str) -> Span:
    """Return the days of a figure; a window that runs ends with today, and what people can do is of one day."""
    section = path.partition(".")[0]
    if section in OF_PEOPLE and source.carried:
        return _people_days(source, source.carried, path)
    if section in OF_PERIOD or source.scores is None:
        return source.start, source.end
    return window_span(source, _window_of(source.scores, path))


def window_span(source: ReportSource, window: Window) -> Span:
    """Return the days of a window; one that runs has seen no later day than today's."""
    calendar = calendar_of(source.engagement)
    after = calendar.day(window.as_of) + timedelta(days=1)
    return calendar.day(window.start), min(calendar.day(window.end), after)


def _window_of(scores: Scores, path: str) -> Window:
    if path.startswith("dimensions.crisis"):
        return scores.crisis
    # A change is that of two windows, one after the other.
    earlier = scores.earlier if path == "score.change" else None
    return Window(earlier.start, scores.window.end, scores.window.as_of) if earlier else scores.window


def _people_days(source: ReportSource, carried: Carried, path: str) -> Span:
    end = _counted_at(source, carried)
    if path.startswith("exit_coverage"):
        return end - timedelta(days=DEMAND_DAYS), end
    if path.endswith(".independence"):
        return max(end - timedelta(days=source.rules.window_days), source.engagement.starts), end
    day = counted_day(source, carried)
    return day, day + timedelta(days=1)


def counted_day(source: ReportSource, carried: Carried) -> date:
    """Return as of which day people were counted: of a period that is over its last, and not the midnight after it."""
    return min(_counted_at(source, carried), source.end - timedelta(days=1))


def _counted_at(source: ReportSource, carried: Carried) -> date:
    return calendar_of(source.engagement).day(carried.figures.as_of)
