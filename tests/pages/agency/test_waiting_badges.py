"""Wherever an open ticket is listed as help, it says whom it waits for, to who reads that."""

import re

import pytest

from connector.figures.own_steps import OwnStep
from connector.pages.learning.next_steps import NextSteps
from connector.pages.learning.step_order import moving_first
from mappings.records.facts.issues import IssueLabel
from tests.jira.story.people import account_of
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
    go_on,
)
from tests.pages.html_reader import text_of
from tests.pages.overview.test_overview import counts, entries, overview
from tests.pages.test_matrix import agree_with_sponsor
from tests.pages.test_works_council import COUNCIL, rule

TICKETS = f"/pages/tickets?engagement={ACME}&show=open"
PLAN = f"/pages/agency?engagement={ACME}"
NEAREST = f"/pages/next?engagement={ACME}"
LEARNING = f"/pages/learning?engagement={ACME}"
SUMMARY = f"/pages/learning/summary?engagement={ACME}"
BADGE = "waits for the in-house team"
IN_TIME, LATE = rf"{BADGE} since \d+ \w+(?!\w|,)", rf"{BADGE} since \d+ \w+, late"
OF_AGENCY = r"waits for (the agency|you) since "
OF_GATEKEEPER = r"waits for a gatekeeper since "
# The list alone: a page names finished tickets, too, and what waits.
PARTS = {
    TICKETS: r'(?s)<ul class="openlist.*?</ul>',
    PLAN: r'(?s)<ul class="plan">.*?</ul>\s*</li>\s*</ul>',
    NEAREST: r"(?s).*",
    LEARNING: r'(?s)<div class="next-step">.*?</div>',
    SUMMARY: r"(?s).*",
}
ROW = re.compile(r'data-issue="([^"]+)">[^<]*</a>([^<]*(?:<span class="lozenge[^"]*">[^<]*</span>\s*)*)')


def badges(page_client: PageClient, who: str, address: str, badge: str = BADGE) -> dict[str, bool]:
    """Of each ticket of a list whether it says that it waits."""
    shown = page_client.follow(who, address).text
    rows = [row for part in re.findall(PARTS[address], shown) for row in ROW.findall(part)]
    return {key: bool(re.search(badge, text_of(text))) for key, text in rows}


def ask_on(page_client: PageClient, keys: list[str], status: str = "Waiting for client") -> None:
    site, by = page_client.story_site.site, account_of(AGENCY_MEMBER)
    for key in keys:
        issue = site.issue(key)
        site.transition(issue.id, "In Progress", by=by, at=go_on(page_client))
        site.transition(issue.id, status, by=by, at=go_on(page_client))
    go_on(page_client)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        (LEAD, TICKETS),
        (AGENCY_LEAD, TICKETS),
        (AGENCY_MEMBER, TICKETS),
        (LEAD, PLAN),
        (AGENCY_LEAD, PLAN),
        (LEAD, NEAREST),
        (LEARNER, NEAREST),
        (LEARNER, LEARNING),
        (LEARNER, SUMMARY),
    ],
)
def test_a_listed_ticket_that_waits_says_since_when_and_whether_that_is_late(
    lively_alone: PageClient, who: str, address: str
) -> None:
    """Its panel says so to the same readers."""
    before = badges(lively_alone, who, address)
    assert before
    ask_on(lively_alone, [*before])
    for wait in (IN_TIME, LATE):
        after = badges(lively_alone, who, address, wait)
        assert {*before} & {*after}
        assert all(after[key] for key in before if key in after), after
        go_on(lively_alone, hours=24 * 7)


@pytest.mark.parametrize(
    ("who", "status", "text"), [(LEAD, "client", BADGE), (LEARNER, "agency", "Waits for Acme Experiments since")]
)
def test_jira_s_right_column_says_whom_a_ticket_waits_for(
    lively_alone: PageClient, who: str, status: str, text: str
) -> None:
    """The panel said it first, and the column beside it had no word of it."""
    key = next(iter(badges(lively_alone, who, TICKETS)))
    lively_alone.story_site.ids["asked"] = lively_alone.story_site.site.issue(key).id
    ask_on(lively_alone, [key], f"Waiting for {status}")
    assert text in text_of(lively_alone.narrow(who, "asked").text)
    rule(lively_alone, COUNCIL)
    assert text not in text_of(lively_alone.narrow(who, "asked").text)


def test_in_works_council_mode_no_row_says_that_it_waits(lively_alone: PageClient) -> None:
    ask_on(lively_alone, [*badges(lively_alone, AGENCY_MEMBER, TICKETS)])
    assert any(badges(lively_alone, AGENCY_MEMBER, TICKETS).values())
    rule(lively_alone, COUNCIL)
    assert not any(any(badges(lively_alone, who, TICKETS).values()) for who in (LEAD, AGENCY_MEMBER))


@pytest.mark.parametrize(
    ("who", "address"),
    [
        (MEMBER, TICKETS),
        (AGENCY_MEMBER, TICKETS),
        (AGENCY_LEAD, PLAN),
        (AGENCY_MEMBER, NEAREST),
        (LEARNER, NEAREST),
        (LEARNER, LEARNING),
        (LEARNER, SUMMARY),
    ],
)
@pytest.mark.parametrize(("status", "badge"), [("Waiting for agency", OF_AGENCY), ("Legal review", OF_GATEKEEPER)])
def test_a_listed_ticket_that_waits_for_somebody_else_says_so(
    lively_alone: PageClient, who: str, address: str, status: str, badge: str
) -> None:
    """Nothing of it enters a figure: whoever reads the ticket's record reads it."""
    before = badges(lively_alone, who, address, badge)
    assert before
    ask_on(lively_alone, [*before], status)
    after = badges(lively_alone, who, address, badge)
    assert {*before} & {*after}
    assert all(after[key] for key in before if key in after), after
    rule(lively_alone, COUNCIL)
    assert not any(badges(lively_alone, who, address, badge).values())


def test_an_agency_s_reader_is_told_first_which_of_their_own_tickets_stand_still(lively_alone: PageClient) -> None:
    site = lively_alone.story_site.site

    def opened_by(who: str, summary: str, *statuses: str) -> str:
        account = account_of(who)
        issue = site.create_issue(
            "GROW", "Task", summary, by=account, at=go_on(lively_alone, 1), labels=("ab-design",), assignee=account
        )
        for status in ("In Progress", *statuses):
            site.transition(issue.id, status, by=account, at=go_on(lively_alone, 24))
        return issue.key

    early, late = (opened_by(AGENCY_MEMBER, summary, "Waiting for agency") for summary in ("Early", "Late"))
    again = opened_by(AGENCY_MEMBER, "Again", "Done", "In Progress")
    his = opened_by(AGENCY_LEAD, "His", "Waiting for agency")
    go_on(lively_alone)
    shown = lively_alone.follow(AGENCY_MEMBER, NEAREST).text
    first = re.search(r'(?s)<div id="own-stops" hx-swap-oob="true">.*?</div>', shown)
    assert first
    waits = rf"2 tickets of yours wait for you to go on: {early} since [^,]*, {late} since [^,]* "
    assert re.search(rf"{waits}1 ticket of yours was opened again: {again} on \d+ \w+", text_of(first[0])), first[0]
    assert re.search(rf"1 ticket of yours waits for you to go on: {his} since", told_to(lively_alone, AGENCY_LEAD))
    assert "own-stops" not in lively_alone.follow(LEARNER, NEAREST).text
    # The place that it takes stands beside what waits for the reader.
    pages = (
        lively_alone.content(AGENCY_MEMBER, engagement=ACME, tab="overview"),
        lively_alone.follow(AGENCY_MEMBER, PLAN),
    )
    for page in pages:
        place = r'(?s)Nothing waits for your signature, confirmation or answer\.[^<]*</p>\s*<div id="own-stops"></div>'
        assert re.search(place, page.text), page.text
    own = r"waits for you since \d+"
    assert badges(lively_alone, AGENCY_MEMBER, TICKETS, own) | {early: True, late: True, his: False} == badges(
        lively_alone, AGENCY_MEMBER, TICKETS, own
    )
    opened = r"opened again on \d+ \w+"
    for who, address in ((AGENCY_MEMBER, TICKETS), (LEAD, TICKETS), (AGENCY_MEMBER, NEAREST)):
        shown = badges(lively_alone, who, address, opened)
        assert (shown[again], shown[early]) == (True, False)
    # Once the work goes on, nothing is told of it before others; its row says it still.
    site.transition(site.issue(again).id, "In Review", by=account_of(AGENCY_MEMBER), at=go_on(lively_alone, 1))
    go_on(lively_alone)
    assert "ticket of yours was opened again" not in told_to(lively_alone, AGENCY_MEMBER)
    assert badges(lively_alone, AGENCY_MEMBER, TICKETS, opened)[again]
    rule(lively_alone, COUNCIL)
    assert not any(badges(lively_alone, AGENCY_MEMBER, TICKETS, opened).values())
    rule(lively_alone, COUNCIL)
    assert "tickets of yours" not in told_to(lively_alone, AGENCY_MEMBER)


def told_to(page_client: PageClient, who: str) -> str:
    return text_of(page_client.follow(who, NEAREST).text)


def test_a_ticket_that_waits_for_the_agency_stands_after_those_that_lead_as_far() -> None:
    steps = [OwnStep(1, "a", "shadow", 2), OwnStep(2, "a", "driver", 3), OwnStep(3, "a", "shadow", 2)]
    labels = {number: IssueLabel(number, f"A-{number}", "", None, secured=False) for number in (1, 2, 3)}
    for stopped, first in (({1}, "A-3"), ({1, 3}, "A-1"), (set[int](), "A-1")):
        shown = NextSteps(moving_first(steps, stopped), labels).shown(labels.keys())
        assert shown["a"].key == first


def waits_of(page_client: PageClient, who: str) -> dict[str, str]:
    """What waits on *Agency* by the Overview's list: by the place to which it leads, what it says."""
    shown = overview(page_client, who)
    rows = [source for _, source in entries(shown)]
    places = {place: row for row in rows for place in re.findall(r'data-goes-to="([^"]*)" hx-get', row)}
    return {place: text_of(places[place]) for place in ON_AGENCY if place in places}


ON_AGENCY = ("asks", "proposals", "own-asks")


def test_what_waits_for_a_side_is_counted_to_its_lead_where_they_look_first(lively_alone: PageClient) -> None:
    """It stood on *Agency* alone."""
    by, site = account_of(AGENCY_MEMBER), lively_alone.story_site.site
    asked = dict[str, int]()
    for status in ("Waiting for client", "In Review"):
        issue = site.create_issue("GROW", "Task", status, by=by, at=go_on(lively_alone), assignee=by)
        site.transition(issue.id, status, by=by, at=go_on(lively_alone))
        asked[issue.key] = issue.id
    own = site.create_issue("GROW", "Task", "Go on", by=by, at=go_on(lively_alone), assignee=by)
    site.transition(own.id, "Waiting for agency", by=by, at=go_on(lively_alone))
    site.create_issue("GROW", "Story", "One test", by=by, at=go_on(lively_alone), labels=("proposal",))
    go_on(lively_alone)
    mine, theirs = waits_of(lively_alone, LEAD), waits_of(lively_alone, AGENCY_LEAD)
    assert list(mine) == ["asks", "proposals"]
    assert list(theirs) == ["own-asks"]
    listed = lively_alone.follow(LEAD, f"/pages/agency/asks?engagement={ACME}").text
    keys = re.findall(r'data-issue="(GROW-\d+)"', listed)
    assert {*asked} <= {*keys}
    assert f"{len(keys)} open tickets wait for the in-house team None of them is late See" in mine["asks"]
    assert re.search(
        r"\d+ proposals? waits? for a decision .*ounts as declined without a reason from \d+ \w+ See",
        (mine["proposals"]),
    )
    assert re.search(
        r"\d+ open tickets? waits? for Acme Experiments (The longest s|S)ince \d+ \w+ See", theirs["own-asks"]
    )
    for who, places in ((LEAD, mine), (AGENCY_LEAD, theirs)):
        page = lively_alone.follow(who, PLAN).text
        assert all(f'id="{place}" tabindex="-1"' in page for place in places)
        assert counts(overview(lively_alone, who))["agency"] == len(places)
    # Dana Quist is a sponsor by now.
    agree_with_sponsor(lively_alone.story_site)
    for who in (LEARNER, MEMBER, AGENCY_MEMBER, OTHER_LEAD, STRANGER):
        assert not any(f'data-goes-to="{place}"' in overview(lively_alone, who) for place in ON_AGENCY), who
    go_on(lively_alone, hours=24 * 7)
    assert (
        f"{len(keys)} open tickets wait for the in-house team All of them are late See"
        in (waits_of(lively_alone, LEAD)["asks"])
    )
    rule(lively_alone, COUNCIL)
    assert "asks" not in waits_of(lively_alone, LEAD)
    assert waits_of(lively_alone, AGENCY_LEAD) == {}


def test_what_a_lead_may_not_browse_is_not_counted_among_what_waits(lively_alone: PageClient) -> None:
    by, site = account_of(AGENCY_MEMBER), lively_alone.story_site.site
    before = waits_of(lively_alone, LEAD)
    issue = site.create_issue("GROW", "Story", "Secret", by=by, at=go_on(lively_alone), labels=("proposal",))
    site.transition(issue.id, "Waiting for client", by=by, at=go_on(lively_alone))
    go_on(lively_alone)
    assert waits_of(lively_alone, LEAD) != before
    level = site.add_level("Nobody here")
    site.edit(issue.id, by=by, at=go_on(lively_alone), security=level)
    go_on(lively_alone)
    assert waits_of(lively_alone, LEAD) == before
