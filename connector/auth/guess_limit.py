"""Limit of wrong tokens: how many a second one process answers; the others get 429."""

import threading
from collections.abc import Callable

from werkzeug.exceptions import TooManyRequests

from mappings.events.times import SECOND
from mappings.events.types import Instant

GUESSES_A_SECOND = 10


class GuessLimit:
    """Counts tokens that opened nothing. A right one is never counted, so that guessing keeps nobody out."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock
        self._second, self._guesses = 0, 0
        self._lock = threading.Lock()

    def count(self) -> None:
        """Count a wrong token. Raises TooManyRequests."""
        second = self._clock() // SECOND
        with self._lock:
            if second != self._second:
                self._second, self._guesses = second, 0
            self._guesses += 1
            if self._guesses > GUESSES_A_SECOND:
                raise TooManyRequests
