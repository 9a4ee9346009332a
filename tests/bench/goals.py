"""The goals of speed: which figure of which line each is about, and what of them was reached.

`python -m tests.bench.goals` draws docs/speed.svg, and writes the tables of docs/speed.md, from docs/speed.json, which
`python -m tests.bench --save` writes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

DOCS = Path(__file__).parents[2] / "docs"
RAW, PICTURE, DOCUMENT = DOCS / "speed.json", DOCS / "speed.svg", DOCS / "speed.md"


class Goal(Struct, frozen=True):
    """A figure of a line, by its path, and the number that it is to reach at least or at most."""

    name: str
    line: str
    path: tuple[str, ...]
    bound: Literal["least", "most"]
    number: float


def _on_both(name: str, line: str, path: str, bound: Literal["least", "most"], *numbers: float) -> list[Goal]:
    databases = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return [
        Goal(f"{name}, {shown}", f"{line}, {database}", (path,), bound, number)
        for (database, shown), number in zip(databases.items(), numbers, strict=True)
    ]


_INTAKE, _COMMANDS, _IMPORTED = "webhooks accepted", "commands", "issues_a_processor_second"
GOALS: Sequence[Goal] = (
    Goal("webhooks: processor time, to connect-express", _INTAKE, ("ratio", "processor_ms_both"), "most", 0.55),
    Goal("webhooks: p99, to connect-express", _INTAKE, ("ratio", "p99_ms"), "most", 0.7),
    Goal("webhooks a second, to connect-express", _INTAKE, ("ratio", "a_second"), "least", 1),
    *_on_both("events drained a second and core", "events drained", "events_a_processor_second", "least", 7000, 6000),
    *_on_both("drained, to decoding and writing alone", "events drained", "cost_to_alone", "most", 3, 3),
    *_on_both("issues imported a second and core", "recorded issues imported", _IMPORTED, "least", 5000, 4000),
    Goal("issues imported a second by the clock, PostgreSQL", "recorded issues imported, postgresql",
         ("issues_a_second",), "least", 3000),
    *_on_both("one ticket with 2,500 moves, seconds", "one noisy ticket", "imported_s", "most", 1, 1),
    Goal("four workers to one: events a processor second", "four workers and one",
         ("4_compared_with_one", "events_a_processor_second"), "least", 0.9),
    Goal("batches of a flood before a single event", "a flood beside single events",
         ("beside_a_flood", "most_batches_of_the_flood_before_it"), "most", 1),
    Goal("memory at rest, MB", "memory at rest", ("resident_mb",), "most", 110),
    Goal("memory under load, MB", "memory under load", ("most_resident_mb",), "most", 220),
    Goal("serve until it answers, seconds", "serve until it answers", ("seconds",), "most", 1.5),
    Goal("teachback --help, seconds", _COMMANDS, ("--help", "seconds"), "most", 0.25),
    Goal("teachback report, seconds", _COMMANDS, ("report", "seconds"), "most", 0.8),
)  # fmt: skip
# The lines of pages begin so: on SQLite, on PostgreSQL, and on a company of 200 engagements.
PAGES, ON_POSTGRES, COMPANY = "pages, ", "pages on PostgreSQL, ", "company, "
FAMILIES: Mapping[str, str] = {
    PAGES: "SQLite, 1,000,000 issues", ON_POSTGRES: "PostgreSQL, 200,000 issues", COMPANY: "a company, SQLite",
}  # fmt: skip
# Of each page: the processor time on many issues to that on few, and the longest of a hundred waits on many.
RATIO, FLAT, P99, SOON = "ratio processor_ms", 1.2, "many p99 ms", 50.0


class Reached(Struct, frozen=True):
    """A goal with what was measured: median, least and most of the rounds."""

    goal: Goal
    median: float
    least: float
    most: float

    @property
    def is_met(self) -> bool:
        return self.share(self.median) >= 1

    def share(self, measured: float) -> float:
        """Return how far a figure is to its goal: 1 is the goal, more is better."""
        number = self.goal.number
        if self.goal.bound == "least":
            return measured / number
        return number / measured if measured else 2.0


def reached_goals(lines: Mapping[str, Any]) -> list[Reached]:
    """Return those goals whose lines were measured."""
    reached = [line for goal in GOALS if (line := reach(goal, lines))]
    return [*reached, *(line for family in FAMILIES for line in _pages_reached(family, lines))]


def reach(goal: Goal, lines: Mapping[str, Any]) -> Reached | None:
    figure = lines.get(goal.line)
    for name in goal.path:
        figure = figure.get(name) if isinstance(figure, dict) else None
    if isinstance(figure, dict):
        return Reached(goal, figure["median"], figure["least"], figure["most"])
    return None if figure is None else Reached(goal, figure, figure, figure)


def page_goals(family: str, lines: Mapping[str, Any], path: str) -> list[Reached]:
    """Return what each page of a family reached of one goal, in the order of the lines."""
    bound = FLAT if path == RATIO else SOON
    names = [line for line, figures in lines.items() if line.startswith(family) and path in figures]
    goals = [Goal(line.removeprefix(family), line, (path,), "most", bound) for line in names]
    return [line for goal in goals if (line := reach(goal, lines))]


def _pages_reached(family: str, lines: Mapping[str, Any]) -> Iterator[Reached]:
    """Yield how many pages of a family reach each of their goals: all of them are to."""
    for path, words in ((RATIO, "pages that cost at most 1.2 times"), (P99, "pages with p99 below 50 ms")):
        pages = page_goals(family, lines, path)
        if pages:
            met = sum(page.is_met for page in pages)
            yield Reached(Goal(f"{words}, {FAMILIES[family]}", family, (), "least", len(pages)), met, met, met)


def main() -> None:
    from tests.bench.picture import draw
    from tests.bench.speed_tables import with_tables

    result = json.loads(RAW.read_text(encoding="utf-8"))
    PICTURE.write_text(draw(result), encoding="utf-8")
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text(encoding="utf-8"), result), encoding="utf-8")


if __name__ == "__main__":
    main()
