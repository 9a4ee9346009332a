"""Progress on standard error: counts, rate and time left; in place on a terminal, now and then elsewhere."""

import io
import re
import sys

import pytest

from connector.commands import progress
from connector.commands.progress import ProgressLine
from tests.cli.conftest import APPLY, Cloud, dump

LINE = re.compile(r"^\d+ .+, \d+ a second, \d+%(, \d+ min \d\d s left)?$", re.MULTILINE)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that pass when they are set."""
    at = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: at[0])
    return at


def progress_printed(clock: list[float], stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, steps: int = 12) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    progress_line = ProgressLine()
    for step in range(1, steps + 1):
        clock[0] += 1
        progress_line.update(100 * step, step / 20)
    progress_line.end()
    return stream.getvalue()


def test_a_log_hears_of_it_every_five_seconds(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert progress_printed(clock, io.StringIO(), monkeypatch).splitlines() == [
        "500 issues, 100 a second, 25%, 0 min 15 s left",
        "1000 issues, 100 a second, 50%, 0 min 10 s left",
    ]


def test_a_terminal_shows_it_in_one_line(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    shown = progress_printed(clock, Terminal(), monkeypatch)
    assert shown.count("\r") == 12
    assert shown.count("\n") == 1
    assert "1200 issues, 100 a second, 60%, 0 min 08 s left" in shown


def test_what_is_through_at_once_says_nothing(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert progress_printed(clock, io.StringIO(), monkeypatch, steps=3) == ""


@pytest.mark.parametrize("command", ["import", "sync", "report", "explain", "preview"])
def test_a_long_command_prints_per_cent_and_time_left_unless_it_is_quiet(
    cloud: Cloud, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LOG_SECONDS", 0.0)
    user = cloud.user
    user.run("sync", "--site", cloud.url, "--project", "GROW", "--quiet")
    user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    words = {
        "import": ("import", user.write("dump.jsonl", dump()), "--site", "other.example"),
        "sync": ("sync", "--site", cloud.url, "--project", "GROW", "--full"),
        "report": ("report", "growth-acme", "--site", cloud.host),
        "explain": ("explain", "growth-acme", "taught_share", "--site", cloud.host),
        "preview": ("engagement", "preview", cloud.agreement(), "--site", cloud.host),
    }[command]
    quiet = user.run(*words, "--quiet").err
    assert not LINE.search(quiet)
    # The figures are computed once: another file lets a report compute them again.
    changed = (user.folder / "growth-acme.yaml").read_text().replace("name: Growth and Acme", "name: Growth with Acme")
    user.run(*APPLY, user.write("changed.yaml", changed), "--site", cloud.host)
    printed = user.run(*words).err
    assert LINE.search(printed)
