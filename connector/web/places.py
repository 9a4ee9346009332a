"""Places: a limit of requests in work at once, and of each holder's share of them."""

import asyncio
from collections.abc import Mapping

# Calls of one holder that may wait for each place of its share; one more is refused at once.
WAITING = 8


class NoPlaceError(Exception):
    """All places that the holder may have are taken."""


class Places:
    """`total` places at once, of which one holder has at most `share`, or its entry in `shares`.

    A call waits for a place `patience` seconds at most; with no patience it is refused where none is free. For the one
    thread of an event loop.
    """

    def __init__(self, total: int, share: int, patience: float, shares: Mapping[str, int] | None = None) -> None:
        self._share, self._patience, self._shares = share, patience, shares or {}
        self._all = asyncio.Semaphore(total)
        self._by_holder: dict[str, tuple[asyncio.Semaphore, int]] = {}

    def hold(self, holder: str) -> "Hold":
        """Hold one place while a block runs. Entering it raises NoPlaceError."""
        return Hold(self, holder)

    async def take(self, holder: str) -> None:
        share = self._shares.get(holder, self._share)
        own, calls = self._by_holder.get(holder) or (asyncio.Semaphore(share), 0)
        if calls >= share * (WAITING + 1):
            raise NoPlaceError
        self._by_holder[holder] = own, calls + 1
        try:
            # The share first: whoever waits for places of their own keeps nobody else from one.
            await _acquire(own, self._patience)
            try:
                await _acquire(self._all, self._patience)
            except BaseException:
                own.release()
                raise
        except BaseException:
            self._leave(holder)
            raise

    def give_back(self, holder: str) -> None:
        self._all.release()
        self._by_holder[holder][0].release()
        self._leave(holder)

    def _leave(self, holder: str) -> None:
        own, calls = self._by_holder.pop(holder)
        if calls > 1:
            self._by_holder[holder] = own, calls - 1


class Hold:
    """A place of a holder's. A class, since the generators of contextlib cost a webhook a tenth of its time."""

    __slots__ = ("_holder", "_places")

    def __init__(self, places: Places, holder: str) -> None:
        self._places, self._holder = places, holder

    async def __aenter__(self) -> None:
        await self._places.take(self._holder)

    async def __aexit__(self, *_: object) -> None:
        self._places.give_back(self._holder)


async def _acquire(semaphore: asyncio.Semaphore, patience: float) -> None:
    # A free place needs no clock.
    if not semaphore.locked():
        await semaphore.acquire()
        return
    if not patience:
        raise NoPlaceError
    try:
        async with asyncio.timeout(patience):
            await semaphore.acquire()
    except TimeoutError as cause:
        raise NoPlaceError from cause
