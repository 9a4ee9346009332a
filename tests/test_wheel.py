"""What an installation gets: the wheel carries every file of the three floors, the made parts, and no test."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.test_architecture import FLOORS, ROOT, files

PARTS = "connector/static/parts/"
# Stays in the checkout: it makes the parts that travel.
LEFT_OUT = {"connector/build_parts.mjs"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> set[str]:
    """The names in a wheel, built from a copy so that nothing is written beside our files."""
    copy = tmp_path_factory.mktemp("wheel")
    for path in [*files(), *(p.relative_to(ROOT).as_posix() for p in (ROOT / PARTS).glob("*"))]:
        if not path.startswith("tests/"):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, copy / path)
    build = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", "made", "."]
    subprocess.run([sys.executable, *build], cwd=copy, check=True, capture_output=True)
    (made,) = (copy / "made").glob("teachback-*.whl")
    return set(zipfile.ZipFile(made).namelist())


def test_the_wheel_carries_every_file_of_the_floors(wheel):
    ours = {path for path in files() if path.partition("/")[0] in FLOORS} - LEFT_OUT
    assert not ours - wheel


def test_the_wheel_carries_the_parts_with_their_licences(wheel):
    names = {"htmx.min.js", "htmx.LICENSE.txt", "tokens.css", "tokens.LICENSE.txt"}
    assert {PARTS + name for name in names} <= wheel


def test_the_wheel_carries_no_test(wheel):
    assert {name.partition("/")[0].partition("-")[0] for name in wheel} == {*FLOORS, "teachback"}


@pytest.mark.parametrize("theme", ["light", "dark", "light-increased-contrast", "dark-increased-contrast"])
def test_the_token_sheet_holds_every_theme_that_jira_asks_for(theme):
    sheet = (ROOT / PARTS / "tokens.css").read_text()
    mode = theme.partition("-")[0]
    assert f'html[data-color-mode="{mode}"][data-theme~="{mode}:{theme}"]' in sheet


def test_the_parts_are_no_part_of_the_repository():
    assert not [path for path in files() if Path(path).is_relative_to(PARTS)]
