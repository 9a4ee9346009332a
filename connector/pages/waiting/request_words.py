"""What an open ticket waits for, in the words of the list and of the panel."""

from collections.abc import Callable

from connector.pages.record.rows import restricted_moments
from mappings.events.types import Instant
from mappings.formats.explain.reason_texts import ACTS
from mappings.measure.model.ticket import Ticket
from mappings.measure.score.reciprocity import Answer
from mappings.translation import gettext


def touch_text(request: Answer, ticket: Ticket, date_text: Callable[[Instant], str]) -> str:
    """Return whether somebody in-house touched what still waits, when, and by what; "" where nobody did."""
    if request.answered is None:
        return ""
    # When a comment was made that Jira shows to some alone is told to nobody.
    if request.answered in restricted_moments(ticket):
        return gettext("touched in-house")
    touched = gettext("first touched in-house on %(day)s", day=date_text(request.answered))
    return f"{touched} {gettext(ACTS[request.act])}" if request.act else touched
