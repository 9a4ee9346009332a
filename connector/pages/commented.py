"""Who of the in-house team commented on a ticket, by the day alone, and what one more comment of the reader's does."""

from collections.abc import Mapping

from connector.figures.open_previews import OpenTicket
from connector.figures.own_steps import comment_step_of
from connector.pages.step_text import rule_places
from connector.text import day
from mappings.events.types import Instant
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.next_steps import NextStep, StepName
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import gettext, mark

# Of how many who commented it is tried what their next comment does, the latest first.
MOST_TRIED = 3
ONCE: Mapping[StepName, str] = {
    "comment": mark("Counts as taught once %(who)s writes one comment of %(letters)s characters or more."),
    "comment_on_another_day": mark(
        "Counts as taught once %(who)s writes one more comment of %(letters)s characters or more on another day."
    ),
}
NAMED_ONCE = mark(
    "Counts as taught once the person named under Shadows writes one comment of %(letters)s characters or more."
)
OWN_COMMENTS: Mapping[StepName, str] = {
    "comment": mark("one comment of yours of %(letters)s characters or more makes it taught"),
    "comment_on_another_day": mark(
        "one more comment of yours of %(letters)s characters or more, on another day, makes it taught"
    ),
}


def own_comment_text(prepared: PreparedEngagement, item: OpenTicket, viewer: str, now: Instant) -> str:
    """Return that a comment of the viewer's makes a ticket taught on which they are already; "" of any other."""
    step = own_comment_step(prepared, item, viewer, now)
    return own_step_text(prepared, step) if step else ""


def own_comment_step(prepared: PreparedEngagement, item: OpenTicket, viewer: str, now: Instant) -> NextStep | None:
    """Return the viewer's comment that makes a ticket taught on which they are already; None of any other."""
    if viewer not in {row.account for row in item.preview.evidence}:
        return None
    return comment_step_of(prepared, item, [viewer], now)


def own_step_text(prepared: PreparedEngagement, step: NextStep) -> str:
    return gettext(OWN_COMMENTS[step.name], **rule_places(prepared.ruleset))


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


def _named_shadows(prepared: PreparedEngagement, ticket: Ticket, now: Instant) -> list[str]:
    """Return who is named as shadow of a ticket now."""
    if prepared.ruleset.works_council:
        return []
    shadows = {role.account for role in ticket.roles if role.role == "shadow" and role.is_named}
    return sorted(account for account in shadows if prepared.affiliations.is_inhouse(account, now))


def comment_text(prepared: PreparedEngagement, item: OpenTicket, now: Instant) -> str:
    """Return whose comment makes a ticket taught: a named shadow's, or who is named by the day of their last one.

    "" for nobody's.
    """
    if comment_step_of(prepared, item, _named_shadows(prepared, item.ticket, now)[:MOST_TRIED], now):
        return gettext(NAMED_ONCE, **rule_places(prepared.ruleset))
    words = commented_on(prepared, item.ticket)
    step = comment_step_of(prepared, item, list(words)[:MOST_TRIED], now)
    if step is None:
        return ""
    return gettext(ONCE[step.name], who=words[step.account], **rule_places(prepared.ruleset))
