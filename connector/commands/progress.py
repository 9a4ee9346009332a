"""Progress of long work on standard error: in place on a terminal, a line every few seconds elsewhere."""

import sys
import time

import click

EVERY = (0.2, 5.0)
"""Seconds between two lines, on a terminal and elsewhere."""


class Telling:
    """Says how far something is: counts, rate, and the time left."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._began = self._told = time.monotonic()
        self._from: tuple[float, float] | None = None

    def say(self, text: str) -> None:
        """Say something of its own."""
        click.echo(text, err=True)

    def tell(self, count: int, part: float, noun: str = "issues") -> None:
        """Say that `count` are through, which is `part` (0 to 1) of all."""
        at = time.monotonic()
        self._from = self._from or (part, at)
        if at - self._told < EVERY[0 if self._terminal else 1]:
            return
        self._told = at
        line = f"{count} {noun}, {count / (at - self._began):.0f} a second, {part:.0%}{self._left(part, at)}"
        click.echo(f"\r{line}\x1b[K" if self._terminal else line, err=True, nl=not self._terminal)

    def end(self) -> None:
        """Leave the line that is written in place."""
        if self._terminal and self._from is not None:
            click.echo(err=True)

    def _left(self, part: float, at: float) -> str:
        # What was skipped at the start took no time: the rate is that of what came since.
        assert self._from is not None
        gained, spent = part - self._from[0], at - self._from[1]
        if gained <= 0 or part >= 1:
            return ""
        seconds = round((1 - part) * spent / gained)
        return f", {seconds // 60} min {seconds % 60:02} s left"
