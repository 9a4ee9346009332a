"""What is not published on the Overview, or may still change and until when, and why."""

from collections.abc import Sequence
from datetime import date, timedelta

from connector.pages.project.scorecard import Selection, share_values
from connector.text import day
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.figures import Row, figures
from mappings.translation import gettext, mark, ngettext

WEEK = timedelta(days=7)
OPENED_LATER = mark("Any other that is opened again takes back what it gave, on the day of that.")


def waiting_lines(selection: Selection, rows: Sequence[Row], *, complete: bool) -> list[str]:
    """Return what is not published, or may still change and until when, and why."""
    lines, period_figures = [], figures(rows, selection.period.first, selection.period.last, selection.rules)
    if not period_figures.taught_share.published:
        lines.append(str(share_values(selection, period_figures)["reason"]))
    fresh_from = monday(selection.today - _fresh(selection.rules))
    fresh = [row for row in rows if row[0] >= fresh_from and row[2].tickets > 0]
    of_period = [row for row in fresh if selection.period.first <= row[0] <= selection.period.last]
    lines += fresh_line(of_period, fresh_from, selection.rules)
    if not complete and not fresh:
        lines.append(
            gettext("Some tickets still wait: for the other side’s confirmation, or for the rest of their history.")
        )
    return lines


def fresh_line(fresh: Sequence[Row], since: date, rules: Ruleset) -> list[str]:
    """Return which tickets of a period are so fresh that they can change, and until when (measurement (g) 10)."""
    if not fresh:
        return []
    # By whole weeks: the last day itself would tell when the newest ticket was finished, also to who may not see it.
    tickets = sum(row[2].tickets for row in fresh)
    until = monday(max(row[0] for row in fresh)) + WEEK + _fresh(rules)
    line = ngettext(
        "%(num)s ticket finished since Monday, %(since)s, whoever did it, may still change, before %(until)s at the "
        "latest, if it was finished in the last %(reopening)s days: a comment counts up to %(comment)s days later, "
        "and a reopening within %(reopening)s days takes the evidence back.",
        "Up to %(num)s tickets, those finished since Monday, %(since)s, whoever did them, may still change, the last "
        "before %(until)s: a comment counts up to %(comment)s days later, and a reopening within %(reopening)s days "
        "takes the evidence back. Only whole weeks are named: a day would tell of tickets that not everybody may see.",
        tickets,
        since=day(since),
        until=day(until),
        comment=rules.comment_days,
        reopening=rules.sticky_days,
    )
    return [f"{line} {gettext(OPENED_LATER)}"]


def _fresh(rules: Ruleset) -> timedelta:
    # Comments count no longer than a reopening takes evidence back.
    return timedelta(days=rules.sticky_days)


def monday(day_of_week: date) -> date:
    return day_of_week - timedelta(days=day_of_week.isoweekday() - 1)
