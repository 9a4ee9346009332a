"""Whether the program's newest review is ready, and whether its reader has still to read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from connector.actions.policy import READ_PROGRAM, may
from connector.container import container
from connector.figures.frozen import has_read_program_review
from connector.figures.program import is_running
from connector.pages.act import is_read_only
from connector.pages.program.access import ProgramView
from connector.pages.program.source import local_today
from connector.pages.program.totals import local_day
from connector.pages.visibility import account
from connector.text import day
from connector.web.gate import caller
from mappings.measure.model.quarters import quarter_name
from mappings.records.figures.snapshots import Snapshot, select_site_snapshots
from mappings.translation import gettext, ngettext

# How far back the newest review is looked for.
SINCE = timedelta(days=400)


@dataclass(frozen=True)
class ReadyReview:
    """A review that is ready: its quarter, since when, and whether it waits for its reader."""

    key: str
    name: str
    note: str
    waits: bool


@dataclass(frozen=True)
class Reviews:
    """The quarters that have a review, by their first days, and the newest of them."""

    quarters: frozenset[date] = frozenset()
    newest: ReadyReview | None = None


def find_reviews(connection: Connection, view: ProgramView) -> Reviews:
    """Return the reviews that are ready: of the quarters of which a report of the reader's engagements is frozen."""
    known = {item.engagement.key: item.engagement for item in view.stored}
    today = local_today(view.stored, container().clock())
    snapshots = select_site_snapshots(connection, caller().tenant_id, "quarter", since=today - SINCE)
    snapshots = [snapshot for snapshot in snapshots if snapshot.engagement in known]
    if not snapshots:
        return Reviews()
    quarters = frozenset(snapshot.first for snapshot in snapshots)
    newest = [snapshot for snapshot in snapshots if snapshot.first == snapshots[0].first]
    first, end = newest[0].first, newest[0].end
    running = sum(is_running(engagement, first, end - timedelta(days=1)) for engagement in known.values())
    zone = known[newest[0].engagement].zone
    since = max(snapshot.taken_at for snapshot in newest)
    note = _note(local_day(zone, since), len(newest), running)
    name = quarter_name(first)
    key = f"{name.split()[1]}{name.split()[0]}"
    return Reviews(quarters, ReadyReview(key, name, note, _waits(connection, view, newest)))


def _note(frozen: date, recorded: int, running: int) -> str:
    note = gettext("Its figures are frozen since %(day)s", day=day(frozen))
    if recorded >= running:
        return note
    missing = ngettext("%(num)s engagement is not recorded", "%(num)s engagements are not recorded", running - recorded)
    return f"{note} · {missing}"


def _waits(connection: Connection, view: ProgramView, newest: Sequence[Snapshot]) -> bool:
    if is_read_only() or not may(READ_PROGRAM, view.roles):
        return False
    since = min(snapshot.taken_at for snapshot in newest)
    return not has_read_program_review(connection, caller().tenant_id, account(), newest[0].first, since=since)
