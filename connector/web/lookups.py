"""Verification in three steps: with what is in memory, with the database, and with Atlassian's key hosts.

Each step is a container in which whatever is slower raises NotCachedError, so that one and the same check runs first
on the event loop and only then, where it has to, in a thread.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from typing import Any, Generic, TypeVar, cast

from msgspec import Struct

from connector.auth.forge_keys import ForgeKeys
from connector.auth.public_keys import PublicKeys, never
from connector.auth.tenant_cache import CachedTenant, NotCachedError, TenantCache
from connector.container import Container
from connector.web.places import Places

DATABASE_THREADS = 4
# Fetches of Atlassian's keys at once: anybody may name a key, and an absent host costs ten seconds.
KEY_THREADS = 2
PATIENCE = 10.0
CUSTOMERS = "customers"
# The holder of places for calls that nobody is known for yet.
STRANGERS = "strangers"

T = TypeVar("T")


class TenantsInMemory:
    """The tenant cache without its database. Raises NotCachedError."""

    def __init__(self, cache: TenantCache) -> None:
        self._cache = cache

    def find(self, client_key: str) -> CachedTenant | None:
        return self._cache.peek(client_key)

    def reload(self, client_key: str) -> CachedTenant | None:
        return self._cache.peek(client_key, reload=True)


class CachedKeys(Generic[T]):
    """Atlassian's public keys without the network. Raises NotCachedError."""

    def __init__(self, find: Callable[[str], T | None]) -> None:
        self._find = find

    def find(self, kid: str, *, is_customer: Callable[[], bool] = never) -> T:
        key = self._find(kid)
        if key is None:
            raise NotCachedError(CUSTOMERS if is_customer() else None)
        return key

    fetch = find


class NoDatabase:
    """An engine that connects to nothing. Raises NotCachedError."""

    def connect(self) -> Any:
        raise NotCachedError


class Step(Struct, frozen=True):
    """A container to verify with, and where a check that needs it runs."""

    container: Container
    pool: ThreadPoolExecutor
    places: Places


class Lookups:
    """Runs checks of calls without blocking the event loop longer than a signature takes."""

    def __init__(self, container: Container) -> None:
        in_database = replace(
            container,
            keys=cast("PublicKeys", CachedKeys(container.keys.find)),
            forge_keys=cast("ForgeKeys", CachedKeys(container.forge_keys.find_in_memory)),
        )
        self._in_memory = replace(
            in_database,
            keys=cast("PublicKeys", CachedKeys(container.keys.find_in_memory)),
            tenants=cast("TenantCache", TenantsInMemory(container.tenants)),
            reader=cast("Any", NoDatabase()),
        )
        self._steps = (
            # Strangers leave one thread to the tenants that were known a moment ago.
            _step(in_database, "lookup", DATABASE_THREADS, DATABASE_THREADS - 1),
            _step(container, "keys", KEY_THREADS, KEY_THREADS - 1),
        )

    async def run(self, check: Callable[[Container], T]) -> T:
        """Return what `check` returns of the first container that suffices. Raises what it raises, NoPlaceError."""
        holder = STRANGERS
        try:
            return check(self._in_memory)
        except NotCachedError as missing:
            holder = missing.issuer or holder
        for step in self._steps[:-1]:
            try:
                return await self._run(step, check, holder)
            except NotCachedError as missing:
                holder = missing.issuer or holder
        return await self._run(self._steps[-1], check, holder)

    async def _run(self, step: Step, check: Callable[[Container], T], holder: str) -> T:
        async with step.places.hold(holder):
            run = partial(copy_context().run, check, step.container)
            return await asyncio.get_running_loop().run_in_executor(step.pool, run)

    def close(self) -> None:
        for step in self._steps:
            step.pool.shutdown(wait=False, cancel_futures=True)


def _step(container: Container, name: str, threads: int, share: int) -> Step:
    return Step(container, ThreadPoolExecutor(threads, name), Places(threads, share, PATIENCE))
