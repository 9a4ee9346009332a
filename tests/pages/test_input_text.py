"""What people send with characters that no text has: refused at every route, with the field named."""

import pytest

from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, LEAD, PageClient
from tests.pages.test_permissions import ACTIONS, SENT

BAD = {"NUL": "Slow\0er", "escape": "\x1b[31mred", "next line": "one\x85two", "delete": "a\x7f"}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_refuses_a_control_character_and_names_the_field(page_client: PageClient, action: str) -> None:
    path, _ = ACTIONS[action]
    issue = next(iter(page_client.story_site.ids.values()))
    place = {"engagement": ACME, "issue": str(issue)}
    answer = page_client.story_site.ask(account_of(LEAD), path, "POST", SENT | {"reason": BAD["NUL"]}, **place)
    assert (answer.status_code, answer.text) == (
        400,
        "reason: The text holds the control character U+0000. Delete it and try again.",
    )


@pytest.mark.parametrize("name", BAD)
def test_a_query_with_a_control_character_is_refused(page_client: PageClient, name: str) -> None:
    answer = page_client.story_site.ask(account_of(LEAD), "/pages/project/content", engagement=ACME, period=BAD[name])
    assert (answer.status_code, answer.text.split(":")[0]) == (400, "period")


def test_lines_and_tabs_are_text(page_client: PageClient) -> None:
    answer = page_client.story_site.ask(
        account_of(LEAD), "/pages/project/content", engagement=ACME, note="one\r\n\ttwo"
    )
    assert answer.status_code == 200
