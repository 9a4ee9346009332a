"""References between code and documentation: rules have anchors, examples their numbers, and commands exist."""

import ast
import importlib.util
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from connector.cli import main
from connector.config import READERS
from connector.jobs.registry import JOBS
from tests.measure.oracles.test_oracles import NOT_BUILT, TESTS
from tests.pictures import architecture

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "docs" / "measurement.md"
ORACLES = ROOT.parent / "shared" / "design" / "oracles.json"
FOLDERS = ("connector", "webhooks", "mappings", "tests", "docs")
SUFFIXES = {".py", ".html", ".md"}

_EXAMPLE = r"(?:[a-f][0-9]b?|F[0-9]|x1)"
_SPAN = rf"({_EXAMPLE})(?: to ({_EXAMPLE}))?"
_NUMBER = r"[0-9]{1,2}(?!\.?[0-9])"
SECTION = re.compile(rf"(?<![\w)\]])\(([a-h])\)(?: ({_NUMBER}(?:(?:, | and | or | to ){_NUMBER})*))?")
DETAIL = re.compile(rf', (?:"([^"]+)"|(D[1-7][ab]?|E[1-5])\b|{_SPAN}\b)')
EXAMPLE = re.compile(rf"\({_SPAN}\)|\b(?:[Ee]xamples?|[Oo]racle) {_SPAN}\b")
CHAPTER = re.compile(r"\b[Mm]easurement ([0-9](?:\.[0-9])?)\b")
DECISION = re.compile(r"\b[Mm]easurement(?:\.md)?,? decision ([0-9]+)")
LINK = re.compile(r"measurement\.md#([\w.-]+)")
"""The forms in which code and documentation name a rule; DETAIL follows SECTION, as in `(h), D4`."""

ROW = re.compile(
    r'^\| (?:<a id="(?P<anchor>[^"]+)"></a>)?`(?P<id>[^`]+)`(?: ‡)? \| .* \| (?P<result>.*) \|$', re.MULTILINE
)
"""A row of an example table: id, input, result. The first row of an example carries its short anchor."""


def anchors() -> frozenset[str]:
    return frozenset(re.findall(r'<a id="([^"]+)">', RULES.read_text()))


def texts(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Give the lines that may name a rule: of Python comments and docstrings, of others all."""
    if not path.endswith(".py"):
        yield from enumerate(text.splitlines(), 1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        is_docstring = token.type == tokenize.STRING and token.string.lstrip("rR").startswith('"""')
        if is_docstring or token.type == tokenize.COMMENT:
            yield from enumerate(token.string.splitlines(), token.start[0])


def slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")


def numbers(listed: str) -> list[int]:
    """The clause numbers of "9", "1 and 2", "9 to 14"."""
    rows: list[int] = []
    for link, digits in re.findall(r"(to )?([0-9]+)", listed):
        first = rows[-1] + 1 if link else int(digits)
        rows += range(first, int(digits) + 1)
    return rows


def examples(first: str, last: str | None) -> list[str]:
    """The ids of "c0" or of "a1 to a3"."""
    if not last:
        return [first]
    return [f"{first[0]}{number}" for number in range(int(first[1]), int(last[1]) + 1)]


def references(line: str) -> Iterator[tuple[str, str]]:
    """Give every reference of a line as it stands there, with the anchor that it needs."""
    for match in SECTION.finditer(line):
        letter, listed = match.groups()
        yield match.group(), letter
        for number in numbers(listed or ""):
            yield match.group(), f"{letter}-{number}"
        yield from details(letter, line, match.end())
    for pattern in (EXAMPLE, CHAPTER, DECISION, LINK):
        for match in pattern.finditer(line):
            yield from ((match.group(), name) for name in named(pattern, [*filter(None, match.groups())]))


def details(letter: str, line: str, start: int) -> Iterator[tuple[str, str]]:
    """Give what follows a section: a quoted rule, a dimension, a kind of evidence, examples."""
    while match := DETAIL.match(line, start):
        quoted, coded, first, last = match.groups()
        whole = f"({letter}){match.group()}"
        if quoted or coded:
            yield whole, f"{letter}-{slug(quoted or coded)}"
        else:
            yield from ((whole, example) for example in examples(first, last))
        start = match.end()


def named(pattern: re.Pattern[str], groups: list[str]) -> list[str]:
    if pattern is EXAMPLE:
        return examples(groups[0], groups[1] if len(groups) > 1 else None)
    if pattern is CHAPTER:
        return [f"section-{slug(groups[0])}"]
    return [f"decision-{groups[0]}" if pattern is DECISION else groups[0]]


def complaints(path: str, text: str, known: frozenset[str]) -> list[str]:
    return [
        f"{path}:{number}: {reference} needs the anchor #{anchor} in docs/measurement.md"
        for number, line in texts(path, text)
        for reference, anchor in references(line)
        if anchor not in known
    ]


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and "node_modules" not in path.parts:
                yield path


def test_every_reference_to_a_rule_resolves() -> None:
    known = anchors()
    broken = [
        complaint for path in files() for complaint in complaints(str(path.relative_to(ROOT)), path.read_text(), known)
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    "text",
    [
        '"""Return what counts (measurement (g) 99)."""',
        '"""Return what counts (measurement (b), (g) 14 to 16)."""',
        "# The rule of docs/measurement.md (h) 3.",
        '"""Weigh it (measurement (c), "Weighing")."""',
        '"""The whole score (measurement (e), D7, F7)."""',
        '"""The day of the last one (c9)."""',
        "# As in example d1 to d9.",
        '"""Bots are no people (measurement 3.1)."""',
        '"""No number is shown (measurement, decision 13)."""',
        "# See docs/measurement.md#g-99.",
    ],
)
def test_an_unresolvable_reference_is_named_with_file_and_line(text: str) -> None:
    complaint_list = complaints("mappings/a.py", f'"""A module."""\n{text}\n', anchors())
    assert complaint_list
    assert all(row.startswith("mappings/a.py:2: ") for row in complaint_list)


def test_code_that_looks_like_a_reference_is_none() -> None:
    assert complaints("mappings/a.py", "def f(a): return g(b)[(c) + 99]\nx = '(g) 99'\n", anchors()) == []


def rows() -> list[tuple[str, str]]:
    return [(row["id"], row["result"]) for row in ROW.finditer(RULES.read_text())]


def test_anchors_and_example_ids_are_unique() -> None:
    anchors_read = re.findall(r'<a id="([^"]+)">', RULES.read_text())
    ids = [name for name, _ in rows()]
    assert sorted(anchors_read) == sorted(set(anchors_read))
    assert sorted(ids) == sorted(set(ids))


def test_links_within_the_rules_resolve() -> None:
    text = RULES.read_text()
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors()


def test_the_first_row_of_an_example_carries_its_anchor() -> None:
    first: dict[str, str | None] = {}
    for row in ROW.finditer(RULES.read_text()):
        first.setdefault(row["id"].split("_")[0], row["anchor"])
    assert first == {name: name for name in first}


def test_the_examples_are_those_of_the_tests() -> None:
    assert {name for name, _ in rows()} == TESTS.keys() | NOT_BUILT


def leaves(value: object, label: str = "") -> Iterator[tuple[str, object]]:
    """Give the values of a nested result in order, each under its nearest key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, key)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from leaves(inner, label)
    else:
        yield label, value


def numbers_in(result: str) -> list[tuple[str, str]]:
    """Read a result cell: `label = value; label = value / value`, where an interval is `value to value`."""
    rows: list[tuple[str, str]] = []
    for piece in result.replace("<br>", " ").split(";"):
        label, equals, value = piece.rpartition(" = ")
        values = re.split(r" / | to |, ", value if equals else piece)
        rows += [(label.strip(), this_value.strip()) for this_value in values]
    return rows


def is_same(text: str, value: object) -> bool:
    if isinstance(value, bool):
        return text == ("yes" if value else "no")
    if isinstance(value, int | float):
        return re.fullmatch(r"-?[0-9.]+", text) is not None and float(text) == value
    plain = "none" if not value else str(value).replace(":", " ")
    return text.replace("-", "").casefold() == plain.replace("-", "").casefold()


def test_the_examples_have_the_numbers_of_the_design() -> None:
    if not ORACLES.exists():
        pytest.skip("the worked examples stand outside of this checkout")
    expected = json.loads(ORACLES.read_text())
    results = dict(rows())
    assert results.keys() == expected.keys()
    for name, value in expected.items():
        wanted, this_numbers = list(leaves(value)), numbers_in(results[name])
        assert len(this_numbers) == len(wanted), (name, this_numbers, wanted)
        for (label, text), (key, number) in zip(this_numbers, wanted, strict=True):
            assert is_same(text, number), (name, label, text, number)
            # Keys that are dates or numbers are inputs, and stand in the label.
            assert not key[:1].isdigit() or key in label, (name, label, key)


@pytest.mark.parametrize(
    ("result", "value"),
    [("0.5", 0.51), ("a = 1; b = 2", {"a": 1}), ("yes", False), ("agency Acme", "AGENCY:Bolt"), ("none", ["Dev"])],
)
def test_a_wrong_number_in_a_table_is_seen(result: str, value: object) -> None:
    wanted, numbers = list(leaves(value)), numbers_in(result)
    assert len(numbers) != len(wanted) or not all(
        is_same(text, number) for (_, text), (_, number) in zip(numbers, wanted, strict=True)
    )


# -- what the documentation says of the code --

TROUBLES = ROOT / "docs" / "troubleshooting.md"
PAGES = (*sorted((ROOT / "docs").glob("*.md")), *(ROOT / f"{name}.md" for name in ("README", "SECURITY", "CHANGELOG")))
COMMAND = re.compile(r"`?teachback ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)")


def literals(text: str) -> Iterator[str]:
    """Give the texts of a module, those of an f-string with a gap for each value."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def messages(page: str) -> set[str]:
    """The messages that the page explains: what stands between backticks in the first cell of a row."""
    cells = [first_cell(line) for line in page.splitlines() if line.startswith("| ")]
    return {text for cell in cells for text in re.findall("`([^`]+)`", cell)}


def first_cell(line: str) -> str:
    return line.partition(" | ")[0]


def unknown_messages(page: str, known: str) -> list[str]:
    """The messages of which a part stands nowhere in the code; `…` is a value."""
    parts = {text: [part.strip() for part in text.split("…")] for text in messages(page)}
    return sorted(text for text, own in parts.items() if not all(part in known for part in own))


def code_texts() -> str:
    modules = [path for folder in FOLDERS[:3] for path in (ROOT / folder).rglob("*.py")]
    return "\n".join(text for path in modules for text in literals(path.read_text()))


def test_the_messages_of_troubleshooting_are_those_of_the_code() -> None:
    assert not unknown_messages(TROUBLES.read_text(), code_texts())


def test_a_message_that_no_code_says_is_seen() -> None:
    page = "| `port … of … cannot be had` | … |\n| `port … is busy` | `elsewhere` |\n"
    assert unknown_messages(page, "port \0 of \0 cannot be had") == ["port … is busy"]


def unknown_commands(text: str) -> list[str]:
    return [called for called in COMMAND.findall(text) if not is_command(called.split(), main)]


def is_command(words: list[str], group: click.Group) -> bool:
    """Whether the words name a command; after one that is no group come arguments."""
    this_command = group.get_command(click.Context(group), words[0])
    return this_command is not None and (
        not isinstance(this_command, click.Group) or len(words) < 2 or is_command(words[1:], this_command)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_the_documentation_exist(page: Path) -> None:
    assert not unknown_commands(page.read_text())


def test_a_command_that_does_not_exist_is_seen() -> None:
    assert unknown_commands("`teachback serve`, `teachback db upgrade` and `teachback jobs stop`") == ["jobs stop"]


def test_each_job_is_in_the_table_of_jobs() -> None:
    table = (ROOT / "docs" / "run.md").read_text()
    assert [name for name in JOBS if f"\n| `{name}` |" not in table] == []


def test_the_picture_of_the_architecture_is_of_this_code() -> None:
    """Where it is not: `make architecture`."""
    assert architecture.PICTURE.read_text() == architecture.draw()


@pytest.mark.parametrize("name", [name for name, _ in (*architecture.EVENT, *architecture.PAGE)])
def test_a_step_in_the_picture_of_the_architecture_is_a_module(name: str) -> None:
    assert importlib.util.find_spec(name)


def test_the_page_of_the_architecture_names_files_that_exist() -> None:
    named = re.findall(
        r"`((?:connector|webhooks|mappings|forge)/?[\w/.]*)`", (ROOT / "docs" / "architecture.md").read_text()
    )
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_each_setting_is_in_the_table_of_settings() -> None:
    table = (ROOT / "docs" / "run.md").read_text()
    assert [name for name in READERS if f"`TEACHBACK_{name.upper()}`" not in table] == []
