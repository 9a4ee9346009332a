"""Who of the in-house team commented on a ticket: told by the day of the comment, which names nobody."""

from collections.abc import Mapping

from connector.text import day
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import gettext


def commented_on(prepared: PreparedEngagement, ticket: Ticket) -> Mapping[str, str]:
    """Return the words for each in-house account that commented, the latest comment first.

    The record of the ticket gives the same days; in works-council mode it gives none, and a comment that Jira limits
    to some readers is told to nobody.
    """
    words: dict[str, str] = {}
    if prepared.ruleset.works_council:
        return words
    for comment in sorted(ticket.comments, key=lambda comment: comment.created, reverse=True):
        author, calendar = comment.author, prepared.calendar
        is_inhouse = prepared.affiliations.is_inhouse(author, comment.created)
        if author and not comment.restricted and is_inhouse:
            when = day(calendar.day(comment.created))
            words.setdefault(author, gettext("an in-house person who commented on %(day)s", day=when))
    return words
