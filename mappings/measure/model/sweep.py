"""Items in order of time, each given out once: for figures that are asked for at one instant after the next."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Sweep(Generic[Item]):
    """Items with the instants that they belong to, given out up to limits that rise."""

    def __init__(self, items: Iterable[Item], instant_of: Callable[[Item], int]) -> None:
        self._items = sorted(items, key=instant_of)
        self._instant_of = instant_of
        self._next = 0

    def take(self, limit: int) -> Iterator[Item]:
        """Give the items at or before `limit` that were not given yet, in order."""
        while self._next < len(self._items) and self._instant_of(self._items[self._next]) <= limit:
            self._next += 1
            yield self._items[self._next - 1]

    def restart(self) -> None:
        self._next = 0
