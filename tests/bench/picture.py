"""The picture of the goals of speed, docs/speed.svg: a bar to each goal, in light and dark."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from tests.bench.goals import PAGES, RATIO, Reached, page_goals, reached_goals

WIDTH, ROW, TOP, NAMES, PLOT, FAR = 1060, 24, 76, 440, 340, 2.0
STYLE = """
  svg { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; }
  text { fill: #172b4d; } .paper { fill: #ffffff; } .track { fill: #f1f2f4; }
  .met { fill: #1f845a; } .missed { fill: #c25100; } .goal { stroke: #172b4d; stroke-dasharray: 3 3; }
  .spread { stroke: #172b4d; stroke-width: 1.5; } .quiet { fill: #505f79; } .head { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #dee4ea; } .paper { fill: #1d2125; } .track { fill: #282e33; }
    .met { fill: #4bce97; } .missed { fill: #fea362; } .goal, .spread { stroke: #dee4ea; } .quiet { fill: #9fadbc; }
  }
"""


def draw(result: Mapping[str, Any]) -> str:
    """Return the picture: a bar to each goal, the goal itself in the middle, and the spread of the rounds."""
    reached, where = reached_goals(result["lines"]), result["surroundings"]
    pages = page_goals(PAGES, result["lines"], RATIO)
    met = sum(line.is_met for line in reached)
    title = f"{met} of {len(reached)} goals reached"
    about = f"{where['at']}, {where['cores']} cores, load {where['load']:.1f}, {where['rounds']} rounds"
    second = TOP + ROW * len(reached) + 58
    height = second + ROW * len(pages) + 16 if pages else TOP + ROW * len(reached) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}. {escape(about)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" rx="8"/>',
        f'<text class="head" x="16" y="28" font-size="16">{escape(title)}</text>',
        f'<text class="quiet" x="{WIDTH - 16}" y="28" text-anchor="end">{escape(about)}</text>',
        *_chart(reached, TOP),
    ]
    if pages:
        heading = "Each page on SQLite: processor time on 1,000,000 issues, to 10,000"
        parts.append(f'<text class="head" x="16" y="{second - 30}" font-size="14">{heading}</text>')
        parts += _chart(pages, second)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _chart(lines: Sequence[Reached], top: float) -> Iterator[str]:
    goal_x, bottom = NAMES + PLOT / FAR, top + ROW * len(lines)
    yield f'<text class="quiet" x="{goal_x}" y="{top - 10}" text-anchor="middle">goal</text>'
    yield f'<text class="quiet" x="{NAMES + PLOT}" y="{top - 10}" text-anchor="end">twice as good</text>'
    for place, line in enumerate(lines):
        yield from _row(line, top + place * ROW)
    yield f'<line class="goal" x1="{goal_x}" x2="{goal_x}" y1="{top - 4}" y2="{bottom}"/>'


def _row(line: Reached, y: float) -> Iterator[str]:
    goal, (x, least, most) = line.goal, (_x(line.share(value)) for value in (line.median, line.least, line.most))
    middle, sign = y + ROW / 2, "at least" if goal.bound == "least" else "at most"
    yield f'<text x="{NAMES - 12}" y="{middle + 4}" text-anchor="end">{escape(goal.name)}</text>'
    yield f'<rect class="track" x="{NAMES}" y="{y + 5}" width="{PLOT}" height="{ROW - 10}" rx="3"/>'
    kind = "met" if line.is_met else "missed"
    yield f'<rect class="{kind}" x="{NAMES}" y="{y + 5}" width="{x - NAMES:.1f}" height="{ROW - 10}" rx="3"/>'
    if abs(most - least) > 1:
        yield f'<line class="spread" x1="{least:.1f}" x2="{most:.1f}" y1="{middle}" y2="{middle}"/>'
    text = f"{number(line.median)}, {sign} {number(goal.number)}: {'reached' if line.is_met else 'missed'}"
    yield f'<text x="{NAMES + PLOT + 12}" y="{middle + 4}">{text}</text>'


def _x(part: float) -> float:
    return NAMES + PLOT * min(max(part, 0), FAR) / FAR


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
