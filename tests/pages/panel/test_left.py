"""What an agency reads of an open ticket that is done without it: once the same in panel, context and list."""

from collections.abc import Callable

import pytest

from mappings.measure.people.teaching_opportunities import Reach, Reaches
from tests.jira.story.people import account_of
from tests.pages.conftest import AGENCY_LEAD, AGENCY_MEMBER, LEAD, PageClient, go_on
from tests.pages.html_reader import text_of
from tests.pages.panel.test_next_steps import Opened, row_of, work_on

LEAVE_IT, LEAVE, MAY = (
    "Leave it to whoever drives it",
    "Leave this one to a learner",
    "May be left to the in-house team",
)
WORDS = (LEAVE_IT, LEAVE, MAY)


def not_begun(page_client: PageClient) -> Opened:
    by, at = account_of(AGENCY_MEMBER), go_on(page_client, 24)
    site = page_client.story_site.site
    issue = site.create_issue("GROW", "Task", "Nobody began it", by=by, at=at, labels=("ab-design",), points=3)
    return Opened(page_client, issue.id)


def assign(opened: Opened) -> None:
    by = account_of(LEAD)
    opened.page_client.story_site.site.edit(opened.issue_id, by=by, at=go_on(opened.page_client, 1), assignee=by)


def work(opened: Opened) -> None:
    assign(opened)
    at = go_on(opened.page_client, 1)
    opened.page_client.story_site.site.transition(opened.issue_id, "In Progress", by=account_of(LEAD), at=at)
    work_on(opened.page_client, 8)


def be_driver(opened: Opened) -> None:
    opened.act("role", who=LEAD, role="learner", account=account_of(LEAD))


def narrow_of(opened: Opened, who: str) -> str:
    address = f"/pages/context/content?issue={opened.issue_id}"
    return text_of(opened.page_client.follow(who, address).text)


def words_of(opened: Opened, who: str) -> set[str]:
    """Return what panel, context and row say of whose the ticket is, each of which says one thing."""
    words = list[str]()
    for text in (opened.read(who), narrow_of(opened, who), row_of(opened, who)):
        present = [word for word in WORDS for _ in range(text.lower().count(word.lower()))]
        assert len(present) == 1, (present, text)
        words += present
    return set(words)


@pytest.mark.parametrize("begin", [assign, work, be_driver])
@pytest.mark.parametrize("reach", [None, Reach(1, 2, lifts=True)])
def test_an_agency_leaves_to_its_driver_what_somebody_in_house_began(
    lively_alone: PageClient, monkeypatch: pytest.MonkeyPatch, begin: Callable[[Opened], None], reach: Reach | None
) -> None:
    """The panel also said that it may be left to the in-house team, or to a learner; the row of who is named did."""
    monkeypatch.setattr(Reaches, "reach", lambda *_of: reach)
    opened = not_begun(lively_alone)
    assert words_of(opened, AGENCY_LEAD) == {LEAVE if reach else MAY}
    begin(opened)
    for who in (AGENCY_LEAD, AGENCY_MEMBER):
        assert words_of(opened, who) == {LEAVE_IT}
    # Whom it would bring further is told as before, as Overview tells it of the tickets that are a learner's.
    learners = "if a learner enrolled for Design an A/B test does half of the work"
    assert (f"Without help of an agency: {learners}" in opened.read(AGENCY_LEAD)) == bool(reach)
    assert learners in opened.read(LEAD)
    # What its help would make of it is said with it, and not how to take it all the same.
    assert "after all" not in opened.read(AGENCY_LEAD)


@pytest.mark.parametrize("reach", [None, Reach(1, 2, lifts=True)])
def test_a_comment_in_house_leaves_a_ticket_whose_it_is(
    lively_alone: PageClient, monkeypatch: pytest.MonkeyPatch, reach: Reach | None
) -> None:
    """Beside "may be left to the in-house team" whoever commented was called a learner to leave it to."""
    monkeypatch.setattr(Reaches, "reach", lambda *_of: reach)
    opened = not_begun(lively_alone)
    opened.comment(LEAD)
    assert words_of(opened, AGENCY_LEAD) == {LEAVE if reach else MAY}
    assert len(words_of(opened, AGENCY_MEMBER)) == 1


def test_a_role_on_what_nobody_has_begun_is_no_part_in_its_work(lively_alone: PageClient) -> None:
    """A row said that nobody has worked on it yet, and then that whoever was named was exposed to it."""
    opened = not_begun(lively_alone)
    opened.read(LEAD)
    be_driver(opened)
    for who in (AGENCY_LEAD, AGENCY_MEMBER, LEAD):
        assert "nobody has worked on it yet" in row_of(opened, who)
        assert "exposed" not in row_of(opened, who).partition(";")[2].partition(";")[0]
