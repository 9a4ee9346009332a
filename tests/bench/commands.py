"""Line 7: whole processes of the command line, on SQLite with the story in it, against Python's own start."""

import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet

from tests.bench import story
from tests.bench.backfill import load
from tests.bench.installation import Database, site_tenant
from tests.bench.intake import plain_environ
from tests.bench.machine import spread

COMMANDS: dict[str, Sequence[str]] = {
    "--help": ("-m", "connector", "--help"),
    "report": ("-m", "connector", "report", "growth-acme", "--site", "growth.example", "--quarter", "2026Q3"),
}
NOTHING = ("-c", "pass")


def measure_commands(database: Database, *, rounds: int) -> dict[str, Any]:
    """Return the seconds of each command, and how many times those of an interpreter that does nothing."""
    key = Fernet.generate_key().decode()
    with site_tenant(database, story.engagement_files(), story.dump(), key=key) as place:
        load(place, story.dump(), measured=True)
        url = place.engine.url.render_as_string(hide_password=False)
    environ = plain_environ() | {"TEACHBACK_DATABASE_URL": url, "TEACHBACK_SECRET_KEYS": key}
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    ratios: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds + 1):
        start = run_process(NOTHING, environ)
        for name, command in COMMANDS.items():
            seconds[name].append(run_process(command, environ))
            ratios[name].append(seconds[name][-1] / start)
    # The first round reads the files from the disk.
    return {
        name: {"seconds": spread(seconds[name][1:]), "times an empty process": spread(ratios[name][1:])}
        for name in COMMANDS
    }


def run_process(command: Sequence[str], environ: dict[str, str]) -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, *command], env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began
