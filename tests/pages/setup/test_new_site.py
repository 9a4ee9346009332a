"""A site without an engagement: its administrator reads on each page what comes next."""

import re

from tests.pages.conftest import STRANGER, PageClient, administering
from tests.pages.html_reader import text_of

ADMIN, PROGRAM = "/pages/admin/content", "/pages/program/content"
NEXT = "Open a project in Jira, there “Knowledge transfer”, and press “Begin an engagement”."


def needs(page_client: PageClient) -> str:
    return re.findall(r'(?s)<p id="needs">(.*?)</p>', page_client.follow(STRANGER, ADMIN).text)[0]


def test_an_administrator_reads_how_the_first_engagement_is_begun(fresh: PageClient) -> None:
    with administering(fresh, STRANGER):
        page = fresh.follow(STRANGER, ADMIN).text
        program = text_of(fresh.follow(STRANGER, PROGRAM).text)
        assert needs(fresh).startswith('To do: <a href="#engagements">begin the first engagement</a>')
    assert NEXT in text_of(page)
    assert "0 engagements are running" not in page
    # Nothing is in, as nothing is read.
    assert "All histories are in" not in page
    assert NEXT in program
    assert "ask an in-house lead" not in program
    # Nobody else is told that there is none.
    assert NEXT not in fresh.follow(STRANGER, PROGRAM).text


def test_the_history_of_a_drafts_project_is_shown_and_can_be_read_again(begun: PageClient) -> None:
    with administering(begun, STRANGER):
        page = text_of(begun.follow(STRANGER, ADMIN).text)
        assert "History is in for 0 of 1 project; 1 project waits for a turn" in page
        assert "0 engagements are running and 1 is a draft." in page
        assert NEXT not in page
        assert "begin the first engagement" not in needs(begun)
        again = begun.press(STRANGER, "/pages/admin/history/anew?project=GROW")
        assert again.status_code == 200
        assert begun.press(STRANGER, "/pages/admin/history/anew?project=SHOP").status_code == 422
