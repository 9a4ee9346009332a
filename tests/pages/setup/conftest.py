"""A site on which nobody set anything up, told once, and drafts on copies of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jira.story.people import account_of
from tests.jira.story_site import Together, together
from tests.pages.conftest import ACME, AGENCY_LEAD, LEAD, SHUT_OUT, Desk, copy_of
from tests.pages.setup.fields import address, send
from tests.pages.setup.settings_pages import PROJECT_ADMIN, command

OTHER_ADMIN = "Priya Raman"


@pytest.fixture(scope="session")
def untold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A site whose story was read, and on which nobody set anything up; Maren leads GROW and SHOP."""
    folder = tmp_path_factory.mktemp("setup")
    with together(f"sqlite:///{folder / 'teachback.db'}", tickets=60) as both:
        both.site.deny(account_of(SHUT_OUT), "GROW", "BROWSE_PROJECTS")
        both.site.grant(account_of(OTHER_ADMIN), "GROW", "ADMINISTER_PROJECTS")
        both.tell()
        yield Desk(both)


@pytest.fixture
def fresh(untold: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A copy of the site for one test."""
    with copy_of(untold.both, tmp_path_factory.mktemp("copy")) as desk:
        yield desk


@pytest.fixture
def begun(fresh: Desk) -> Desk:
    assert fresh.press(LEAD, address("begin")).status_code == 200
    return fresh


@pytest.fixture(scope="session")
def ready_once(untold: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A draft with which both leads could agree: everything by proposal and from the library."""
    with copy_of(untold.both, tmp_path_factory.mktemp("ready")) as desk:
        assert desk.press(LEAD, address("begin")).status_code == 200
        send(desk, "basics", name=("", "Growth and Acme"), agency=("", "Acme"))
        desk.press(LEAD, address("accept"))
        desk.press(LEAD, address("objectives/library"), pick="design-an-a-b-test")
        send(desk, "leads", inhouse=("", account_of(LEAD)), agency=("", account_of(AGENCY_LEAD)))
        yield desk


@pytest.fixture
def ready(ready_once: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same in a copy for one test."""
    with copy_of(ready_once.both, tmp_path_factory.mktemp("copy")) as desk:
        yield desk


@pytest.fixture(scope="session")
def kept_once(story_site: Together, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The story with its engagement taken over from its file to the pages, by the command."""
    with copy_of(story_site, tmp_path_factory.mktemp("kept")) as desk:
        command(desk, tmp_path_factory.mktemp("command"), "engagement", "keep", ACME, "--in", "pages")
        yield desk


@pytest.fixture
def pages_desk(kept_once: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The same in a copy for one test, with an administrator of the project."""
    with copy_of(kept_once.both, tmp_path) as desk:
        desk.both.site.grant(account_of(PROJECT_ADMIN), "GROW", "ADMINISTER_PROJECTS")
        yield desk
        desk.both.site.deny(account_of(PROJECT_ADMIN), "GROW", "ADMINISTER_PROJECTS")
