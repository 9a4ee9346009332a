"""Rules of the building: each is a function from a file to its complaints, and each is seen to complain."""

import ast
import importlib
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("connector", "webhooks", "mappings")

# Joined here, so that this file does not break the rules that it keeps.
WORKSHOP = ("/" + "work/", "." + "library")
SHARED = ".." + "/shared"
REGISTRIES = tuple(
    name + "." + end
    for name, end in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb.debian", "org"),
    )
)

BANNED_WORDS = {"manager", "helper", "helpers", "util", "utils", "misc", "info", "do"}
NOUNLESS = {"one", "found", "every", "said", "told", "here", "kept"}
"""Identifiers that do not say what they hold: a local carries its noun."""
NOUNS_IN_ING = {
    "embedding", "learning", "mapping", "missing", "parsing", "rounding", "standing", "teaching", "heading", "string",
}  # fmt: skip
"""Words in -ing that are nouns, or that qualify one."""
MOST_FILES = 25
STEPS = "mappings/records/migrations/versions"
"""Where each change of the schema adds a file, found by its number."""
NEVER_SHOWN = re.compile(r"\b(vendor|resource|ranking|best|worst|failing|performance)s?\b", re.IGNORECASE)
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic"}


@cache
def files() -> tuple[str, ...]:
    """What is committed, and what would be: paths from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout: no list of our files")
    return tuple(path for path in listed.stdout.splitlines() if (ROOT / path).is_file())


def is_module(path: str) -> bool:
    return path.startswith(tuple(f"{floor}/" for floor in FLOORS)) and path.endswith(".py")


@cache
def nodes(text: str) -> tuple[ast.AST, ...]:
    """Parse each file once for all rules."""
    return tuple(ast.walk(ast.parse(text)))


def defined(text: str) -> Iterator[str]:
    for node in nodes(text):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def purpose(path: str, text: str) -> list[str]:
    if is_module(path) and not ast.get_docstring(ast.parse(text)):
        return ["no line says what this room is for"]
    return []


def naming(path: str, text: str) -> list[str]:
    if not is_module(path):
        return []
    names = [Path(path).stem, *defined(text)]
    return [f"{name} is no name of ours" for name in names if words(name) & BANNED_WORDS]


def gerund(path: str, text: str) -> list[str]:
    """A module is named by a noun: what it holds, not what it does."""
    if not is_module(path) or "/migrations/" in path:
        return []
    last = Path(path).stem.rpartition("_")[2]
    return [f"{last} is a gerund: name the noun"] if last.endswith("ing") and last not in NOUNS_IN_ING else []


def bound_names(text: str) -> Iterator[str]:
    """Give each name that a file binds: assigned, given as a parameter, or defined."""
    for node in nodes(text):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def nounless(path: str, text: str) -> list[str]:
    if not path.endswith(".py"):
        return []
    return [f"{name} does not say what it holds" for name in bound_names(text) if name in NOUNLESS]


def length(path: str, text: str) -> list[str]:
    lines = text.count("\n")
    return [f"{lines} lines: split it by noun"] if is_module(path) and lines > 300 else []


def clock(path: str, text: str) -> list[str]:
    """On the lowest floor the time is an argument."""
    if not (is_module(path) and path.startswith("mappings/")):
        return []
    calls = (node.func for node in nodes(text) if isinstance(node, ast.Call))
    return [f"line {c.lineno} reads a clock" for c in calls if isinstance(c, ast.Attribute) and c.attr in CLOCKS]


def shown(path: str, text: str) -> list[str]:
    if not (path.startswith("connector/") and path.endswith(".html")):
        return []
    return [f"says {match.group()}" for match in NEVER_SHOWN.finditer(re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))]


def workshop(path: str, text: str) -> list[str]:
    names = [*WORKSHOP, *REGISTRIES]
    if not (path.startswith("tests/") or path == ".ci/run"):
        names.append(SHARED)
    return [f"names {name}" for name in names if name in text]


RULES = (purpose, naming, gerund, nounless, length, clock, shown, workshop)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_building_keeps_its_rules(rule):
    broken = []
    for path in files():
        text = (ROOT / path).read_bytes().decode(errors="replace")
        broken += [f"{path}: {complaint}" for complaint in rule(path, text)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (purpose, "mappings/a.py", "import ast\n"),
        (naming, "mappings/a.py", "def do_event(): ...\n"),
        (gerund, "webhooks/draining.py", ""),
        (gerund, "connector/jira/page_fetching.py", ""),
        (nounless, "done/a.py", "def tickets(found): ...\n"),
        (nounless, "done/a.py", "keys = [one.key for one in tickets]\n"),
        (naming, "connector/a.py", "class TokenManager: ...\n"),
        (naming, "webhooks/utils.py", ""),
        (length, "webhooks/a.py", "a = 1\n" * 301),
        (clock, "mappings/measure/a.py", "age = datetime.now(UTC) - at\n"),
        (shown, "connector/pages/templates/a.html", "<p>The best agency</p>"),
        (workshop, "README.md", f"see {SHARED}/README.md"),
        (workshop, "tests/a.py", f"open('{WORKSHOP[0]}main')"),
        (workshop, "package-lock.json", f'"resolved": "https://registry.{REGISTRIES[2]}/x"'),
    ],
)
def test_a_broken_rule_is_seen(rule, path, text):
    assert rule(path, text)


@pytest.mark.parametrize("name", ["handle_event", "process", "data", "EventHandler"])
def test_words_of_the_trade_are_allowed(name):
    assert not naming("mappings/a.py", f"def {name}(): ...\n")


def crowded(paths: Iterable[str]) -> list[str]:
    """Return the folders with too many modules."""
    counts = Counter(Path(path).parent.as_posix() for path in paths if path.endswith(".py"))
    del counts[STEPS]
    return [f"{folder}: {count} files" for folder, count in sorted(counts.items()) if count > MOST_FILES]


def test_no_folder_is_crowded():
    assert list(crowded(files())) == []


def test_a_crowded_folder_is_seen():
    assert crowded(f"mappings/records/a{number}.py" for number in range(26)) == ["mappings/records: 26 files"]


def package_folders() -> set[str]:
    return {Path(path).parent.as_posix() for path in files() if is_module(path) and path.endswith("/__init__.py")}


def test_every_package_is_listed_and_every_module_is_in_one():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert {name.replace(".", "/") for name in listed} == package_folders()
    assert {Path(path).parent.as_posix() for path in files() if is_module(path)} == package_folders()


@pytest.mark.parametrize("floor", FLOORS)
def test_the_floors_are_ours(floor):
    assert Path(importlib.import_module(floor).__file__).parent == ROOT / floor


@pytest.mark.parametrize("name", ["tests.bench.__main__", "tests.pictures.__main__", "tests.prism.proxy"])
def test_what_no_test_imports_can_be_imported(name):
    importlib.import_module(name)


def declared_fields() -> set[str]:
    """Give the fields of all classes: names that are declared with a type in a class."""
    return {
        statement.target.id
        for path in files()
        if is_module(path)
        for node in nodes((ROOT / path).read_text())
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


def replaced_fields(text: str) -> Iterator[str]:
    """Give the fields that `replace` sets by name: mypy does not look at those of msgspec's."""
    for node in nodes(text):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "replace":
            yield from (keyword.arg for keyword in node.keywords if keyword.arg)


def test_what_is_replaced_in_a_struct_is_a_field_of_one():
    fields = declared_fields()
    unknown = {
        (path, name)
        for path in files()
        if is_module(path)
        for name in replaced_fields((ROOT / path).read_text())
        if name not in fields
    }
    # Of the standard library's instants.
    assert {name for _, name in unknown} <= {
        "tzinfo",
        "hour",
        "minute",
        "second",
        "microsecond",
        "day",
        "fold",
        "month",
    }
    assert set(replaced_fields("replace(row, chances=1)")) == {"chances"}
