"""One story of 120 tickets, gone once through the real doors, and ways to look at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.jira.story_cast import account_of
from tests.pages.reading import Reader
from tests.together import Together, together

ACME, BOLT = "growth-acme", "growth-bolt"
MEMBER, LEAD, LEARNER = "Tomasz Lindqvist", "Maren Vogt", "Priya Raman"
AGENCY_LEAD, AGENCY_MEMBER, OTHER_LEAD = "Callum Rhodes", "Noor Haddad", "Petra Zielinski"
GATEKEEPER, STRANGER = "Henrike Osei", "Viktor Amsel"


@dataclass
class Desk:
    """Where the tests sit: everything by a person's name."""

    both: Together

    def open(self, who: str, project: str = "GROW") -> TestResponse:
        """Open the project page in Jira's frame."""
        context = {"project.id": str(self.both.site.project(project).id), "project.key": project}
        return self.both.page(account_of(who), "teachback-project", context)

    def content(self, who: str, project: str = "GROW", **query: str) -> TestResponse:
        """Ask for the page's content anew."""
        return self.both.ask(account_of(who), "/pages/project/content", **{"project.key": project, **query})

    def follow(self, who: str, address: str) -> TestResponse:
        """Follow a link of a page."""
        return self.both.ask(account_of(who), address)

    def press(self, who: str, address: str, **form: str) -> TestResponse:
        """Press a button of a page."""
        return self.both.ask(account_of(who), address, method="POST", form=form)

    def panel(self, who: str, ref: str) -> TestResponse:
        """Open the panel of a ticket of the story."""
        issue = self.both.ids[ref]
        context = {"issue.id": str(issue), "project.id": str(self.both.site.project("GROW").id)}
        return self.both.page(account_of(who), "teachback-panel", context)

    def read(self, answer: TestResponse) -> Reader:
        """Read an answer that must have come."""
        assert answer.status_code == 200, (answer.status, answer.text)
        return Reader(answer.text)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    folder: Path = tmp_path_factory.mktemp("pages")
    with together(f"sqlite:///{folder / 'teachback.db'}", tickets=120) as both:
        both.tell()
        both.agree(ACME)
        both.agree(BOLT)
        yield both


@pytest.fixture
def desk(told: Together) -> Iterator[Desk]:
    yield Desk(told)
    told.site.faults.clear()
    told.clock.at = told.story.end
