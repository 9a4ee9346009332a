"""A row of an open ticket says what of the reader's is on it: those that Overview names as theirs are found in it."""

import re

from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, LEAD, LEARNER, MEMBER, PageClient, go_on
from tests.pages.test_works_council import COUNCIL, rule
from tests.pages.tickets.test_open_list import answered, rows

EVERYBODY = (LEAD, MEMBER, LEARNER, AGENCY_MEMBER, AGENCY_LEAD)
OWN = re.compile(
    r" · (assigned to you|you are named under \w+|you commented on \d+ \w+|you took part|you changed its status)"
)


def parts(page_client: PageClient, who: str, **query: str) -> dict[str, str]:
    """What each row says of the reader's part, "" for none."""
    listed = rows(answered(page_client, who, **query))
    return {key: "".join(OWN.findall(note)[:1]) for key, note, *_ in listed}


def test_those_of_which_a_row_says_a_part_are_those_that_the_list_finds(page_client: PageClient) -> None:
    own = {who: {key for key, part in parts(page_client, who).items() if part} for who in EVERYBODY}
    assert sum(map(bool, own.values())) > 1
    alone = {who: parts(page_client, who, mine="1") for who in EVERYBODY}
    assert own == {who: {*listed} for who, listed in alone.items()}
    # What is said above the list is not said of each.
    assert "you took part" not in [part for listed in alone.values() for part in listed.values()]


def test_a_row_says_the_reader_s_part_to_nobody_else(lively_alone: PageClient) -> None:
    site, noor, tomasz = lively_alone.story_site.site, account_of(AGENCY_MEMBER), account_of(MEMBER)
    issue = site.create_issue(
        "GROW", "Task", "Hers", by=noor, at=go_on(lively_alone), labels=("ab-design",), assignee=noor
    )
    internal = site.add_comment(issue.id, by=tomasz, at=go_on(lively_alone), text="Only for us", internal=True)

    def part_of(who: str = MEMBER) -> str:
        go_on(lively_alone)
        return parts(lively_alone, who)[issue.key]

    # When it was written, nobody is told.
    assert part_of() == "you took part"
    site.delete_comment(internal, by=tomasz, at=go_on(lively_alone))
    assert part_of() == ""
    # Who moved it alone took no part in the work, as the row says beside it.
    site.transition(issue.id, "In Progress", by=tomasz, at=go_on(lively_alone))
    assert part_of() == "you changed its status"
    site.add_comment(issue.id, by=tomasz, at=go_on(lively_alone), text="What do we measure?")
    assert re.fullmatch(r"you commented on \d+ \w+", part_of())
    assert (part_of(AGENCY_MEMBER), part_of(LEARNER)) == ("assigned to you", "")
    place = {"engagement": ACME, "issue": str(issue.id), "role": "shadow"}
    lively_alone.story_site.ask(tomasz, "/pages/panel/role", "POST", {"account": tomasz}, **place)
    assert part_of() == "you are named under Shadows"
    rule(lively_alone, COUNCIL)
    assert (part_of(), part_of(AGENCY_MEMBER)) == ("", "assigned to you")
