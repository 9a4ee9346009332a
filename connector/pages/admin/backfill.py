"""How far the history of each project is, in words for an administrator: counts, time left, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connector.pages.admin.job_errors import Trouble, trouble_of
from connector.sync.listings import time_left
from connector.text import THIN, ago, count, left
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.operations.jobs import JobRow
from mappings.records.operations.sync_listings import OPEN, Kind, Listing

SHOWN = 3
"""Projects that the sentence speaks of one by one."""


@dataclass(frozen=True)
class Button:
    """What may be done with a history; `asks`: it is asked once more before it is done."""

    act: str
    words: str
    asks: bool = False


PAUSE, RESUME = Button("pause", "Pause"), Button("resume", "Resume")
ANEW, CANCEL = Button("anew", "Read again", asks=True), Button("cancel", "Cancel", asks=True)


@dataclass(frozen=True)
class Question:
    """What is asked before an act: a title with the project's key in it, what the act does, the button's words."""

    title: str
    words: str
    button: str


ASKED: Mapping[str, Question] = {
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
    """What a state is called, what may be done, and where something has to be mended, how."""

    name: str
    buttons: tuple[Button, ...]
    hint: str = ""


TOLD: Mapping[str, StateText] = {
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
    said: str
    left: str
    lately: str
    told: StateText
    trouble: Trouble | None = None

    @property
    def open(self) -> bool:
        """Whether it is under way or waits for its turn, so that the page has to be looked at again."""
        return self.state in OPEN | {"waiting"}

    @property
    def at(self) -> str:
        """How far it is, for a sentence."""
        return "" if self.share is None else f"{self.share}{THIN}%"


PAUSED = Trouble("Reading is paused for all projects.", "Resume the job “History” below.")

Listings = Mapping[tuple[Kind, str], Listing]
"""By kind and project."""


def histories_of(names: Mapping[str, str], listings: Listings, reader: JobRow | None, now: Instant) -> list[History]:
    """Return the projects that engagements count, by key. What is wrong is said of the one that is next to be read."""
    keys = sorted(names)
    turn = next((key for key in keys if _state(listings, key) in OPEN | {"waiting"}), None)
    wrong = (PAUSED if reader.paused else trouble_of(reader, now)) if reader else None
    return [replace(_history(names[key], listings, key, now), trouble=wrong if key == turn else None) for key in keys]


def _state(listings: Listings, key: str) -> str:
    found = listings.get(("history", key))
    return "waiting" if found is None else found.state


def _history(name: str, listings: Listings, key: str, now: Instant) -> History:
    found, state = listings.get(("history", key)), _state(listings, key)
    rest = time_left(found, now) if found else None
    return History(
        key,
        name,
        state,
        _share(found),
        _said(found, now),
        left(found.done, found.total, (now - found.started) / SECOND) if found and rest is not None else "",
        _lately(listings, key, now),
        TOLD[state],
    )


def _share(found: Listing | None) -> int | None:
    if found is None or (found.state == "running" and not found.total):
        return None
    return 100 if found.state == "done" else min(100, 100 * found.done // max(found.total, 1))


def _said(found: Listing | None, now: Instant) -> str:
    if found is None:
        return "Nothing is read yet."
    if found.state == "running" and not found.total:
        return "Counting tickets."
    if found.state == "done":
        return f"{count(found.done, 'ticket')} imported {ago((now - found.changed_at) / SECOND)}"
    if found.state == "checking":
        return f"All {count(found.done, 'ticket')} read; deleted tickets are being looked for."
    return f"{found.done:,} of {count(max(found.total, found.done), 'ticket')}"


def _lately(listings: Listings, key: str, now: Instant) -> str:
    """Say when what changed was read last, which makes up for events that were lost."""
    found = listings.get(("recent", key))
    if found is None or ("history", key) not in listings:
        return ""
    if found.state in OPEN:
        return "What changed lately is being read."
    return f"Looked for changes {ago((now - found.started) / SECOND)}" if found.state == "done" else ""


def sentence_of(histories: Sequence[History]) -> str:
    """Say how far all is, by rule: what is in, what is under way, and that live events count meanwhile."""
    done = sum(one.state == "done" for one in histories)
    if not histories:
        return "No engagement names a project yet, so there is no history to read."
    if done == len(histories):
        all_of = {1: "the one project", 2: "both projects"}.get(done, f"all {done} projects")
        return f"History is in for {all_of}; what happens in Jira counts as it happens."
    rest = [one for one in histories if one.state not in {"done", "waiting"}]
    clauses = [clause_of(one) for one in rest[:SHOWN]]
    waiting = sum(one.state == "waiting" for one in histories)
    clauses += [f"{count(len(rest) - SHOWN, 'other')} below"] if len(rest) > SHOWN else []
    clauses += [f"{count(waiting, 'project')} {'waits' if waiting == 1 else 'wait'} for a turn"] if waiting else []
    begun = f"History is in for {done} of {count(len(histories), 'project')}"
    return "; ".join([begun, *clauses, "live events count already"]) + "."


def clause_of(one: History) -> str:
    """Say how far one project is."""
    if one.state == "running":
        rest = f", about {one.left}" if one.left and not one.left.startswith("less") else f", {one.left}"
        return f"{one.key} is {one.at} read{rest if one.left else ''}" if one.at else f"{one.key} is being counted"
    if one.state in {"paused", "cancelled"}:
        return f"{one.key} is {one.told.name} at {one.at or 'its start'}"
    return f"{one.key} {'is ' if one.state in {'checking', 'archived'} else ''}{one.told.name}"


def news_of(histories: Sequence[History]) -> str:
    """Say the same for whoever listens: in steps of ten per cent, so that it is not said again and again."""
    return "; ".join(f"{one.key} {_step(one)}" for one in histories if one.state != "done") or "All histories are in"


def _step(one: History) -> str:
    return f"{one.told.name}, past {one.share // 10 * 10}{THIN}%" if one.share is not None else one.told.name
