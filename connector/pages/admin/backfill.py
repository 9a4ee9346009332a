"""How far the history of each project is: counts, time left, and what is wrong, as text for an administrator."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.pages.admin.job_errors import JobError, error_of
from connector.sync.listings import time_left
from connector.text import ago, ahead, left, whole_percent
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.operations.jobs import JobRow
from mappings.records.operations.sync_listings import OPEN, Kind, Listing
from mappings.translation import gettext, integer_text, mark, ngettext

# Projects that the sentence names one by one.
SHOWN = 3
ABOUT = mark("%(project)s is %(share)s read, about %(left)s")
LAST_MINUTE = mark("%(project)s is %(share)s read, %(left)s")


@dataclass(frozen=True)
class Button:
    """What may be done with a history; `asks`: it is confirmed before it is done."""

    act: str
    label: str
    asks: bool = False


PAUSE, RESUME = Button("pause", mark("Pause")), Button("resume", mark("Resume"))
ANEW, CANCEL = Button("anew", mark("Read again"), asks=True), Button("cancel", mark("Cancel"), asks=True)


@dataclass(frozen=True)
class StateText:
    """What a state is called, what may be done, and the hint where something has to be fixed, as marked texts."""

    name: str
    buttons: tuple[Button, ...]
    hint: str = ""


STATE_TEXTS: Mapping[str, StateText] = {
    "running": StateText(mark("being read"), (PAUSE, ANEW, CANCEL)),
    "checking": StateText(mark("being checked"), (PAUSE, ANEW, CANCEL)),
    "done": StateText(mark("imported"), (ANEW,)),
    "paused": StateText(mark("paused"), (RESUME, ANEW, CANCEL)),
    "cancelled": StateText(mark("cancelled"), (RESUME, ANEW)),
    "hidden": StateText(
        mark("cannot be seen"),
        (ANEW,),
        mark(
            "Let the app browse the project: its permissions have to name the role atlassian-addons-project-access. "
            "Teachback tries again each hour."
        ),
    ),
    "archived": StateText(mark("archived"), ()),
    "renamed": StateText(mark("has another key"), (), mark("Name the project by its new key in the engagement file.")),
    "waiting": StateText(mark("waits for its turn"), ()),
}


@dataclass(frozen=True)
class History:
    """A project as the page shows it. `share` in per cent, None where it is not known yet; `open`: it is under way.

    `begins` says of one that waits what it waits for.
    """

    key: str
    name: str
    state: str
    share: int | None
    progress: str
    left: str
    recent: str
    state_text: StateText
    error: JobError | None = None
    is_last_minute: bool = False
    begins: str = ""

    @property
    def open(self) -> bool:
        return self.state in OPEN | {"waiting"}

    @property
    def is_being_read(self) -> bool:
        return self.state in OPEN

    @property
    def is_read(self) -> bool:
        """Whether nothing goes on and nothing has to be done."""
        return self.state in {"done", "archived"} and self.error is None

    @property
    def waits(self) -> bool:
        return self.state == "waiting"

    @property
    def waits_for_somebody(self) -> bool:
        """Whether it does not go on by itself."""
        return bool(self.state_text.hint) or self.state in {"paused", "cancelled"}

    @property
    def at(self) -> str:
        return "" if self.share is None else whole_percent(self.share)


PAUSED = mark("Reading is paused for all projects."), mark("Resume the job “History” below.")

# By kind and project.
Listings = Mapping[tuple[Kind, str], Listing]


def histories_of(
    names: Mapping[str, str], listings: Listings, reader: JobRow | None, now: Instant, *, stored: Collection[str] = ()
) -> list[History]:
    """Return the projects that engagements count, by key; of those in `stored` tickets are there, read or not."""
    keys = sorted(names)
    turn = next((key for key in keys if _state(listings, key) in OPEN | {"waiting"}), None)
    error = (JobError(*map(gettext, PAUSED)) if reader.paused else error_of(reader, now)) if reader else None
    # One job reads all of them in turn: its error concerns the project that is next.
    rows = [_history(names[key], listings, key, now, is_stored=key in stored) for key in keys]
    return [
        replace(row, error=error, begins="" if error else _begins(row, reader, now))
        if row.key == turn
        else replace(row, begins=gettext("It is read after %(project)s.", project=turn) if row.waits else "")
        for row in rows
    ]


def _begins(history: History, reader: JobRow | None, now: Instant) -> str:
    """Return when the project whose turn it is begins to be read."""
    if not history.waits:
        return ""
    if reader is None or (reader.due_at <= now and reader.lease_until <= now):
        # What is due waits for nothing but a worker.
        return gettext("It begins once a worker takes the job “History”.")
    if reader.lease_until > now:
        return gettext("It is next.")
    return gettext("It begins %(when)s.", when=ahead((reader.due_at - now) / SECOND))


def _state(listings: Listings, key: str) -> str:
    listing = listings.get(("history", key))
    return "waiting" if listing is None else listing.state


def _history(name: str, listings: Listings, key: str, now: Instant, *, is_stored: bool) -> History:
    listing, state = listings.get(("history", key)), _state(listings, key)
    rest = time_left(listing, now) if listing else None
    rest_text = ""
    if listing is not None and rest is not None:
        rest_text = left(listing.done, listing.total, (now - listing.started) / SECOND)
    return History(
        key,
        name,
        state,
        _share(listing),
        _progress_text(listing, now, is_stored=is_stored),
        rest_text,
        _recent_text(listings, key, now),
        STATE_TEXTS[state],
        is_last_minute=rest_text == gettext("less than a minute left"),
    )


def _share(listing: Listing | None) -> int | None:
    if listing is None or (listing.state == "running" and not listing.total):
        return None
    return 100 if listing.state == "done" else min(100, 100 * listing.done // max(listing.total, 1))


def _progress_text(listing: Listing | None, now: Instant, *, is_stored: bool) -> str:
    if listing is None and is_stored:
        return gettext("Not read from Jira yet; tickets that came by webhooks or from a file count.")
    if listing is None:
        return gettext("Nothing is read yet.")
    if listing.state == "running" and not listing.total:
        return gettext("Counting tickets.")
    if listing.state == "done":
        when = ago((now - listing.changed_at) / SECOND)
        return ngettext("%(num)s ticket imported %(ago)s", "%(num)s tickets imported %(ago)s", listing.done, ago=when)
    if listing.state == "checking":
        return ngettext(
            "%(num)s ticket read; deleted tickets are being looked for.",
            "%(num)s tickets read; deleted tickets are being looked for.",
            listing.done,
        )
    return ngettext(
        "%(done)s of %(num)s ticket",
        "%(done)s of %(num)s tickets",
        max(listing.total, listing.done),
        done=integer_text(listing.done),
    )


def _recent_text(listings: Listings, key: str, now: Instant) -> str:
    listing = listings.get(("recent", key))
    # What changed is read to make up for events that were lost.
    if listing is None or ("history", key) not in listings:
        return ""
    if listing.state in OPEN:
        return gettext("What changed lately is being read.")
    if listing.state != "done":
        return ""
    return gettext("Checked for changes %(ago)s", ago=ago((now - listing.started) / SECOND))


def sentence_of(histories: Sequence[History]) -> str:
    done = sum(history.state == "done" for history in histories)
    if not histories:
        return gettext("No engagement names a project yet, so there is no history to read.")
    if done == len(histories):
        if done == 2:
            return gettext("History is in for both projects; what happens in Jira counts as it happens.")
        return ngettext(
            "History is in for the one project; what happens in Jira counts as it happens.",
            "History is in for all %(num)s projects; what happens in Jira counts as it happens.",
            done,
        )
    rest = [history for history in histories if history.state not in {"done", "waiting"}]
    clauses = [clause_of(history) for history in rest[:SHOWN]]
    if len(rest) > SHOWN:
        clauses.append(ngettext("%(num)s other below", "%(num)s others below", len(rest) - SHOWN))
    waiting = sum(history.state == "waiting" for history in histories)
    if waiting:
        clauses.append(ngettext("%(num)s project waits for a turn", "%(num)s projects wait for a turn", waiting))
    begun = ngettext(
        "History is in for %(done)s of %(num)s project",
        "History is in for %(done)s of %(num)s projects",
        len(histories),
        done=done,
    )
    return gettext("%(clauses)s; live events count already.", clauses="; ".join([begun, *clauses]))


def clause_of(history: History) -> str:
    state, key = gettext(history.state_text.name), history.key
    if history.state == "running":
        if not history.at:
            return gettext("%(project)s is being counted", project=key)
        if not history.left:
            return gettext("%(project)s is %(share)s read", project=key, share=history.at)
        message = LAST_MINUTE if history.is_last_minute else ABOUT
        return gettext(message, project=key, share=history.at, left=history.left)
    if history.state in {"paused", "cancelled"} and history.at:
        return gettext("%(project)s is %(state)s at %(share)s", project=key, state=state, share=history.at)
    if history.state in {"paused", "cancelled"}:
        return gettext("%(project)s is %(state)s at its start", project=key, state=state)
    if history.state in {"checking", "archived"}:
        return gettext("%(project)s is %(state)s", project=key, state=state)
    return f"{key} {state}"


def news_of(histories: Sequence[History]) -> str:
    """Return the histories for a screen reader: in steps of ten per cent, lest each step be announced."""
    if not histories:
        return ""
    news = [f"{history.key} {_step(history)}" for history in histories if history.state != "done"]
    return "; ".join(news) or gettext("All histories are in")


def _step(history: History) -> str:
    state = gettext(history.state_text.name)
    if history.share is None:
        return state
    share = whole_percent(history.share // 10 * 10)
    return gettext("%(state)s, past %(share)s", state=state, share=share)
