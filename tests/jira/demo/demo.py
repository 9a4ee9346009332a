"""The demo: the stand-in with Teachback behind it, its story sent by real requests, and work going on.

What is kept in `.demo` lets it start again where it was: the database with its key, and a journal of all that happened
on the site since the story's end, which is played again on a fresh site (journal).
"""

import errno
import fcntl
import gc
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from types import FrameType
from typing import Any

from connector.container import now
from tests.jira.data_center import serve_data_center
from tests.jira.demo.jobs import forget_mirror, ticker_of
from tests.jira.demo.journal import DemoState, Journal
from tests.jira.model import Instant
from tests.jira.servers import LEAD, Stack, StackOptions, StoryClock, build, load
from tests.jira.site import Site
from tests.jira.story.actions import Action, Ids
from tests.jira.story.clock import WorkClock
from tests.jira.story.story import FULL, Plan, live, plan, play
from webhooks.worker import Drainer

FOLDER = Path(__file__).parents[3] / ".demo"
FORGE_FOLDER = FOLDER.with_name(".demo-forge")
SEED = 7
ZONE = "Europe/Berlin"
BEHIND = timedelta(days=28)
"""How long before now the story ends: what happens from then on happens while one watches."""
FASTER = 2.4
"""How many times the story's own pace: a working day takes about twenty seconds."""
WORKING_DAY = 20
"""Seconds that a working day takes, about."""
TOKEN = "token-of-the-demo"
PUMP = 0.25
DELIVERED_AGAIN = 40
"""The last of the journal is delivered again: a process that was killed may not have come to it."""
SECOND: Instant = 1_000_000


def main(
    port: int = 8080, fresh: bool = False, *, folder: Path | None = None, tickets: int = FULL, forge: bool = False
) -> None:
    """Run until Ctrl-C or SIGTERM. Raises SystemExit 1, with one line that says why, where it cannot start."""
    signal.signal(signal.SIGTERM, _interrupt)
    # A site that moved to Forge has a database of its own: it does not go back.
    folder = folder or (FORGE_FOLDER if forge else FOLDER)
    folder.mkdir(exist_ok=True)
    try:
        with alone(folder), open_demo(port, folder, fresh=fresh, tickets=tickets, forge=forge) as demo:
            print(f"Open {demo.stack.host_url}/", flush=True)  # what the command promises to print
            for line in demo.hints():
                say(line)
            demo.go_on()
    except KeyboardInterrupt:
        say("Stopped before the story was told; the next start begins anew.")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        say(f"Port {port} is taken: stop what uses it, or choose another one with --port {port + 1}.")
        raise SystemExit(1) from None
    finally:
        gc.freeze()  # Python would take the whole site apart, object by object, before it ends


def say(text: str) -> None:
    """Progress and trouble, for whoever watches; standard output has one line alone."""
    print(text, file=sys.stderr, flush=True)  # a command


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Two demos cannot share a folder."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say(f"A demo is running already in {folder}: open that one, or stop it first.")
            raise SystemExit(1) from None
        yield


def story_end(today: date) -> Instant:
    """Friday evening, four weeks or a little more before today."""
    clock = WorkClock(ZONE, ())
    day = today - BEHIND
    return clock.at(day - timedelta(days=(day.weekday() - 4) % 7), 18)


@contextmanager
def open_demo(
    port: int, folder: Path, *, fresh: bool = False, tickets: int = FULL, forge: bool = False
) -> Iterator["Demo"]:
    """A demo that is told up to where it was, or anew."""
    journal = None if fresh else DemoState.read(folder, tickets)
    if journal is None:
        for path in folder.iterdir():
            if path.name != "lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    demo = raise_demo(port, folder, journal, tickets)
    demo.forge = forge
    try:
        demo.begin() if journal is None else demo.begin_again(journal)
        yield demo
    finally:
        demo.stack.stop()


def raise_demo(port: int, folder: Path, this_kept: DemoState | None, tickets: int) -> "Demo":
    """Both sides started, with nothing told yet. Raises OSError where the port is taken."""
    end = this_kept.end if this_kept else story_end(WorkClock(ZONE, ()).day(now()))
    story = plan(SEED, end=end, tickets=tickets)
    journal = Journal(folder)

    def act(site: Site, name: str, given: dict[str, Any]) -> Any:
        return demo.act(site, name, given)

    options = StackOptions(folder, port, this_kept.app_port if this_kept else 0, act)
    clock = StoryClock(story.start)
    try:
        stack = build(options, story, clock)
    except OSError:
        if not this_kept or not this_kept.app_port:
            raise
        options = StackOptions(folder, port, 0, options.act)
        stack = build(options, story, clock)
    demo = Demo(stack, journal, folder, tickets)
    return demo  # its name is what visitors' acts go to


@dataclass
class Demo:
    """The stack, and the work that goes on in it."""

    stack: Stack
    journal: Journal
    folder: Path
    tickets: int
    ids: Ids = field(default_factory=dict)
    stopped: Event = field(default_factory=Event)
    turn: Lock = field(default_factory=Lock)
    forge: bool = False
    caught_up: bool = False
    _works: Iterator[tuple[float, Action]] = field(default_factory=lambda: iter(()))
    _next: tuple[float, Action] | None = None

    @property
    def site(self) -> Site:
        return self.stack.site

    @property
    def story(self) -> Plan:
        return self.stack.plan

    def begin(self) -> None:
        """Tell the whole story to both sides."""
        began = time.monotonic()
        say("Telling half a year of work to Teachback, through its own routes (under a minute, once).")
        self.ids = load(self.stack, say)
        if self.forge:
            self.stack.move_to_forge()
        self._open_work()
        self._keep(starts=1)
        say(f"Told in {time.monotonic() - began:.0f} s.")

    def begin_again(self, this_kept: DemoState) -> None:
        """Let the site be as it was; Teachback has kept what it heard, and only hears of its new secret."""
        self.ids = play(self.site, self.story)
        self._open_work()
        entries = self.journal.read()
        again = max(0, len(entries) - DELIVERED_AGAIN)
        for entry in entries[:again]:
            self._replay(entry)
        self.stack.clock.at = None
        if self.forge:
            self.stack.move_to_forge()
        else:
            self.stack.app.installs = this_kept.starts
            self.stack.app.install(by=LEAD)
        forget_mirror(self.stack)
        for entry in entries[again:]:
            self._replay(entry)
        self._keep(starts=this_kept.starts + 1)

    def _keep(self, *, starts: int) -> None:
        self.stack.clock.at = None
        app_port = int(self.stack.servers[1].url.rpartition(":")[2])
        DemoState(self.story.end, starts, app_port, self.tickets).write(self.folder)

    def hints(self) -> Iterator[str]:
        """What else can be tried: the pace of time, and the direct way as Cloud and as Data Center."""
        self.site.tokens[TOKEN] = LEAD
        data_center = serve_data_center(self.site)
        self.stack.ends.append(data_center.stop)
        cloud, email = self.stack.host_url, self.site.users[LEAD].email
        yield f"Time runs fast here: a working day takes about {WORKING_DAY} s, until the site has caught up."
        yield "Try the direct way (README) in another shell, as Jira Cloud:"
        yield f"  export TEACHBACK_JIRA_HOSTS={cloud} TEACHBACK_JIRA_EMAIL={email} TEACHBACK_JIRA_TOKEN={TOKEN}"
        yield f"  teachback sync --site {cloud} --project GROW"
        yield "or as Jira Data Center, which takes the token alone:"
        yield f"  export TEACHBACK_JIRA_HOSTS={data_center.url} TEACHBACK_JIRA_TOKEN={TOKEN} TEACHBACK_JIRA_EMAIL="
        yield f"  teachback sync --site {data_center.url} --project GROW"

    def _open_work(self) -> None:
        """Work goes on from the story's end; its first act is drawn at once, since that settles where it begins."""
        self._works = live(self.site, self.story, SEED)
        self._next = next(self._works)

    def _replay(self, entry: dict[str, Any] | None) -> None:
        if entry is None:
            self._apply_next()
        else:
            getattr(self.site, entry["act"])(**entry["given"])

    def work(self) -> None:
        """The next act of the work that goes on by itself, with a note of it."""
        with self.turn, self.site.lock:
            self._apply_next()
            self.journal.note(None)

    def _apply_next(self) -> None:
        assert self._next is not None
        self._next[1].apply(self.site, self.ids)
        self._next = next(self._works)

    def act(self, site: Site, name: str, given: dict[str, Any]) -> Any:
        """What a visitor does, with a note of it."""
        with self.turn, site.lock:
            done = getattr(site, name)(**given)
            self.journal.note({"act": name, "given": given})
            return done

    def go_on(self) -> None:
        """Work, deliver, drain and run what is due, until somebody ends it."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        self.site.clock = lambda: now() if self.caught_up else 0
        drainer, postman = Drainer(self.stack.step), Thread(target=self._deliver, name="postman")
        ticker = ticker_of(self.stack, self.turn)
        for each in (drainer, postman, ticker):
            each.start()
        while not self.stopped.wait(self._pause()):
            self.work()
        ticker.stop()
        postman.join()
        drainer.stop()

    def _deliver(self) -> None:
        """Deliver what comes, and at the end what is left."""
        ended = False
        while not ended:
            ended = self.stopped.wait(PUMP)
            self.stack.deliver()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopped.set()

    def _pause(self) -> float:
        """How long until the next act: no act lies in the future, and before that the pace is the story's, times some.

        Once it has caught up, visitors' acts happen at the wall's time.
        """
        assert self._next is not None
        delay, action = self._next
        early = (action.at - now()) / SECOND
        self.caught_up = early > 0
        return max(delay / FASTER, early)
