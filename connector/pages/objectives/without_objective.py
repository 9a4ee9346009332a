"""How many tickets of a period have no objective: no sum tells, so the entries of a period not too long are read."""

from connector.pages.periods import Period
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.period.figures import figures_of
from mappings.records.figures.entries import select_period_page
from mappings.records.sql.scope import Scope

# How many entries are read at most, however large the engagement is.
MOST_READ = 1_000


def count_without_objective(scope: Scope, period: Period, calendar: Calendar) -> int | None:
    """Return the tickets as every figure counts them; None where the period has too many entries to look at."""
    span = calendar.midnight(period.first), calendar.midnight(period.end)
    read = select_period_page(scope, *span, before=None, limit=MOST_READ + 1)
    if len(read) > MOST_READ:
        return None
    without = [(item.stored.entry, item.stored.handed) for item in read if not item.stored.entry.objectives]
    return figures_of(without, calendar, first=period.first, last=period.last).sums.tickets
