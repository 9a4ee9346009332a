"""What of the agency waits for the in-house team on an open ticket, as its panel says it first."""

from connector.figures.open_previews import open_request_of
from connector.pages.panel.context import TicketContext
from connector.text import day
from mappings.translation import gettext, mark

# By whether it is a question, and whether somebody in-house did something on the ticket since.
TEXTS = {
    (True, False): mark("A question of %(agency)s waits for the in-house team since %(day)s."),
    (True, True): mark("A question of %(agency)s waits for the in-house team since %(day)s; touched in-house since."),
    (False, False): mark("A review for %(agency)s waits for the in-house team since %(day)s."),
    (False, True): mark("A review for %(agency)s waits for the in-house team since %(day)s; touched in-house since."),
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
    text = TEXTS[request.is_question, request.answered is not None]
    since = day(context.prepared.calendar.day(request.at))
    waits = gettext(text, agency=context.view.engagement.agency_name, day=since)
    is_asked = request.is_question and request.answered is not None and not context.view.agency
    return f"{waits} {gettext(MOVE_ON)}" if is_asked else waits
