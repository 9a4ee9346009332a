"""The program's review: the recorded figures of the program page, on screen, on paper and in files, for its readers."""

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

import connector
from connector.actions.policy import READ_PROGRAM
from connector.pages.project.coverage import HOLDERS
from connector.pages.review.program import proposed_text
from connector.pages.terms import NOT_RECORDED
from tests.jira.story.people import account_of
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    DAY,
    LEAD,
    LEARNER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)
from tests.pages.cost.test_statements import LOADED_ONCE, statements
from tests.pages.html_reader import Reader, squeeze, text_of
from tests.pages.overview.test_waiting import undo
from tests.pages.program.test_program import ADMIN, SPONSOR, content
from tests.pages.review.pdf import read_pdf, require_pdf
from tests.pages.review.test_review import assert_tags_are_those_of, numbers, pack_of
from tests.pages.together.test_closed_room import act

PAGE, FILE, READ = "/pages/program/review", "/pages/program/review/file", "/pages/program/review/read"
Q3 = {"period": "2026Q3"}
FIRST = "The first recorded quarter: there is none to compare it with."
# What made a file is named in it.
APP = "Teachback for Jira"


def show(page_client: PageClient, who: str, **query: str) -> str:
    answer = page_client.story_site.ask(account_of(who), PAGE, **{**Q3, **query})
    assert answer.status_code == 200, answer.text
    return answer.text


def file(page_client: PageClient, who: str, form: str, **query: str) -> bytes:
    answer = page_client.story_site.ask(account_of(who), FILE, format=form, **{**Q3, **query})
    assert answer.status_code == 200, answer.text
    return answer.data


def article(page: str) -> str:
    return page[page.index("<article") : page.index("</article>")]


def test_page_paper_and_files_hold_the_figures_of_the_program_page(recorded: PageClient) -> None:
    page, pack = article(show(recorded, ADMIN)), json.loads(file(recorded, ADMIN, "json"))
    assert Reader(page).text == Reader(article(file(recorded, ADMIN, "html").decode())).text
    downloaded = json.loads(
        recorded.story_site.ask(
            account_of(ADMIN), "/pages/program/download", format="json", figures="recorded", **Q3
        ).text
    )
    assert [{name: row[name] for name in row if name != "key"} for row in pack["by_quarter"]] == downloaded["rows"]
    together = pack["all"][-1]
    for name in ("delivered", "taught"):
        assert together[name] == downloaded["all"][name]
    assert together["taught_share"]["value"] == downloaded["all"]["taught_share"]
    lines = list(csv.DictReader(io.StringIO(file(recorded, ADMIN, "csv").decode("utf-8-sig"))))
    values = {(line["section"], line["figure"]): line["value"] for line in lines}
    assert len(values) == len(lines)
    assert values["all", "Q3 2026.delivered"] == repr(together["delivered"])
    # Quarters before the first that was recorded have no rows, and names stand beside keys.
    assert {figure.split(".")[0] for section, figure in values if section == "all"} == {"Q2 2026", "Q3 2026"}
    assert {figure.split(".")[1] for section, figure in values if section == "departments"} == {"Q2 2026", "Q3 2026"}
    assert values["engagements", "growth-acme.objectives.ab-design.name"] == "Design an A/B test"
    assert values["engagements", "growth-acme.objectives.ab-design.coverage"] == "not covered"
    assert values["asks", "growth-bolt.name"] == "Growth and Bolt"
    # The sentence and the table of quarters are those of the program page, as recorded.
    whole = content(recorded, ADMIN, figures="recorded", **Q3)
    assert lead(page) == lead(whole) != ""
    own, theirs = Reader(page), Reader(whole)
    # Q2 was the first: the quarters before it are not printed.
    assert [row[:3] for row in table(theirs, "Figure").rows] == [row[:3] for row in table(own, "Figure").rows]


def lead(page: str) -> str:
    match = re.search(r'<p class="lead">(.*?)</p>', page, re.DOTALL)
    return "" if match is None else text_of(re.sub(r"</?a\b[^>]*>", "", match[1]))


def table(reader: Reader, head: str) -> Any:
    return next(item for item in reader.tables if item.rows and item.rows[0] and item.rows[0][0] == head)


def test_a_sponsor_comes_from_the_project_page_to_the_program_and_its_review(recorded: PageClient) -> None:
    page = Reader(recorded.open(SPONSOR).text)
    assert "You are a sponsor of Growth and Acme. Its sums and words stand on the program page" in page.text
    assert "put you on a side" not in page.text
    assert "Open Program" in page.text
    assert "Read the review of Q3 2026" in page.text
    # Each opens Jira's page of Program, which opens what stands behind its address.
    program, review = page.all("a")
    assert (program["href"] or "").endswith("/plugins/servlet/ac/io.teachback.jira/teachback-program")
    assert (review["href"] or "").endswith("/io.teachback.jira/teachback-program#!tab=review&period=2026Q3")
    opened = recorded.follow(SPONSOR, f"/pages/program/content?{review['data-choice']}")
    assert "Quarterly review of the program" in Reader(opened.text).text
    # Nobody else is offered them.
    assert "Open Program" not in recorded.open(STRANGER).text


def test_a_sponsor_comes_from_a_tickets_panel_to_where_the_program_opens(recorded: PageClient) -> None:
    """The panel named the program page and led nowhere."""
    ref = next(iter(recorded.story_site.story.planted.values())).ref
    shown = recorded.panel(SPONSOR, ref).text
    (way,) = Reader(shown).all("a")
    assert (way["href"] or "").endswith("/plugins/servlet/ac/io.teachback.jira/teachback-program")
    assert "Open Program" in text_of(shown)
    # The context beside the panel does not say it again, and others have no such.
    assert "Open Program" not in recorded.narrow(SPONSOR, ref).text
    assert "Open Program" not in recorded.panel(STRANGER, ref).text


def test_each_cell_of_a_table_that_is_stacked_on_a_narrow_screen_says_what_it_is(recorded: PageClient) -> None:
    page = show(recorded, ADMIN)
    tables = re.findall(r'<table class="[^"]*by-rows">.*?</table>', page, re.DOTALL)
    # Nothing was asked, which is a sentence.
    assert len(tables) == 7
    assert [cell for table in tables for cell in re.findall(r"<td[^>]*>", table) if "data-label=" not in cell] == []
    style = (Path(connector.__file__).parent / "static" / "review.css").read_text()
    # Paper keeps its rows.
    assert ".by-rows" not in style.split("@media screen and (max-width: 40rem)")[0]


def test_each_engagement_is_as_its_own_review_has_it(recorded: PageClient) -> None:
    whole = json.loads(file(recorded, ADMIN, "json"))
    for engagement in (ACME, BOLT):
        own = pack_of(recorded, LEAD, engagement)
        row = next(row for row in whole["by_quarter"] if row["key"] == f"{engagement}.Q3 2026")
        assert row["delivered"] == own["units"]["agency"]
        for name, key in (("taught_share", "value"), ("taught_share_low", "low"), ("taught_share_high", "high")):
            assert row[name] == own["taught_share"][key]
        assert row["exit_coverage_two_holders"] == own["exit_coverage"]["two_holders"]
        for name in ("won", "lost", "inconclusive", "led_inhouse"):
            assert row[f"experiments_{name}"] == own["program"]["experiments"][name]
        for name in ("made", "adopted", "declined"):
            assert row[f"proposals_{name}"] == own["program"]["proposals"][name]
        entry = next(item for item in whole["engagements"] if item["key"] == engagement)
        assert entry["report_hash"] == own["report_hash"]
        assert entry["integration"]["value"] == own["score"]["value"]
        # The same words of change, too.
        shown = Reader(show(recorded, ADMIN, engagement=engagement)).text
        verdicts = [item["figures"][0]["verdict"] for item in own["compared"]] or [FIRST]
        assert verdicts[0] in shown
        if not own["compared"]:
            # It is said once, and not again at each figure.
            assert "no earlier quarter" not in shown
            assert NOT_RECORDED not in shown


def test_a_quarter_that_is_the_first_has_no_empty_columns_and_no_chapter_of_changes(recorded: PageClient) -> None:
    page = Reader(show(recorded, ADMIN, engagement=BOLT))
    assert page.text.count(FIRST) == 1
    assert [row[0] for row in table(page, "Quarter").rows] == ["Quarter", "Q3 2026"]
    assert not re.search(r"Q[12] 2026|Quarter against quarter|Experiments decided, by quarter", page.text)
    # Its figures stand on the cover, and in no chapter again.
    assert page.text.count("with at least one, of what was finished in 90 days") == 1
    whole = Reader(show(recorded, ADMIN))
    assert FIRST not in whole.text
    assert table(whole, "Figure").rows[0] == ["Figure", "Q2 2026, from 25 May", "Q3 2026", "Change"]


@pytest.mark.parametrize("who", [ADMIN, SPONSOR])
def test_the_appendix_says_what_the_words_mean(recorded: PageClient, who: str) -> None:
    page = show(recorded, who)
    for word in ("Taught", "Assisted", "Holder", "Covered", "Integration"):
        assert f"<dt>{word}</dt>" in page
    own = recorded.story_site.ask(account_of(LEAD), "/pages/review", engagement=ACME, period="2026Q3")
    assert "<dt>Holder</dt>" in own.text


def test_a_sponsor_reads_sums_and_words_of_their_engagement_alone(recorded: PageClient) -> None:
    for text in (
        show(recorded, SPONSOR),
        *(file(recorded, SPONSOR, form).decode() for form in ("html", "csv", "json")),
    ):
        assert "Growth and Acme" in text
        # How the numbers are read is told below them, as of several engagements below their table.
        assert ("Bar: 80 % interval; line: the quarter before" in text) is ("<article" in text)
        assert not re.search(r"Bolt|GROW-\d|people_at_rung", text)
        names = {user.name for user in recorded.story_site.site.users.values() if user.active} - {APP}
        assert [name for name in names if name in text] == []


@pytest.mark.parametrize("who", [ADMIN, SPONSOR])
def test_the_pdf_is_tagged_and_prints_the_words_and_numbers_of_the_page(recorded: PageClient, who: str) -> None:
    require_pdf()
    page, pdf = show(recorded, who), read_pdf(file(recorded, who, "pdf"))
    assert pdf.is_tagged
    assert pdf.says_ua
    # Short chapters follow each other: seven of them had seven pages.
    assert len(pdf.pages) <= 5
    shown, printed = squeeze(Reader(article(page)).text), squeeze(" ".join(pdf.pages))
    assert not numbers(shown) - numbers(printed)
    assert squeeze(lead(article(page))) in printed
    assert_tags_are_those_of(page, pdf)
    assert ("Bolt" in printed) == (who == ADMIN)


def test_where_somebody_could_carry_each_objective_the_sentence_says_so(
    recorded: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.pages.program.totals.HOLDERS", dict.fromkeys(HOLDERS, 1))
    ends = {
        ADMIN: "If every agency left, as of 30 Sep, all eight objectives could be carried by one person only.",
        SPONSOR: "If Acme Experiments left, as of 30 Sep, all five objectives could be carried by one person only.",
    }
    for who, end in ends.items():
        for text in (show(recorded, who), content(recorded, who, **Q3)):
            assert lead(text).endswith(end)
    gadget = Reader(
        recorded.story_site.ask(account_of(LEAD), "/pages/gadget/content", engagement=ACME, period="full").text
    )
    assert ends[SPONSOR] in gadget.text


def test_each_number_of_proposals_has_its_own_verb() -> None:
    assert proposed_text("", 2, 1) == "Agencies made 2 proposals; 1 was adopted."
    assert proposed_text("Bolt Studio", 1, 2) == "Bolt Studio made 1 proposal; 2 were adopted."
    assert proposed_text("Bolt Studio", 3, 0) == "Bolt Studio made 3 proposals; none was adopted."
    assert proposed_text("", 0, 0) == "Agencies made no proposal, and none was adopted."


@pytest.mark.parametrize("who", [LEAD, LEARNER, AGENCY_LEAD, AGENCY_MEMBER, OTHER_LEAD, STRANGER])
def test_nobody_else_finds_or_reads_it(recorded: PageClient, who: str) -> None:
    for path, method in ((PAGE, "GET"), (FILE, "GET"), (READ, "POST"), (f"{PAGE}/undo-read", "POST")):
        answer = recorded.story_site.ask(account_of(who), path, method, format="json", **Q3)
        assert (answer.status_code, answer.text) == (404, "There is no program that you may see."), path


def test_the_newest_review_waits_until_its_reader_has_read_it(recorded: PageClient) -> None:
    assert READ_PROGRAM.roles == {"sponsor", "admin"}
    for who in (SPONSOR, ADMIN):
        page = content(recorded, who)
        assert "The review of Q3 2026 is ready" in Reader(page).text
        address = re.search(r'aria-label="Read: The review[^>]*hx-get="([^"]+)"', page)
        assert address is not None
        review = recorded.follow(who, html.unescape(address[1])).text
        assert "I have read it" in Reader(review).text
        assert re.search(r'hx-post="[^"]*back=2026Q4', review)
        answer = recorded.story_site.ask(account_of(who), READ, "POST", {}, **Q3)
        assert (answer.status_code, "It waits for you no longer." in answer.text) == (200, True)
        address = undo(answer.text)
        undone = recorded.story_site.ask(account_of(who), address, "POST", {})
        assert (undone.status_code, "Undone." in undone.text) == (200, True)
        assert "is ready" in Reader(content(recorded, who)).text
        assert recorded.story_site.ask(account_of(who), address, "POST", {}).status_code == 422
        done = recorded.story_site.ask(account_of(who), READ, "POST", {}, **Q3).text
        # It is there, too, where the review is opened again meanwhile.
        assert undo(show(recorded, who)) == undo(done)
        # For no longer than the rest of its minute.
        at = recorded.story_site.clock.at
        for passed, rest in ((20, ' data-rest="40"'), (61, "data-undo")):
            recorded.story_site.clock.at = at + passed * 1_000_000
            assert (rest in show(recorded, who)) is (passed < 60)
        recorded.story_site.clock.at = at
        assert "is ready" not in Reader(content(recorded, who)).text
    assert recorded.story_site.ask(account_of(SPONSOR), READ, "POST", {}, period="2026Q1").status_code == 422


@pytest.mark.parametrize("quarter", ["2026Q4", "2026Q2"])
def test_the_way_back_leads_to_the_quarter_from_which_the_review_was_opened(recorded: PageClient, quarter: str) -> None:
    page = content(recorded, SPONSOR, period=quarter)
    review = recorded.follow(SPONSOR, address_of(page, "Q3 2026")).text
    done = recorded.story_site.ask(account_of(SPONSOR), READ, "POST", {}, back=quarter, **Q3).text
    undone = recorded.story_site.ask(account_of(SPONSOR), undo(done), "POST", {}).text
    for shown in (review, done, undone):
        assert f"period={quarter}" in address_of(shown, "Back to the program")
    # Who comes by its address is led to its own quarter.
    assert "period=2026Q3" in address_of(show(recorded, SPONSOR), "Back to the program")


def test_the_first_review_does_not_say_how_changes_are_named(recorded: PageClient) -> None:
    for quarter, is_compared in (("2026Q2", False), ("2026Q3", True)):
        page = show(recorded, SPONSOR, period=quarter)
        assert "Scale 0 to 100. Bar: 80 % interval" in page
        assert ("line: the quarter before" in page) is ("A change is named" in page) is is_compared


def address_of(page: str, name: str) -> str:
    match = re.search(rf'hx-get="([^"]*)"[^>]*>{name}</a>', page)
    return html.unescape(match[1]) if match else ""


def test_what_was_not_frozen_has_no_review(recorded: PageClient) -> None:
    assert "once the quarter is over" in show(recorded, SPONSOR, period="2026Q1")
    assert recorded.story_site.ask(account_of(SPONSOR), FILE, format="json", period="2026Q1").status_code == 404
    assert recorded.story_site.ask(account_of(SPONSOR), FILE, format="xml", **Q3).status_code == 404


def test_it_costs_few_statements_whatever_the_engagements(recorded: PageClient) -> None:
    show(recorded, ADMIN)
    with statements(recorded.story_site.container.reader) as tables:
        show(recorded, ADMIN)
    assert {name: tables[name] for name in LOADED_ONCE if tables[name] > 1} == {}
    assert sum(tables.values()) <= 10, tables


def test_a_joint_statement_is_in_it_while_both_sides_sign_and_the_words_of_asks_are_not(recorded: PageClient) -> None:
    quarter, words = "2026-07-01", "We pair from the first week on."
    address = f"/pages/review/ask?engagement={ACME}&period=2026Q3"
    # A table of nothing but zeros is one sentence.
    assert "Nothing was asked, as of 20 Nov 2026." in show(recorded, SPONSOR)
    assert recorded.press(LEAD, address, words="Answer in a day", owner="lead", due="2026-12-31").status_code == 200
    assert act(recorded, LEAD, "word", quarter=quarter, version="0", words=words).status_code == 200
    for who in (LEAD, AGENCY_LEAD):
        assert words not in show(recorded, SPONSOR)
        assert act(recorded, who, "sign", quarter=quarter, version="1").status_code == 200
    for text in (show(recorded, SPONSOR), file(recorded, SPONSOR, "json").decode()):
        assert words in text
        assert "Answer in a day" not in text
    assert "Counted on 20 Nov 2026; all other figures are frozen." in show(recorded, SPONSOR)
    asked = "The two sides asked 1 thing of each other: 0 done, 1 open, 0 of these overdue."
    assert f"{asked} Their words are for the two sides." in show(recorded, SPONSOR)
    row = next(row for row in json.loads(file(recorded, SPONSOR, "json"))["asks"] if row["key"] == ACME)
    assert (row["by_inhouse"], row["by_agency"], row["open"], row["overdue"]) == (1, 0, 1, 0)
    # Also long after the undo, a side takes its signature back.
    recorded.story_site.clock.at += DAY
    assert act(recorded, LEAD, "unsign", quarter=quarter).status_code == 200
    assert words not in show(recorded, SPONSOR)
    recorded.story_site.clock.at = recorded.story_site.story.end
