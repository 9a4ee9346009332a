"""Rules of the building: each is a function from a file to its complaints, and each is seen to complain."""

import ast
import importlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
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

BANNED_WORDS = {
    "manager", "helper", "helpers", "util", "utils", "service", "handler", "processor", "data", "info",
    "do", "process", "handle",
}  # fmt: skip
GIVEN_NAMES = {"process_bind_param", "process_result_value"}  # SQLAlchemy calls a column type's methods so
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


def defined(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
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
    return [f"{name} is no name of ours" for name in names if words(name) & BANNED_WORDS and name not in GIVEN_NAMES]


def length(path: str, text: str) -> list[str]:
    lines = text.count("\n")
    return [f"{lines} lines: split it by noun"] if is_module(path) and lines > 300 else []


def clock(path: str, text: str) -> list[str]:
    """On the ground floor the time is an argument."""
    if not (is_module(path) and path.startswith("mappings/")):
        return []
    calls = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return [f"line {c.lineno} reads a clock" for c in calls if isinstance(c, ast.Attribute) and c.attr in CLOCKS]


def shown(path: str, text: str) -> list[str]:
    if not (path.startswith("connector/") and path.endswith(".html")):
        return []
    return [f"says {found.group()}" for found in NEVER_SHOWN.finditer(re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))]


def workshop(path: str, text: str) -> list[str]:
    names = [*WORKSHOP, *REGISTRIES]
    if not (path.startswith("tests/") or path == ".ci/run"):
        names.append(SHARED)
    return [f"names {name}" for name in names if name in text]


RULES = (purpose, naming, length, clock, shown, workshop)


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
        (naming, "mappings/a.py", "def handle_event(): ...\n"),
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


def package_folders() -> set[str]:
    return {Path(path).parent.as_posix() for path in files() if is_module(path) and path.endswith("/__init__.py")}


def test_every_package_is_listed_and_every_module_is_in_one():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert {name.replace(".", "/") for name in listed} == package_folders()
    assert {Path(path).parent.as_posix() for path in files() if is_module(path)} == package_folders()


@pytest.mark.parametrize("floor", FLOORS)
def test_the_floors_are_ours(floor):
    assert Path(importlib.import_module(floor).__file__).parent == ROOT / floor
