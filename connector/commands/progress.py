"""Progress of long work on standard error: in place on a terminal, a line every few seconds elsewhere."""

import sys
import time

import click

# Seconds between two lines.
TERMINAL_SECONDS, LOG_SECONDS = 0.2, 5.0


_QUIET = "teachback.quiet"


def _keep_quiet(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 click passes it so
    ctx.meta[_QUIET] = value


QUIET = click.option(
    "-q", "--quiet", is_flag=True, expose_value=False, callback=_keep_quiet, help="Print no progress, only the result."
)
"""For each command that may take long; what goes wrong is printed all the same."""


def is_quiet() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and context.meta.get(_QUIET, False) is True


class ProgressLine:
    """Prints counts, rate, per cent and the time left, unless the command is to be quiet."""

    def __init__(self) -> None:
        self._is_quiet = is_quiet()
        self._is_terminal = sys.stderr.isatty()
        self._interval = TERMINAL_SECONDS if self._is_terminal else LOG_SECONDS
        self._started_at = self._printed_at = time.monotonic()
        self._first: tuple[float, float] | None = None

    def print_message(self, text: str) -> None:
        if not self._is_quiet:
            click.echo(text, err=True)

    def update(self, count: int, part: float, noun: str = "issues") -> None:
        """Print that `count` are done, which is `part` (0 to 1) of all, unless a line was printed a moment ago."""
        if self._is_quiet:
            return
        at = time.monotonic()
        self._first = self._first or (part, at)
        if at - self._printed_at < self._interval:
            return
        self._printed_at = at
        rate = count / (at - self._started_at)
        line = f"{count} {noun}, {rate:.0f} a second, {part:.0%}{self._time_left(part, at)}"
        click.echo(f"\r{line}\x1b[K" if self._is_terminal else line, err=True, nl=not self._is_terminal)

    def end(self) -> None:
        if self._is_terminal and self._first is not None:
            click.echo(err=True)

    def _time_left(self, part: float, at: float) -> str:
        # What was skipped at the start took no time: the rate is that of what came since.
        assert self._first is not None
        done_part, seconds = part - self._first[0], at - self._first[1]
        if done_part <= 0 or part >= 1:
            return ""
        left = round((1 - part) * seconds / done_part)
        return f", {left // 60} min {left % 60:02} s left"
