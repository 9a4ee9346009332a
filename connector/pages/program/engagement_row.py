"""The cells of an engagement on the program page, and its score beside the window before."""

from dataclasses import dataclass

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program.quarter_names import local_day
from connector.pages.program.texts import (
    MODEL_NAMES,
    Cell,
    Moved,
    dated,
    exit_cell,
    no_figures,
    share_cell,
)
from connector.pages.project.score_text import score_number
from connector.pages.project.score_window import is_before_start, window_days
from connector.pages.terms import BEFORE_START, LITTLE_BEFORE, NO_EARLIER_WINDOW
from connector.text import month, whole
from mappings.formats.report.source import Scores, calendar_of
from mappings.measure.model.quarters import quarter_start
from mappings.measure.score.window import verdict_of
from mappings.translation import gettext


@dataclass(frozen=True)
class EngagementRow:
    """An engagement of the program, with its cells."""

    key: str
    name: str
    note: str
    since: str
    share: Cell
    score: Cell
    exit: Cell


def score_cell(engagement: ProgramEngagement, quarter: str = "") -> Cell:
    """Return a score; `quarter` names the quarter before where it is said why its score is not compared."""
    if engagement.scores is None or engagement.now is None:
        return Cell(reason=no_figures(engagement) if engagement.now is None else gettext("Not recorded"))
    shown = score_number(engagement.scores, engagement.stored.rules)
    if not shown["published"]:
        return Cell(reason=str(shown["reason"]), full=float(str(shown["full"])))
    score, then = engagement.scores.now.score, engagement.scores.before.score
    change = engagement.scores.change
    moved = (
        Moved(NO_EARLIER_WINDOW, why=_why_no_window(engagement, quarter))
        if then.value is None or change is None
        else _score_moved(engagement, engagement.scores, then.value, verdict_of(change))
    )
    return Cell(
        value=str(shown["value"]),
        note=str(shown["interval"]),
        moved=moved,
        now=round(score.value or 0, 2),
        low=round(score.low or 0, 2),
        high=round(score.high or 0, 2),
        then=None if then.value is None else round(then.value, 2),
    )


def _why_no_window(item: ProgramEngagement, quarter: str) -> str:
    """Return why a score is not compared: neither with the window before, nor with the quarter before."""
    before = item.scored[-2] if quarter and item.scored and shares_days(item) else None
    earlier = item.scores.earlier if item.scores else None
    reason = gettext(BEFORE_START if earlier is not None and is_before_start(earlier) else LITTLE_BEFORE)
    if before is None:
        return reason
    return gettext(
        "the %(score)s of %(quarter)s shares days with it; %(reason)s",
        reason=reason,
        quarter=quarter,
        score=whole(before.value),
    )


def shares_days(item: ProgramEngagement) -> bool:
    """Tell whether a score's window reaches back into the quarter before, whose own score then shares days with it."""
    if item.scores is None:
        return False
    window, zone = item.scores.window, item.engagement.zone
    return local_day(zone, window.start) < quarter_start(local_day(zone, window.end - 1))


def _score_moved(item: ProgramEngagement, scores: Scores, value: float, verdict: str) -> Moved:
    """Return what a score was in the window before, with its days where they are known: a frozen report has none."""
    score = whole(value)
    brief = gettext("%(score)s before", score=score)
    if scores.earlier is None:
        return Moved(verdict, gettext("%(score)s in the window before", score=score), brief=brief)
    span = window_days(scores.earlier, calendar_of(item.engagement))
    before = gettext("%(score)s in the window before, %(days)s", score=score, days=span)
    return Moved(verdict, before, brief=brief, span=gettext("before: %(days)s", days=span))


def engagement_row(engagement: ProgramEngagement, quarter_before: str, quarter: str = "") -> EngagementRow:
    """Return an engagement's cells; what a figure was is named with the quarter before, such as Q1.

    `quarter` is that of `score_cell`.
    """
    agreed = engagement.engagement
    return EngagementRow(
        agreed.key,
        agreed.name,
        f"{agreed.agency_name} · {MODEL_NAMES[agreed.model]}",
        gettext("since %(month)s", month=month(agreed.starts)),
        dated(share_cell(engagement), quarter_before),
        score_cell(engagement, quarter),
        dated(exit_cell(engagement), quarter_before),
    )
