"""The Tickets tab: rows that add up, filters in the address, pages by key, and what is done to selected tickets."""

import csv
import html
import io
import re
from decimal import Decimal

import pytest
from werkzeug.test import TestResponse

from connector.jira.client import JiraError
from connector.pages.tickets import content, export, finished, ticket_search
from connector.pages.tickets.finished import FinishedList, ListContext
from connector.web import file_stream, wsgi_bridge
from mappings.formats.engagement_file.reader import read_engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.jira.story_site import APP_URL
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    MEMBER,
    OTHER_LEAD,
    SHUT_OUT,
    STRANGER,
    PageClient,
    go_on,
)
from tests.pages.html_reader import Reader, squeeze, text_of

PART = re.compile(r'<span class="kind[^"]*">.*?</svg>([^<]+?)(?: <b>([^<]+)</b>)?</span>', re.DOTALL)
KEY = re.compile(r'<th scope="row">\s*<a[^>]*>(GROW-\d+)')
ROW = re.compile(r'<tbody(?! class="rounding").*?</tbody>', re.DOTALL)
# The last row, of what tickets rounded by themselves lack of their sum.
ROUNDING = re.compile(r'<tbody class="rounding".*?</tbody>', re.DOTALL)
FOOT = re.compile(r"<tfoot>.*?</tfoot>", re.DOTALL)
HEADLINE = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)
# All tickets: an agency begins with those that concern it.
Q3 = {"engagement": ACME, "period": "2026Q3", "own": "0"}


def tickets(page_client: PageClient, who: str, **query: str) -> TestResponse:
    return page_client.story_site.ask(account_of(who), "/pages/tickets", **Q3, **query)


def amounts(source: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for name, amount in PART.findall(source.replace("\N{MINUS SIGN}", "-")):
        sums[name] = sums.get(name, Decimal(0)) + Decimal(amount.replace(",", ""))
    return {name: amount for name, amount in sums.items() if amount}


def pages(page_client: PageClient, who: str, **query: str) -> list[str]:
    """All pages of a list, by the links that lead to older tickets."""
    return pages_from(page_client, who, tickets(page_client, who, **query).text)


def pages_from(page_client: PageClient, who: str, first: str) -> list[str]:
    answers = [first]
    while older := re.search(r'<a class="button" href="([^"]*)"[^>]*>Older tickets', answers[-1]):
        answers.append(page_client.follow(who, html.unescape(older[1])).text)
    return answers


def issue_ids(source: str) -> list[str]:
    return re.findall(r'name="issue" value="(\d+)"', source)


@pytest.mark.parametrize("who", [LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER])
def test_the_rows_of_a_page_add_up_to_its_foot_and_all_pages_to_the_headline(page_client: PageClient, who: str) -> None:
    answers = pages(page_client, who)
    assert len(answers) > 1
    rows = [amounts("".join(ROW.findall(answer) + ROUNDING.findall(answer))) for answer in answers]
    assert rows == [amounts(FOOT.findall(answer)[0]) for answer in answers]
    headline = Reader(HEADLINE.findall(answers[0])[0]).text
    done = sum(int(re.findall(r"(\d+)(?: of \d+)? tickets?", FOOT.findall(answer)[0])[0]) for answer in answers)
    assert f"{done} tickets were finished" in headline or f" of {done} finished tickets count" in headline
    named = {name: Decimal(amount) for amount, name in re.findall(r"(-?[\d.]+) ([a-z ]+?)(?=\s*[,.]| and )", headline)}
    total = {name: sum((row.get(name, Decimal(0)) for row in rows), Decimal(0)) for row in rows for name in row}
    # Each page is rounded for itself.
    assert all(abs(amount - named[name.lower()]) <= Decimal("0.2") for name, amount in total.items()), (total, named)


def test_pages_by_key_leave_nothing_out_and_show_nothing_twice(page_client: PageClient) -> None:
    answers = pages(page_client, LEAD)
    ids = [issue_id for answer in answers for issue_id in issue_ids(answer)]
    agency = [issue_id for answer in pages(page_client, AGENCY_LEAD) for issue_id in issue_ids(answer)]
    # What others alone worked on cannot be selected by an agency.
    assert set(agency) < set(ids)
    assert len(ids) == len(set(ids)) > finished.PAGE


def test_filters_stand_in_the_address_and_list_what_they_name(page_client: PageClient) -> None:
    taught = pages(page_client, LEAD, kind="taught")
    assert all("Taught" in amounts(row) for answer in taught for row in ROW.findall(answer))
    keys = pages(page_client, LEAD, objective="ab-design")
    rows = [row for answer in keys for row in ROW.findall(answer)]
    assert rows
    assert all("Design an A/B test" in row for row in rows)
    assert 'value="ab-design" selected' in keys[0]
    assert "No ticket of Q3 2026 matches" in tickets(page_client, LEAD, objective="no-such").text


def test_the_viewers_own_acts_are_told_as_theirs(page_client: PageClient) -> None:
    """The list calls the viewer "you"; a file is read by others and does not."""
    rows = [row for answer in pages(page_client, MEMBER) for row in ROW.findall(answer)]
    because = [re.findall(r'<td class="because">([^<]*)', row)[0] for row in rows]
    assert any("you drove it without help (independent)" in text for text in because)
    assert not any(MEMBER in text for text in because)
    file = page_client.story_site.ask(account_of(MEMBER), "/pages/tickets/export", **Q3).text
    assert f"{MEMBER} drove it without help (independent)" in file
    assert "you " not in file


def test_the_foot_of_a_page_says_of_how_many_tickets_it_is_the_sum(page_client: PageClient) -> None:
    first, *_ = answers = pages(page_client, LEAD)
    headline = re.match(r"(\d+) tickets were finished, ([\d.]+) points", Reader(HEADLINE.findall(first)[0]).text)
    assert headline
    for answer in answers:
        foot = re.sub(r"<[^>]+>", "", FOOT.findall(answer)[0])
        assert re.search(rf"On this page: \d+ of {headline[1]} tickets, .*[\d.]+ of {headline[2]} points", foot), foot
    whole = tickets(page_client, LEAD, late="1").text + tickets(page_client, LEAD, kind="gatekeeper").text
    assert "<tfoot>" in whole
    assert "On this page" not in whole


def test_an_agency_reads_first_what_is_theirs_with_the_figures_of_the_overview(page_client: PageClient) -> None:
    headline = Reader(HEADLINE.findall(tickets(page_client, AGENCY_LEAD).text)[0])
    own = re.match(
        r"(\d+) of (\d+) finished tickets count at least in part for Acme Experiments: ([\d.]+) points ?, "
        r"([\d.]+) taught ?, ([\d.]+) done only ?\. All of them make ([\d.]+) points ?; the rest is ",
        squeeze(headline.text),
    )
    assert own, headline.text
    assert Decimal(own[3]) == Decimal(own[4]) + Decimal(own[5])
    overview = text_of(page_client.content(AGENCY_LEAD, **Q3).text)
    assert f"Acme Experiments delivered {own[3]} points and taught through {own[4]} of them" in overview
    assert f"{own[2]} finished tickets in the period" in overview


FIGURE = re.compile(r'<a class="fig[^"]*"[^>]* hx-get="([^"]*)"[^>]*>([^<]*)</a>')


@pytest.mark.parametrize(("who", "opened"), [
    (AGENCY_LEAD, [("agency", "{} tickets count"), ("tickets", "{} tickets"), ("agency", "{}")]),
    (LEAD, [("tickets", "{} tickets"), ("total", "{}")]),
])  # fmt: skip
def test_each_figure_of_the_first_sentence_opens(
    page_client: PageClient, who: str, opened: list[tuple[str, str]]
) -> None:
    headline = HEADLINE.findall(tickets(page_client, who).text)[0]
    assert not re.search(r"\d", FIGURE.sub("", headline)), headline
    for (address, shown), (figure, text) in zip(FIGURE.findall(headline), opened, strict=False):
        assert f"figure={figure}&" in html.unescape(address)
        assert text.format(shown) in text_of(page_client.follow(who, html.unescape(address)).text)


def test_what_only_entries_tell_is_looked_for_a_bounded_way_at_a_time(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [issue_id for answer in pages(page_client, LEAD, kind="handed_over") for issue_id in issue_ids(answer)]
    monkeypatch.setattr(finished, "READ", 7)
    parts = pages(page_client, LEAD, kind="handed_over")
    assert len(parts) > 5
    assert [issue_id for answer in parts for issue_id in issue_ids(answer)] == whole


def test_open_tickets_are_counted_up_to_a_bound_that_is_named(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = re.search(r">Open, with an objective (\d+)</a>", tickets(page_client, LEAD).text)
    assert number
    monkeypatch.setattr(content, "MOST_COUNTED", int(number[1]))
    assert number[0] in tickets(page_client, LEAD).text
    monkeypatch.setattr(content, "MOST_COUNTED", int(number[1]) - 1)
    assert f">Open, with an objective more than {int(number[1]) - 1}</a>" in tickets(page_client, LEAD).text


def test_open_tickets_without_an_objective_are_counted_and_listed_each_with_its_link(lively: PageClient) -> None:
    def listed(**query: str) -> Reader:
        return lively.read(tickets(lively, LEAD, show="open", **query))

    def untagged() -> int:
        number = re.search(r"(\d+) open tickets? ha(?:s|ve) no objective", listed().text)
        return int(number[1]) if number else 0

    before, site, driver = untagged(), lively.story_site.site, account_of(AGENCY_LEAD)
    issue = site.create_issue("GROW", "Task", "Look at the footer", by=driver, at=go_on(lively))
    site.transition(issue.id, "In Progress", by=driver, at=go_on(lively))
    site.edit(issue.id, by=driver, at=go_on(lively), assignee=driver)
    go_on(lively)
    assert untagged() == before + 1
    page = listed(objective="-")
    assert re.search(rf"{issue.key} Look at the footer not sized (Done only|Not started) ", page.text)
    assert any(f"/browse/{issue.key}" in (link.get("href") or "") for link in page.all("a"))
    assert "Look at the footer" not in listed().text
    agreed = read_engagement(engagement_file(lively.story_site.story, ACME))
    label = next(label for objective in agreed.objectives for label in objective.mapping.labels)
    site.edit(issue.id, by=driver, at=go_on(lively), labels=(label,))
    go_on(lively)
    assert untagged() == before
    assert "Look at the footer" in listed().text
    assert "Look at the footer" not in listed(objective="-").text


@pytest.mark.parametrize("who", [MEMBER, AGENCY_MEMBER])
def test_those_of_mine_are_those_on_which_one_did_or_was_given_something(page_client: PageClient, who: str) -> None:
    """For the people of an agency, who have no evidence of their own, as for the people in-house."""
    listed = {key for answer in pages(page_client, who, mine="1") for key in KEY.findall(answer)}
    account, site = account_of(who), page_client.story_site.site

    def took_part(key: str) -> bool:
        issue = site.issue(key)
        acts = [*issue.comments.values(), *issue.worklogs.values()]
        people = {act.author for act in acts}
        items = [(history.author, item) for history in issue.histories for item in history.items]
        given = {value for _, item in items if item.field == "assignee" for value in (item.old, item.new)}
        moved = {author for author, item in items if item.field == "status"}
        return account in {*people, *given, *moved, issue.assignee}

    finished_keys = [key for answer in pages(page_client, who) for key in KEY.findall(answer)]
    assert listed
    assert {key for key in finished_keys if took_part(key)} <= listed < {*finished_keys}


@pytest.mark.parametrize("who", [MEMBER, AGENCY_MEMBER])
def test_those_of_mine_are_the_same_looked_up_or_walked(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    looked_up = [issue_id for answer in pages(page_client, who, mine="1") for issue_id in KEY.findall(answer)]
    monkeypatch.setattr(finished, "FEW_ROWS", 0)
    assert looked_up == [issue_id for answer in pages(page_client, who, mine="1") for issue_id in KEY.findall(answer)]
    assert looked_up


def test_an_agency_learns_of_no_other_and_outsiders_of_nothing(page_client: PageClient) -> None:
    text = "".join(pages(page_client, AGENCY_LEAD))
    assert not {"Other agency", "Unknown", "In conflict"} & set(amounts(text))
    for who in (GATEKEEPER, STRANGER):
        assert tickets(page_client, who).status_code == 404


def test_a_row_opens_its_evidence_with_who_did_what_when(page_client: PageClient) -> None:
    address = re.search(r'hx-get="(/pages/tickets/evidence[^"]*)"', tickets(page_client, MEMBER, mine="1").text)
    assert address
    text = page_client.read(page_client.follow(MEMBER, html.unescape(address[1]))).text
    assert "What was recorded, newest first" in text
    assert " you " in text
    # Nobody else is told from the others of their side.
    assert not [
        person.name for person in page_client.story_site.story.people if person.name != MEMBER and person.name in text
    ]


def test_the_file_holds_what_the_pages_show(page_client: PageClient) -> None:
    answer = page_client.story_site.ask(account_of(AGENCY_LEAD), "/pages/tickets/export", **Q3)
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}"))))
    listed = [row for row in rows if row["kind"] == "ticket"]
    keys = re.findall(r'data-issue="([^"]*)"', "".join(pages(page_client, AGENCY_LEAD)))
    assert [row["ticket"] for row in listed] == list(dict.fromkeys(keys))
    assert "other" not in rows[0]
    assert answer.headers["Content-Disposition"] == "attachment; filename=growth-acme-tickets-2026Q3.csv"


def file_of(page_client: PageClient, who: str, engagement: str = ACME) -> TestResponse:
    return page_client.story_site.ask(account_of(who), "/pages/tickets/export", **Q3 | {"engagement": engagement})


# The last may browse one project of two.
@pytest.mark.parametrize(("who", "engagement"), [(LEAD, ACME), (AGENCY_LEAD, ACME), (SHUT_OUT, BOLT)])
def test_the_file_in_pieces_is_the_file_at_once(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, who: str, engagement: str
) -> None:
    whole = file_of(page_client, who, engagement).get_data()
    monkeypatch.setattr(finished, "PAGE", 3)
    monkeypatch.setattr(file_stream, "BLOCK", 1)
    monkeypatch.setattr(wsgi_bridge, "BLOCK", 1)
    assert file_of(page_client, who, engagement).get_data() == whole
    assert whole.count(b"\n") > 1


def test_where_jira_is_away_there_is_no_list_as_a_file(apart: PageClient) -> None:
    assert file_of(apart, LEAD).status_code == 200
    apart.story_site.site.faults.fail("permissions", status=403, times=10_000)
    apart.story_site.clock.at += 3600 * 1_000_000
    assert file_of(apart, LEAD).status_code == 503


def test_a_list_as_a_file_that_jira_does_not_let_end_says_so(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages_read, select = list[int](), export.select_finished_strictly

    def fail_later(context: ListContext) -> FinishedList:
        pages_read.append(1)
        if len(pages_read) > 2:
            raise JiraError("does not answer", permanent=False)
        return select(context)

    monkeypatch.setattr(finished, "PAGE", 3)
    monkeypatch.setattr(file_stream, "BLOCK", 1)
    monkeypatch.setattr(export, "select_finished_strictly", fail_later)
    answer = file_of(page_client, LEAD)
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}"))))
    assert answer.status_code == 200
    assert [row["kind"] for row in rows] == ["ticket"] * 6 + ["incomplete"]
    assert rows[-1]["title"].startswith("This file is incomplete")


def press(page_client: PageClient, who: str, act: str, *ids: str, **form: str) -> TestResponse:
    fields = {"engagement": ACME, "issue": list(ids), **form}
    sent = {"query_string": fields} if act == "selection" else {"query_string": {"engagement": ACME}, "data": fields}
    headers = {"Authorization": f"JWT {page_client.story_site.connected.context_token(account_of(who))}"}
    method = "GET" if act == "selection" else "POST"
    return page_client.story_site.client.open(
        f"/pages/tickets/{act}", method=method, headers=headers, base_url=APP_URL, **sent
    )


def bar(page_client: PageClient, who: str, *ids: str, **form: str) -> str:
    """What the bar over selected tickets says."""
    return page_client.read(press(page_client, who, "selection", *ids, **form)).text


def undo(page_client: PageClient, who: str, answer: TestResponse) -> TestResponse:
    address = re.search(r'data-undo hx-post="([^"]*)"', answer.text)
    assert address, answer.text
    return page_client.press(who, html.unescape(address[1]))


def share(page_client: PageClient) -> str:
    text = page_client.content(LEAD, engagement=ACME).text
    value = re.search(r"figure=taught_share[^>]*>(\d+)\s%</a></dd>", text)
    assert value
    return f"{value[1]} %"


def test_the_bar_says_before_what_confirming_does_and_undo_takes_it_back(apart: PageClient) -> None:
    page_client, done = apart, issue_ids(tickets(apart, AGENCY_LEAD, objective="-").text)
    before = share(page_client)
    assert "are done: they wait for the other side" in bar(page_client, AGENCY_LEAD, *done, tag="tracking")
    tagged = press(page_client, AGENCY_LEAD, "tag", *done, tag="tracking")
    keys = [page_client.story_site.site.issue(int(each)).key for each in sorted(done, key=int)]
    where = f"{len(done)} tickets" if len(done) > 3 else " and ".join(", ".join(keys).rsplit(", ", 1))
    assert f"Keep the tracking plan is set on {where}." in tagged.text
    assert share(page_client) == before
    # Who set it cannot confirm it; the other side reads what that would do.
    assert "Confirm" not in bar(page_client, AGENCY_LEAD, *done)
    promised = re.search(
        r"Confirming moves ([\d.]+) points? to taught: (\d+ %) to (\d+ %)",
        bar(page_client, LEAD, *done).replace("\xa0", " "),
    )
    assert promised, bar(page_client, LEAD, *done)
    assert promised[2] == before != promised[3]
    confirmed = press(page_client, LEAD, "confirm", *done)
    assert f"confirmed on {where}. What they give counts from today." in confirmed.text
    assert f'name="issue" value="{done[0]}" checked' in confirmed.text
    assert share(page_client) == promised[3]
    assert "Undone." in undo(page_client, LEAD, confirmed).text
    assert share(page_client) == before
    page_client.story_site.clock.at += 61_000_000
    assert press(page_client, LEAD, "confirm", *done).status_code == 200
    page_client.story_site.clock.at += 61_000_000
    assert undo(page_client, LEAD, confirmed).status_code == 422


def test_what_the_other_side_confirmed_is_not_taken_back(apart: PageClient) -> None:
    done = issue_ids(tickets(apart, AGENCY_LEAD, objective="-").text)
    tagged = press(apart, AGENCY_LEAD, "tag", *done, tag="tracking")
    confirmed = press(apart, LEAD, "confirm", *done)
    assert undo(apart, AGENCY_LEAD, tagged).status_code == 422
    assert "Undone." in undo(apart, LEAD, confirmed).text
    assert "Undone." in undo(apart, AGENCY_LEAD, tagged).text


def test_what_was_set_on_many_is_removed_and_restored_together(apart: PageClient) -> None:
    page_client = apart
    opened = [
        str(page_client.story_site.ids[item.ref])
        for item in page_client.story_site.story.planted.values()
        if item.scene == "never_begun"
    ]
    tagged = press(page_client, MEMBER, "tag", *opened, tag="ab-design")
    keys = [page_client.story_site.site.issue(int(each)).key for each in sorted(opened, key=int)]
    where = f"{len(opened)} tickets" if len(opened) > 3 else " and ".join(", ".join(keys).rsplit(", ", 1))
    assert f"Design an A/B test is set on {where}." in tagged.text
    page_client.story_site.clock.at += 1_000_000
    assert "leaves the taught share as it is" in bar(page_client, MEMBER, *opened)
    removed = press(page_client, LEAD, "untag", *opened)
    assert re.search(rf"{len(opened)} objectives? removed from {where}\.", removed.text)
    assert "Untag" not in bar(page_client, LEAD, *opened)
    assert "Undone." in undo(page_client, LEAD, removed).text
    assert "Untag" in bar(page_client, LEAD, *opened)
    # Only who tagged can take the tagging back.
    assert undo(page_client, LEAD, tagged).status_code == 422
    assert "Undone." in undo(page_client, MEMBER, tagged).text
    assert "Untag" not in bar(page_client, LEAD, *opened)


@pytest.mark.parametrize(
    ("ids", "form", "status", "text"),
    [
        ([], {"tag": "ab-design"}, 422, "Select at least one ticket."),
        (["1"] * 51, {"tag": "ab-design"}, 422, "Select at most 50 tickets at once."),
        (["x"], {"tag": "ab-design"}, 404, "No such ticket that you may browse in Jira."),
        (["999999999"], {"tag": "ab-design"}, 404, "No such ticket that you may browse in Jira."),
        (["own"], {"tag": "nothing"}, 422, "This engagement has no such objective."),
    ],
)
def test_a_selection_that_cannot_be_changed_is_refused_in_words(
    page_client: PageClient, ids: list[str], form: dict[str, str], status: int, text: str
) -> None:
    own = str(
        next(
            page_client.story_site.ids[item.ref]
            for item in page_client.story_site.story.planted.values()
            if item.scene == "never_begun"
        )
    )
    answer = press(page_client, LEAD, "tag", *(own if issue_id == "own" else issue_id for issue_id in ids), **form)
    assert (answer.status_code, answer.text) == (status, text)


def test_a_ticket_is_disputed_where_it_is_listed_and_the_dispute_undone(apart: PageClient) -> None:
    place = f"/pages/tickets?project.key=GROW&engagement={ACME}&period=2026Q3"
    offers = re.findall(r'aria-label="Dispute (GROW-\d+)" hx-get="([^"]*)"', apart.follow(AGENCY_MEMBER, place).text)
    assert len(offers) > 20
    key, address = next((key, html.unescape(address)) for key, address in offers if key != "GROW-1")
    question = apart.follow(AGENCY_MEMBER, address).text
    assert f"Dispute {key}" in question
    file = re.search(r'<form[^>]*hx-post="([^"]*)"', question)
    assert file
    assert apart.press(AGENCY_MEMBER, html.unescape(file[1]), objective="", reason=" ").status_code == 422
    listed = apart.press(AGENCY_MEMBER, html.unescape(file[1]), objective="", reason="A call taught it").text
    assert f"{key} is disputed for 30 days." in listed
    assert f'aria-label="Dispute {key}"' not in listed
    # It is the dispute that the ticket's evidence and the Agency tab list, with its reason.
    assert "A call taught it" in apart.follow(LEAD, f"/pages/agency?engagement={ACME}").text
    undo = re.search(r'data-undo hx-post="([^"]*)"', listed)
    assert undo
    assert apart.press(LEAD, html.unescape(undo[1])).status_code == 422
    undone = apart.press(AGENCY_MEMBER, html.unescape(undo[1])).text
    assert "Undone." in undone
    assert f'aria-label="Dispute {key}"' in undone
    assert "A call taught it" not in apart.follow(LEAD, f"/pages/agency?engagement={ACME}").text
    # Who was not refused by having withdrawn may say it anew, and after a minute it is withdrawn, not undone.
    assert '<option value="">' in apart.follow(AGENCY_MEMBER, address).text
    again = apart.press(AGENCY_MEMBER, html.unescape(file[1]), objective="", reason="Two calls").text
    # What a side disputed it is not asked for once more.
    assert '<option value="">' not in apart.follow(AGENCY_MEMBER, address).text
    undo = re.search(r'data-undo hx-post="([^"]*)"', again)
    assert undo
    apart.story_site.clock.at = apart.story_site.clock.now() + 61_000_000
    assert apart.press(AGENCY_MEMBER, html.unescape(undo[1])).status_code == 422


def test_a_dispute_says_before_and_after_it_is_filed_what_the_ticket_would_count_as(apart: PageClient) -> None:
    """A ticket that counted as taught was disputed blindly: only the list of disputes said what accepting it costs."""
    place = f"/pages/tickets?project.key=GROW&engagement={ACME}&period=2026Q3&kind=taught"
    (_, address), *_ = re.findall(
        r'aria-label="Dispute (GROW-\d+)" hx-get="([^"]*)"', apart.follow(AGENCY_MEMBER, place).text
    )
    question = apart.follow(AGENCY_MEMBER, html.unescape(address)).text
    (amount,) = re.findall(r"<p>Counts as taught, ([\d.]+) points?\.</p>", question)
    mended = r"Once what it counts as is mended in the ticket: done only; taught share (.*?)\.</p>"
    (share,) = re.findall(rf'<p class="note of-objective">{mended}', question)
    assert float(amount) > 0
    # Another split makes it neither: of a choice of that kind nothing of the sort is told.
    split = '<p class="note of-split">Once its split is mended in the ticket, what it counts as depends on the split'
    assert split in question
    assert re.fullmatch(r"\d+.% to \d+.%|stays \d+.%", share)
    file, objective = (
        re.findall(pattern, question)[0] for pattern in (r'<form[^>]*hx-post="([^"]*)"', r'<option value="([^"]+)">')
    )
    apart.press(AGENCY_MEMBER, html.unescape(file), objective=objective, reason="Nobody was there")
    disputes = f"/pages/tickets?project.key=GROW&engagement={ACME}&period=2026Q3&show=disputed"
    filed = apart.follow(AGENCY_MEMBER, disputes).text
    assert f"taught share {share}" in filed
    assert 'data-label="Once mended in the ticket"' in filed
    evidence = apart.follow(AGENCY_MEMBER, f"/pages/evidence?{html.unescape(address).split('?')[1]}").text
    withdraw = re.search(r'hx-post="(/pages/dispute/withdraw[^"]*)"', evidence)
    assert withdraw
    apart.press(AGENCY_MEMBER, html.unescape(withdraw[1]))
    over = apart.follow(AGENCY_MEMBER, disputes).text
    assert "Withdrawn" in over
    assert "taught share" not in over
    assert 'data-label="Once mended in the ticket"' not in over
    # Once each objective was disputed, what is left is how it is split.
    for other in set(re.findall(r'<option value="([^"]+)">', question)) - {objective}:
        apart.press(AGENCY_MEMBER, html.unescape(file), objective=other, reason="Nobody was there")
    for place in (address, f"/pages/agency/dispute/ticket?{address.split('?')[1]}"):
        again = apart.follow(AGENCY_MEMBER, html.unescape(place)).text
        assert re.findall(r'<option value="([^"]*)">', again) == [""]
        assert ("taught share" in again, split in again) == (False, True)


def test_an_open_ticket_looked_for_by_its_key_is_said_to_be_open(
    lively_alone: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, agency = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    at = go_on(lively_alone)
    still, again = (site.create_issue("GROW", "Task", name, by=agency, at=at) for name in ("Still", "Again"))
    for status in ("Done", "In Progress"):
        site.transition(again.id, status, by=agency, at=go_on(lively_alone, 24))
    go_on(lively_alone)

    def answer(words: str, who: str = LEAD) -> str:
        return lively_alone.follow(who, f"/pages/agency/dispute/search?engagement={ACME}&words={words}").text

    for key in (still.key, again.key):
        for words in (key, key.lower(), key.removeprefix("GROW-")):
            assert f"{key} is open: only finished tickets can be disputed." in answer(words)
    # Of what is not there, or may not be browsed, the same is said.
    unknown = answer("GROW-99999")
    assert "No finished ticket that you may see has this key" in unknown
    monkeypatch.setattr(ticket_search, "browsable", lambda *_: frozenset())
    assert answer(still.key) == unknown


def disputed_rows(source: str, key: str) -> list[str]:
    return [text_of(row) for row in re.findall(r"(?s)<tr>.*?</tr>", source) if f">{key}<" in row]


def test_a_disputed_ticket_that_is_opened_again_gives_nothing_whatever_was_disputed(lively_alone: PageClient) -> None:
    site, agency = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    at = go_on(lively_alone)
    issue = site.create_issue("GROW", "Task", "Anew", by=agency, at=at, labels=("ab-design",), assignee=agency)
    for status in ("In Progress", "Done"):
        site.transition(issue.id, status, by=agency, at=go_on(lively_alone, 24))
    go_on(lively_alone)
    file = f"/pages/tickets/dispute/file?engagement={ACME}&issue={issue.id}"
    for about in ("ab-design", ""):
        assert lively_alone.press(LEAD, file, objective=about, reason="Nobody was there").status_code == 200
    shown = f"/pages/tickets?project.key=GROW&engagement={ACME}&period=2026Q4&show=disputed"
    rows = disputed_rows(lively_alone.follow(LEAD, shown).text, issue.key)
    assert ["depends on the split" in row for row in rows] == [True, False]
    site.transition(issue.id, "In Progress", by=agency, at=go_on(lively_alone))
    go_on(lively_alone)
    rows = disputed_rows(lively_alone.follow(LEAD, shown).text, issue.key)
    assert ["nothing until it is finished again" in row for row in rows] == [True, True]
    assert not any("depends on the split" in row for row in rows)


def test_what_a_side_disputed_and_withdrew_is_not_offered_to_it_again(apart: PageClient) -> None:
    """Asking would be refused: a side disputes each part of a ticket once for each time that it is done."""
    place = f"/pages/tickets?project.key=GROW&engagement={ACME}&period=2026Q3"
    offers = re.findall(r'aria-label="Dispute (GROW-\d+)" hx-get="([^"]*)"', apart.follow(AGENCY_MEMBER, place).text)
    key, address = next((key, html.unescape(address)) for key, address in offers if key != "GROW-1")
    question = apart.follow(AGENCY_MEMBER, address).text
    file = re.search(r'<form[^>]*hx-post="([^"]*)"', question)
    assert file
    parts = re.findall(r'<option value="([^"]*)">', question)
    for part in parts:
        apart.press(AGENCY_MEMBER, html.unescape(file[1]), objective=part, reason="A call taught it")
    evidence = f"/pages/evidence?{address.split('?')[1]}"
    for _ in parts:
        withdraw = re.search(r'hx-post="(/pages/dispute/withdraw[^"]*)"', apart.follow(AGENCY_MEMBER, evidence).text)
        assert withdraw
        apart.press(AGENCY_MEMBER, html.unescape(withdraw[1]))
    search = f"/pages/agency/dispute/search?engagement={ACME}&words={key}"
    assert apart.follow(AGENCY_MEMBER, address).status_code == 422
    assert f'aria-label="Dispute {key}"' not in apart.follow(AGENCY_MEMBER, place).text
    assert "it is disputed already" in apart.follow(AGENCY_MEMBER, search).text
    # The other side has said nothing yet.
    assert f'aria-label="Dispute {key}"' in apart.follow(LEAD, place).text
    assert f">{key} " in apart.follow(LEAD, search).text


def test_only_people_of_the_two_sides_are_offered_a_dispute(apart: PageClient) -> None:
    apart.story_site.site.admins.add(account_of(STRANGER))
    place = f"/pages/tickets?engagement={ACME}&period=2026Q3"
    assert "Dispute GROW" not in apart.follow(STRANGER, place).text
    issue = apart.story_site.ids["t0110"]
    asked = apart.follow(STRANGER, f"/pages/tickets/dispute?engagement={ACME}&issue={issue}")
    apart.story_site.site.admins.discard(account_of(STRANGER))
    assert asked.status_code == 404
    never = next(item.ref for item in apart.story_site.story.planted.values() if item.scene == "never_begun")
    open_ticket = f"/pages/tickets/dispute?engagement={ACME}&issue={apart.story_site.ids[never]}"
    assert apart.follow(LEAD, open_ticket).status_code in {200, 422}


def test_a_ticket_that_an_agency_cannot_select_says_why(page_client: PageClient) -> None:
    text = page_client.follow(OTHER_LEAD, f"/pages/tickets?engagement={BOLT}&period=2026Q3&own=0").text
    shut = re.findall(r'<label class="box" title="(GROW-\d+) cannot be selected: Bolt Studio has no part in it">', text)
    assert shut
    assert "Only tickets that Bolt Studio worked on, or that have an objective, can be selected." in text
    assert len(re.findall(r'<td class="check"></td>', text)) <= 2  # the row of hidden tickets, and the foot
    assert all(f"Select {key}<" not in text for key in shut)
    assert "cannot be selected" not in page_client.follow(LEAD, f"/pages/tickets?engagement={BOLT}&period=2026Q3").text


def test_an_agency_begins_with_the_tickets_in_which_it_has_a_part(page_client: PageClient) -> None:
    address = f"/pages/tickets?engagement={BOLT}&period=2026Q3"
    own = page_client.follow(OTHER_LEAD, address).text
    counts = re.search(r"(\d+) tickets? concerns? Bolt Studio: (\d+) with its work[^,]*, (\d+) by objective only", own)
    assert counts
    keys = re.findall(r"Select (GROW-\d+|SHOP-\d+)<", own)
    assert len(keys) == int(counts[1]) == int(counts[2]) + int(counts[3])
    assert f"{counts[2]} of " in text_of(own)
    assert "cannot be selected" not in own
    assert re.search(r'<option value="1" selected>With work or an objective of Bolt Studio<', own)
    all_link = re.search(r'<a href="([^"]*own=0[^"]*)"[^>]*>List all \d+ tickets<', own)
    assert all_link
    whole = page_client.follow(OTHER_LEAD, html.unescape(all_link[1])).text
    assert set(re.findall(r"Select (GROW-\d+|SHOP-\d+)<", whole)) <= set(keys)
    back = re.search(r'<a href="([^"]*own=1[^"]*)"[^>]*>List what concerns Bolt Studio<', whole)
    assert back
    assert (
        re.findall(r"Select (GROW-\d+|SHOP-\d+)<", page_client.follow(OTHER_LEAD, html.unescape(back[1])).text) == keys
    )
    file = page_client.follow(OTHER_LEAD, f"/pages/tickets/export?engagement={BOLT}&period=2026Q3&own=1").text
    listed = {line.split(",")[1].strip('"') for line in file.splitlines()[1:]}
    assert set(keys) <= listed
    assert not listed & set(re.findall(r'title="(\S+) cannot be selected', whole))
    assert 'name="own"' not in page_client.follow(LEAD, address).text


def test_how_many_a_filter_lists_is_said_below_the_sentence(page_client: PageClient) -> None:
    answers = pages(page_client, LEAD, objective="ab-design")
    number = sum(int(re.findall(r"(\d+) tickets?", FOOT.findall(answer)[0])[0]) for answer in answers)
    whole = re.search(r"(\d+) tickets were finished", text_of(HEADLINE.findall(answers[0])[0]))
    assert whole
    assert f"{number} of {whole[1]} finished tickets are listed." in answers[0]
    assert f"List all {whole[1]} tickets" in answers[0]
    assert "are listed" not in tickets(page_client, LEAD).text


def test_what_a_period_gave_and_took_back_is_said_of_a_ticket_that_is_open_again(page_client: PageClient) -> None:
    source = "".join(pages(page_client, LEAD))
    again = [text_of(row) for row in ROW.findall(source) if "opened again" in row]
    words = r"opened again: ([\d.]+) given and ([\d.]+) taken back in the period make ([\d.-]+)"
    given = [match.groups() for row in again if (match := re.search(words, row))]
    assert given
    assert all(Decimal(came) - Decimal(went) == Decimal(left) for came, went, left in given)


def test_an_agency_reads_at_the_top_why_counts_of_its_tickets_differ(page_client: PageClient) -> None:
    """ "72 count at least in part" stood beside "73 with its work", and "49 on this page" over 50 rows."""
    text = text_of(page_client.follow(AGENCY_LEAD, f"/pages/tickets?engagement={ACME}&period=2026Q3").text)
    counting = re.search(r"(\d+) of \d+ finished tickets count at least in part", text)
    counts = re.search(
        r"(\d+) with its work \((\d+) without a size\), \d+ by objective only\.",
        text,
    )
    assert counting
    assert counts, text[:1500]
    worked, unsized = map(int, counts.groups())
    assert int(counting[1]) + unsized == worked
    # The drawers of what the agency delivered and taught count in the same words.
    for path in ("agency", "taught_share"):
        query = f"engagement={ACME}&figure={path}&from=2026-07-01&to=2026-09-30"
        drawer = text_of(page_client.follow(AGENCY_LEAD, f"/pages/figure?{query}").text)
        stated = re.search(
            rf"{counting[1]} tickets count, (\d+) taken back, {unsized} without a size \(not listed\)", drawer
        )
        assert stated, drawer
        # The list below holds those that count and those taken back, which may be as many as have the agency's work.
        assert f"Show all {int(counting[1]) + int(stated[1])} tickets" in drawer


def test_an_agency_reads_on_each_page_which_tickets_are_listed_and_on_the_first_how_many(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finished, "PAGE", 20)
    begin = page_client.follow(AGENCY_LEAD, f"/pages/tickets?engagement={ACME}&period=2026Q3").text
    first, *older = [Reader(source).text for source in pages_from(page_client, AGENCY_LEAD, begin)]
    counts = re.search(
        r"(\d+) tickets that you may browse concern Acme Experiments: (\d+) with its work[^,]*, "
        r"(\d+) by objective only\. (\d+) on this page\.",
        first,
    )
    assert counts, first
    num, worked, tagged, on_page = map(int, counts.groups())
    assert num == worked + tagged > on_page
    listed = [
        re.search(r"Of all \d+ tickets those that concern Acme Experiments are listed: (\d+) on this page", text)
        for text in older
    ]
    assert older
    assert all(listed), older
    hidden = re.search(r"(\d+) tickets? that you may not browse", older[-1])
    shown = on_page + sum(int(match[1]) for match in listed if match)
    assert shown - num == (int(hidden[1]) if hidden else 0), older[-1]
