"""`make bench`: measures, prints a table, and writes .bench/result.json."""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import goals, story
from tests.bench.attacks import measure_attacks
from tests.bench.backfill import engagement_over, measure_backfill, volume
from tests.bench.commands import measure_commands
from tests.bench.drain import measure_drain
from tests.bench.fairness import measure_fairness
from tests.bench.intake import measure_intake
from tests.bench.machine import CORES, Postgres, Sqlite, postgres, require_linux
from tests.bench.noisy import measure_noisy
from tests.bench.page_calls import COMPANY_PAGES
from tests.bench.pages import (
    company_desks,
    measure_page,
    measure_sizes,
    page_names,
    postgres_desks,
    sqlite_desks,
)
from tests.bench.rest import measure_memory_under_load, measure_rest, measure_start
from tests.bench.workers import measure_workers

RESULT = Path(__file__).parents[2] / ".bench" / "result.json"
VOLUME = 5000
"""Issues of the recorded file that a round imports."""


def lines_of(databases: dict[str, Any], rounds: int) -> dict[str, Callable[[], Any]]:
    """Every line by its name."""
    server, sqlite = databases["postgresql"], databases["sqlite"]
    lines: dict[str, Callable[[], Any]] = {"webhooks accepted": lambda: measure_intake(server, rounds=rounds)}
    for name, database in databases.items():
        lines |= database_lines(name, database, rounds)
    lines |= page_lines(server, rounds)
    lines["four workers and one"] = lambda: measure_workers(server, rounds=rounds)
    lines["a flood beside single events"] = lambda: measure_fairness(server, rounds=max(2, rounds // 2))
    lines["memory at rest"] = lambda: measure_rest(sqlite)
    lines["memory under load"] = measure_memory_under_load
    lines["serve until it answers"] = lambda: measure_start(sqlite, rounds=2 * rounds)
    lines["under attack"] = lambda: measure_attacks(rounds=4 * rounds)
    lines["commands"] = lambda: measure_commands(sqlite, rounds=2 * rounds)
    return lines


def page_lines(server: Postgres, rounds: int) -> dict[str, Callable[[], Any]]:
    """Each page on SQLite, on PostgreSQL, and on a company."""
    lines: dict[str, Callable[[], Any]] = {}
    fewer = max(2, rounds // 2)
    kinds = {
        goals.PAGES: (sqlite_desks, rounds, page_names()),
        goals.ON_POSTGRES: (partial(postgres_desks, server), fewer, page_names()),
        goals.COMPANY: (company_desks, fewer, COMPANY_PAGES),
    }
    for kind, (desks, times, names) in kinds.items():
        lines[f"{kind}sizes"] = partial(measure_sizes, desks)
        lines |= {f"{kind}{name}": partial(measure_page, name, times, desks) for name in names}
    return lines


def database_lines(name: str, database: Any, rounds: int) -> dict[str, Callable[[], Any]]:
    """The lines that are measured on each database."""
    dump, agreed = story.dump(), story.engagement_files()
    lines: dict[str, Callable[[], Any]] = {
        f"events drained, {name}": lambda: measure_drain(database, rounds=rounds),
        f"story imported, {name}": lambda: measure_backfill(database, dump, agreed, rounds=rounds),
        f"one noisy ticket, {name}": lambda: measure_noisy(database, rounds=rounds),
    }
    if recorded := volume(VOLUME):
        over = [engagement_over(recorded)]
        lines[f"recorded issues imported, {name}"] = lambda: measure_backfill(
            database, recorded, over, rounds=max(1, rounds // 2)
        )
    else:
        print("recorded issues: skipped, no file of them beside this checkout")
    return lines


def measure_line(name: str, measure: Callable[[], Any]) -> dict[str, Any]:
    """Measure one line and print it; {} where it fails, which ends no other line."""
    began, load = time.monotonic(), round(os.getloadavg()[0], 1)
    try:
        figures = {"load": load, **measure()}
    except Exception:  # noqa: BLE001  whatever stops one line, the others are measured
        traceback.print_exc()
        return {}
    figures["took_s"] = round(time.monotonic() - began)
    print(f"\n{name}")
    show(figures)
    sys.stdout.flush()
    return figures


def show(result: dict[str, Any], above: str = "") -> None:
    """Print figures, nested ones below their name."""
    for name, value in result.items():
        if isinstance(value, dict) and "median" not in value:
            show(value, f"{above}{name} ")
        elif isinstance(value, dict):
            print(f"  {above + name:45} {value['median']:10.2f}   ({value['least']:.2f} to {value['most']:.2f})")
        else:
            print(f"  {above + name:45} {value:>7}")


def surroundings(databases: dict[str, Any], rounds: int) -> dict[str, Any]:
    """Say in general words where it was measured."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": len(CORES),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "rounds": rounds,
        **{name: database.version for name, database in databases.items()},
    }


def main() -> None:
    """Measure on both databases."""
    require_linux()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="measure the lines whose name holds this")
    parser.add_argument("--save", action="store_true", help="save all results in docs/speed.json, and draw the picture")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="teachback-bench-"))
    try:
        with postgres() as server:
            run({"sqlite": Sqlite(folder), "postgresql": server}, given.rounds, given.only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if given.save:
        goals.RAW.write_bytes(RESULT.read_bytes())
        goals.main()


def run(databases: dict[str, Sqlite | Postgres], rounds: int, only: str) -> None:
    """Measure line by line; each is kept as soon as it is there, beside those of earlier runs that this one skips."""
    where = surroundings(databases, rounds)
    show(where)
    result = json.loads(RESULT.read_text(encoding="utf-8")) if only and RESULT.exists() else {"lines": {}}
    RESULT.parent.mkdir(exist_ok=True)
    failed: list[str] = []
    for name, measure in lines_of(databases, rounds).items():
        if only in name:
            result["surroundings"] = where
            result["lines"].pop(name, None)
            if figures := measure_line(name, measure):
                result["lines"][name] = figures
            else:
                failed.append(name)
            RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if failed:
        print(f"\nfailed, and left out: {', '.join(failed)}")
    print(f"\nkept in {RESULT.relative_to(Path.cwd()) if RESULT.is_relative_to(Path.cwd()) else RESULT}")


if __name__ == "__main__":
    main()
