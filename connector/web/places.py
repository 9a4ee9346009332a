"""Places: a limit of requests in work at once, and of each holder's share of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext

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

    @asynccontextmanager
    async def hold(self, holder: str) -> AsyncIterator[None]:
        """Hold one place while the block runs. Raises NoPlaceError."""
        share = self._shares.get(holder, self._share)
        own, calls = self._by_holder.get(holder) or (asyncio.Semaphore(share), 0)
        if calls >= share * (WAITING + 1):
            raise NoPlaceError
        self._by_holder[holder] = own, calls + 1
        try:
            # The share first: whoever waits for places of their own keeps nobody else from one.
            async with _held(own, self._patience), _held(self._all, self._patience):
                yield
        finally:
            self._leave(holder)

    def _leave(self, holder: str) -> None:
        own, calls = self._by_holder.pop(holder)
        if calls > 1:
            self._by_holder[holder] = own, calls - 1


@asynccontextmanager
async def _held(semaphore: asyncio.Semaphore, patience: float) -> AsyncIterator[None]:
    if semaphore.locked() and not patience:
        raise NoPlaceError
    try:
        # A free place needs no clock.
        async with asyncio.timeout(patience) if semaphore.locked() else nullcontext():
            await semaphore.acquire()
    except TimeoutError as cause:
        raise NoPlaceError from cause
    try:
        yield
    finally:
        semaphore.release()
