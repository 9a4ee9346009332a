"""How the headline figures of a period changed since the quarter before, by the tests and in the words of Program."""

from collections.abc import Sequence
from datetime import date, timedelta

from connector.pages.program.texts import Moved, exit_moved, exit_of, share_moved
from connector.pages.project.scorecard import Selection
from connector.pages.terms import CHANGE_WORDS, NOT_WHOLE, NOTHING_BEFORE, WHEN_OVER, difference_text
from connector.text import units
from mappings.measure.model.quarters import quarter_name, quarter_start
from mappings.measure.model.ticket import BILLION
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.figures import Row, figures
from mappings.translation import gettext


def quarter_before(first: date) -> date:
    """Return the first day of the quarter before the one that begins with a day."""
    return quarter_start(first - timedelta(days=1))


def share_change(selection: Selection, rows: Sequence[Row]) -> str:
    """Return the change of the taught share; `rows` are the sums by day, those of the quarter before among them."""
    first, rules = selection.period.first, selection.rules
    now = figures(rows, first, selection.period.last, rules).taught_share
    before = figures(rows, quarter_before(first), first - timedelta(days=1), rules).taught_share
    return _text(share_moved(now, before, rules), first)


def handed_change(selection: Selection, rows: Sequence[Row]) -> str:
    """Return the change of what was handed over, or why it is not compared: an amount is of whole quarters alone."""
    engagement, period = selection.engagement, selection.period
    before = quarter_before(period.first)
    if engagement.starts >= period.first:
        return ""
    if period.runs:
        return CHANGE_WORDS[WHEN_OVER]
    if engagement.starts > before or (engagement.ends is not None and engagement.ends < period.end):
        return CHANGE_WORDS[NOT_WHOLE]
    now, earlier = (
        figures(rows, first, last, selection.rules).sums.handed_over
        for first, last in ((period.first, period.last), (before, period.first - timedelta(days=1)))
    )
    known = gettext("%(before)s in %(quarter)s", before=units(earlier), quarter=quarter_name(before))
    return f"{difference_text(now / BILLION, earlier / BILLION)}, {known}"


def exit_change(now: PeopleFigures, before: PeopleFigures | None, first: date) -> str:
    """Return the change of exit coverage since the quarter before the one that begins with `first`."""
    return "" if before is None else _text(exit_moved(exit_of(before), exit_of(now)), first)


def _text(moved: Moved, first: date) -> str:
    # Without a figure before, or with too few tickets, there is no change to tell.
    if not moved.before or moved.word in NOTHING_BEFORE:
        return ""
    places = {"before": moved.before, "quarter": quarter_name(quarter_before(first))}
    was = gettext("%(before)s in %(quarter)s", **places)
    return f"{gettext(moved.word)}, {was}"
