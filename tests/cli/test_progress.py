"""Progress on standard error: counts, rate and time left; in place on a terminal, now and then elsewhere."""

import io
import sys

import pytest

from connector.commands import progress
from connector.commands.progress import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that pass when they are set."""
    at = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: at[0])
    return at


def told(clock: list[float], stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, steps: int = 12) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    one = ProgressLine()
    for step in range(1, steps + 1):
        clock[0] += 1
        one.update(100 * step, step / 20)
    one.end()
    return stream.getvalue()


def test_a_log_hears_of_it_every_five_seconds(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(clock, io.StringIO(), monkeypatch).splitlines() == [
        "500 issues, 100 a second, 25%, 0 min 15 s left",
        "1000 issues, 100 a second, 50%, 0 min 10 s left",
    ]


def test_a_terminal_shows_it_in_one_line(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told(clock, Terminal(), monkeypatch)
    assert shown.count("\r") == 12
    assert shown.count("\n") == 1
    assert "1200 issues, 100 a second, 60%, 0 min 08 s left" in shown


def test_what_is_through_at_once_says_nothing(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(clock, io.StringIO(), monkeypatch, steps=3) == ""
