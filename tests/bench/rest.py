"""Line 5: the memory of `teachback serve` at rest, on SQLite with the story in it."""

import time
from typing import Any

from cryptography.fernet import Fernet

from tests.bench import story
from tests.bench.backfill import load
from tests.bench.installation import Database, ground
from tests.bench.intake import free_port, serve, settings_of, started
from tests.bench.machine import resident_megabytes

SETTLES = 5.0
"""Seconds after which a process that answers is at rest."""


def measure_rest(database: Database) -> dict[str, Any]:
    """Import the story, start the one process on it, and look at its memory when nothing happens."""
    key = Fernet.generate_key().decode()
    with ground(database, story.engagement_files(), story.dump(), key=key) as place:
        load(place, story.dump(), measured=True)
        url = place.engine.url.render_as_string(hide_password=False)
    port = free_port()
    with started(serve(port), port, settings_of(url, key, port)) as server:
        time.sleep(SETTLES)
        return {"resident_mb": round(resident_megabytes(server.process.pid), 1)}
