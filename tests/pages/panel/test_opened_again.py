"""An open ticket that was finished before says so in its panel, with what it gave until it was opened again."""

import re

from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_MEMBER, LEAD, LEARNER, PageClient, go_on
from tests.pages.html_reader import text_of
from tests.pages.test_works_council import COUNCIL, rule


def panel(page_client: PageClient, who: str, issue: str) -> str:
    shown = page_client.follow(who, f"/pages/panel/content?engagement={ACME}&issue={issue}").text
    return text_of(shown).replace("\N{NO-BREAK SPACE}", " ")


def test_a_ticket_that_was_opened_again_says_what_that_takes_back(lively_alone: PageClient) -> None:
    site, by = lively_alone.story_site.site, account_of(AGENCY_MEMBER)

    def move(issue: str, status: str) -> None:
        site.transition(issue, status, by=by, at=go_on(lively_alone, 24))
        go_on(lively_alone)

    issue = site.create_issue(
        "GROW", "Task", "Again", by=by, at=go_on(lively_alone, 1), labels=("ab-design",), points=3, assignee=by
    )
    move(issue.id, "In Progress")
    assert "Opened again on" not in panel(lively_alone, AGENCY_MEMBER, issue.id)
    move(issue.id, "Done")
    given = re.search(r"It gave (3 points)\.", panel(lively_alone, AGENCY_MEMBER, issue.id))
    assert given
    move(issue.id, "In Progress")
    back = rf"that takes back what it gave \({given[1]} done only\) until it is finished again\."
    taken = rf"Opened again on \d+ \w+: {back}"
    for who in (AGENCY_MEMBER, LEAD):
        assert re.search(taken, panel(lively_alone, who, issue.id)), panel(lively_alone, who, issue.id)
    # Jira's right column says the same first.
    lively_alone.story_site.ids["again"] = issue.id
    narrow = text_of(lively_alone.narrow(LEAD, "again").text).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(rf"^[^.]*{taken}", narrow), narrow
    # Also once the work goes on.
    move(issue.id, "In Review")
    assert re.search(taken, panel(lively_alone, LEAD, issue.id))
    move(issue.id, "Done")
    assert "Opened again on" not in panel(lively_alone, LEAD, issue.id)
    move(issue.id, "In Progress")
    rule(lively_alone, COUNCIL)
    assert "Opened again on" not in text_of(lively_alone.narrow(LEAD, "again").text)
    assert "Opened again on" not in panel(lively_alone, LEAD, issue.id)


def test_what_a_ticket_opened_again_soon_taught_is_said_to_show_no_more(lively_alone: PageClient) -> None:
    """It was taught, and then done only, without a word why; after two weeks it stays what it was."""
    site, by = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    soon = "As that was within 14 days, it shows no more than exposed until then."
    for days in (1, 15):
        at = go_on(lively_alone, 1)
        issue = site.create_issue("GROW", "Task", "Soon", by=by, at=at, labels=("ab-design",), points=3, assignee=by)
        site.transition(issue.id, "In Progress", by=by, at=go_on(lively_alone, 24))
        for day in ("first", "second"):
            text = f"A comment of somebody in-house on the {day} day that is long enough to count."
            site.add_comment(issue.id, by=account_of(LEARNER), at=go_on(lively_alone, 24), text=text)
        site.transition(issue.id, "Done", by=by, at=go_on(lively_alone, 24))
        go_on(lively_alone)
        assert "It gave 3 points." in panel(lively_alone, LEAD, issue.id)
        assert "Taught" in panel(lively_alone, LEAD, issue.id)
        site.transition(issue.id, "In Progress", by=by, at=go_on(lively_alone, 24 * days))
        go_on(lively_alone)
        again = panel(lively_alone, LEAD, issue.id)
        gave = "done only" if days == 1 else "taught"
        assert f"takes back what it gave (3 points {gave}) until it is finished again." in again, again
        assert (soon in again) is (days == 1)
