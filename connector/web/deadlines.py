"""Deadlines of what waits on the event loop, all by one timer."""

import asyncio
from types import TracebackType
from typing import Self

# Seconds between two looks, and so what a deadline may be late.
INTERVAL = 0.25


class Deadlines:
    """Ends waits that take too long. For the one thread of an event loop.

    One timer looks after all: a timer of asyncio's for each is a twentieth of a webhook's time in this process.
    """

    def __init__(self) -> None:
        self._waits: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> "Deadline":
        """Return a deadline in so many seconds, to wait under in a `with`. Its end raises TimeoutError there."""
        return Deadline(self, asyncio.get_running_loop().time() + seconds)

    @property
    def looks(self) -> bool:
        return self._timer is not None

    def add(self, wait: "Deadline") -> None:
        self._waits.add(wait)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(INTERVAL, self._look)

    def remove(self, wait: "Deadline") -> None:
        self._waits.discard(wait)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for wait in [wait for wait in self._waits if wait.at <= now]:
            self.remove(wait)
            wait.end()
        self._timer = loop.call_later(INTERVAL, self._look) if self._waits else None


class Deadline:
    """A block that is cancelled at the instant `at` of the loop's clock, which may be moved meanwhile."""

    __slots__ = ("_deadlines", "_ended", "_task", "at")

    def __init__(self, deadlines: Deadlines, at: float) -> None:
        self._deadlines, self.at = deadlines, at
        self._ended = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._deadlines.add(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._deadlines.remove(self)
        # Cancelled by somebody else, too, it stays cancelled.
        if self._ended and self._task.uncancel() <= 0 and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def end(self) -> None:
        self._ended = True
        self._task.cancel()
