"""Why a ticket counts as it does: whose work it is first, the same in list and panel, and what the help was."""

import html
import re

import pytest
from msgspec.structs import replace

from connector.pages.ticket_text import Naming, facts
from mappings.measure.model.engagement import SIDES
from mappings.records.agreement.engagements import select_engagement
from tests.jira.story.people import account_of
from tests.measure.builders import Story, entry
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, BOLT, LEAD, LEARNER, OTHER_LEAD, PageClient, go_on
from tests.pages.test_works_council import COUNCIL, rule

FIRST = {
    "Own": "done in-house",
    "Handed over": "done in-house, after it was taught",
    "Other agency": "worked on by another agency",
    "Gatekeeper": "worked on by a gatekeeper",
    "Unknown": "nobody whose side is known worked on it",
    "In conflict": "worked on by people who are on two sides",
    "Others": "worked on by others",
}
AGAIN = "opened again"
UNSIZED = "no size when it was finished"


def finished(page_client: PageClient, who: str, engagement: str) -> list[tuple[str, list[str], str]]:
    """Each row of the list as its key, its buckets, and why."""
    rows = []
    for period in ("2026Q2", "2026Q3", "2026Q4"):
        query = {"engagement": engagement, "period": period, "own": "0"}
        answer = html.unescape(page_client.story_site.ask(account_of(who), "/pages/tickets", **query).text)
        for row in re.findall(r"(?s)<tbody.*?</tbody>", answer):
            key = re.search(r"Evidence of (GROW-\d+)", row)
            because = re.search(r'<td class="because">([^<]*)', row)
            if key and because:
                rows.append((key[1], re.findall(r"</svg>([^<]+?) <b>", row), because[1]))
    return rows


@pytest.mark.parametrize(("who", "engagement"), [(LEAD, ACME), (AGENCY_LEAD, ACME), (OTHER_LEAD, BOLT)])
def test_a_row_says_first_whose_work_it_is(page_client: PageClient, who: str, engagement: str) -> None:
    seen = set()
    for key, buckets, because in finished(page_client, who, engagement):
        if len(buckets) != 1 or because.startswith(AGAIN) or buckets[0] not in FIRST:
            continue
        if buckets[0] == "Others" and "has no part in this ticket" in because:
            issue = page_client.story_site.site.issue(key)
            panel = html.unescape(page_client.follow(who, f"/pages/panel/content?issue={issue.id}").text)
            assert f"{because.removesuffix(f'; {UNSIZED}')}." in panel, key
        else:
            # One bucket alone: nobody else had a part in it.
            assert because.split("; ")[0] == FIRST[buckets[0]], (key, buckets, because)
        seen.add(buckets[0])
    assert seen >= {"Own", "Others"} if who != LEAD else {"Own", "Other agency"}


def test_work_that_is_in_house_in_part_is_said_to_be_so(page_client: PageClient) -> None:
    rows = [row for row in finished(page_client, OTHER_LEAD, BOLT) if set(row[1]) == {"Own", "Others"}]
    assert rows
    assert all(because.startswith(("done in-house in part", AGAIN)) for _, _, because in rows)


def test_an_agency_reads_that_it_has_no_part_where_its_panel_says_so(page_client: PageClient) -> None:
    others = [row for row in finished(page_client, OTHER_LEAD, BOLT) if row[1] == ["Others"]]
    assert any(because == "Bolt Studio has no part in this ticket" for _, _, because in others)
    assert not any("no objective of" in because for _, _, because in others)


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_what_is_handed_over_of_one_objective_alone_is_named_with_it(page_client: PageClient, who: str) -> None:
    """A ticket gave half to one bucket and half to the other, and nothing said which objective was which."""
    rows = [row for row in finished(page_client, who, ACME) if set(row[1]) == {"Own", "Handed over"}]
    assert rows
    for key, _, because in rows:
        issue = page_client.story_site.site.issue(key)
        where = {"engagement": ACME, "issue": str(issue.id)}
        panel = page_client.follow(who, f"/pages/panel/content?issue={issue.id}").text
        opened = page_client.story_site.ask(account_of(who), "/pages/tickets/evidence", **where).text
        assert because.startswith("done in-house, in part after it was taught"), (key, because)
        for text in map(html.unescape, (panel, opened)):
            assert ": handed over, as who drove it alone was taught there before." in text, key
            assert ": own, as nobody who drove it alone was taught there before." in text, key


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, LEARNER])
def test_the_record_names_what_a_ticket_is_shadowed_by(page_client: PageClient, who: str) -> None:
    """By one comment beside the review, by hours logged or by a part of the work no row named it."""
    keys = {key for key, _, because in finished(page_client, who, ACME) if "shadowed it" in because}
    assert len(keys) > 10
    for key in sorted(keys):
        issue = page_client.story_site.site.issue(key)
        panel = html.unescape(page_client.follow(who, f"/pages/panel/content?issue={issue.id}").text)
        counts = re.findall(r'data-label="Counts towards">([^<]*)<', panel)
        assert [row for row in counts if "shadowed" in re.split("; ", row)], (key, counts)


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_no_record_names_shadowing_where_nobody_shadowed(page_client: PageClient, who: str) -> None:
    exposed = "an in-house person was exposed to it"
    keys = {key for key, _, because in finished(page_client, who, ACME) if because == exposed}
    assert len(keys) > 5
    for key in sorted(keys):
        issue = page_client.story_site.site.issue(key)
        panel = html.unescape(page_client.follow(who, f"/pages/panel/content?issue={issue.id}").text)
        counts = re.findall(r'data-label="Counts towards">([^<]*)<', panel)
        assert not [row for row in counts if "shadowed" in re.split("; ", row)], (key, counts)


def test_who_moved_a_ticket_out_of_review_is_named_as_help(lively: PageClient) -> None:
    site, driver, helper = lively.story_site.site, account_of(LEARNER), account_of(AGENCY_MEMBER)
    issue = site.create_issue(
        "GROW",
        "Task",
        "Design a test",
        by=driver,
        at=go_on(lively, 24),
        labels=("ab-design",),
        points=3,
        assignee=driver,
    )
    site.transition(issue.id, "In Progress", by=driver, at=go_on(lively, 1))
    site.transition(issue.id, "In Review", by=driver, at=go_on(lively, 80))
    site.transition(issue.id, "Done", by=helper, at=go_on(lively, 1))
    go_on(lively, 1)
    panel = html.unescape(lively.follow(LEAD, f"/pages/panel/content?issue={issue.id}").text)
    assert "Own</span>: done in-house; an in-house person drove it with help (assisted). It gave 3 points." in panel
    assert "counts from here; help: moved it out of review" in panel
    where = {"engagement": ACME, "issue": str(issue.id)}
    opened = lively.story_site.ask(account_of(LEAD), "/pages/tickets/evidence", **where).text
    assert "counts from here; help: moved it out of review" in opened


def test_leaving_the_waiting_status_is_a_row_that_answers_the_question(lively: PageClient) -> None:
    """The record said since when a ticket waited, and of its end nothing."""
    site, driver, helper = lively.story_site.site, account_of(LEARNER), account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Task", "Ask a question", by=helper, at=go_on(lively, 24), assignee=helper)
    site.transition(issue.id, "In Progress", by=helper, at=go_on(lively, 1))
    site.transition(issue.id, "Waiting for client", by=helper, at=go_on(lively, 1))
    site.transition(issue.id, "In Progress", by=driver, at=go_on(lively, 1))
    site.transition(issue.id, "Waiting for client", by=helper, at=go_on(lively, 1))
    site.transition(issue.id, "In Progress", by=helper, at=go_on(lively, 1))
    go_on(lively, 1)
    panel = html.unescape(lively.follow(LEAD, f"/pages/panel/content?issue={issue.id}").text)
    assert panel.count("Moved on from waiting") == 2
    assert panel.count("answers the question") == 1
    # What the agency took back itself is no question that counts.
    assert panel.count("a question to the in-house team") == 1
    assert panel.count("a question that does not count: the agency took it back before it was answered or due") == 1


def test_what_asks_is_called_a_question_as_what_answers_it_is(lively: PageClient) -> None:
    site, driver, helper = lively.story_site.site, account_of(LEARNER), account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Task", "Ask in a comment", by=helper, at=go_on(lively, 24), assignee=helper)
    site.transition(issue.id, "In Progress", by=helper, at=go_on(lively, 1))
    words = "Which of the two variants of the page do you want to see first?"
    site.add_comment(issue.id, text=f"{words} [~accountid:{driver}]", by=helper, at=go_on(lively, 1))
    site.add_comment(
        issue.id, text="The first one, since its copy is the one that is agreed.", by=driver, at=go_on(lively, 1)
    )
    site.add_comment(issue.id, text=f"{words} Nobody is mentioned in this.", by=helper, at=go_on(lively, 1))
    site.transition(issue.id, "Waiting for client", by=helper, at=go_on(lively, 1))
    go_on(lively, 1)

    for who in (LEAD, AGENCY_LEAD, LEARNER):
        panel = html.unescape(lively.follow(who, f"/pages/panel/content?issue={issue.id}").text)
        rows = re.findall(r'data-label="What">([^<]*)</td><td data-label="Counts towards">([^<]*)<', panel)
        texts = [counts for what, counts in rows if what.startswith(("Comment", "Waiting for the in-house team"))]
        question = "a question to the in-house team"
        assert [text for text in texts if "answers" not in text] == [question, "help", f"help; {question}"], rows


def test_a_change_of_a_field_that_is_the_first_touch_is_a_row(lively: PageClient) -> None:
    """A figure counted it as the first touch after a question, and the record of its ticket did not list it."""
    site, driver, helper = lively.story_site.site, account_of(LEARNER), account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Task", "Ask a question", by=helper, at=go_on(lively, 24), assignee=helper)
    site.transition(issue.id, "In Progress", by=helper, at=go_on(lively, 1))
    site.transition(issue.id, "Waiting for client", by=helper, at=go_on(lively, 1))
    site.edit(issue.id, by=driver, at=go_on(lively, 100), summary="Ask one question")
    site.edit(issue.id, by=driver, at=go_on(lively, 1), summary="Ask two questions")
    go_on(lively, 1)

    def panel_of(who: str) -> str:
        return html.unescape(lively.follow(who, f"/pages/panel/content?issue={issue.id}").text)

    for who, side in ((LEAD, "in-house"), (AGENCY_LEAD, "in-house"), (LEARNER, "you")):
        panel = panel_of(who)
        assert panel.count("Changed summary") == 1, who
        assert panel.count("first touch after the question") == 1, who
        assert f'<td data-label="Who">{side}</td><td data-label="What">Changed summary</td>' in panel, who
        assert panel.count("a question to the in-house team") == 1, who
    rule(lively, COUNCIL)
    assert not re.search("Changed summary|a question to the in-house team", panel_of(LEAD))


def test_an_agency_reads_the_same_of_work_of_another_agency_and_of_nobody(page_client: PageClient) -> None:
    with page_client.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, page_client.story_site.tenant_id, ACME)
    assert stored
    naming = Naming(stored.engagement, {}, as_agency=True)
    done = entry(Story(assignee="ben", labels=("ab",)).move("Done", "2026-03-02 09:00"))
    sides = {"assignee": "other", "transition_author": "other", "none": "unknown"}
    read = {
        str(facts(naming, replace(done, method=method, weights=tuple(int(side == each) for each in SIDES))))
        for method, side in sides.items()
    }
    assert len(read) == 1, read


def test_a_nought_says_that_the_ticket_had_no_size_wherever_it_gives_a_reason(page_client: PageClient) -> None:
    """A row said "Done only 0 · no objective", as if that were why it is 0."""
    own = {"engagement": ACME, "period": "2026Q3", "own": "0"}
    page = page_client.story_site.ask(account_of(LEAD), "/pages/tickets", **own).text
    listed = {row[0]: row for row in finished(page_client, LEAD, ACME)}
    noughts = {
        key[1]
        for row in re.findall(r"(?s)<tbody.*?</tbody>", page)
        if (key := re.search(r"Evidence of (GROW-\d+)", row)) and re.findall(r"<b>([^<]+)</b>", row) == ["0"]
    }
    assert noughts
    for key in noughts:
        if "given and" in listed[key][2]:
            continue
        assert listed[key][2].split("; ")[-1] == UNSIZED, listed[key]
        issue = page_client.story_site.site.issue(key)
        panel = html.unescape(page_client.follow(LEAD, f"/pages/panel/content?issue={issue.id}").text)
        assert "nothing, as it had no size when it was finished" in panel, key
    # What gives something says nothing of its size.
    assert not any(UNSIZED in row[2] for key, row in listed.items() if key not in noughts and row[1] != [""])
    file = page_client.story_site.ask(account_of(LEAD), "/pages/tickets/export", **own).text
    assert sum(UNSIZED in line for line in file.splitlines()) == page.count(UNSIZED)


def test_a_nought_says_so_in_drawers_files_and_before_a_dispute(page_client: PageClient) -> None:
    query = {"engagement": ACME, "figure": "total", "all": "1", "from": "2026-07-01", "to": "2026-09-30"}
    drawer = page_client.story_site.ask(account_of(LEAD), "/pages/figure", **query).text
    rows = [row for row in re.findall(r"(?s)<tr.*?</tr>", drawer) if UNSIZED in row]
    assert rows
    assert all(re.search(r">0</td>", row) for row in rows), rows
    file = page_client.story_site.ask(account_of(LEAD), "/pages/figure/export", **query, format="csv").text
    assert file.count(UNSIZED) == len(rows)
    keys = [key[1] for row in rows if (key := re.search(r"(GROW-\d+)", row))]
    sites = page_client.story_site.site
    asked = [
        page_client.story_site.ask(
            account_of(LEAD), "/pages/tickets/dispute", engagement=ACME, issue=str(sites.issue(key).id)
        ).text
        for key in keys
    ]
    assert any(f"0 points; {UNSIZED}." in text.replace("\N{NO-BREAK SPACE}", " ") for text in asked)
