"""A user of the command: an own folder and database, and what each call says."""

import gzip
import json
import os
import pickle
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connector.cli import main
from tests.jira.dump import issue_lines
from tests.jira.server import serve
from tests.jira.site import Site
from tests.jira.story.story import Plan, engagement_file, plan, play, populate
from tests.upgraded import upgrade_copy

SITE = "growth.example"
TOKEN = "a-token-of-somebody"
APPLY = ("engagement", "apply", "--yes", "--new-site")
"""As a script applies a file, whatever was read of the site before."""


@dataclass(frozen=True)
class Statements:
    """How a call ended."""

    status: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The only line on standard error."""
        (lines,) = self.err.splitlines()
        return lines


class User:
    """Somebody at the command line in a folder of their own."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder, self.environ = folder, environ

    def run(self, *words: str, status: int = 0, inside: dict[str, str] | None = None) -> Statements:
        runner = CliRunner(env=self.environ | (inside or {}))
        done = runner.invoke(main, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == status, done.stderr
        return Statements(done.exit_code, done.stdout, done.stderr)

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return str(path)

    def report(self, *words: str, engagement: str = "growth-acme") -> Any:
        return json.loads(self.run("report", engagement, "--site", SITE, *words).out)


def type_answer(user: User, answer: str, *words: str) -> tuple[int, str]:
    """Run the command at a terminal, give an answer, and return the exit status and what stood there."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "connector", *words]
    environ = os.environ | user.environ | {"PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env=environ, close_fds=True)
    os.close(child)
    os.write(parent, f"{answer}\n".encode())
    shown = b""
    while True:
        try:
            shown += (chunk := os.read(parent, 4096))
        except OSError:
            break
        if not chunk:
            break
    os.close(parent)
    return process.wait(timeout=60), shown.decode()


@pytest.fixture
def new_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody who has no database yet."""
    monkeypatch.chdir(tmp_path)
    return User(tmp_path, {"TEACHBACK_DATABASE_URL": f"sqlite:///{tmp_path}/teachback.db"})


@pytest.fixture
def user(new_user: User) -> User:
    """Somebody whose database has this release's schema, and nothing in it."""
    upgrade_copy(new_user.environ["TEACHBACK_DATABASE_URL"])
    return new_user


@pytest.fixture
def user_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], User]:
    """Somebody on a database that is named."""
    monkeypatch.chdir(tmp_path)
    key = "B9n8Rj1DZbcQoBwVp5VYqfsCr7ppEjUbXJQ4oR0nU8k="
    return lambda url: User(tmp_path, {"TEACHBACK_DATABASE_URL": url, "TEACHBACK_SECRET_KEYS": key})


@cache
def played_story() -> tuple[Plan, Site]:
    """The story, played on a stand-in."""
    story = plan()
    site = Site("Growth", "https://growth.example")
    populate(site, story)
    play(site, story)
    return story, site


@cache
def dump() -> str:
    """The story's issues, one a line."""
    return "".join(f"{line}\n" for line in issue_lines(played_story()[1]))


def agreement(key: str = "growth-acme") -> str:
    """An engagement file of the story."""
    return engagement_file(played_story()[0], key)


@dataclass
class Cloud:
    """A site over real sockets, a token that opens it, and a user who has it."""

    site: Site
    story: Plan
    url: str
    user: User

    def agreement(self, key: str = "growth-acme") -> str:
        """An engagement file of the story, written down."""
        return self.user.write(f"{key}.yaml", engagement_file(self.story, key))

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")


@cache
def _saved_cloud() -> tuple[Plan, bytes]:
    story = plan(tickets=40)
    site = Site("Growth", "https://growth.example")
    populate(site, story)
    play(site, story)
    return story, pickle.dumps(site)


@pytest.fixture
def cloud(user: User) -> Iterator[Cloud]:
    story, saved = _saved_cloud()
    site: Site = pickle.loads(saved)
    running = serve(site)
    site.tokens[TOKEN] = next(account for account, this_user in site.users.items() if this_user.active)
    user.environ |= {"TEACHBACK_JIRA_TOKEN": TOKEN, "TEACHBACK_JIRA_EMAIL": "somebody@growth.example"}
    user.environ |= {"TEACHBACK_JIRA_HOSTS": running.url}
    yield Cloud(site, story, running.url, user)
    running.stop()
