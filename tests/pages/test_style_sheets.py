"""The style sheets beside each other: a class that one of them lays out is laid out by no other."""

import re
from collections import defaultdict
from pathlib import Path

import connector

SHEETS = ("teachback", "tabs", "program", "review")
# The same thing everywhere: a small heading, quiet text, and a bar's ground (on paper another one).
SHARED = {".sub", ".subtle", ".track"}


def test_no_class_is_laid_out_by_two_sheets() -> None:
    """All sheets are on every page: the later one would move what the earlier one laid out."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for sheet in SHEETS:
        text = (Path(connector.__file__).parent / "static" / f"{sheet}.css").read_text(encoding="utf-8")
        for selectors in re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
            for selector in selectors.split(","):
                if re.fullmatch(r"\.[a-z-]+", selector.strip()):
                    owners[selector.strip()].add(sheet)
    assert {name: sheets for name, sheets in owners.items() if len(sheets) > 1 and name not in SHARED} == {}
