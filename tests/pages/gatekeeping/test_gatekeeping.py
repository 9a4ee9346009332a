"""The Gatekeeping tab: the figure of the score, what waits now, one's own answers, and nobody's name."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from connector.figures.gatekeepers import dimension as figures
from connector.figures.gatekeepers.dimension import Gatekeeping
from connector.figures.gatekeepers.ticket import Asked
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.model.opportunity import Window
from mappings.records.agreement.engagements import save_engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.jira.story_site import open_story_site
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    MEMBER,
    STRANGER,
    PageClient,
    go_on,
)
from tests.pages.html_reader import query, squeeze, text_of
from webhooks.generations import measure_pending

ADDRESS = f"/pages/gatekeeping?engagement={ACME}"
FIGURE = f"/pages/gatekeeping/figure?engagement={ACME}&figure={{}}&from=2026-10-01&to=2026-12-31"


# What would move each number of the first sentence.
MOVES = {
    "met": "A ticket on which Legal is before it is finished.",
    "each": "A ticket that is finished and asked for Legal, or on which it was.",
    "before": "A ticket on which Legal is before work starts.",
    "half": "A ticket on which Legal first is in the first half of the work.",
    "later": "A ticket on which Legal first is in the second half of the work.",
    "never": "A ticket that asks for Legal and on which Legal is before it is finished.",
}
NONE_ASKS = "No open ticket asks for Legal that was not sent to it."
PASSES = (
    "Passed: it is moved on, for example to In Review or Done. "
    "Moved to In Progress or a to-do status, it counts as come back."
)


def read(page_client: PageClient, who: str = GATEKEEPER) -> str:
    return page_client.read(page_client.follow(who, ADDRESS)).text.replace("\N{NO-BREAK SPACE}", " ")


def test_it_is_the_gatekeepers_page_and_prints_the_figure_that_leads_read(page_client: PageClient) -> None:
    assert "Gatekeeping in Growth and Acme" in page_client.open(GATEKEEPER).text
    text = read(page_client)
    value = re.search(r"How early (\d+) of 100; 100 is before work starts on (\d+) tickets", text)
    assert value, text
    drawer = f"/pages/figure?engagement={ACME}&figure=dimensions.gatekeepers{{}}&from=2026-10-01&to=2026-12-31"
    assert f"{value[1]} of 100" in page_client.follow(LEAD, drawer.format(".earliness")).text
    score = re.search(
        r"both sides read this as “Brought in early” and “First submissions passed”: "
        r"([\d.]+) × 70 % \+ ([\d.]+) × 30 % = (\d+), of 100\.",
        text,
    )
    assert score, text
    assert f"{score[3]} of 100" in page_client.follow(LEAD, drawer.format("")).text
    assert float(score[1]) * 0.7 + float(score[2]) * 0.3 == pytest.approx(float(score[3]), abs=0.55)
    assert re.search(
        rf"counted with 4 more submissions at 50, so that few say little, this is {score[2]} of 100 in the score", text
    )
    keys = re.findall(r"GROW-\d+", text)
    assert len(keys) == int(value[2])
    opened = page_client.follow(GATEKEEPER, FIGURE.format("early")).text
    assert f"{value[1]} of 100" in opened
    assert set(keys) == set(re.findall(r"GROW-\d+", opened))
    assert not [person.name for person in page_client.story_site.story.people if person.name in text]


def test_how_early_is_one_figure_on_one_scale(page_client: PageClient) -> None:
    page = page_client.read(page_client.follow(GATEKEEPER, ADDRESS))
    (_, *rows) = next(table.rows for table in page.tables if table.rows[0][-2] == "Early")
    early = [float(row[-2]) for row in rows]
    assert max(early) == 100
    mean = re.search(
        r"The mean of all tickets is ([\d.]+); counted with 8 more tickets at 50, so that few tickets say little, "
        r"it is the (\d+)",
        page.text,
    )
    assert mean
    assert float(mean[1]) == pytest.approx(sum(early) / len(early), abs=0.06)
    assert f"How early {mean[2]} of 100; 100 is before work starts on {len(early)} tickets" in squeeze(page.text)
    opened = page_client.read(page_client.follow(GATEKEEPER, FIGURE.format("early"))).text
    assert f"{mean[2]} of 100" in squeeze(opened)
    # The drawers have the same scale, and each figure as it is printed here.
    assert f"{mean[1]} on average" in squeeze(opened)
    listed = opened.partition("Start value")[2]
    assert sorted(early) == sorted(map(float, re.findall(r"([\d.]+) of 100 ", listed)))
    each = page_client.read(page_client.follow(GATEKEEPER, FIGURE.format("each"))).text
    assert sorted(early) == sorted(map(float, re.findall(r"([\d.]+) of 100 ", each)))
    assert "of 1 " not in opened
    # So has that of the score, for whoever reads it, and its rule.
    drawer = FIGURE.replace("/gatekeeping", "").format("dimensions.gatekeepers.earliness")
    score = page_client.read(page_client.follow(LEAD, drawer)).text
    assert "100 before work began, 0 at the end or never" in squeeze(score)
    assert re.search(r"[\d.]+ of 100 ", score.partition("Start value")[2])
    assert "of 1 " not in score
    assert f"mean {mean[1]}, counted with 8 more tickets at 50" in squeeze(page.text).partition("Your answers")[0]
    # No answer stands without its reason.
    assert {row[-1] for row in rows if not re.search(r"\d", row[-1])} == {
        "never reached you", "– (never in Legal review)",
        "– (assigned to you, not in Legal review: no answer counted)",
    }  # fmt: skip


def test_that_nothing_waits_and_that_windows_share_days_is_said_once(page_client: PageClient) -> None:
    text = read(page_client)
    assert text.count("Nothing waits for you now.") == 1
    assert text.count("Neighbouring windows share days.") == 1
    # Each row without an answer has its reason in its own cell.
    assert "under “Your answer”" not in text


def test_the_first_sentence_tells_apart_before_work_and_in_its_first_half(page_client: PageClient) -> None:
    text = read(page_client)
    sentence = re.search(
        r"on (\d+) before work started, on (\d+) in the first half of the work, on (\d+) later\. "
        r"(\d+) never reached it\.",
        text,
    )
    assert sentence, text
    page = page_client.read(page_client.follow(GATEKEEPER, ADDRESS))
    (_, *rows) = next(table.rows for table in page.tables if table.rows[0][-2] == "Early")
    before = [row for row in rows if "before work started" in row[-3]]
    half = [row for row in rows if float(row[-2]) >= 50 and row not in before]
    never = [row for row in rows if squeeze(row[-3]).startswith("never")]
    later = len(rows) - len(before) - len(half) - len(never)
    assert tuple(map(int, sentence.groups())) == (len(before), len(half), later, len(never))
    assert before
    assert half


def test_each_number_of_the_first_sentence_opens_into_its_tickets(page_client: PageClient) -> None:
    page = page_client.follow(GATEKEEPER, ADDRESS).text
    lead = page.partition('<p class="lead">')[2].partition("</p>")[0]
    links = re.findall(r'hx-get="(/pages/gatekeeping/figure[^"]*)"[^>]*>(\d+)</a>', lead)
    names = [query(unescape(address))["figure"] for address, _ in links]
    assert names == ["met", "each", "before", "half", "later", "never"]
    for address, number in links:
        drawer = page_client.follow(GATEKEEPER, unescape(address))
        assert f'<p class="big">{number} ticket' in drawer.text
        text = page_client.read(drawer).text
        # As those of the three figures: its rule, its days, the hash of the agreement and its files.
        assert "Finished tickets of this window" in text
        assert "Window 5 Jul 2026 to 20 Nov 2026" in squeeze(text)
        assert "rule gatekeeper_there@1" in text
        moves = text.partition("What would move this")[2]
        assert MOVES[query(unescape(address))["figure"]] in moves
        (_, *rows, total) = page_client.read(drawer).tables[0].rows
        assert len(rows) == int(number) == int(total[-1])
        # They are rows of the page.
        keys = {re.findall(r"GROW-\d+", row[0])[0] for row in rows}
        assert keys <= set(re.findall(r"GROW-\d+", page))
        export = unescape(address).replace("/figure?", "/figure/export?")
        file = page_client.follow(GATEKEEPER, f"{export}&format=csv").text
        assert keys == set(re.findall(r"GROW-\d+", file))
        assert page_client.follow(LEAD, f"{export}&format=csv").status_code == 404
    assert page_client.follow(LEAD, unescape(links[0][0])).status_code == 404
    assert page_client.follow(GATEKEEPER, unescape(links[0][0]).replace("=met", "=all")).status_code == 404


def test_rows_have_their_day_and_their_order_and_what_is_meant_by_there(page_client: PageClient) -> None:
    text = read(page_client)
    assert "Newest first, by the day it was finished" in text
    assert "There: the first comment, move or other change by a gatekeeper, or when one was assigned." in text
    page = page_client.read(page_client.follow(GATEKEEPER, ADDRESS))
    (_, *rows) = next(table.rows for table in page.tables if table.rows[0][-2] == "Early")
    assert all(re.search(r"finished \d+ [A-Z][a-z]{2}$", squeeze(row[0])) for row in rows)


def test_a_ticket_that_was_sent_before_the_window_says_so_in_its_own_row(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_of = figures.select_gatekeeping
    asked: list[Asked] = []

    def read_asked(*args: Any, **more: Any) -> Gatekeeping:
        data = rows_of(*args, **more)
        asked.extend(data.asked)
        return data

    monkeypatch.setattr("connector.pages.gatekeeping.views.select_gatekeeping", read_asked)
    assert "sent before" not in read(page_client)
    sent = max(item.sent for item in asked if item.sent is not None and item.sent < item.done)
    window_in = figures.window_in

    def begun_later(*args: Any) -> Window:
        return replace(window_in(*args), start=sent + 1)

    monkeypatch.setattr(figures, "window_in", begun_later)
    assert read(page_client).count("so not in “Passed at first”") == 1


def test_one_word_stands_for_the_days_and_the_level_beside_each_interval(page_client: PageClient) -> None:
    page = page_client.open(GATEKEEPER).text
    text = text_of(page) + text_of(page_client.follow(GATEKEEPER, FIGURE.format("early")).text)
    assert not re.search("half-year|period", text, re.IGNORECASE)
    assert "likely" not in text
    ranges = re.findall(r"\d+–\d+(.{0,15})", squeeze(text_of(page)).replace("\N{NO-BREAK SPACE}", " "))
    assert len(ranges) == 2
    assert all(after.startswith(", 80 % interval") for after in ranges)
    assert "In words" not in text


def test_a_window_without_tickets_has_no_legend(page_client: PageClient) -> None:
    for period, is_asked in (("2026Q2", False), ("2026Q4", True)):
        page = page_client.follow(GATEKEEPER, f"{ADDRESS}&period={period}").text
        assert ("No ticket of yours was finished in these days." in page) is not is_asked
        assert ('<ul class="legend small">' in page) is is_asked


def test_the_window_is_named_to_its_end(page_client: PageClient) -> None:
    assert "Window: the 180 days that end with Q4 2026, 5 Jul to 31 Dec 2026, so far to 20 Nov · evidence" in read(
        page_client
    )
    past = text_of(page_client.follow(GATEKEEPER, f"{ADDRESS}&period=2026Q3").text)
    assert "end with Q3 2026, 25 May to 30 Sep 2026, as the engagement began then · evidence" in past


@pytest.mark.parametrize("who", [LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER, STRANGER])
def test_it_is_there_for_nobody_else(page_client: PageClient, who: str) -> None:
    assert page_client.follow(who, ADDRESS).status_code == 404
    assert page_client.follow(who, FIGURE.format("answers")).status_code == 404
    assert page_client.follow(who, FIGURE.format("answers").replace("figure?", "figure/export?")).status_code == 404


def test_a_gatekeeper_with_a_part_in_another_engagement_chooses_between_both(apart: PageClient) -> None:
    agreed = read_engagement(engagement_file(apart.story_site.story, BOLT))
    gatekeeper = account_of(GATEKEEPER)
    people = [replace(item, side="inhouse") if item.account == gatekeeper else item for item in agreed.people]
    agreed, now = replace(agreed, people=tuple(people)), apart.story_site.clock.now()
    with apart.story_site.container.engine.begin() as connection:
        save_engagement(connection, apart.story_site.tenant_id, agreed, engagement_hash(agreed), now=now, by=None)
    measure_pending(apart.story_site.container.engine, apart.story_site.tenant_id, now)
    for chosen, words in ((ACME, "Gatekeeping in Growth and Acme"), (BOLT, "Bolt Studio delivered")):
        page = apart.content(GATEKEEPER, engagement=chosen).text
        assert words in text_of(page)
        offered = re.findall(r'<option value="(growth-\w+)"( selected)?', page)
        assert offered == [(key, " selected" if key == chosen else "") for key in (ACME, BOLT)]
    # Of the first they read nothing else.
    assert apart.follow(GATEKEEPER, f"/pages/history?engagement={ACME}").status_code == 404


def test_the_period_says_which_days_the_figures_are_of(page_client: PageClient) -> None:
    page = page_client.open(GATEKEEPER).text
    named = dict(re.findall(r"<option value=\"(2026Q\d)\"(?: selected)?>(.*?)</option>", page))
    assert named == {
        "2026Q4": "Window to 31 Dec 2026, so far",
        "2026Q3": "Window to 30 Sep 2026 (from 25 May)",
        "2026Q2": "Window to 30 Jun 2026 (from 25 May)",
    }
    within, before = map(int, re.findall(r"finished: (\d+) in Q4 2026, (\d+) before\.", text_of(page))[0])
    tables = page_client.read(page_client.follow(GATEKEEPER, ADDRESS)).tables
    (_, *rows) = next(table.rows for table in tables if table.rows[0][-2] == "Early")
    finished = [squeeze(row[0]).rpartition(" ")[2] for row in rows]
    assert within == sum(month in {"Oct", "Nov"} for month in finished)
    assert within + before == len(rows)
    assert "Window" in page_client.follow(GATEKEEPER, FIGURE.format("early")).text


def test_the_page_keeps_itself_up_to_date(page_client: PageClient) -> None:
    mark = re.search(r'data-live="([^"]*)" data-version="([^"]*)"', page_client.open(GATEKEEPER).text)
    assert mark
    address = mark[1].replace("&amp;", "&")
    assert page_client.follow(GATEKEEPER, address).json["version"] == mark[2]
    # Of a ticket it tells a gatekeeper nothing, and to a stranger nothing at all.
    assert page_client.follow(GATEKEEPER, f"{address}&issue={page_client.story_site.ids['t0110']}").status_code == 404
    assert page_client.follow(STRANGER, address).status_code == 404


def test_a_figure_opens_for_a_gatekeepers_own_quarters_alone(page_client: PageClient) -> None:
    for wrong, status in (("score", 404), ("dimensions.teaching", 404), ("early&from=2026-10-02", 400)):
        address = FIGURE.format(wrong) if "&" not in wrong else FIGURE.format("early").replace("10-01", "10-02")
        assert page_client.follow(GATEKEEPER, address).status_code == status
    # The drawer of everybody else's figures has none for them.
    assert (
        page_client.follow(GATEKEEPER, f"/pages/figure?engagement={ACME}&figure=dimensions.gatekeepers").status_code
        == 404
    )


def test_what_is_submitted_waits_and_is_answered(lively: PageClient) -> None:
    page_client, site = lively, lively.story_site.site
    at, driver = go_on(page_client), account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Task", "Wording of the trial", by=driver, at=at, labels=("needs-legal",))
    site.transition(issue.id, "Legal review", by=driver, at=at)
    # From Friday evening to Monday.
    go_on(page_client, 64)
    text = read(page_client)
    assert re.search(r"1 ticket waits for you, for [\d.]+.h\.", text)
    # It is of today, whatever period the figures beside it are of.
    past = text_of(page_client.follow(GATEKEEPER, f"{ADDRESS}&period=2026Q2").text)
    assert "Today: 1 ticket waits for you, for" in past
    assert f"{issue.key} Wording of the trial" in text
    assert "not started: nothing is held up yet" in text
    assert re.search(r"[\d.]+.h of 16.h an answer by \d+ \w+, \d\d:\d\d is in time", text)
    # What is to be done stands before the figures, and in the ticket's panel.
    assert text.index("What waits for you") < text.index("How early")
    panel = text_of(page_client.follow(GATEKEEPER, f"/pages/panel/content?issue={issue.id}").text)
    assert re.search(
        r"Waiting, business hours [\d.]+.h of 16.h; an answer by .* To answer move it out of Legal review", panel
    )
    before = re.search(r"median of (\d+) answer", text)
    site.transition(issue.id, "In Progress", by=account_of(GATEKEEPER), at=go_on(page_client))
    go_on(page_client)
    # What came back is said of the open ticket, too.
    panel = text_of(page_client.follow(GATEKEEPER, f"/pages/panel/content?issue={issue.id}").text)
    assert re.search(r"Your answer [\d.]+.h; came back, so not passed at first", panel)
    site.transition(issue.id, "Done", by=driver, at=go_on(page_client))
    go_on(page_client)
    text = read(page_client)
    assert "Nothing waits for you now." in text
    row = rf"{issue.key} Wording of the trial finished \d+ \w+ before work started label needs-legal 100"
    assert re.search(row, text)
    assert "came back, so not passed at first" in text
    # So does its panel.
    panel = text_of(page_client.follow(GATEKEEPER, f"/pages/panel/content?issue={issue.id}").text)
    assert "; came back, so not passed at first" in panel
    assert f"median of {int(before[1]) + 1 if before else 1} answer" in text


def test_what_asks_for_a_gatekeeper_is_listed_before_it_is_with_one(lively: PageClient) -> None:
    site, driver = lively.story_site.site, account_of(AGENCY_MEMBER)

    def asking() -> str:
        source = lively.follow(GATEKEEPER, ADDRESS).text
        return squeeze(text_of(source.partition('<section aria-labelledby="asks">')[2].partition("</section>")[0]))

    issue = site.create_issue(
        "GROW", "Task", "Wording of the offer", by=driver, at=go_on(lively), labels=("needs-legal",)
    )
    other = site.create_issue("GROW", "Task", "Without a label", by=driver, at=go_on(lively))
    go_on(lively)
    row = f"{issue.key} Wording of the offer label needs-legal "
    assert f"{row}not started: nothing is held up yet" in asking()
    # In a narrow window words stand below the title, not on it.
    assert '<table class="stacked in-rows"><caption class="vh">Open tickets' in lively.follow(GATEKEEPER, ADDRESS).text
    assert "Asks for you, not with you yet" in asking()
    assert other.key not in asking()
    # Its panel does not deny it.
    assert "Why label needs-legal Work not started" in panel_of(lively, issue.id)
    assert "Nothing here is yours" in panel_of(lively, other.id)
    site.transition(issue.id, "In Progress", by=driver, at=go_on(lively))
    go_on(lively)
    assert f"{row}worked on since " in asking()
    # Once it is with one it stands in the list of what waits, and in this one no more.
    site.transition(issue.id, "Legal review", by=driver, at=go_on(lively))
    go_on(lively)
    assert issue.key not in asking()
    # How early goes on falling until somebody was there.
    assert re.search("Waits for you since .* First there not yet: a comment", panel_of(lively, issue.id))
    text = read(lively)
    assert f"{issue.key} Wording of the offer" in text
    assert NONE_ASKS in text


def test_that_nothing_asks_is_said_where_all_that_asks_is_watched(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"Nothing waits for you now. {NONE_ASKS}" in read(page_client)
    # More may ask than were looked at.
    monkeypatch.setattr("connector.pages.gatekeeping.asks.MOST", -1)
    assert NONE_ASKS not in read(page_client)


def panel_of(page_client: PageClient, issue_id: int) -> str:
    return text_of(page_client.follow(GATEKEEPER, f"/pages/panel/content?issue={issue_id}").text)


def test_the_panel_of_an_open_ticket_says_when_one_was_there(lively: PageClient) -> None:
    site, driver, came = lively.story_site.site, account_of(AGENCY_MEMBER), account_of(GATEKEEPER)
    for begins, words in ((False, "before work started"), (True, "after work started: how early that is, is counted")):
        at = go_on(lively)
        issue = site.create_issue("GROW", "Task", "Claims", by=driver, at=at, labels=("needs-legal",))
        if begins:
            site.transition(issue.id, "In Progress", by=driver, at=go_on(lively))
        site.add_comment(issue.id, by=came, at=go_on(lively), text="We look at it on Monday")
        go_on(lively)
        assert re.search(rf"First there \d+ \w+, {words}", panel_of(lively, issue.id))
        # Until it is sent, it stands on the page as one that is with them, and not as one that is not.
        text = read(lively)
        listed = text.partition("You were there, not in Legal review yet")[2].partition("In this window")[0]
        assert re.search(rf"{issue.key} Claims label needs-legal \d+ \w+ (not started|worked on)", listed)
        assert issue.key not in text.partition("You were there, not in")[0]
        assert NONE_ASKS not in text
    site.transition(issue.id, "Legal review", by=driver, at=go_on(lively))
    go_on(lively)
    assert issue.key not in read(lively).partition("You were there, not in")[2].partition("In this window")[0]


def test_an_open_ticket_to_which_one_came_unasked_is_listed_until_it_is_sent(lively: PageClient) -> None:
    """It was counted once it was finished, and listed nowhere before."""
    site, driver, came = lively.story_site.site, account_of(AGENCY_MEMBER), account_of(GATEKEEPER)
    issue = site.create_issue("GROW", "Task", "Claims of its own accord", by=driver, at=go_on(lively))
    site.transition(issue.id, "In Progress", by=driver, at=go_on(lively))
    go_on(lively)
    assert issue.key not in read(lively)
    site.add_comment(issue.id, by=came, at=go_on(lively), text="Mind the claim about savings")
    go_on(lively)
    text = read(lively)
    listed = text.partition("You were there, not in Legal review yet")[2].partition("In this window")[0]
    why = "nobody asked: you came by yourself"
    assert re.search(rf"{issue.key} Claims of its own accord {why} \d+ \w+ worked on since", listed), text
    # It asks for nobody, and so stands nowhere else.
    assert text.count(issue.key) == 1
    site.transition(issue.id, "Legal review", by=driver, at=go_on(lively))
    go_on(lively)
    assert issue.key not in read(lively).partition("You were there, not in")[2].partition("In this window")[0]


@pytest.mark.parametrize(("to", "passed"), [("In Progress", "came back"), ("In Review", "passed")])
@pytest.mark.parametrize(
    ("who", "labels", "why"), [(GATEKEEPER, (), "it was sent"), (AGENCY_MEMBER, ("needs-legal",), "label needs-legal")]
)
def test_an_open_ticket_that_was_answered_is_listed_until_it_is_sent_again(
    lively_alone: PageClient, to: str, passed: str, who: str, labels: tuple[str, ...], why: str
) -> None:
    """Worked on again it stood in no list, as if nobody had sent it, whoever moved it on."""
    site, driver = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    title = "Wording of the offer"
    issue = site.create_issue("GROW", "Task", title, by=driver, at=go_on(lively_alone), labels=labels)
    for by, status in ((driver, "In Progress"), (driver, "Legal review"), (account_of(who), to)):
        site.transition(issue.id, status, by=by, at=go_on(lively_alone))
    go_on(lively_alone)
    section = "No longer in Legal review, not finished yet"
    text = read(lively_alone)
    listed = text.partition(section)[2].partition("In this window")[0]
    assert re.search(rf"{issue.key} {title} {why} \d+ \w+ {passed} worked on since", listed), text
    # It stands nowhere else.
    assert text.count(issue.key) == 1
    site.transition(issue.id, "Legal review", by=driver, at=go_on(lively_alone))
    go_on(lively_alone)
    text = read(lively_alone)
    assert issue.key not in text.partition(section)[2].partition("In this window")[0]
    assert issue.key in text.partition("What waits for you")[2].partition("In this window")[0]


def test_an_open_ticket_that_one_had_when_it_was_made_is_listed(lively_alone: PageClient) -> None:
    """Who was assigned first stands in what followed alone."""
    site, driver, first = lively_alone.story_site.site, account_of(AGENCY_MEMBER), account_of(GATEKEEPER)
    at = go_on(lively_alone)
    issue = site.create_issue("GROW", "Task", "Given on at once", by=driver, at=at, assignee=first)
    site.edit(issue.id, by=driver, at=go_on(lively_alone), assignee=driver)
    go_on(lively_alone)
    listed = read(lively_alone).partition("You were there, not in Legal review yet")[2].partition("In this window")[0]
    assert re.search(rf"{issue.key} Given on at once assigned to you \d+ \w+ not started", listed), listed


def test_an_answer_that_is_late_says_since_when(lively: PageClient) -> None:
    site, driver = lively.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Task", "Long ago", by=driver, at=go_on(lively))
    site.transition(issue.id, "Legal review", by=driver, at=go_on(lively))
    go_on(lively, 200)
    go_on(lively)
    assert re.search(r"Long ago .*? of 16.h late since \d+ \w+, \d\d:\d\d", read(lively))


def test_what_has_waited_for_no_business_hour_yet_is_not_said_to_wait_for_none(lively_alone: PageClient) -> None:
    """It is sent on a Friday evening."""
    site, driver = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Task", "In the evening", by=driver, at=go_on(lively_alone))
    site.transition(issue.id, "Legal review", by=driver, at=go_on(lively_alone))
    go_on(lively_alone)
    text = read(lively_alone)
    assert "1 ticket waits for you. " in text
    assert "0 h of 16 h" in text


def test_where_gatekeepers_are_of_several_teams_none_is_named_for_all(apart: PageClient) -> None:
    agreed = read_engagement(engagement_file(apart.story_site.story, ACME))
    first = next(item for item in agreed.people if item.side == "gatekeeper")
    other = replace(first, account=account_of(STRANGER), org="Brand")
    agreed, now = replace(agreed, people=(*agreed.people, other)), apart.story_site.clock.now()
    assert "Legal was there on" in read(apart)
    with apart.story_site.container.engine.begin() as connection:
        save_engagement(connection, apart.story_site.tenant_id, agreed, engagement_hash(agreed), now=now, by=None)
    measure_pending(apart.story_site.container.engine, apart.story_site.tenant_id, now)
    text = read(apart)
    assert "A gatekeeper was there on" in text
    assert "No open ticket asks for a gatekeeper that was not sent to it." in text


@pytest.fixture
def of_both(tmp_path: Path) -> Iterator[PageClient]:
    """A small story whose people go on in Jira, with both engagements."""
    with open_story_site(f"sqlite:///{tmp_path / 'teachback.db'}", tickets=24) as story_site:
        story_site.tell()
        story_site.agree(ACME)
        story_site.agree(BOLT)
        yield PageClient(story_site)


def test_what_waits_in_another_engagement_alone_is_not_denied(of_both: PageClient) -> None:
    site, driver = of_both.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue("SHOP", "Task", "Terms of the sale", by=driver, at=go_on(of_both))
    site.transition(issue.id, "Legal review", by=driver, at=go_on(of_both))
    go_on(of_both, 2)
    page = of_both.follow(GATEKEEPER, ADDRESS).text
    text = text_of(page)
    assert "Nothing waits for you in Growth and Acme now. 1 ticket waits for you in Growth and Bolt." in text
    assert "Nothing waits for you now." not in text
    address = re.search(r'hx-get="([^"]*)"[^>]*>Open Growth and Bolt</a>', page)
    assert address
    opened = text_of(of_both.follow(GATEKEEPER, unescape(address[1])).text)
    assert f"{issue.key} Terms of the sale" in opened
    # What waits in both is listed here, and not counted again as another's.
    assert "Open Growth and" not in opened


def test_what_asks_in_another_engagement_alone_is_not_denied(of_both: PageClient) -> None:
    site, driver = of_both.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue(
        "SHOP", "Task", "Terms of the offer", by=driver, at=go_on(of_both), labels=("needs-legal",)
    )
    go_on(of_both, 2)
    page = of_both.follow(GATEKEEPER, ADDRESS).text
    assert "Nothing waits for you now. 1 ticket asks for Legal in Growth and Bolt." in text_of(page)
    assert NONE_ASKS not in text_of(page)
    address = re.search(r'hx-get="([^"]*)"[^>]*>Open Growth and Bolt</a>', page)
    assert address
    opened = text_of(of_both.follow(GATEKEEPER, unescape(address[1])).text)
    assert f"{issue.key} Terms of the offer label needs-legal" in opened
    assert "asks for Legal in" not in opened
    # Sent, it waits there.
    site.transition(issue.id, "Legal review", by=driver, at=go_on(of_both))
    go_on(of_both, 2)
    assert NONE_ASKS in text_of(of_both.follow(GATEKEEPER, ADDRESS).text)


def test_where_jira_does_not_answer_the_figures_stay_and_nothing_is_said_to_wait(lively: PageClient) -> None:
    lively.story_site.site.faults.fail("search/jql", status=403, times=10_000)
    text = read(lively)
    lively.story_site.site.faults.clear()
    assert "Jira does not answer just now, so what waits is not listed." in text
    assert "Nothing waits" not in text
    assert re.search(r"How early (\d+|–)", text)


def test_a_row_says_what_asked_for_a_gatekeeper_or_that_nobody_did(page_client: PageClient) -> None:
    """The rule counts every finished ticket that a gatekeeper touched, also where nothing on it asked for one."""
    text = read(page_client)
    assert "tickets that asked for it or that it touched" in text
    page = page_client.read(page_client.follow(GATEKEEPER, ADDRESS))
    (_, *rows) = next(table.rows for table in page.tables if table.rows[0][-2] == "Early")
    words = [squeeze(row[-3]) for row in rows]
    assert any("nobody asked: you came by yourself" in text for text in words)
    assert any(re.match("never *label needs-legal", text) for text in words)
    labels = {issue.key: issue.labels for issue in page_client.story_site.site.issues.values()}
    for row, text in zip(rows, words, strict=True):
        key = re.findall(r"GROW-\d+", row[0])[0]
        assert ("needs-legal" in labels[key]) is ("label needs-legal" in text), (key, text)


def test_the_median_opens_into_the_hours_in_order_with_the_middle_marked(page_client: PageClient) -> None:
    text = read(page_client)
    median = re.search(r"Your answers ([\d.]+) h median of (\d+) answers", text)
    assert median, text
    opened = page_client.follow(GATEKEEPER, FIGURE.format("answers"))
    page = page_client.read(opened)
    (_, *rows) = page.tables[0].rows
    hours = [float(re.findall(r"[\d.]+", row[2])[0]) for row in rows[: int(median[2])]]
    assert hours == sorted(hours)
    middle = [hour for hour, row in zip(hours, rows, strict=False) if "middle, by time" in row[1]]
    assert sum(middle) / len(middle) == pytest.approx(float(median[1]), abs=0.06)
    assert f"{median[2]} of {median[2]} within 16 h" in page.text.replace("\N{NO-BREAK SPACE}", " ").replace(
        "\u202f", " "
    )
    assert "the shortest first" in page.text
    assert f"An answer in under {median[1]} h lowers the median." in squeeze(page.text.replace("\u202f", " "))
    # How many were in time, which the table sums up, stands beside the median.
    drawer = squeeze(page.text).replace("\u202f", " ").replace("\N{NO-BREAK SPACE}", " ")
    assert f"{median[1]} h the median; {median[2]} of {median[2]} within 16 h" in drawer
    assert "moved a ticket out of Legal review in this window" in drawer
    assert re.search("An answer within 16.h counts as in time. An answer in under .* lowers the median.", drawer)


def test_what_is_counted_is_said_at_each_figure(page_client: PageClient) -> None:
    text = read(page_client)
    assert "An answer: you move a ticket out of Legal review." in text
    assert re.search(r"within 16.h, on \d tickets", text)
    assert f"passed the first time {PASSES}" in text
    # The bar is of those in time, below their number.
    card = page_client.follow(GATEKEEPER, ADDRESS).text.split("Your answers: ")[1].split("An answer")[0]
    assert card.index("within 16") < card.index("<svg")
    assert "no ticket in the window before, 25 May to 4 Jul 2026: no comparison" in text


def test_a_drawer_says_what_happened_on_its_days_and_speaks_to_the_gatekeeper(page_client: PageClient) -> None:
    def opened(figure: str) -> str:
        return squeeze(page_client.read(page_client.follow(GATEKEEPER, FIGURE.format(figure))).text)

    for figure, words in {"early": "finished", "first_pass": "sent", "answers": "answered", "met": "finished"}.items():
        rows = opened(figure).partition("Where it comes from")[2].partition("Sum")[0]
        assert re.search(rf"{words} \d+ [A-Z]", rows), rows
        assert not re.search(rf"(?<!{words} )\b\d+ (Jul|Aug)", rows), rows
    assert "Being brought in before work begins." in opened("early")
    # What a row is of 100 has one name in both drawers that tell it, and in the table of the tab.
    for figure in ("early", "met"):
        heads = page_client.read(page_client.follow(GATEKEEPER, FIGURE.format(figure))).tables[0].rows[0]
        assert heads[2:] == ["Early", "Adds"]
    # The sum has a place more than the figure, and says so.
    top = re.search(r"(\d+) of 100 .* Sum rounded: (\d+) (\d+\.\d)", opened("early"))
    assert top, opened("early")
    assert top[1] == top[2]
    passed = opened("first_pass")
    assert f"Of the tickets sent to Legal review, those that did not come back the first time. {PASSES}" in passed
    assert re.search(r"sent \d+ [A-Z][a-z]+( 2026)?: passed 1\b", passed), passed
    assert "of 100" not in passed
    assert "; the newest sent first." in passed
    assert "newest first" not in passed


def test_tickets_that_stand_under_another_engagement_too_are_told(page_client: PageClient) -> None:
    """The gatekeeper of both engagements of a project reads how many of the tickets are the same."""

    def listed(engagement: str) -> set[str]:
        page = page_client.read(page_client.follow(GATEKEEPER, f"/pages/gatekeeping?engagement={engagement}"))
        (_, *rows) = next(table.rows for table in page.tables if table.rows[0][-2] == "Early")
        return {re.findall(r"GROW-\d+", row[0])[0] for row in rows}

    acme, bolt = listed(ACME), listed(BOLT)
    assert acme & bolt
    # What is listed under the other alone is told, too.
    alone = re.search(r"(\d+) tickets? of yours stands? only under Growth and Bolt\.", read(page_client))
    assert len(bolt - acme) == (int(alone[1]) if alone else 0)
    shared = "All" if acme <= bolt else f"{len(acme & bolt)} of these"
    assert f"{shared} {len(acme)} also stand under Growth and Bolt: GROW belongs to both" in read(page_client)


def test_a_gatekeeper_is_told_of_nobody_who_could_make_them_a_sponsor(page_client: PageClient) -> None:
    """Of nobody on a gatekeeper's side being named makes a sponsor."""
    text = text_of(page_client.follow(GATEKEEPER, "/pages/program/content").text)
    assert "The program is for sponsors and administrators" in text
    assert "Ask " not in text


def test_of_several_answers_on_a_ticket_the_order_is_told(lively: PageClient) -> None:
    site, driver, answers = lively.story_site.site, account_of(AGENCY_MEMBER), account_of(GATEKEEPER)
    issue = site.create_issue("GROW", "Task", "Twice", by=driver, at=go_on(lively), labels=("needs-legal",))
    for hours, answer in ((3, "out of Legal review; to In Progress or a to-do status it counts as come back"), (1, "")):
        site.transition(issue.id, "Legal review", by=driver, at=go_on(lively))
        go_on(lively)
        # Only the first answer passes or comes back.
        asked = re.search(r"To answer move it (.*? counts as come back)?", panel_of(lively, issue.id))
        assert asked
        assert (asked[1] or "") == answer
        site.transition(issue.id, "In Progress", by=answers, at=go_on(lively, hours))
    go_on(lively)
    panel = text_of(lively.follow(GATEKEEPER, f"/pages/panel/content?issue={issue.id}").text)
    assert re.search(r"Your answer [\d.]+.h, then [\d.]+.h", panel)
    site.transition(issue.id, "Done", by=driver, at=go_on(lively))
    go_on(lively)
    assert re.search(r"Twice finished .*? [\d.]+.h, then [\d.]+.h", read(lively))
