"""The Tickets tab: rows that add up, filters in the address, pages by key, and what is done to selected tickets."""

import csv
import html
import io
import re
from decimal import Decimal

import pytest
from werkzeug.test import TestResponse

from connector.pages.tickets import content, finished
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, GATEKEEPER, LEAD, MEMBER, STRANGER, Desk
from tests.pages.html_reader import Reader

PART = re.compile(r'<span class="kind[^"]*">.*?</svg>([^<]+?)(?: <b>([^<]+)</b>)?</span>', re.DOTALL)
ROW = re.compile(r"<tbody.*?</tbody>", re.DOTALL)
FOOT = re.compile(r"<tfoot>.*?</tfoot>", re.DOTALL)
HEADLINE = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)
Q3 = {"engagement": ACME, "period": "2026Q3"}


def tickets(desk: Desk, who: str, **query: str) -> TestResponse:
    return desk.both.ask(account_of(who), "/pages/tickets", **Q3, **query)


def amounts(source: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for name, amount in PART.findall(source):
        sums[name] = sums.get(name, Decimal(0)) + Decimal(amount.replace(",", ""))
    return {name: amount for name, amount in sums.items() if amount}


def pages(desk: Desk, who: str, **query: str) -> list[str]:
    """All pages of a list, by the links that lead to older tickets."""
    answers = [tickets(desk, who, **query).text]
    while older := re.search(r'<a class="button" href="([^"]*)"[^>]*>Older tickets', answers[-1]):
        answers.append(desk.follow(who, html.unescape(older[1])).text)
    return answers


def issue_ids(source: str) -> list[str]:
    return re.findall(r'name="issue" value="(\d+)"', source)


@pytest.mark.parametrize("who", [LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER])
def test_the_rows_of_a_page_add_up_to_its_foot_and_all_pages_to_the_headline(desk: Desk, who: str) -> None:
    answers = pages(desk, who)
    assert len(answers) > 1
    rows = [amounts("".join(ROW.findall(answer))) for answer in answers]
    assert rows == [amounts(FOOT.findall(answer)[0]) for answer in answers]
    headline = Reader(HEADLINE.findall(answers[0])[0]).text
    done = sum(int(re.findall(r"(\d+) tickets?", FOOT.findall(answer)[0])[0]) for answer in answers)
    assert headline.startswith(f"{done} tickets were finished")
    named = {name: Decimal(amount) for amount, name in re.findall(r"(-?[\d.]+) ([a-z ]+?)(?=\s*[,.]| and )", headline)}
    total = {name: sum((row.get(name, Decimal(0)) for row in rows), Decimal(0)) for row in rows for name in row}
    # Each page is rounded for itself.
    assert all(abs(amount - named[name.lower()]) <= Decimal("0.2") for name, amount in total.items()), (total, named)


def test_pages_by_key_leave_nothing_out_and_show_nothing_twice(desk: Desk) -> None:
    answers = pages(desk, LEAD)
    ids = [issue_id for answer in answers for issue_id in issue_ids(answer)]
    agency = [issue_id for answer in pages(desk, AGENCY_LEAD) for issue_id in issue_ids(answer)]
    # What others alone worked on cannot be selected by an agency.
    assert set(agency) < set(ids)
    assert len(ids) == len(set(ids)) > finished.PAGE


def test_filters_stand_in_the_address_and_list_what_they_name(desk: Desk) -> None:
    taught = pages(desk, LEAD, kind="taught")
    assert all("Taught" in amounts(row) for answer in taught for row in ROW.findall(answer))
    keys = pages(desk, LEAD, objective="ab-design")
    rows = [row for answer in keys for row in ROW.findall(answer)]
    assert rows
    assert all("Design an A/B test" in row for row in rows)
    assert 'value="ab-design" selected' in keys[0]
    mine = "".join(pages(desk, MEMBER, mine="1"))
    assert all(MEMBER in row or "learning objective" in row for row in ROW.findall(mine))
    assert "No ticket of Q3 2026 matches" in tickets(desk, LEAD, objective="no-such").text


def test_what_only_entries_tell_is_looked_for_a_bounded_way_at_a_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [issue_id for answer in pages(desk, LEAD, kind="handed_over") for issue_id in issue_ids(answer)]
    monkeypatch.setattr(finished, "READ", 7)
    parts = pages(desk, LEAD, kind="handed_over")
    assert len(parts) > 5
    assert [issue_id for answer in parts for issue_id in issue_ids(answer)] == whole


def test_open_tickets_are_counted_up_to_a_bound_that_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = re.search(r">Open (\d+)</a>", tickets(desk, LEAD).text)
    assert number
    monkeypatch.setattr(content, "MOST_COUNTED", int(number[1]))
    assert number[0] in tickets(desk, LEAD).text
    monkeypatch.setattr(content, "MOST_COUNTED", int(number[1]) - 1)
    assert f">Open more than {int(number[1]) - 1}</a>" in tickets(desk, LEAD).text


def test_those_of_mine_are_the_same_looked_up_or_walked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = [issue_id for answer in pages(desk, MEMBER, mine="1") for issue_id in issue_ids(answer)]
    monkeypatch.setattr(finished, "FEW_ROWS", 0)
    assert looked_up == [issue_id for answer in pages(desk, MEMBER, mine="1") for issue_id in issue_ids(answer)]
    assert looked_up


def test_an_agency_learns_of_no_other_and_outsiders_of_nothing(desk: Desk) -> None:
    text = "".join(pages(desk, AGENCY_LEAD))
    assert not {"Other agency", "Unknown", "In conflict"} & set(amounts(text))
    for who in (GATEKEEPER, STRANGER):
        assert tickets(desk, who).status_code == 404


def test_a_row_opens_its_evidence_with_who_did_what_when(desk: Desk) -> None:
    address = re.search(r'hx-get="(/pages/tickets/evidence[^"]*)"', tickets(desk, MEMBER, mine="1").text)
    assert address
    text = desk.read(desk.follow(MEMBER, html.unescape(address[1]))).text
    assert "What Jira recorded, newest first" in text
    assert " you " in text
    # Nobody else is told from the others of their side.
    assert not [person.name for person in desk.both.story.people if person.name != MEMBER and person.name in text]


def test_the_file_holds_what_the_pages_show(desk: Desk) -> None:
    answer = desk.both.ask(account_of(AGENCY_LEAD), "/pages/tickets/export", **Q3)
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}"))))
    listed = [row for row in rows if row["kind"] == "ticket"]
    keys = re.findall(r'data-issue="([^"]*)"', "".join(pages(desk, AGENCY_LEAD)))
    assert [row["ticket"] for row in listed] == list(dict.fromkeys(keys))
    assert "other" not in rows[0]
    assert answer.headers["Content-Disposition"] == "attachment; filename=growth-acme-tickets-2026Q3.csv"


def press(desk: Desk, who: str, act: str, *ids: str, **form: str) -> TestResponse:
    fields = {"engagement": ACME, "issue": list(ids), **form}
    sent = {"query_string": fields} if act == "selection" else {"query_string": {"engagement": ACME}, "data": fields}
    headers = {"Authorization": f"JWT {desk.both.connected.context_token(account_of(who))}"}
    method = "GET" if act == "selection" else "POST"
    return desk.both.client.open(f"/pages/tickets/{act}", method=method, headers=headers, base_url=APP_URL, **sent)


def bar(desk: Desk, who: str, *ids: str, **form: str) -> str:
    """What the bar over selected tickets says."""
    return desk.read(press(desk, who, "selection", *ids, **form)).text


def undo(desk: Desk, who: str, answer: TestResponse) -> TestResponse:
    address = re.search(r'data-undo hx-post="([^"]*)"', answer.text)
    assert address, answer.text
    return desk.press(who, html.unescape(address[1]))


def share(desk: Desk) -> str:
    text = desk.content(LEAD, engagement=ACME).text
    value = re.search(r"figure=taught_share[^>]*>(\d+)\s%</a></dd>", text)
    assert value
    return f"{value[1]} %"


def test_the_bar_says_before_what_confirming_does_and_undo_takes_it_back(apart: Desk) -> None:
    desk, done = apart, issue_ids(tickets(apart, AGENCY_LEAD, objective="-").text)
    before = share(desk)
    assert "are done: they wait for the other side" in bar(desk, AGENCY_LEAD, *done, tag="tracking")
    tagged = press(desk, AGENCY_LEAD, "tag", *done, tag="tracking")
    assert "Keep the tracking plan is set." in tagged.text
    assert share(desk) == before
    # Who set it cannot confirm it; the other side reads what that would do.
    assert "Confirm" not in bar(desk, AGENCY_LEAD, *done)
    promised = re.search(
        r"Confirming moves ([\d.]+) points? to taught: (\d+ %) to (\d+ %)", bar(desk, LEAD, *done).replace("\xa0", " ")
    )
    assert promised, bar(desk, LEAD, *done)
    assert promised[2] == before != promised[3]
    confirmed = press(desk, LEAD, "confirm", *done)
    assert "confirmed. What they give counts from today." in confirmed.text
    assert f'name="issue" value="{done[0]}" checked' in confirmed.text
    assert share(desk) == promised[3]
    assert "Undone." in undo(desk, LEAD, confirmed).text
    assert share(desk) == before
    desk.both.clock.at += 61_000_000
    assert press(desk, LEAD, "confirm", *done).status_code == 200
    desk.both.clock.at += 61_000_000
    assert undo(desk, LEAD, confirmed).status_code == 422


def test_what_was_set_on_many_is_removed_and_restored_together(apart: Desk) -> None:
    desk = apart
    opened = [str(desk.both.ids[item.ref]) for item in desk.both.story.planted.values() if item.scene == "never_begun"]
    tagged = press(desk, MEMBER, "tag", *opened, tag="ab-design")
    assert "Design an A/B test is set." in tagged.text
    desk.both.clock.at += 1_000_000
    assert "leaves the taught share as it is" in bar(desk, MEMBER, *opened)
    removed = press(desk, LEAD, "untag", *opened)
    assert f"{len(opened)} objective" in removed.text
    assert "Untag" not in bar(desk, LEAD, *opened)
    assert "Undone." in undo(desk, LEAD, removed).text
    assert "Untag" in bar(desk, LEAD, *opened)
    # Only who tagged can take the tagging back.
    assert undo(desk, LEAD, tagged).status_code == 422
    assert "Undone." in undo(desk, MEMBER, tagged).text
    assert "Untag" not in bar(desk, LEAD, *opened)


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
    desk: Desk, ids: list[str], form: dict[str, str], status: int, text: str
) -> None:
    own = str(next(desk.both.ids[item.ref] for item in desk.both.story.planted.values() if item.scene == "never_begun"))
    answer = press(desk, LEAD, "tag", *(own if issue_id == "own" else issue_id for issue_id in ids), **form)
    assert (answer.status_code, answer.text) == (status, text)


def test_a_ticket_is_disputed_where_it_is_listed_and_the_dispute_undone(apart: Desk) -> None:
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
    apart.both.clock.at = apart.both.clock.now() + 61_000_000
    assert apart.press(AGENCY_MEMBER, html.unescape(undo[1])).status_code == 422


def test_what_a_side_disputed_and_withdrew_is_not_offered_to_it_again(apart: Desk) -> None:
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


def test_only_people_of_the_two_sides_are_offered_a_dispute(apart: Desk) -> None:
    apart.both.site.admins.add(account_of(STRANGER))
    place = f"/pages/tickets?engagement={ACME}&period=2026Q3"
    assert "Dispute GROW" not in apart.follow(STRANGER, place).text
    issue = apart.both.ids["t0110"]
    asked = apart.follow(STRANGER, f"/pages/tickets/dispute?engagement={ACME}&issue={issue}")
    apart.both.site.admins.discard(account_of(STRANGER))
    assert asked.status_code == 404
    never = next(item.ref for item in apart.both.story.planted.values() if item.scene == "never_begun")
    open_ticket = f"/pages/tickets/dispute?engagement={ACME}&issue={apart.both.ids[never]}"
    assert apart.follow(LEAD, open_ticket).status_code in {200, 422}
