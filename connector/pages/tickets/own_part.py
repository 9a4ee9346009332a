"""What the reader did or was given on an open ticket, as its row says it of nobody but them."""

from collections.abc import Iterable

from connector.pages.panel.roles import named_text
from connector.pages.tickets.finished import ListContext
from connector.text import day_beside
from connector.web.gate import caller
from mappings.measure.model.ticket import Ticket
from mappings.translation import gettext


def own_part_text(context: ListContext, ticket: Ticket) -> str:
    """Return the reader's part in a ticket, the first that applies; "" for none.

    In works-council mode nobody's is told, not even the reader's (measurement (f)), but for whom Jira assigned.
    """
    account = caller().account
    if not account:
        return ""
    if ticket.issue.assignee == account:
        return gettext("assigned to you")
    if context.view.stored.rules.works_council:
        return ""
    named_or_commented = named_text(ticket, account) or _commented_text(context, ticket, account)
    # Of a list of those on which the reader took part it is said once.
    return named_or_commented or ("" if context.filters.mine else _took_part_text(ticket, account))


def _commented_text(context: ListContext, ticket: Ticket, account: str) -> str:
    # When a comment was made that Jira shows to some alone is told to nobody.
    written = [each.created for each in ticket.comments if each.author == account and not each.restricted]
    if not written:
        return ""
    on = day_beside(context.calendar.day(max(written)), context.calendar.day(context.now))
    return gettext("you commented on %(day)s", day=on)


def _took_part_text(ticket: Ticket, account: str) -> str:
    """Return whether somebody did or was given something on a ticket or a sub-task, as the list's filter finds it."""
    tickets = (ticket, *ticket.subtasks)
    if any(account in _people_of(each) for each in tickets):
        return gettext("you took part")
    # Who did nothing else took no part in the work.
    return gettext("you changed its status") if any(_is_moved_by(each, account) for each in tickets) else ""


def _people_of(ticket: Ticket) -> Iterable[str | None]:
    yield from (comment.author for comment in ticket.comments)
    yield from (worklog.author for worklog in ticket.worklogs)
    for change in ticket.changes:
        yield from (change.old, change.new) if change.field == "assignee" else ()


def _is_moved_by(ticket: Ticket, account: str) -> bool:
    return any(change.field == "status" and change.author == account for change in ticket.changes)
