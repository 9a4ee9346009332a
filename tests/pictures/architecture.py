"""The picture of docs/architecture.md: `python -m tests.pictures.architecture`.

Its rows are the layers that import-linter holds, its texts the first lines of the packages.
"""

import importlib
import sys
import textwrap
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "architecture.svg"
INSIDE = "Inside connector imports go down only"
LOWER = (("webhooks",), ("mappings.formats", "mappings.records"), ("mappings.measure",), ("mappings.events",))
"""The rows below connector, which everything above may import."""
EVENT = (
    ("connector.web.front", "limits and deadlines, then the signature"),
    ("webhooks.receive", "stored in the inbox, then 204"),
    ("webhooks.drain", "taken by a worker, tenant by tenant"),
    ("mappings.events.webhook", "read into facts"),
    ("mappings.records.facts.webhook_events", "facts saved"),
    ("webhooks.measure", "the issue measured again, sums changed by the difference; one transaction"),
)
PAGE = (
    ("connector.web.gate", "rule of the route, token, tenant"),
    ("connector.pages.visibility", "engagement and role of the viewer"),
    ("connector.pages.project.views", "the view"),
    ("connector.figures.review", "figures of the period, at one instant"),
    ("mappings.formats.explain.index", "each figure with its parts and tickets"),
    ("connector.pages.project", "its template, as HTML"),
)

WIDE, MARGIN, BOX, GAP = 1080, 24, 58, 12
STYLE = """
svg { font: 13px system-ui, sans-serif; background: #fff; color: #172b4d }
rect { fill: #f4f5f7; stroke: #8993a4 } .step rect { fill: #e9f2ff; stroke: #0c66e4 }
text { fill: #172b4d } .name { font-weight: 600 } .text { font-size: 11px; fill: #44546f }
path { fill: none; stroke: #758195; stroke-width: 1.2 } marker path { fill: #758195; stroke: none }
@media (prefers-color-scheme: dark) {
  svg { background: #1d2125 } rect { fill: #282e33; stroke: #738496 } .step rect { fill: #1c2b41; stroke: #579dff }
  text { fill: #dee4ea } .text { fill: #9fadbc } path { stroke: #8c9bab } marker path { fill: #8c9bab }
}
"""
ARROWHEAD = (
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 8 4 0 8z"/></marker></defs>'
)


class Box(NamedTuple):
    """A box by its upper left corner, in pixels."""

    x: float
    y: float
    width: float
    name: str
    lines: Sequence[str]


def rows() -> list[tuple[str, ...]]:
    """Return the rows of the picture, from above, as the contracts list them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers: list[str] = next(contract["layers"] for contract in contracts if contract["name"] == INSIDE)
    inside = [tuple(layer.split(" : ")) for layer in layers]
    # Figures have a contract of their own: below all that asks them.
    inside.insert(inside.index(("connector.container",)) + 1, ("connector.figures",))
    return [*inside, *LOWER]


def place_boxes(listed: Sequence[Sequence[str]]) -> Iterator[Box]:
    for number, row in enumerate(listed):
        width = (WIDE - GAP * (len(row) - 1) - 2 * MARGIN) / len(row)
        for place, name in enumerate(row):
            lines = textwrap.wrap(purpose(name), int(width / 6.4))[:2]
            yield Box(MARGIN + place * (width + GAP), MARGIN + number * (BOX + GAP), width, name, lines)


def purpose(name: str) -> str:
    """Return the first sentence of a module."""
    text = importlib.import_module(name).__doc__ or ""
    return " ".join(text.split("\n\n")[0].split()).split(". ")[0]


def draw_box(box: Box) -> Iterator[str]:
    yield f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{BOX}" rx="4"/>'
    yield f'<text class="name" x="{box.x + 10:.0f}" y="{box.y + 20:.0f}">{escape(box.name)}</text>'
    for number, line in enumerate(box.lines):
        yield f'<text class="text" x="{box.x + 10:.0f}" y="{box.y + 36 + 13 * number:.0f}">{escape(line)}</text>'


def draw_steps(title: str, steps: Sequence[tuple[str, str]], top: float) -> Iterator[str]:
    """A way through the modules, from left to right."""
    width = (WIDE - MARGIN) / len(steps) - MARGIN
    yield f'<text class="name" x="{MARGIN}" y="{top - 12:.0f}">{escape(title)}</text><g class="step">'
    for number, (name, text) in enumerate(steps):
        left = MARGIN + number * (width + MARGIN)
        yield f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="104" rx="4"/>'
        parts = [f"{number + 1}. {name.rpartition('.')[2]}", name.rpartition(".")[0]]
        for line, part in enumerate([*parts, *textwrap.wrap(text, int(width / 6.6))]):
            kind = "name" if line == 0 else "text"
            yield f'<text class="{kind}" x="{left + 8:.0f}" y="{top + 20 + 15 * line:.0f}">{escape(part)}</text>'
        if number:
            yield f'<path marker-end="url(#end)" d="M{left - MARGIN:.0f} {top + 52:.0f}H{left:.0f}"/>'
    yield "</g>"


def draw() -> str:
    """Return the picture as SVG."""
    boxes = list(place_boxes(rows()))
    below = max(box.y for box in boxes) + BOX + 60
    parts = [
        ARROWHEAD,
        *(line for box in boxes for line in draw_box(box)),
        *draw_steps("The way of a webhook", EVENT, below),
        *draw_steps("The way of a page", PAGE, below + 160),
    ]
    tall = below + 160 + 104 + MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {tall:.0f}" role="img" aria-label="{ALT}">'
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


ALT = "Packages in layers, from commands above to events below, with the way of a webhook and of a page"


def main() -> int:
    PICTURE.write_text(draw())
    return 0


if __name__ == "__main__":
    sys.exit(main())
