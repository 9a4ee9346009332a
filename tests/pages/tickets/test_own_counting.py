"""A ticket in the reader's own hands counts towards their next rung as it did before, on every page."""

from html import unescape

from mappings.formats.engagement_file.reader import read_engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, PageClient, go_on
from tests.pages.html_reader import text_of
from tests.pages.tickets.test_open_list import answered, rows

# At shadowed on the objective, of whose next rung two tickets are to be driven.
WHO = "Ruben Adeyemi"
OF_TWO = "one of the 2 tickets that assisted takes, and of the 2 that independent takes"
STAYS = "your rung stays shadowed until you have 2"


def counting(page_client: PageClient, key: str) -> dict[str, str]:
    return {ref: because for ref, _, _, because in rows(answered(page_client, WHO, objective=key, mine="towards"))}


def counting_lines(page_client: PageClient, name: str) -> str:
    """What Learning names for the next rung on an objective, and how many more count towards it."""
    page = text_of(page_client.follow(WHO, f"/pages/learning?engagement={ACME}").text)
    return page.partition("My ladder")[2].partition(name)[2].partition("Take back")[0].strip()


def test_a_ticket_in_ones_own_hands_counts_towards_the_next_rung_on_every_page(lively_alone: PageClient) -> None:
    site, who = lively_alone.story_site.site, account_of(WHO)
    agreed = read_engagement(engagement_file(lively_alone.story_site.story, ACME))
    (goal,) = (item for item in agreed.objectives if item.name == "Run an experiment from brief to readout")
    issue = site.create_issue("GROW", "Experiment", "Nobody’s", by=who, at=go_on(lively_alone, 1), points=3)
    go_on(lively_alone, 1)
    free = counting(lively_alone, goal.key)
    assert OF_TWO in free[issue.key], free
    before = counting_lines(lively_alone, goal.name)
    assert f"{issue.key} Nobody’s open; assign it to yourself" in before
    site.edit(issue.id, by=who, at=go_on(lively_alone, 1), assignee=who)
    for status in ("To Do", "In Progress"):
        if status != "To Do":
            site.transition(issue.id, status, by=who, at=go_on(lively_alone, 1))
        go_on(lively_alone, 1)
        held = counting(lively_alone, goal.key)
        assert held.keys() == free.keys(), status
        assert held[issue.key].endswith(f"; once it is done, it is {OF_TWO}")
        learning = counting_lines(lively_alone, goal.name)
        # No mentor is asked for where nobody is mentored.
        done = "open; it counts as independent once it is done, if no agency helps"
        assert f"{issue.key} Nobody’s {done}; it is {OF_TWO}; {STAYS}" in learning, learning
        assert learning.endswith(before[-30:])
        panel = text_of(lively_alone.follow(WHO, f"/pages/panel/content?issue={issue.id}").text)
        assert f"It is {OF_TWO}; {STAYS}." in panel
        overview = unescape(text_of(lively_alone.follow(WHO, f"/pages/next?engagement={ACME}").text))
        own = "Nobody’s assigned to you; it counts as independent for you once it is done, if no agency helps"
        assert f"{own}; it is {OF_TWO}; {STAYS}" in overview, overview
