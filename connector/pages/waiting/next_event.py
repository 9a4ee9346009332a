"""What comes next where nothing waits: the pulse or the review of the quarter that runs, or an objective's due day."""

from collections.abc import Iterator
from datetime import date

from connector.actions.policy import LEAD
from connector.auth.access import EngagementView
from connector.pages.act import may_act
from connector.pages.together.pulses import LAST_WEEKS, select_answers
from connector.pages.waiting.model import WaitingContext
from connector.text import full_day
from mappings.measure.model.quarters import next_quarter, quarter_name, quarter_start
from mappings.translation import gettext


def select_upcoming(context: WaitingContext) -> str:
    """Return what comes first for the caller and when; "" where nothing is known, or the engagement is over."""
    today, agreed = context.prepared.calendar.day(context.now), context.view.engagement
    if agreed.ends is not None and agreed.ends <= today:
        return ""
    events = [*_due_days(context.view, today)]
    if may_act(context.view, LEAD):
        events += _of_quarter(context, quarter_start(today), today)
    return min(events, default=(today, ""))[1]


def _due_days(view: EngagementView, today: date) -> Iterator[tuple[date, str]]:
    if "coverage" not in view.sees:
        return
    for objective in view.engagement.objectives:
        if objective.by is not None and objective.by > today:
            due = full_day(objective.by)
            yield objective.by, gettext("Next: %(objective)s is due on %(day)s.", objective=objective.name, day=due)


def _of_quarter(context: WaitingContext, quarter: date, today: date) -> Iterator[tuple[date, str]]:
    """Return from which day on a lead is asked for the pulse of a quarter that runs, and finds its review."""
    over, name = next_quarter(quarter), quarter_name(quarter)
    asked = over - LAST_WEEKS
    if asked > today and (quarter, context.side) not in select_answers(context.viewer):
        yield asked, gettext("Next: the pulse of %(quarter)s, from %(day)s on.", quarter=name, day=full_day(asked))
    yield over, gettext("Next: the review of %(quarter)s, from %(day)s on.", quarter=name, day=full_day(over))
