"""Whom an open ticket waits for by its status, a side or a gatekeeper, as its panel says it first."""

from connector.figures.open_previews import Wait
from connector.pages.agency_part import is_elsewhere
from connector.pages.panel.context import TicketContext
from connector.pages.waiting.request_words import touch_text
from connector.text import day, full_stop
from mappings.events.types import Instant
from mappings.formats.explain.gatekeepers import back_text, statuses_text
from mappings.measure.model.ticket import Entry
from mappings.measure.score.reciprocity import Answer
from mappings.translation import gettext, integer_text, mark

# By whether it is a question.
TEXTS = {
    True: mark("A question of %(agency)s waits for the in-house team since %(day)s"),
    False: mark("A review for %(agency)s waits for the in-house team since %(day)s"),
}
# For whoever may do it: a touch is not always an answer, and the status waits until it is moved.
MOVE_ON = mark("Once it is answered, move the status on.")
COMES_BACK = mark("Moved to %(back)s before they have answered, it counts as come back.")
GO_ON = mark("Move the status on once you go on.")


def waiting_text(context: TicketContext, entry: Entry, wait: Wait | None) -> str:
    """Return what waits and since when; "" for nothing.

    What a latency counts stands on no ticket in works-council mode (measurement (f)).
    """
    if wait is None or context.prepared.ruleset.works_council:
        return ""
    if wait.side == "gatekeeper":
        return _gatekeeper_text(context, wait)
    if wait.side == "agency":
        # The status does not say for which agency of a project.
        if is_elsewhere(context.prepared, context.ticket, entry, context.now):
            return ""
        return _agency_text(context, wait)
    request = wait.request
    if request is None:
        return ""
    waits = full_stop(_request_text(context, request))
    is_asked = request.is_question and request.answered is not None and not context.view.agency
    return f"{waits} {gettext(MOVE_ON)}" if is_asked else waits


def _gatekeeper_text(context: TicketContext, wait: Wait) -> str:
    agreed, since = context.view.engagement, day(context.prepared.calendar.day(wait.since))
    statuses = statuses_text(agreed)
    text = gettext("Waits for a gatekeeper since %(day)s, in %(status)s.", day=since, status=statuses)
    return f"{text} {gettext(COMES_BACK, back=back_text(agreed))}" if wait.is_first else text


def _agency_text(context: TicketContext, wait: Wait) -> str:
    since = day(context.prepared.calendar.day(wait.since))
    text = gettext("Waits for %(agency)s since %(day)s.", agency=context.view.engagement.agency_name, day=since)
    return f"{text} {gettext(GO_ON)}" if context.view.agency else text


def _request_text(context: TicketContext, request: Answer) -> str:
    def date_text(at: Instant) -> str:
        return day(context.prepared.calendar.day(at))

    agency = context.view.engagement.agency_name
    text = gettext(TEXTS[request.is_question], agency=agency, day=date_text(request.at))
    text = "; ".join(filter(None, [text, touch_text(request, context.ticket, date_text)]))
    if not request.is_late(context.now):
        return text
    return gettext("%(text)s (late, limit %(limit)s business hours)", text=text, limit=integer_text(request.hours))
