"""That an open ticket was finished before, and what its opening took back, as its panel says it."""

from collections.abc import Sequence

from connector.pages import ticket_text
from connector.pages.panel.context import TicketContext
from connector.pages.ticket_text import Naming
from connector.text import day_beside, full_stop
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.records.figures.entries import StoredEntry
from mappings.translation import gettext


def opened_again_text(
    context: TicketContext, naming: Naming, entries: Sequence[StoredEntry], at: Instant | None
) -> str:
    """Return when a ticket was opened again, and what it gave until then; "" for one that never was.

    The day stands in its record, which is off in works-council mode (measurement (f)).
    """
    if at is None or context.prepared.ruleset.works_council:
        return ""
    calendar = context.prepared.calendar
    on = day_beside(calendar.day(at), calendar.day(context.now))
    taken = _taken_back(entries)
    if taken is None:
        return full_stop(gettext("Opened again on %(day)s", day=on))
    given = ticket_text.buckets(naming, taken.entry, taken.handed_over)
    text = gettext(
        "Opened again on %(day)s: that takes back what it gave (%(given)s) until it is finished again.",
        day=on,
        given=given,
    )
    return f"{text} {_evidence_text(context, taken, at)}".strip()


def _evidence_text(context: TicketContext, taken: StoredEntry, at: Instant) -> str:
    """Return that a ticket lost its evidence, which it does where it was opened again soon (measurement (c))."""
    days = context.prepared.ruleset.sticky_days
    # What was confirmed late counts from then on, which is not when it was done.
    if taken.entry.confirmed or at - taken.entry.at > days * DAY:
        return ""
    return gettext("As that was within %(days)s days, it shows no more than exposed until then.", days=days)


def _taken_back(entries: Sequence[StoredEntry]) -> StoredEntry | None:
    """Return the entry of a ticket that the last one takes back; None where nothing is taken back, or it gave none."""
    if not entries or entries[-1].entry.sign > 0:
        return None
    done = next(item for item in entries if item.entry.sign > 0 and item.entry.done == entries[-1].entry.done)
    return done if done.entry.units else None
