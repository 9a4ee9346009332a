"""What waits in History: the review of the quarter that was frozen last, until a lead of the caller's side read it."""

from collections.abc import Sequence

from connector.figures.frozen import select_frozen_quarters, select_readings
from connector.pages.review.source import quarter_key
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.text import day
from connector.web.gate import caller
from mappings.measure.model.quarters import quarter_name
from mappings.translation import gettext


def select_unread_review(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return the newest review where no lead of the caller's side has read it yet."""
    tenant_id = caller().tenant_id
    quarters = select_frozen_quarters(context.connection, tenant_id, context.view.stored)
    if not quarters:
        return ()
    newest = quarters[0]
    if context.side in select_readings(context.connection, tenant_id, context.view.engagement.key, newest):
        return ()
    frozen = day(context.prepared.calendar.day(newest.taken_at))
    title = gettext("The review of %(quarter)s is ready", quarter=quarter_name(newest.first))
    note = gettext("Its figures have been frozen since %(day)s", day=frozen)
    return [WaitingItem(title, note, gettext("Read"), {"period": quarter_key(newest.first)})]
