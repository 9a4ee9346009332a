"""Memory of `teachback serve` at rest and under load, and how long it takes until it answers, on SQLite."""

import shutil
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from tests.bench import story
from tests.bench.backfill import load
from tests.bench.installation import Database, site_tenant
from tests.bench.intake import LINES, free_port, requests, serve, settings_of, started
from tests.bench.large_database import SIGNER, large_database
from tests.bench.load import rush
from tests.bench.machine import resident_megabytes, spread
from tests.bench.pages import FEW, PageClient

SETTLES = 5.0
"""Seconds after which a process that answers is at rest."""
DELIVERIES, GROUP, PAGE_THREADS = 4000, 250, 4


def measure_rest(database: Database) -> dict[str, Any]:
    """Import the story, start the one process on it, and look at its memory when nothing happens."""
    url, key = _imported(database)
    port = free_port()
    with started(serve(port), port, settings_of(url, key, port)) as server:
        time.sleep(SETTLES)
        return {"resident_mb": round(resident_megabytes(server.process.pid), 1)}


def _imported(database: Database) -> tuple[str, str]:
    key = Fernet.generate_key().decode()
    with site_tenant(database, story.engagement_files(), story.dump(), key=key) as place:
        load(place, story.dump(), measured=True)
        return place.engine.url.render_as_string(hide_password=False), key


def measure_start(database: Database, *, rounds: int) -> dict[str, Any]:
    """Return the seconds from the command to the first answer; the first round reads the files from the disk."""
    url, key = _imported(database)
    seconds = []
    for _ in range(rounds + 1):
        port, began = free_port(), time.monotonic()
        with started(serve(port), port, settings_of(url, key, port)):
            _ask(port, "/healthz", {})
            seconds.append(time.monotonic() - began)
    return {"seconds": spread(seconds[1:])}


def measure_memory_under_load() -> dict[str, Any]:
    """Return the most memory while webhooks come over 16 connections, are drained, and four people turn pages."""
    database, folder = large_database(FEW), Path(tempfile.mkdtemp(prefix="teachback-bench-"))
    copy, port = folder / "under-load.db", free_port()
    shutil.copy(database.path, copy)
    page_client, most, over, pages = PageClient(database), [0.0], threading.Event(), [0]
    settings = settings_of(f"sqlite:///{copy}", database.key, port) | {"TEACHBACK_JIRA_HOSTS": "growth.example"}

    def turn_pages() -> None:
        while not over.is_set():
            for name in ("overview", "tickets", "agency", "drawer score"):
                address, headers = page_client.signed(name, int(time.time()))
                pages[0] += _ask(port, address, headers) < 500

    with started(serve(port), port, settings, quiet=True) as server:
        people = [threading.Thread(target=turn_pages) for _ in range(PAGE_THREADS)]
        watch = threading.Thread(target=_watch, args=(server.process.pid, over, most))
        for thread in (*people, watch):
            thread.start()
        for _ in range(DELIVERIES // GROUP):
            rush(port, requests(GROUP, SIGNER.client_key, SIGNER.secret), LINES)
        # What came is drained meanwhile and for a while after.
        time.sleep(2 * SETTLES)
        over.set()
        for thread in (*people, watch):
            thread.join()
    shutil.rmtree(folder, ignore_errors=True)
    return {"most_resident_mb": round(most[0], 1), "deliveries": DELIVERIES, "pages_answered": pages[0]}


def _watch(pid: int, over: threading.Event, most: list[float]) -> None:
    while not over.wait(0.1):
        most[0] = max(most[0], resident_megabytes(pid))


def _ask(port: int, address: str, headers: dict[str, str]) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
