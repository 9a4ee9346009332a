"""A site on which nobody set anything up, told once, and drafts on copies of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jira.story.people import account_of
from tests.jira.story_site import StorySite, open_story_site
from tests.pages.conftest import ACME, AGENCY_LEAD, LEAD, SHUT_OUT, PageClient, copy_of
from tests.pages.setup.fields import address, send
from tests.pages.setup.settings_pages import PROJECT_ADMIN, command

OTHER_ADMIN = "Priya Raman"


@pytest.fixture(scope="session")
def untold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """A site whose story was read, and on which nobody set anything up; Maren leads GROW and SHOP."""
    folder = tmp_path_factory.mktemp("setup")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=60) as story_site:
        story_site.site.deny(account_of(SHUT_OUT), "GROW", "BROWSE_PROJECTS")
        story_site.site.grant(account_of(OTHER_ADMIN), "GROW", "ADMINISTER_PROJECTS")
        story_site.tell()
        yield PageClient(story_site)


@pytest.fixture
def fresh(untold: PageClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """A copy of the site for one test."""
    with copy_of(untold.story_site, tmp_path_factory.mktemp("copy")) as page_client:
        yield page_client


@pytest.fixture
def begun(fresh: PageClient) -> PageClient:
    assert fresh.press(LEAD, address("begin")).status_code == 200
    return fresh


@pytest.fixture(scope="session")
def ready_once(untold: PageClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """A draft with which both leads could agree: everything by proposal and from the library."""
    with copy_of(untold.story_site, tmp_path_factory.mktemp("ready")) as page_client:
        assert page_client.press(LEAD, address("begin")).status_code == 200
        send(page_client, "basics", name=("", "Growth and Acme"), agency=("", "Acme"))
        page_client.press(LEAD, address("accept"))
        page_client.press(LEAD, address("objectives/library"), pick="design-an-a-b-test")
        send(page_client, "leads", inhouse=("", account_of(LEAD)), agency=("", account_of(AGENCY_LEAD)))
        yield page_client


@pytest.fixture
def ready(ready_once: PageClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The same in a copy for one test."""
    with copy_of(ready_once.story_site, tmp_path_factory.mktemp("copy")) as page_client:
        yield page_client


@pytest.fixture(scope="session")
def kept_once(story_site: StorySite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The story with its engagement taken over from its file to the pages, by the command."""
    with copy_of(story_site, tmp_path_factory.mktemp("kept")) as page_client:
        command(page_client, tmp_path_factory.mktemp("command"), "engagement", "keep", ACME, "--in", "pages")
        yield page_client


@pytest.fixture
def setup_client(kept_once: PageClient, tmp_path: Path) -> Iterator[PageClient]:
    """The same in a copy for one test, with an administrator of the project."""
    with copy_of(kept_once.story_site, tmp_path) as page_client:
        page_client.story_site.site.grant(account_of(PROJECT_ADMIN), "GROW", "ADMINISTER_PROJECTS")
        yield page_client
        page_client.story_site.site.deny(account_of(PROJECT_ADMIN), "GROW", "ADMINISTER_PROJECTS")
