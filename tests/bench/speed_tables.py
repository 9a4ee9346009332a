"""The tables of docs/speed.md that come from docs/speed.json: goals, and pages. They stand between two comments."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.bench.goals import FAMILIES, P99, Reached, reached_goals
from tests.bench.picture import number

BEGIN, END = "<!-- measured: python -m tests.bench.goals writes what stands from here -->", "<!-- to here -->"


def with_tables(document: str, result: Mapping[str, Any]) -> str:
    """Return the document with these tables in the place of those before. Raises ValueError where it has no place."""
    before, _, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"docs/speed.md lacks the two comments {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{_measured(result)}\n{END}{after}"


def _measured(result: Mapping[str, Any]) -> str:
    where, lines = result["surroundings"], result["lines"]
    reached = reached_goals(lines)
    loads = [line["load"] for line in lines.values() if "load" in line]
    about = (
        f"Measured {where['at']} on {where['cores']} cores, {where['rounds']} rounds (fewer where a round takes long), "
        f"load {min(loads, default=where['load'])} to {max(loads, default=where['load'])}; Python {where['python']}, "
        f"SQLite {where['sqlite']}, PostgreSQL {where['postgresql']}."
    )
    heading = f"**{sum(line.is_met for line in reached)} of {len(reached)} goals are reached.** {about}"
    goals = ["| work | goal | measured | rounds from, to | reached |", "|---|---|---|---|---|", *map(_goal, reached)]
    pages = [*_pages(lines)]
    return "\n".join([heading, "", *goals, "", *pages]) + "\n"


def _goal(line: Reached) -> str:
    sign = "at least" if line.goal.bound == "least" else "at most"
    spread = "" if line.least == line.most else f"{number(line.least)}, {number(line.most)}"
    answer = "yes" if line.is_met else "**no**"
    return f"| {line.goal.name} | {sign} {number(line.goal.number)} | {number(line.median)} | {spread} | {answer} |"


def _pages(lines: Mapping[str, Any]) -> Iterator[str]:
    families = {family: words for family, words in FAMILIES.items() if any(P99 in lines[n] for n in _of(lines, family))}
    if not families:
        return
    yield "Each page: ms of processor time on 10,000 issues and on many, their ratio, and by the clock the p99 on many."
    yield ""
    yield f"| page | {' | '.join(families.values())} |"
    yield f"|---|{'---|' * len(families)}"
    for name in dict.fromkeys(line.removeprefix(family) for family in families for line in _of(lines, family)):
        cells = [_page(lines.get(f"{family}{name}", {})) for family in families]
        if any(cells):
            yield f"| {name} | {' | '.join(cells)} |"


def _of(lines: Mapping[str, Any], family: str) -> list[str]:
    return [line for line in lines if line.startswith(family)]


def _page(figures: Mapping[str, Any]) -> str:
    if P99 not in figures:
        return ""
    few, many, ratio = (figures[f"{name} processor_ms"]["median"] for name in ("few", "many", "ratio"))
    return f"{few:.0f}, {many:.0f}: **{ratio:.2f}**; {figures[P99]:.0f}"
