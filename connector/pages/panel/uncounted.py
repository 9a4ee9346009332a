"""Why a ticket does not count in an engagement: the one cause that applies, in words."""

from datetime import timedelta

from connector.pages.panel.context import TicketContext
from connector.text import full_day
from mappings.events.types import Instant
from mappings.measure.model.field_history import histories_of
from mappings.measure.ticket.ledger import done_stretches, is_counted_level, project_at
from mappings.measure.ticket.timeline import timeline_of
from mappings.translation import gettext


def uncounted_text(context: TicketContext) -> str:
    """Return why there is no entry of a ticket that would give none were it finished now; "" where one is to come."""
    issue = context.ticket.issue
    if not is_counted_level(issue):
        if issue.subtask:
            return gettext("A sub-task does not count by itself: its work counts for its parent.")
        return gettext("An epic does not count: the tickets below it do.")
    done = _done_at(context)
    if done is None:
        return _open_text(context)
    if project_at(issue, histories_of(context.ticket.changes), done) not in context.prepared.projects:
        return gettext("Finished on %(day)s in another project: does not count.", day=_day(context, done))
    return _done_text(context, done)


def _done_at(context: TicketContext) -> Instant | None:
    """Return when a ticket that is done was finished last."""
    histories = histories_of(context.ticket.changes)
    stretches = done_stretches(timeline_of(context.ticket.issue, histories, context.prepared.statuses).moves)
    return stretches[-1][0].at if stretches and stretches[-1][1] is None else None


def _done_text(context: TicketContext, done: Instant) -> str:
    prepared, engagement = context.prepared, context.view.engagement
    places = {"day": _day(context, done), "engagement": engagement.name}
    if done < prepared.starts:
        starts = full_day(engagement.starts)
        return gettext(
            "Finished on %(day)s, before %(engagement)s began on %(starts)s: does not count.", starts=starts, **places
        )
    if not prepared.includes(done):
        return gettext("Finished on %(day)s, after %(engagement)s ended: does not count.", **places)
    return ""


def _open_text(context: TicketContext) -> str:
    prepared, engagement = context.prepared, context.view.engagement
    if context.now < prepared.starts:
        starts = full_day(engagement.starts)
        return gettext(
            "%(engagement)s begins on %(starts)s: what is finished before does not count.",
            engagement=engagement.name,
            starts=starts,
        )
    if engagement.ends is None or prepared.includes(context.now):
        return gettext("It is in no project of %(engagement)s: does not count.", engagement=engagement.name)
    last = full_day(engagement.ends - timedelta(days=1))
    return gettext(
        "%(engagement)s ended on %(last)s: what is finished later does not count.",
        engagement=engagement.name,
        last=last,
    )


def _day(context: TicketContext, at: Instant) -> str:
    return full_day(context.prepared.calendar.day(at))
