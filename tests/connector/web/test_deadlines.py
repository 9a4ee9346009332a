"""Deadlines of what waits on the event loop: one timer ends those that are late, and no other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from werkzeug.exceptions import RequestTimeout

from connector.web import deadlines, request_body
from connector.web.deadlines import Deadlines
from connector.web.request_body import read_body

Result = TypeVar("Result")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "INTERVAL", 0.01)


def run_apart(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run it in a thread of its own: in that of the tests a browser may have left its event loop running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def wait(all_of_them: Deadlines, seconds: float, on: Awaitable[Any]) -> str:
    try:
        with all_of_them.start(seconds):
            await on
    except TimeoutError:
        return "late"
    return "in time"


def test_who_waits_too_long_is_ended_and_nobody_else() -> None:
    async def run() -> list[str]:
        all_of_them = Deadlines()
        waits = [(0.05, asyncio.sleep(30)), (30, asyncio.sleep(0.2)), (0.05, asyncio.sleep(0)), (0, asyncio.sleep(30))]
        return await asyncio.gather(*(wait(all_of_them, seconds, on) for seconds, on in waits))

    assert run_apart(run()) == ["late", "in time", "in time", "late"]


def test_a_deadline_that_is_moved_holds_from_there() -> None:
    async def run() -> str:
        with Deadlines().start(0.05) as deadline:
            deadline.at += 30
            await asyncio.sleep(0.2)
        return "in time"

    assert run_apart(run()) == "in time"


def test_who_is_cancelled_by_somebody_else_stays_cancelled() -> None:
    async def run() -> None:
        waiting = asyncio.create_task(wait(Deadlines(), 30, asyncio.sleep(30)))
        await asyncio.sleep(0)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        run_apart(run())


def test_who_is_late_goes_on_as_if_never_cancelled() -> None:
    async def run() -> int:
        assert await wait(Deadlines(), 0, asyncio.sleep(30)) == "late"
        await asyncio.sleep(0)
        task = asyncio.current_task()
        return task.cancelling() if task else -1

    assert run_apart(run()) == 0


def test_there_is_no_timer_where_nobody_waits() -> None:
    async def run() -> tuple[bool, bool, str]:
        all_of_them = Deadlines()
        await wait(all_of_them, 30, asyncio.sleep(0))
        began = all_of_them.looks
        await asyncio.sleep(0.05)
        return began, all_of_them.looks, await wait(all_of_them, 0, asyncio.sleep(30))

    assert run_apart(run()) == (True, False, "late")


async def slowly(chunks: list[bytes], seconds: float) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(seconds)
        yield chunk


@pytest.mark.parametrize(("rate", "late"), [(100, False), (1_000_000, True)])
def test_a_body_has_the_time_that_its_bytes_so_far_give_it(
    monkeypatch: pytest.MonkeyPatch, rate: int, late: bool
) -> None:
    monkeypatch.setattr(request_body, "GRACE", 0.2)
    monkeypatch.setattr(request_body, "LEAST_RATE", rate)

    async def run() -> bytes:
        return await read_body(slowly([b"x" * 50] * 8, 0.05), 400, Deadlines())

    if late:
        with pytest.raises(RequestTimeout):
            run_apart(run())
    else:
        assert run_apart(run()) == b"x" * 400
