"""Whether the program's newest review is ready, and whether its reader has still to read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from connector.actions.job_titles import title_of
from connector.actions.policy import READ_PROGRAM, may
from connector.container import container
from connector.figures.frozen import find_program_reading
from connector.figures.program.engagement import is_running
from connector.pages.act import is_read_only
from connector.pages.program.access import ProgramView
from connector.pages.program.quarter_names import local_day
from connector.pages.program.source import local_today
from connector.pages.program.texts import NAMED
from connector.pages.visibility import account
from connector.text import day
from connector.web.gate import caller
from mappings.measure.model.quarters import quarter_name
from mappings.records.figures.snapshots import Snapshot, select_site_snapshots
from mappings.translation import gettext, list_text, ngettext

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

    @property
    def by_quarter(self) -> list[tuple[str, str]]:
        """The keys and names of the quarters that have a review, newest first."""
        return [(_key(first), quarter_name(first)) for first in sorted(self.quarters, reverse=True)]


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
    recorded = {snapshot.engagement for snapshot in newest}
    zone = known[newest[0].engagement].zone
    since = max(snapshot.taken_at for snapshot in newest)
    missing = sorted(
        item.engagement.name
        for item in view.stored
        # What was set up later could not be recorded then.
        if item.engagement.key not in recorded and item.recorded_at <= since
        if is_running(item.engagement, first, end - timedelta(days=1))
    )
    note = _note(view, local_day(zone, since), missing)
    ready = ReadyReview(_key(first), quarter_name(first), note, _waits(connection, view, newest))
    return Reviews(quarters, ready)


def _key(first: date) -> str:
    quarter, year = quarter_name(first).split()
    return f"{year}{quarter}"


def _note(view: ProgramView, frozen: date, missing: Sequence[str]) -> str:
    note = gettext("Its figures have been frozen since %(day)s", day=day(frozen))
    if not missing:
        return note
    places = {"names": list_text(missing), "job": title_of("snapshots")}
    if len(missing) > NAMED:
        places["names"] = ngettext("%(num)s engagement", "%(num)s engagements", len(missing))
    text = gettext("not recorded: %(names)s", **places)
    # Jobs are told to administrators alone.
    if "admin" in view.roles:
        text = gettext("not recorded by the job “%(job)s”: %(names)s", **places)
    return f"{note} · {text}"


def _waits(connection: Connection, view: ProgramView, newest: Sequence[Snapshot]) -> bool:
    if is_read_only() or not may(READ_PROGRAM, view.roles):
        return False
    since = min(snapshot.taken_at for snapshot in newest)
    return find_program_reading(connection, caller().tenant_id, account(), newest[0].first, since=since) is None
