"""How far the history of each project is: counts, time left, and what is wrong, as text for an administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connector.pages.admin.job_errors import JobError, error_of
from connector.sync.listings import time_left
from connector.text import THIN, ago, count, left
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.operations.jobs import JobRow
from mappings.records.operations.sync_listings import OPEN, Kind, Listing

# Projects that the sentence names one by one.
SHOWN = 3


@dataclass(frozen=True)
class Button:
    """What may be done with a history; `asks`: it is confirmed before it is done."""

    act: str
    label: str
    asks: bool = False


PAUSE, RESUME = Button("pause", "Pause"), Button("resume", "Resume")
ANEW, CANCEL = Button("anew", "Read again", asks=True), Button("cancel", "Cancel", asks=True)


@dataclass(frozen=True)
class Question:
    """The question before an act: a title with the project's key in it, what the act does, the button's label."""

    title: str
    text: str
    button: str


QUESTIONS: Mapping[str, Question] = {
    "anew": Question(
        "Read {} again?",
        "Every ticket is read again from the start. Nothing is deleted: what was imported counts meanwhile. It takes "
        "as long as the first time, and uses part of the requests that Jira allows each hour.",
        "Read again",
    ),
    "cancel": Question(
        "Cancel reading {}?",
        "What was imported stays and counts, and so does what happens in Jira from now on. What is not read yet stays "
        "out of the figures until you resume.",
        "Cancel reading",
    ),
}


@dataclass(frozen=True)
class StateText:
    """What a state is called, what may be done, and the hint where something has to be fixed."""

    name: str
    buttons: tuple[Button, ...]
    hint: str = ""


STATE_TEXTS: Mapping[str, StateText] = {
    "running": StateText("being read", (PAUSE, ANEW, CANCEL)),
    "checking": StateText("being checked", (PAUSE, ANEW, CANCEL)),
    "done": StateText("imported", (ANEW,)),
    "paused": StateText("paused", (RESUME, ANEW, CANCEL)),
    "cancelled": StateText("cancelled", (RESUME, ANEW)),
    "hidden": StateText(
        "cannot be seen",
        (ANEW,),
        "Let the app browse the project: its permissions have to name the role atlassian-addons-project-access. "
        "Teachback tries again each hour.",
    ),
    "archived": StateText("archived", ()),
    "renamed": StateText("has another key", (), "Name the project by its new key in the engagement file."),
    "waiting": StateText("waits for its turn", ()),
}


@dataclass(frozen=True)
class History:
    """A project as the page shows it. `share` in per cent, None where it is not known yet; `open`: it is under way."""

    key: str
    name: str
    state: str
    share: int | None
    progress: str
    left: str
    recent: str
    state_text: StateText
    error: JobError | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN | {"waiting"}

    @property
    def at(self) -> str:
        return "" if self.share is None else f"{self.share}{THIN}%"


PAUSED = JobError("Reading is paused for all projects.", "Resume the job “History” below.")

# By kind and project.
Listings = Mapping[tuple[Kind, str], Listing]


def histories_of(names: Mapping[str, str], listings: Listings, reader: JobRow | None, now: Instant) -> list[History]:
    """Return the projects that engagements count, by key."""
    keys = sorted(names)
    turn = next((key for key in keys if _state(listings, key) in OPEN | {"waiting"}), None)
    error = (PAUSED if reader.paused else error_of(reader, now)) if reader else None
    # One job reads all of them in turn: its error concerns the project that is next.
    return [replace(_history(names[key], listings, key, now), error=error if key == turn else None) for key in keys]


def _state(listings: Listings, key: str) -> str:
    listing = listings.get(("history", key))
    return "waiting" if listing is None else listing.state


def _history(name: str, listings: Listings, key: str, now: Instant) -> History:
    listing, state = listings.get(("history", key)), _state(listings, key)
    rest = time_left(listing, now) if listing else None
    return History(
        key,
        name,
        state,
        _share(listing),
        _progress_text(listing, now),
        left(listing.done, listing.total, (now - listing.started) / SECOND) if listing and rest is not None else "",
        _recent_text(listings, key, now),
        STATE_TEXTS[state],
    )


def _share(listing: Listing | None) -> int | None:
    if listing is None or (listing.state == "running" and not listing.total):
        return None
    return 100 if listing.state == "done" else min(100, 100 * listing.done // max(listing.total, 1))


def _progress_text(listing: Listing | None, now: Instant) -> str:
    if listing is None:
        return "Nothing is read yet."
    if listing.state == "running" and not listing.total:
        return "Counting tickets."
    if listing.state == "done":
        return f"{count(listing.done, 'ticket')} imported {ago((now - listing.changed_at) / SECOND)}"
    if listing.state == "checking":
        return f"All {count(listing.done, 'ticket')} read; deleted tickets are being looked for."
    return f"{listing.done:,} of {count(max(listing.total, listing.done), 'ticket')}"


def _recent_text(listings: Listings, key: str, now: Instant) -> str:
    listing = listings.get(("recent", key))
    # What changed is read to make up for events that were lost.
    if listing is None or ("history", key) not in listings:
        return ""
    if listing.state in OPEN:
        return "What changed lately is being read."
    return f"Checked for changes {ago((now - listing.started) / SECOND)}" if listing.state == "done" else ""


def sentence_of(histories: Sequence[History]) -> str:
    done = sum(history.state == "done" for history in histories)
    if not histories:
        return "No engagement names a project yet, so there is no history to read."
    if done == len(histories):
        all_of = {1: "the one project", 2: "both projects"}.get(done, f"all {done} projects")
        return f"History is in for {all_of}; what happens in Jira counts as it happens."
    rest = [history for history in histories if history.state not in {"done", "waiting"}]
    clauses = [clause_of(history) for history in rest[:SHOWN]]
    waiting = sum(history.state == "waiting" for history in histories)
    clauses += [f"{count(len(rest) - SHOWN, 'other')} below"] if len(rest) > SHOWN else []
    clauses += [f"{count(waiting, 'project')} {'waits' if waiting == 1 else 'wait'} for a turn"] if waiting else []
    begun = f"History is in for {done} of {count(len(histories), 'project')}"
    return "; ".join([begun, *clauses, "live events count already"]) + "."


def clause_of(history: History) -> str:
    if history.state == "running":
        about = "about " if history.left and not history.left.startswith("less") else ""
        if not history.at:
            return f"{history.key} is being counted"
        return f"{history.key} is {history.at} read{f', {about}{history.left}' if history.left else ''}"
    if history.state in {"paused", "cancelled"}:
        return f"{history.key} is {history.state_text.name} at {history.at or 'its start'}"
    return f"{history.key} {'is ' if history.state in {'checking', 'archived'} else ''}{history.state_text.name}"


def news_of(histories: Sequence[History]) -> str:
    """Return the histories for a screen reader: in steps of ten per cent, lest each step be announced."""
    news = [f"{history.key} {_step(history)}" for history in histories if history.state != "done"]
    return "; ".join(news) or "All histories are in"


def _step(history: History) -> str:
    if history.share is None:
        return history.state_text.name
    return f"{history.state_text.name}, past {history.share // 10 * 10}{THIN}%"
