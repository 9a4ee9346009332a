"""An open ticket of somebody who was taught before would count as handed over, and does once it is finished."""

import html
import re

import pytest

from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, LEAD, LEARNER, MEMBER, PageClient, go_on

WHY = "worked on in-house, after it was taught; %s drove it without help (independent)"
SUBSTANCE = "What this ticket shows is how the events of a step hang together. At %s."


def create(page_client: PageClient, assignee: str | None) -> int:
    site, by = page_client.story_site.site, account_of(AGENCY_MEMBER)
    holder = account_of(assignee) if assignee else None
    at = go_on(page_client, 24)
    issue = site.create_issue(
        "GROW", "Task", "Design the next", by=by, at=at, labels=("ab-design",), points=3, assignee=holder
    )
    go_on(page_client, 0)
    return issue.id


def work(page_client: PageClient, issue_id: int, who: str) -> None:
    """Let somebody have a ticket for a business day at least."""
    site, by = page_client.story_site.site, account_of(who)
    site.edit(issue_id, by=by, at=go_on(page_client, 1), assignee=by)
    site.transition(issue_id, "In Progress", by=by, at=go_on(page_client, 1))
    go_on(page_client, 80)


def finish(page_client: PageClient, issue_id: int, who: str) -> None:
    page_client.story_site.site.transition(issue_id, "Done", by=account_of(who), at=go_on(page_client, 0))
    go_on(page_client, 0)


def teach(page_client: PageClient, who: str) -> None:
    """Finish a ticket of the agency that somebody shadowed by comments on two days."""
    issue_id = create(page_client, AGENCY_MEMBER)
    work(page_client, issue_id, AGENCY_MEMBER)
    for _ in range(2):
        at = go_on(page_client, 24)
        page_client.story_site.site.add_comment(issue_id, by=account_of(who), at=at, text=SUBSTANCE % at)
    finish(page_client, issue_id, AGENCY_MEMBER)


def panel(page_client: PageClient, who: str, issue_id: int, frame: str = "panel") -> str:
    answer = page_client.follow(who, f"/pages/{frame}/content?issue={issue_id}")
    return page_client.read(answer).text.replace("\N{NO-BREAK SPACE}", " ")


def row(page_client: PageClient, who: str, issue_id: int) -> str:
    answer = page_client.follow(who, f"/pages/tickets?engagement={ACME}&show=open").text
    key = page_client.story_site.site.issue(issue_id).key
    rows = re.findall(r"(?s)<li[^>]*>.*?</li>", html.unescape(answer))
    return next(text for text in rows if f">{key}" in text)


@pytest.fixture
def taught(lively: PageClient) -> PageClient:
    teach(lively, LEARNER)
    return lively


def test_what_somebody_taught_does_alone_is_promised_as_handed_over_and_counts_so(taught: PageClient) -> None:
    issue_id = create(taught, None)
    step = "do half of it without help of an agency, and it would count as handed over (for you: independent)."
    assert step in panel(taught, LEARNER, issue_id)
    # What others were taught is told by no step of theirs.
    for who in (LEAD, AGENCY_LEAD, MEMBER):
        assert "handed over" not in panel(taught, who, issue_id).replace("own or handed over (for them", "")
    work(taught, issue_id, LEARNER)
    sentence = f"Finished now, this ticket would count as handed over: {WHY}."
    for frame in ("panel", "context"):
        assert sentence % "you" in panel(taught, LEARNER, issue_id, frame)
        assert sentence % "an in-house person" in panel(taught, AGENCY_MEMBER, issue_id, frame)
    for who, name in ((LEARNER, "you"), (LEAD, "an in-house person"), (AGENCY_LEAD, "an in-house person")):
        assert WHY % name in row(taught, who, issue_id)
        assert "Handed over</span>" in row(taught, who, issue_id)
    finish(taught, issue_id, LEARNER)
    text = panel(taught, LEARNER, issue_id)
    assert re.search("Handed over ?: done in-house, after it was taught; you drove it without help", text), text


def test_what_somebody_does_alone_who_was_taught_nothing_stays_their_own(lively: PageClient) -> None:
    issue_id = create(lively, None)
    work(lively, issue_id, "Ruben Adeyemi")
    assert "would count as own: worked on in-house; an in-house person drove it" in panel(lively, LEAD, issue_id)
    finish(lively, issue_id, "Ruben Adeyemi")
    assert re.search("Own ?: done in-house; an in-house person drove it", panel(lively, LEAD, issue_id))
