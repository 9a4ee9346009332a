"""A site on which nobody set anything up, told once, and drafts on copies of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jira.story.people import account_of
from tests.jira.story_site import together
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


@pytest.fixture
def ready(begun: Desk) -> Desk:
    """A draft with which both leads could agree: everything by proposal and from the library."""
    send(begun, "basics", name=("", "Growth and Acme"), agency=("", "Acme"))
    begun.press(LEAD, address("accept"))
    begun.press(LEAD, address("objectives/library"), pick="design-an-a-b-test")
    send(begun, "leads", inhouse=("", account_of(LEAD)), agency=("", account_of(AGENCY_LEAD)))
    return begun


@pytest.fixture
def pages_desk(apart: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The story with its engagement taken over from its file to the pages, by the command."""
    command(apart, tmp_path, "engagement", "keep", ACME, "--in", "pages")
    apart.both.site.grant(account_of(PROJECT_ADMIN), "GROW", "ADMINISTER_PROJECTS")
    yield apart
    apart.both.site.deny(account_of(PROJECT_ADMIN), "GROW", "ADMINISTER_PROJECTS")
