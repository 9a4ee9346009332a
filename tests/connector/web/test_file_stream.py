"""Files are sent while they are made: no more of them is made than what their reader took and a block."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Response
from granian.rsgi import ProtocolClosed
from werkzeug.test import EnvironBuilder

from connector.app import open_front
from connector.web import front as front_module
from connector.web.file_stream import BLOCK, stream_file
from tests.connector.installed_sites import ACME, GLOBEX, PAGE_URL, Site
from tests.rsgi import Protocol, event_loop, scope_of


class SlowReader(Protocol):
    """Takes some blocks of an answer, and notes how many had been made when each came."""

    def __init__(self, environ: dict[str, Any], made: list[int], most: int = 100) -> None:
        super().__init__(environ)
        self._made, self._most = made, most
        self.made_before = list[int]()

    async def send_bytes(self, data: bytes) -> None:
        if len(self.made_before) == self._most:
            raise ProtocolClosed
        self.made_before.append(len(self._made))
        await super().send_bytes(data)


def take(installed_app: Any, reader_of: Any) -> Any:
    """Ask for the page's answer as its server does."""
    environ = environ_of(ACME)
    front, reader = open_front(installed_app.app, lambda *_, **__: None), reader_of(environ)
    try:
        asyncio.run_coroutine_threadsafe(front.__rsgi__(scope_of(environ), reader), event_loop()).result(30)
    finally:
        front.close()
    return reader


@pytest.fixture
def answer_with(installed_app, monkeypatch):
    """Let the page answer with what a generator yields."""

    def use(pieces: Any) -> None:
        monkeypatch.setitem(installed_app.app.view_functions, "test.page", lambda: Response(pieces()))

    return use


def blocks(made: list[int], number: int) -> Iterator[bytes]:
    for place in range(number):
        made.append(place)
        yield bytes([place]) * BLOCK


def test_a_block_is_made_once_the_one_before_was_taken(installed_app, answer_with):
    made = list[int]()
    answer_with(lambda: blocks(made, 5))
    reader = take(installed_app, lambda environ: SlowReader(environ, made))
    assert reader.made_before == [1, 2, 3, 4, 5]
    assert reader.body == b"".join(blocks([], 5))
    assert "content-length" not in {name.lower() for name, _ in reader.headers}
    assert dict(reader.headers)["X-Content-Type-Options"] == "nosniff"


def test_whoever_leaves_ends_the_file(installed_app, answer_with):
    made, ended = list[int](), list[bool]()

    def pieces() -> Iterator[bytes]:
        try:
            yield from blocks(made, 5)
        finally:
            ended.append(True)

    answer_with(pieces)
    take(installed_app, lambda environ: SlowReader(environ, made, 2))
    assert (made, ended) == ([0, 1, 2], [True])


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1])
def test_a_small_answer_comes_whole_with_its_length(installed_app, answer_with, size):
    answer_with(lambda: iter([b"x"] * size))
    answer = installed_app.get(ACME.page(PAGE_URL))
    assert (answer.get_data(), answer.headers["Content-Length"]) == (b"x" * size, str(size))


def failing(pieces: int) -> Iterator[bytes]:
    yield from blocks([], pieces)
    raise RuntimeError


def test_a_file_that_fails_after_its_first_block_says_so(installed_app, answer_with):
    answer_with(lambda: stream_file(failing(2), b"not whole"))
    answer = installed_app.get(ACME.page(PAGE_URL))
    assert (answer.status_code, answer.get_data()) == (200, b"".join(blocks([], 2)) + b"not whole")


def test_a_file_that_fails_before_is_answered_as_any_error(installed_app, answer_with):
    answer_with(lambda: stream_file(failing(0), b"not whole"))
    assert installed_app.get(ACME.page(PAGE_URL)).status_code == 500


def environ_of(site: Site) -> dict[str, Any]:
    return EnvironBuilder(site.page(PAGE_URL)).get_environ()


class WaitingReader(Protocol):
    """Takes no second block until it is let go."""

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ)
        self.go = asyncio.Event()

    async def send_bytes(self, data: bytes) -> None:
        if self.body:
            await self.go.wait()
        await super().send_bytes(data)


def test_a_holder_with_many_files_on_their_way_gets_no_other_and_costs_no_one_else(
    installed_app, answer_with, monkeypatch
):
    monkeypatch.setattr(front_module, "PATIENCE", 0.05)
    answer_with(lambda: blocks([], 3))
    front = open_front(installed_app.app, lambda *_, **__: None)

    async def ask(reader: Protocol, site: Site = ACME) -> int:
        await front.__rsgi__(scope_of(environ_of(site)), reader)
        return reader.status

    async def meet() -> tuple[list[int], list[int]]:
        waiting = [WaitingReader(environ_of(ACME)) for _ in range(front_module.FILES_SHARE)]
        asked = [asyncio.ensure_future(ask(reader)) for reader in waiting]
        while not all(reader.body for reader in waiting):
            await asyncio.sleep(0.01)
        others = [await ask(Protocol(environ_of(site)), site) for site in (ACME, GLOBEX)]
        for reader in waiting:
            reader.go.set()
        await asyncio.gather(*asked)
        return others, [await ask(Protocol(environ_of(ACME)))]

    try:
        met = asyncio.run_coroutine_threadsafe(meet(), event_loop()).result(30)
    finally:
        front.close()
    assert met == ([503, 200], [200])
