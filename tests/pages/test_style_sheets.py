"""The style sheets beside each other: a class is laid out by one of them, and stands on some page."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import connector

ROOT = Path(connector.__file__).parent
SHEETS = ("teachback", "tabs", "program", "review")
# The same thing everywhere: a small heading, quiet text, and a bar's ground (on paper another one).
SHARED = {".sub", ".subtle", ".track"}
# htmx sets it by itself, while it asks.
BY_HTMX = {"htmx-request"}
WORD = re.compile(r"[A-Za-z][\w-]*")


def _selectors(sheet: str) -> list[str]:
    text = (ROOT / "static" / f"{sheet}.css").read_text(encoding="utf-8")
    return re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))


def _of_templates() -> Iterator[str]:
    """The classes of elements, and what expressions may put there; texts that people read are left out."""
    for path in ROOT.rglob("*.html"):
        text = re.sub(r'\b_\("[^"]*"|\bngettext\("[^"]*", "[^"]*"|{#.*?#}', "", path.read_text(encoding="utf-8"))
        yield from re.findall(r'\b(?:class|cls)="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"', text)
        for code in re.findall(r"\{[{%].*?[%}]\}", text):
            yield from re.findall(r'"([^"]*)"', code)


def _of_code() -> Iterator[str]:
    """The strings of scripts, and those of Python that may be a class or a few."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_ -]{1,30}", str(node.value)):
                yield str(node.value)
    for path in (ROOT / "static").glob("*.js"):
        yield from re.findall(r"[\"'`]([^\"'`]*)[\"'`]", path.read_text(encoding="utf-8"))


def test_no_class_is_laid_out_by_two_sheets() -> None:
    """All sheets are on every page: the later one would move what the earlier one laid out."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for sheet in SHEETS:
        for selectors in _selectors(sheet):
            for selector in selectors.split(","):
                if re.fullmatch(r"\.[a-z-]+", selector.strip()):
                    owners[selector.strip()].add(sheet)
    assert {name: sheets for name, sheets in owners.items() if len(sheets) > 1 and name not in SHARED} == {}


def test_every_class_of_a_sheet_is_used() -> None:
    """A class that no template, script or code names lays out nothing, and is sent with every page."""
    texts = [*_of_templates(), *_of_code()]
    used = {word for text in texts for word in WORD.findall(text)} | BY_HTMX
    # What is put together stands under what it begins with.
    begun = tuple({begin for text in texts for begin in re.findall(r"\b([a-z]+-)(?=\{\{)", text)})
    laid_out = {
        name for sheet in SHEETS for part in _selectors(sheet) for name in re.findall(r"\.([A-Za-z][\w-]*)", part)
    }
    assert sorted(name for name in laid_out - used if not name.startswith(begun)) == []


def test_a_rung_that_one_side_signed_has_another_line_than_the_next() -> None:
    """One pattern stood for both: it was not told apart whether a rung is next or half signed."""
    text = (ROOT / "static" / "tabs.css").read_text(encoding="utf-8")
    lines = {
        state: re.findall(rf"\.rungs \.{state} {{[^}}]*border-top-style: (\w+)", text) for state in ("next", "signed")
    }
    assert lines == {"next": ["dashed"], "signed": ["double"]}
