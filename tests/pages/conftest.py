"""One story of 120 tickets, sent once by real requests, and ways to look at it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from connector.app import create_app
from connector.container import EXTENSION, Container
from tests.jira.story.people import account_of
from tests.jira.story_site import StorySite, open_story_site
from tests.pages.html_reader import Reader
from tests.rsgi import serve_front
from webhooks.inbox import open_intake

ACME, BOLT = "growth-acme", "growth-bolt"
MEMBER, LEAD, LEARNER = "Tomasz Lindqvist", "Maren Vogt", "Priya Raman"
AGENCY_LEAD, AGENCY_MEMBER, OTHER_LEAD = "Callum Rhodes", "Noor Haddad", "Petra Zielinski"
GATEKEEPER, STRANGER, SHUT_OUT = "Henrike Osei", "Viktor Amsel", "Ines Falkenberg"
NASTY = "<script>alert('a')</script>\" onload=\"alert(1)"
DAY = 86_400_000_000


@dataclass(repr=False)
class PageClient:
    """The pages as a client opens them, by a person's name."""

    story_site: StorySite

    def open(self, who: str, project: str = "GROW") -> TestResponse:
        """Open the project page in Jira's frame."""
        context = {"project.id": str(self.story_site.site.project(project).id), "project.key": project}
        return self.story_site.page(account_of(who), "teachback-project", context)

    def content(self, who: str, project: str = "GROW", **query: str) -> TestResponse:
        """Ask for the page's content anew: of the Overview, where no tab is named."""
        query = {"project.key": project, "tab": "overview", **query}
        return self.story_site.ask(account_of(who), "/pages/project/content", **query)

    def objectives(self, who: str, engagement: str = ACME, **query: str) -> TestResponse:
        """Ask for the tab Objectives."""
        return self.story_site.ask(account_of(who), "/pages/objectives", engagement=engagement, **query)

    def follow(self, who: str, address: str) -> TestResponse:
        """Follow a link of a page."""
        return self.story_site.ask(account_of(who), address)

    def press(self, who: str, address: str, **form: str) -> TestResponse:
        """Press a button of a page."""
        return self.story_site.ask(account_of(who), address, method="POST", form=form)

    def panel(self, who: str, ref: str) -> TestResponse:
        """Open the panel of a ticket of the story."""
        return self._issue_page(who, ref, "teachback-panel")

    def narrow(self, who: str, ref: str) -> TestResponse:
        """Open the narrow context beside it."""
        return self._issue_page(who, ref, "teachback-context")

    def _issue_page(self, who: str, ref: str, module: str) -> TestResponse:
        context = {
            "issue.id": str(self.story_site.ids[ref]),
            "project.id": str(self.story_site.site.project("GROW").id),
        }
        return self.story_site.page(account_of(who), module, context)

    def read(self, answer: TestResponse) -> Reader:
        """Read an answer that must have come."""
        assert answer.status_code == 200, (answer.status, answer.text)
        return Reader(answer.text)


@pytest.fixture(scope="session")
def story_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorySite]:
    folder: Path = tmp_path_factory.mktemp("pages")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=120) as story_site:
        story_site.site.deny(account_of(SHUT_OUT), "GROW", "BROWSE_PROJECTS")
        story_site.tell()
        add_nasty_ticket(story_site)
        story_site.agree(ACME)
        story_site.agree(BOLT)
        yield story_site


def add_nasty_ticket(story_site: StorySite) -> None:
    """A ticket without a size, so that it adds nothing, whose title would be a script."""
    at, by = story_site.story.end - 60 * DAY, account_of(STRANGER)
    story_site.ids["nasty"] = story_site.site.create_issue("GROW", "Task", NASTY, by=by, at=at, status="Done").id
    story_site.deliverer.settle()
    story_site.drain()


@pytest.fixture
def page_client(story_site: StorySite) -> PageClient:
    return PageClient(story_site)


@pytest.fixture
def apart(story_site: StorySite, tmp_path: Path) -> Iterator[PageClient]:
    """The same story on a copy of the database and in an app of its own: what is done here, no other test sees."""
    with copy_of(story_site, tmp_path) as page_client:
        yield page_client


@pytest.fixture(scope="session")
def frozen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The story with two quarters frozen; nothing is changed in it."""
    from tests.pages.frozen import freeze

    with copy_of(request.getfixturevalue("story_site"), tmp_path_factory.mktemp("frozen")) as page_client:
        freeze(page_client)
        yield page_client


@contextmanager
def copy_of(story_site: StorySite, folder: Path) -> Iterator[PageClient]:
    """Open a copy of the story on SQLite."""
    source = story_site.container.engine.url.database
    with closing(sqlite3.connect(str(source))) as old, closing(sqlite3.connect(folder / "copy.db")) as new:
        old.backup(new)
    with open_desk(story_site, f"sqlite:///{folder / 'copy.db'}") as page_client:
        yield page_client


@contextmanager
def administering(page_client: PageClient, who: str) -> Iterator[None]:
    """Let somebody administer Jira; a server that other tests share forgets before and after what it asked Jira."""
    site, answers = page_client.story_site.site, page_client.story_site.container.browse._answers
    site.admins.add(account_of(who))
    answers.clear()
    try:
        yield
    finally:
        site.admins.discard(account_of(who))
        answers.clear()


@contextmanager
def open_desk(story_site: StorySite, url: str) -> Iterator[PageClient]:
    """Open the story in another database; the stand-in and the clock are shared, and set back at the end."""
    app = create_app(replace(story_site.container.settings, database_url=url), clock=story_site.clock.now)
    app_container: Container = app.extensions[EXTENSION]
    intake = open_intake(app_container.engine)
    yield PageClient(replace(story_site, app=app, container=app_container, client=Client(serve_front(app, intake))))
    story_site.site.faults.clear()
    story_site.clock.at = story_site.story.end
    if hasattr(intake, "close"):
        intake.close()
    app_container.engine.dispose()
    app_container.reader.dispose()


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """A small story whose people go on in Jira: what they do there comes in as webhooks, and is the module's alone."""
    with open_lively(tmp_path_factory) as page_client:
        yield page_client


@pytest.fixture
def lively_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The same for one test, which names all that its people have open."""
    with open_lively(tmp_path_factory) as page_client:
        yield page_client


@contextmanager
def open_lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    folder: Path = tmp_path_factory.mktemp("lively")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=24) as story_site:
        story_site.tell()
        story_site.agree(ACME)
        yield PageClient(story_site)


def go_on(page_client: PageClient, hours: float = 1.0) -> int:
    """Let time pass, and take in what happened in Jira; return the time."""
    story_site = page_client.story_site
    story_site.deliverer.settle()
    story_site.drain()
    story_site.clock.at = story_site.clock.now() + round(hours * 3_600_000_000)
    return story_site.clock.at
