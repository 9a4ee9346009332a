"""The narrow context of a ticket: what the panel says, in few words, for exactly those who may see the panel."""

import re

from tests.jira.story.people import account_of
from tests.pages.conftest import (
    AGENCY_LEAD,
    AGENCY_MEMBER,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    SHUT_OUT,
    STRANGER,
    PageClient,
)
from tests.pages.html_reader import Reader
from tests.pages.panel.test_panel import KEY, OBJECTIVE, done_ticket, open_ticket, press
from tests.pages.test_visibility import secured

PEOPLE = (LEAD, MEMBER, LEARNER, AGENCY_LEAD, AGENCY_MEMBER, OTHER_LEAD, GATEKEEPER, STRANGER, SHUT_OUT)
OWN_WORDS = re.compile(r"Knowledge transfer on GROW-\d+|Open the panel in GROW-\d+|^Learning objectives$|^None yet$")

PLAN = re.compile(
    "Not only the enrolled count: so does anybody .*|You are not enrolled; it counts for you all the same."
)
NO_SIDE = "You are on no side in GROW."


def phrases(page: Reader) -> set[str]:
    return {text for word in page.words if (text := OWN_WORDS.sub("", " ".join(word.split())))}


def starts(whole: set[str], text: str) -> bool:
    return text.endswith(".") and any(phrase.startswith(f"{text} ") for phrase in whole)


def test_it_says_what_the_panel_says_to_each_person_and_nothing_else(page_client: PageClient) -> None:
    for ref in (open_ticket(page_client), done_ticket(page_client), secured(page_client)[0], "t0110", "nasty"):
        for who in PEOPLE:
            panel, narrow = page_client.panel(who, ref), page_client.narrow(who, ref)
            assert narrow.status_code == panel.status_code, (ref, who)
            # Of a step it leaves out the end: what is beside it.
            whole = phrases(Reader(panel.text))
            more = [text for text in phrases(Reader(narrow.text)) - {NO_SIDE} - whole if not starts(whole, text)]
            assert more == [], (ref, who)
            assert NO_SIDE.removesuffix(".") in panel.text or NO_SIDE not in narrow.text, (ref, who)
    assert page_client.narrow(MEMBER, secured(page_client)[0]).status_code == 404
    # Who has no part reads the first words of the panel's line, and is offered nothing.
    quiet = page_client.narrow(STRANGER, "t0110").text
    assert NO_SIDE in phrases(Reader(quiet))
    assert "in-house" not in quiet
    assert "data-issue" not in quiet


def test_it_follows_what_is_set_in_the_panel(apart: PageClient) -> None:
    ref = open_ticket(apart)
    press(apart, MEMBER, "tag", ref, objective=KEY)
    assert not apart.read(apart.narrow(MEMBER, ref)).all("dt")
    press(apart, LEAD, "role", ref, role="shadow", account=account_of(LEAD))
    page = apart.read(apart.narrow(MEMBER, ref))
    assert re.search(
        r"Nobody has worked on it yet\..* Learning objectives .*" + OBJECTIVE,
        page.text,
    )
    assert re.search(r"Shadows " + LEAD, page.text)
    assert page.tables == []
    assert [link["data-issue"] for link in page.all("a") if "data-issue" in link] == [
        apart.story_site.site.issue(apart.story_site.ids[ref]).key
    ]
    # Nothing is changed here, and what is new comes from its own address.
    [again] = page.all("button")
    assert apart.read(apart.follow(MEMBER, again["hx-get"] or "")).text in page.text


def test_it_says_what_would_make_an_open_ticket_count_as_more_as_the_panel_begins(page_client: PageClient) -> None:
    """Of a ticket that nobody has worked on it said that alone, and nothing of what is next."""
    seen, asked = set(), False
    for ref in page_client.story_site.ids:
        for who in (MEMBER, LEARNER, AGENCY_LEAD, AGENCY_MEMBER):
            panel = page_client.panel(who, ref)
            if panel.status_code != 200:
                continue
            steps = re.findall(r'(?s)<(?:p|div) class="then-what">(.*?)(?:<button|</p>)', panel.text)
            if not steps or "so-far" not in panel.text:
                continue
            narrow = page_client.read(page_client.narrow(who, ref))
            # With what it would leave as it is, or who else needs it; what the plan takes stands in the panel.
            first = PLAN.sub("", Reader(steps[0]).text).strip()
            assert first in narrow.text, (ref, who)
            asked |= "ask your lead" in narrow.text
            assert narrow.text.index(first) < narrow.text.index("Learning objectives"), (ref, who)
            assert [button for button in narrow.all("button") if "panel/role" in (button.get("hx-post") or "")] == []
            seen.add((who, "Nobody has worked on it yet" in narrow.text))
    assert asked
    assert (AGENCY_MEMBER, True) in seen
    assert {who for who, _ in seen} == {MEMBER, LEARNER, AGENCY_LEAD, AGENCY_MEMBER}
