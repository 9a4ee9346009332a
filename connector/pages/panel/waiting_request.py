"""What of the agency waits for the in-house team on an open ticket, as its panel says it first."""

from connector.figures.open_previews import open_request_of
from connector.pages.panel.context import TicketContext
from connector.pages.waiting.request_words import touch_text
from connector.text import day, full_stop
from mappings.events.types import Instant
from mappings.measure.score.reciprocity import Answer
from mappings.translation import gettext, integer_text, mark

# By whether it is a question.
TEXTS = {
    True: mark("A question of %(agency)s waits for the in-house team since %(day)s"),
    False: mark("A review for %(agency)s waits for the in-house team since %(day)s"),
}
# For whoever may do it: a touch is not always an answer, and the status waits until it is moved.
MOVE_ON = mark("Once it is answered, move the status on.")


def waiting_text(context: TicketContext) -> str:
    """Return what waits and since when; "" for nothing.

    What a latency counts stands on no ticket in works-council mode (measurement (f)).
    """
    if context.prepared.ruleset.works_council:
        return ""
    request = open_request_of(context.prepared, context.ticket)
    if request is None:
        return ""
    waits = full_stop(_request_text(context, request))
    is_asked = request.is_question and request.answered is not None and not context.view.agency
    return f"{waits} {gettext(MOVE_ON)}" if is_asked else waits


def _request_text(context: TicketContext, request: Answer) -> str:
    def date_text(at: Instant) -> str:
        return day(context.prepared.calendar.day(at))

    agency = context.view.engagement.agency_name
    text = gettext(TEXTS[request.is_question], agency=agency, day=date_text(request.at))
    text = "; ".join(filter(None, [text, touch_text(request, context.ticket, date_text)]))
    if not request.is_late(context.now):
        return text
    return gettext("%(text)s (late, limit %(limit)s business hours)", text=text, limit=integer_text(request.hours))
