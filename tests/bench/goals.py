"""The goals of speed: which figure of which line each is about, and the picture of them, docs/speed.svg.

`python -m tests.bench.goals` draws the picture from docs/speed.json, which `python -m tests.bench --save` writes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

DOCS = Path(__file__).parents[2] / "docs"
RAW, PICTURE = DOCS / "speed.json", DOCS / "speed.svg"


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
    *_on_both("one ticket with 2,500 moves, seconds", "one noisy ticket", "imported_s", "most", 1, 1),
    Goal("four workers to one: events a processor second", "four workers and one",
         ("4_compared_with_one", "events_a_processor_second"), "least", 0.9),
    Goal("batches of a flood before a single event", "a flood beside single events",
         ("beside_a_flood", "most_batches_of_the_flood_before_it"), "most", 1),
    Goal("memory at rest, MB", "memory at rest", ("resident_mb",), "most", 110),
    Goal("teachback --help, seconds", _COMMANDS, ("--help", "seconds"), "most", 0.25),
    Goal("teachback report, seconds", _COMMANDS, ("report", "seconds"), "most", 0.8),
)  # fmt: skip
# Of each page: the time on many issues to that on few.
PAGES, RATIO, FLAT = "pages, ", "ratio processor_ms", 1.2


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
    # Processor time, which other work distorts least.
    pages = [
        Goal(f"{line.removeprefix(PAGES)}: 1,000,000 issues to 10,000", line, (RATIO,), "most", FLAT)
        for line, figures in lines.items()
        if line.startswith(PAGES) and RATIO in figures
    ]
    reached = []
    for goal in (*GOALS, *pages):
        figure = lines.get(goal.line)
        for name in goal.path:
            figure = figure.get(name) if isinstance(figure, dict) else None
        if isinstance(figure, dict):
            reached.append(Reached(goal, figure["median"], figure["least"], figure["most"]))
        elif figure is not None:
            reached.append(Reached(goal, figure, figure, figure))
    return reached


WIDTH, ROW, TOP, NAMES, PLOT, FAR = 990, 26, 64, 400, 360, 2.0
STYLE = """
  svg { font: 13px system-ui, sans-serif; fill: #172b4d; background: #ffffff; }
  .met { fill: #1f845a; } .missed { fill: #c25100; } .goal { stroke: #172b4d; stroke-dasharray: 3 3; }
  .spread { stroke: #172b4d; stroke-width: 2; } .quiet { fill: #505f79; }
  @media (prefers-color-scheme: dark) {
    svg { fill: #dee4ea; background: #1d2125; }
    .met { fill: #4bce97; } .missed { fill: #fea362; } .goal, .spread { stroke: #dee4ea; } .quiet { fill: #9fadbc; }
  }
"""


def draw(result: Mapping[str, Any]) -> str:
    """Return the picture of all goals: a bar to each, its goal in the middle, and the spread of the rounds."""
    reached = reached_goals(result["lines"])
    height, where = TOP + ROW * len(reached) + 24, result["surroundings"]
    met = sum(line.is_met for line in reached)
    heading = f"{met} of {len(reached)} goals reached. {where['at']}, {where['cores']} cores, load {where['load']:.1f}"
    goal_x = NAMES + PLOT / FAR
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(heading)}</title>",
        f"<style>{STYLE}</style>",
        f'<text x="12" y="24" font-weight="600">{escape(heading)}</text>',
        f'<text class="quiet" x="{goal_x}" y="{TOP - 14}" text-anchor="middle">goal</text>',
        f'<text class="quiet" x="{NAMES + PLOT}" y="{TOP - 14}" text-anchor="end">twice as good</text>',
        *(part for place, line in enumerate(reached) for part in _row(line, TOP + place * ROW)),
        f'<line class="goal" x1="{goal_x}" x2="{goal_x}" y1="{TOP - 6}" y2="{height - 20}"/>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _row(line: Reached, y: float) -> Iterator[str]:
    goal, x, least, most = line.goal, *(_x(line.share(value)) for value in (line.median, line.least, line.most))
    middle, sign = y + ROW / 2, "at least" if goal.bound == "least" else "at most"
    yield f'<text x="{NAMES - 10}" y="{middle + 4}" text-anchor="end">{escape(goal.name)}</text>'
    kind = "met" if line.is_met else "missed"
    yield f'<rect class="{kind}" x="{NAMES}" y="{y + 5}" width="{x - NAMES:.1f}" height="{ROW - 10}"/>'
    yield f'<line class="spread" x1="{min(least, most):.1f}" x2="{max(least, most):.1f}" y1="{middle}" y2="{middle}"/>'
    text = f"{_number(line.median)}, {sign} {_number(goal.number)}: {'reached' if line.is_met else 'missed'}"
    yield f'<text x="{NAMES + PLOT + 10}" y="{middle + 4}">{text}</text>'


def _x(part: float) -> float:
    return NAMES + PLOT * min(max(part, 0), FAR) / FAR


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def main() -> None:
    PICTURE.write_text(draw(json.loads(RAW.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
