"""The Objectives tab: due dates in words, one objective opened at its own address, and progress week by week."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from connector.pages.objectives.deadlines import deadlines_of, due_heading
from connector.pages.objectives.due import HOLDERS, Due, due_sentence, is_target_reached, reached_text
from connector.pages.objectives.progress import burn_ups
from connector.pages.objectives.ticket_sums import objective_table
from connector.pages.periods import quarters
from connector.pages.project.coverage import numeral
from connector.pages.project.scorecard import Selection
from mappings.formats.engagement_file.reader import read_engagement
from mappings.formats.report.source import calendar_of
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Objective, Rung, TicketRule
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import DaySums
from mappings.measure.people.standing import ObjectiveFigures
from mappings.records.facts.site_names import save_field_names
from tests.jira.story.objectives import SKILL_FIELD
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, BOLT, LEAD, LEARNER, MEMBER, PageClient
from tests.pages.html_reader import Reader, text_of
from tests.pages.overview.test_overview import counts

FIRST = "ab-design"


def shares(text: str) -> list[list[str]]:
    """The table of progress, newest first."""
    return [row[1:] for row in Reader(text).tables[0].rows[1:]]


def test_an_objective_opens_at_its_own_address_with_its_definition_and_who_agreed(page_client: PageClient) -> None:
    page = page_client.read(page_client.objectives(LEAD, objective="tracking"))
    assert [tag.get("id") for tag in page.all("h2")].count("opened") == 1
    for words in (
        "Keep the tracking plan",
        "Target",
        "Tickets it concerns",
        "Agreement",
        "History of the definition",
    ):
        assert words in page.text
    framed = page_client.content(LEAD, engagement=ACME, tab="objectives", objective="tracking").text
    assert "objective=tracking" in framed


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, MEMBER])
def test_a_rule_has_the_name_of_a_field_and_its_id_where_none_is_known(apart: PageClient, who: str) -> None:
    addresses = [f"/pages/objectives?engagement={ACME}&objective=segments"]
    addresses += [f"/pages/settings?engagement={ACME}&project.key=GROW"] if who != MEMBER else []
    for address in addresses:
        assert f"{SKILL_FIELD} Segments, Personalisation" in text_of(apart.follow(who, address).text)
    story_site = apart.story_site
    with story_site.container.engine.begin() as connection:
        save_field_names(connection, story_site.tenant_id, {SKILL_FIELD: ("Skill area",)})
    for address in addresses:
        text = text_of(apart.follow(who, address).text)
        assert "Skill area Segments, Personalisation" in text
        assert "customfield_" not in text


def confirm_buttons(page: Reader) -> dict[str, str]:
    """The objectives that wait for the reader's side, with the address that confirms each; one opened has two."""
    label = "Confirm "
    buttons = [(item.get("aria-label") or "", item.get("hx-post") or "") for item in page.all("button")]
    return {name.removeprefix(label): address for name, address in buttons if name.startswith(label)}


def test_a_lead_confirms_an_objective_where_it_says_that_no_lead_did(apart: PageClient) -> None:
    first = apart.read(apart.objectives(AGENCY_LEAD, objective="tracking"))
    waiting = confirm_buttons(first)
    assert len(waiting) == 5
    assert f"Confirm what was agreed {len(waiting)}" in first.text
    # What a press agrees to stands beside it.
    assert "Keep the tracking plan 2 people independent by 20 Nov 2026 · The file says: agreed on 22 May" in first.text
    # Where the opened objective says it, too.
    assert [item.get("id") for item in first.all("button")].count("confirm-opened-tracking") == 1
    answer = apart.read(apart.press(AGENCY_LEAD, waiting["Keep the tracking plan"]))
    assert "Confirmed for your side: Keep the tracking plan." in answer.text
    # The objective that was opened stays open.
    assert "confirmed, agreed on" in answer.text
    assert confirm_buttons(answer).keys() == waiting.keys() - {"Keep the tracking plan"}
    assert confirm_buttons(apart.read(apart.objectives(LEAD))).keys() == waiting.keys()


def test_what_waits_to_be_confirmed_is_counted_on_objectives_and_never_on_learning(page_client: PageClient) -> None:
    for who in (LEAD, AGENCY_LEAD):
        page = page_client.content(who, engagement=ACME, tab="objectives").text
        assert counts(page)["objectives"] == len(confirm_buttons(page_client.read(page_client.objectives(who)))) == 5
        assert "learning" not in counts(page)
        assert "/pages/objectives/confirm" not in page_client.follow(who, f"/pages/learning?engagement={ACME}").text


def test_a_lead_confirms_all_objectives_in_one_press(apart: PageClient) -> None:
    """On Objectives, too, in the words of the list of what waits."""
    shown = apart.objectives(LEAD)
    (address,) = re.findall(r'id="confirm-all"[^>]* hx-post="([^"]*)"[^>]*>Confirm all 5 objectives<', shown.text)
    waiting = confirm_buttons(apart.read(shown))
    apart.press(LEAD, waiting["Keep the tracking plan"])
    answer = apart.press(LEAD, unescape(address))
    assert "Confirmed for your side: 4 objectives." in answer.text
    assert confirm_buttons(apart.read(answer)) == {}
    assert apart.press(LEAD, unescape(address)).status_code == 422
    (undo,) = re.findall(r'data-undo hx-post="([^"]*)"', answer.text)
    undone = apart.press(LEAD, unescape(undo))
    assert confirm_buttons(apart.read(undone)).keys() == waiting.keys() - {"Keep the tracking plan"}


def test_two_objectives_are_called_both(apart: PageClient) -> None:
    left = apart.objectives(LEAD)
    while len(buttons := confirm_buttons(apart.read(left))) > 2:
        left = apart.press(LEAD, next(iter(buttons.values())))
    assert ">Confirm both objectives<" in left.text
    overview = apart.content(LEAD, engagement=ACME, tab="overview").text
    assert ">Confirm both objectives<" in overview
    assert "all 2" not in f"{left.text}{overview}".lower()


def test_who_leads_no_side_confirms_nothing(apart: PageClient) -> None:
    for who in (MEMBER, LEARNER, AGENCY_MEMBER):
        assert confirm_buttons(apart.read(apart.objectives(who))) == {}
    answer = apart.press(AGENCY_LEAD, f"/pages/objectives/confirm?engagement={BOLT}&confirm=landing")
    assert answer.status_code == 404


def test_progress_of_the_last_week_is_that_of_the_drawer(page_client: PageClient) -> None:
    answer = page_client.follow(LEAD, f"/pages/objectives/progress?engagement={ACME}")
    latest = shares(page_client.read(answer) and answer.text)[0]
    span = {"from": "2026-10-01", "to": "2026-12-31"}
    query = urlencode({"engagement": ACME, "figure": f"objectives.{FIRST}.burn_up", **span})
    assert latest[0].replace("\N{NO-BREAK SPACE}", " ") in page_client.follow(
        LEAD, f"/pages/figure?{query}"
    ).text.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")
    assert all(re.fullmatch(r"\d+\s%", share) for row in shares(answer.text) for share in row)


def test_counts_of_people_and_progress_are_for_the_leads_alone(page_client: PageClient) -> None:
    for who in (MEMBER, AGENCY_MEMBER):
        page = page_client.objectives(who)
        assert page.status_code == 200
        assert "people_at_rung" not in page.text
        assert "/pages/objectives/progress" not in page.text
        assert page_client.follow(who, f"/pages/objectives/progress?engagement={ACME}").status_code == 404


# What coverage alone tells: of two holders or more, of one, of none; by how many people at which rung are wanted.
TOLD: dict[tuple[int, Rung], tuple[bool | None, ...]] = {
    (1, "independent"): (True, True, False),
    (2, "independent"): (True, False, False),
    (3, "independent"): (None, False, False),
    (2, "assisted"): (True, None, None),
    (1, "teaches"): (None, None, False),
    (2, "teaches"): (None, False, False),
}


@pytest.mark.parametrize(("people", "rung"), TOLD)
def test_without_counts_nothing_is_said_that_coverage_does_not_say(people: int, rung: Rung) -> None:
    objective = Objective("a", "A", TicketRule(), people=people, rung=rung)
    answers = tuple(
        is_target_reached(objective, ObjectiveFigures("a", None, None, True, coverage, None, None), None)
        for coverage in HOLDERS
    )
    assert answers == TOLD[people, rung]


def test_a_target_is_called_so_and_a_note_tells_whose_names_stand_here(page_client: PageClient) -> None:
    """Beside counts of people "3 people independent" alone would read as one of them."""
    named = "a learner who shows their name is named beside a ticket that would help."
    for who, note in (
        (LEAD, named),
        (AGENCY_LEAD, named),
        (MEMBER, "No names here but your own."),
        (AGENCY_MEMBER, "No names here. "),
    ):
        page = text_of(page_client.objectives(who).text)
        assert page.count("Target: ") == 5, who
        assert "Target: 3 people independent ·" in page
        assert note in page, who
    assert "No names here" not in text_of(page_client.objectives(LEAD).text)
    own = text_of(page_client.objectives(MEMBER).text)
    assert re.search(r"[2-9] learners enrolled, you among them|1 learner enrolled: you", own)
    assert "you among" not in text_of(page_client.objectives(AGENCY_MEMBER).text)


# By viewer and period: who is enrolled for the first objective, of whom Jonas Brandt left in September.
ENROLLED = {
    (LEAD, "2026Q4"): "2 learners enrolled; 1 more has left",
    (MEMBER, "2026Q4"): "2 learners enrolled, you among them; 1 more has left",
    (LEAD, "2026Q2"): "3 learners enrolled",
    # An agency is not told who left the other side, be it their number.
    (AGENCY_LEAD, "2026Q4"): "2 learners enrolled",
    (AGENCY_MEMBER, "2026Q4"): "2 learners enrolled",
}


@pytest.mark.parametrize(("who", "period"), ENROLLED)
def test_whoever_left_is_not_counted_among_the_enrolled(page_client: PageClient, who: str, period: str) -> None:
    """Nobody can sign for them, and no ticket brings them nearer."""
    page = page_client.objectives(who, period=period, objective=FIRST).text
    # Of the coverage, and of the tickets: both as of the end of the period.
    notes = re.findall(r"(\d learners? enrolled[^<]*)<", page[page.index("Design an A/B test") :])
    assert (notes[0], notes[5]) == (ENROLLED[who, period],) * 2
    # The definition is as of today.
    today = ENROLLED[who, "2026Q4"].replace(" enrolled", "").replace(", you among them", "")
    assert f"Enrolled {today} Tickets it concerns" in text_of(page)


# By share of the way and people there, week by week: what stands below the picture.
ON_THE_WAY = "82\N{NO-BREAK SPACE}% of the way, counting rungs on the way and how fresh they are"
WAYS = {
    (0.5, 0.82): f"{ON_THE_WAY} · due 20 Nov",
    (0.87, 0.82): f"{ON_THE_WAY}; it fades until whoever holds one does a ticket of it again · due 20 Nov",
    (1.0, 0.82): f"{ON_THE_WAY}; it fades until whoever holds one does a ticket of it again · due 20 Nov",
    (0.82,): f"{ON_THE_WAY} · due 20 Nov",
    (0.5, 1.0): "100\N{NO-BREAK SPACE}% of the way · due 20 Nov",
}


def week_of(calendar: Calendar, day: date, share: float, people: int) -> SimpleNamespace:
    """What is known of an objective in a week: its share of the way, and how many people are independent."""
    rungs = {"people_at_rung": {"independent": people}, "stale_at_rung": None}
    figures = SimpleNamespace(key=FIRST, burn_up=share, **rungs)
    return SimpleNamespace(as_of=calendar.midnight(day), objectives=[figures])


@pytest.mark.parametrize("shares", WAYS)
def test_a_share_of_the_way_says_what_it_counts_and_that_it_fell(
    page_client: PageClient, shares: tuple[float, ...]
) -> None:
    engagement = read_engagement(engagement_file(page_client.story_site.story, ACME))
    calendar, today = calendar_of(engagement), date(2026, 11, 20)
    weeks: Any = [
        week_of(calendar, day, share, 3 if share == 1 else 2)
        for day, share in zip((date(2026, 11, 2), date(2026, 11, 9)), shares, strict=False)
    ]
    reached = 3 if shares[-1] == 1 else 2
    due = Due(FIRST, "A", "3 people", 3, reached, is_reached=reached == 3, by=today, days=0, coverage="covered")
    (picture,) = burn_ups(engagement, weeks, [due], at=today, calendar=calendar)
    assert picture.note == WAYS[shares]
    assert picture.fallen == ("3 of 3 until 2 Nov, 2 since 9 Nov" if shares == (1.0, 0.82) else "")


def test_who_left_a_count_is_said_to_be_missing_since_the_week_of_it(page_client: PageClient) -> None:
    """Of the latest week it was said, as if they had left in it."""
    engagement = read_engagement(engagement_file(page_client.story_site.story, ACME))
    calendar, first, today = calendar_of(engagement), date(2026, 9, 7), date(2026, 11, 20)
    for reached, fallen in {
        (2, 3, 3, 2, 2, 2): "3 of 3 until 21 Sep, 2 since 28 Sep",
        (2, 3, 3, 1, 2, 2): "3 of 3 until 21 Sep, 2 since 5 Oct",
        (2, 2, 2, 2, 2, 2): "",
        (3, 3, 2, 1, 2, 3): "3 of 3 until 14 Sep, fewer then, and again since 12 Oct",
        # The number is told that was told then, where it was one.
        (3, 2, 3, 2, 3, 3): "3 of 3 until 21 Sep, 2 from 28 Sep, and 3 again since 5 Oct",
        (3, 3, 1, 1, 3, 3): "3 of 3 until 14 Sep, 1 from 21 Sep, and 3 again since 5 Oct",
        (1, 2, 3, 3, 3, 3): "",
    }.items():
        days = (first + timedelta(days=7 * place) for place in range(len(reached)))
        weeks: Any = [week_of(calendar, day, 0.9, people) for day, people in zip(days, reached, strict=True)]
        due = Due(FIRST, "A", "3 people", 3, reached[-1], is_reached=False, by=today, days=0, coverage="covered")
        (picture,) = burn_ups(engagement, weeks, [due], at=today, calendar=calendar)
        assert picture.fallen == fallen


def test_who_left_a_count_is_said_where_it_is_owed_and_why_is_not(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fallen = "3 of 3 until 2 Nov, 2 since 9 Nov"
    monkeypatch.setattr("connector.pages.objectives.progress._fallen_text", lambda due, steps: fallen)
    owes = page_client.follow(AGENCY_LEAD, f"/pages/agency?engagement={ACME}").text
    (later,) = re.findall(r'hx-get="(/pages/objectives/progress[^"]*)"', owes)
    for address in (unescape(later), f"/pages/objectives/progress?engagement={ACME}"):
        shown = text_of(page_client.follow(AGENCY_LEAD, address).text)
        assert f"Design an A/B test: {fallen}." in shown
        # Once: not below the picture, too.
        assert shown.count(fallen) == shown.count(f": {fallen}.")
        assert shown.count("which of these it was is not told") == 1
    assert "<svg" not in page_client.follow(AGENCY_LEAD, unescape(later)).text
    member = page_client.follow(AGENCY_MEMBER, f"/pages/agency?engagement={ACME}").text
    assert "/pages/objectives/progress" not in member


def test_who_sees_no_counts_reads_what_is_not_shown(page_client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.pages.objectives.due.HOLDERS", dict.fromkeys(HOLDERS, 2))
    untold = "Whether Design an A/B test (target: 3 people independent, due today) is reached, only leads see."
    page = page_client.objectives(AGENCY_MEMBER).text
    # "Four of five" would say that the fifth is not.
    assert f"Four objectives are reached. {untold}" in Reader(page).text
    assert "Counts by rung are for the leads; here you read coverage." in Reader(page).text
    # One of them wants three people: of it the page says neither that it is reached nor that it is late.
    due = re.findall(r'<td class="due">(.*?)</td>', page)
    assert [">reached<" in words for words in due].count(False) == 1
    assert "flagged" not in "".join(due)
    # Its date is everybody's: so is that it is near, on each page alike.
    assert [">due today<" in words for words in due].count(True) == 1
    for who in (AGENCY_MEMBER, MEMBER):
        overview = page_client.content(who, engagement=ACME).text
        heading, named = deadlines(overview)
        assert heading == "Five objectives are due today; four are reached."
        assert named == {"Design an A/B test": "target: 3 people independent"}
        assert "Whether Design an A/B test (target: 3 people independent) is reached, only leads see." in text_of(
            overview
        )
        # It is no warning.
        assert "late-word" not in overview
    owes = Reader(page_client.follow(AGENCY_MEMBER, f"/pages/agency?engagement={ACME}").text).text
    assert f"Four objectives are reached. {untold}" in owes
    # A half without anything in it, and without the other half beside it, is left out; so is a scorecard of one line.
    for absent in ("as agreed", "What Acme Experiments owes", "Scorecard of", "right of reply"):
        assert absent not in owes
    assert "Disputes" in owes
    counted = "People are counted each Monday"
    assert owes.count(counted) == 1
    assert owes.index(counted) < owes.index("What you can do next")
    member = Reader(page_client.objectives(MEMBER).text).text
    assert untold in member
    assert "not reached yet" in Reader(page_client.follow(LEAD, f"/pages/agency?engagement={ACME}").text).text


def due_of(key: str, days: int, *, is_reached: bool | None) -> Due:
    by = date(2026, 11, 20) + timedelta(days=days)
    shown = days if is_reached is False else None
    return Due(key, key, "2 people independent", 2, None, is_reached, by, shown, "covered", until=days)


def test_no_whole_tells_of_an_objective_that_is_not_told_of() -> None:
    rows = [due_of("a", 3, is_reached=True), due_of("b", 3, is_reached=False), due_of("c", 3, is_reached=None)]
    words = "One objective is reached, one is not. Whether c (target: 2 people independent, due 23 Nov) is reached,"
    assert reached_text(rows, counts=False) == f"{words} only leads see."
    assert reached_text(rows[:2], counts=False) == "One of two objectives is reached."


def test_the_first_line_says_of_what_is_due_that_it_is_not_reached_and_who_carries_it() -> None:
    """As the heading on the other tabs does: counts of people, which say it to leads, are not for every reader."""
    late = due_of("a", 0, is_reached=False)
    assert due_sentence([late], counts=False)[1:] == [("a", "a"), ("is due today: not reached, covered.", "")]
    counted = replace(late, reached=1)
    assert due_sentence([counted], counts=True)[1:] == [("a", "a"), ("is due today: 1 of 2 people.", "")]


def test_a_heading_says_what_is_due_and_how_much_of_it_is_missing(page_client: PageClient) -> None:
    view: Any = SimpleNamespace(engagement=read_engagement(engagement_file(page_client.story_site.story, ACME)))
    soon = [due_of("a", 3, is_reached=True), due_of("b", 3, is_reached=False), due_of("c", 0, is_reached=None)]
    with page_client.story_site.app.test_request_context():
        line = deadlines_of(view, soon, "", counts=False)
        overdue = deadlines_of(view, [*soon, due_of("d", -2, is_reached=False)], "", counts=False)
        late = deadlines_of(view, [due_of(key, -2, is_reached=False) for key in "de"], "", counts=False)
        later = deadlines_of(view, [due_of("a", 30, is_reached=None)], "", counts=False)
    assert line.heading == "Three objectives are due within 14 days; one is not reached:"
    assert [item.text for item in line.objectives] == ["3 days left, covered"]
    assert [item.name for item in line.untold] == ["c"]
    assert overdue.heading == "Two objectives are overdue, or due within 14 days, and not reached:"
    assert late.heading == "Two objectives are overdue and not reached:"
    # Who counts people on Mondays alone says as of which.
    with page_client.story_site.app.test_request_context():
        counted = due_heading([due_of(key, -2, is_reached=False) for key in "de"], [], "16 Nov")
    assert counted == "As of 16 Nov, two objectives are overdue and not reached:"
    assert [item.text for item in overdue.objectives] == ["2 days overdue, covered", "3 days left, covered"]
    assert not later


def test_more_people_than_were_agreed_are_no_share_of_them() -> None:
    due = Due("a", "A", "2 people independent", 2, 3, is_reached=True, by=None, days=None, coverage="covered")
    assert due.people == "3 people, 2 were needed"
    assert replace(due, reached=2).people == "2 of 2 people"
    assert replace(due, wanted=1).people == "3 people, 1 was needed"


def deadlines(source: str) -> tuple[str, dict[str, str]]:
    """What a tab says of objectives that are due: its first words, and each objective's text by its name."""
    heading = r'<p class="note"><span(?: class="late-word")?>(\w+ objectives? (?:is|are) [^<]*)</span>'
    line = re.search(rf"(?s){heading}(.*?)</p>", source)
    if not line:
        return "", {}
    named = re.findall(r'hx-get="[^"]*tab=objectives&amp;objective=[^"]*"[^>]*>([^<]*)</a> \(([^)]*)\)', line[2])
    return line[1], dict(named)


def due_now(page_client: PageClient, who: str) -> dict[str, str]:
    """The objectives of the tab Objectives that are due within 14 days or overdue, and how long that is."""
    page = page_client.objectives(who).text
    left = re.findall(r'(?s)<h2 id="opened"[^>]*>([^<]*)</h2><span class="lozenge[^>]*>([^<]*)<', page)
    keys = dict.fromkeys(re.findall(r"tab=objectives&amp;objective=([\w-]+)", page))
    for key in keys:
        opened = page_client.objectives(who, objective=key).text
        left += re.findall(r'(?s)<h2 id="opened"[^>]*>([^<]*)</h2><span class="lozenge[^>]*>([^<]*)<', opened)
    return {name: text for name, text in left if is_near(text)}


def is_near(left: str) -> bool:
    days = re.match(r"(\d+) days? left", left)
    return left == "due today" or "overdue" in left or bool(days and int(days[1]) <= 14)


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, AGENCY_MEMBER, MEMBER])
def test_what_is_due_is_said_on_the_overview_and_on_agency_with_who_is_missing(
    page_client: PageClient, who: str
) -> None:
    due = due_now(page_client, who)
    assert due
    tab = page_client.content(who, engagement=ACME).text
    heading, named = deadlines(tab)
    # Each is due on that day: the heading says it of all, and how many of them are not reached.
    missed = f"; {numeral(len(due))} {'is' if len(due) == 1 else 'are'} not reached" if len(due) < 5 else ""
    assert heading == f"Five objectives are due today{missed}:"
    assert set(due.values()) == {"due today"}
    assert len(named) == min(len(due), 4 if len(due) <= 4 else 3)
    for missing in named.values():
        counted = r"\d+ (person|people) missing(; by tickets not before 27 Nov)?"
        assert re.fullmatch(counted if who in {LEAD, AGENCY_LEAD} else "single holder|not covered", missing)
    rest = len(due) - len(named)
    assert (f"{rest} more on Objectives" in tab) is bool(rest)
    if who != MEMBER:
        # Agency says it once: in the plan, whose every objective leads to where it is opened.
        plan = page_client.follow(who, f"/pages/agency?engagement={ACME}").text
        assert deadlines(plan) == ("", {})
        opened = re.findall(r'tab=objectives&amp;objective=[^"]*"[^>]*>([^<]*)</a>', plan)
        assert set(due) <= set(opened)


def test_nothing_is_due_in_a_period_that_is_over(page_client: PageClient) -> None:
    assert deadlines(page_client.content(LEAD, engagement=ACME, period="2026Q3").text) == ("", {})


@pytest.mark.parametrize("period", ["2026Q2", "2026Q3"])
@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, MEMBER, AGENCY_MEMBER])
def test_a_quarter_that_is_over_stands_as_of_its_end_and_what_is_of_today_says_so(
    page_client: PageClient, who: str, period: str
) -> None:
    quarter, end = f"{period[4:]} {period[:4]}", {"2026Q2": "30 Jun", "2026Q3": "30 Sep"}[period]
    source = page_client.objectives(who, period=period).text
    page = text_of(source)
    assert f"As of the end of {quarter}, {end}:" in page
    assert f"Who could carry what on {end}" in page
    for heading in ("Definition, as of today", "Agreement, as of today"):
        assert heading in page
    assert ("Nearest tickets to learn on today, of all objectives" in page) is ("/pages/next?" in source)
    # Nothing of it is told as of today: neither how many days are left, nor when people are counted.
    for words in ("days left", "due today", "People are counted each Monday", "tickets are live"):
        assert words not in page
    now = text_of(page_client.objectives(who).text)
    assert "As of the end of" not in now
    assert "as of today" not in now


@pytest.mark.parametrize("period", ["2026Q2", "2026Q3"])
def test_progress_of_a_quarter_that_is_over_says_of_each_objective_what_its_first_line_does(
    page_client: PageClient, period: str
) -> None:
    source = page_client.objectives(LEAD, period=period).text
    lead = text_of(re.findall(r'(?s)<p class="lead">.*?</p>', source)[0])
    (later,) = re.findall(r'hx-get="(/pages/objectives/progress[^"]*)"', source)
    answer = page_client.follow(LEAD, unescape(later)).text
    ways = dict(re.findall(r"(?s)<h3>([^<]*)</h3>.*?</svg>\s*<p[^>]*>([^<]*)</p>", answer))
    stood = re.findall(r"([A-Z][^.:]*) was (\d+) days before its date: ([^.]*)\.", lead)
    assert stood
    for name, days, people in stood:
        assert ways[name] == f"{people}, {days} days before its date"
    end = {"2026Q2": "30 Jun", "2026Q3": "30 Sep"}[period]
    assert Reader(answer).tables[0].rows[1][0] == end
    assert "due today" not in answer
    assert " now." not in text_of(answer)
    # Without a period it is today's, which Agency asks for.
    assert "due today" in page_client.follow(LEAD, f"/pages/objectives/progress?engagement={ACME}").text


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, MEMBER, AGENCY_MEMBER])
def test_a_lead_reads_of_what_is_due_and_not_reached_how_its_date_is_changed(page_client: PageClient, who: str) -> None:
    page = page_client.objectives(who, objective=FIRST).text
    leads = who in {LEAD, AGENCY_LEAD}
    assert ("If it needs more time: the engagement file says the date." in page) is leads
    addresses = re.findall(r'hx-get="([^"]*tab=settings[^"]*)"[^>]*>How to change it in Settings<', page)
    assert len(addresses) == leads
    for address in addresses:
        assert page_client.follow(who, unescape(address)).status_code == 200
    # Of a quarter that is over there is no date to move.
    assert "needs more time" not in page_client.objectives(who, objective=FIRST, period="2026Q3").text


def test_learning_says_to_a_learner_what_was_agreed_for_them_and_until_when(page_client: PageClient) -> None:
    learning = page_client.follow(LEARNER, f"/pages/learning?engagement={ACME}").text
    heading, named = deadlines(learning)
    assert heading
    left = r"(?:due today|\d+ days? (?:left|overdue))"
    assert all(re.fullmatch(rf"{left}, \w+ is agreed and you are at .+", text) for text in named.values())
    agreed = re.findall(rf"Agreed: \w+ by \d+ \w+, {left}", text_of(learning))
    assert len(agreed) == int(heading.split()[0])
    # Who is enrolled for nothing has no target.
    assert "Agreed: " not in page_client.follow(LEAD, f"/pages/learning?engagement={ACME}").text


def test_the_rows_of_tickets_by_objective_add_up_to_the_overview(page_client: PageClient) -> None:
    page = page_client.objectives(LEAD).text
    table = re.findall(r'(?s)<table class="stacked">.*?</table>', page)[-1]
    rows = [[text_of(cell) for cell in re.findall(r"(?s)<td.*?</td>", row)] for row in table.split("<tr>")[2:]]
    assert "Without objective" in text_of(table)
    legend = text_of(page_client.content(LEAD, engagement=ACME).text).partition("Q4 2026 so far Taught ")[2]
    shown = re.match(r"([\d.]+) Done only ([\d.]+) Handed over ([\d.]+) Own ([\d.]+)", legend)
    assert shown
    *rows, whole = rows
    sums = [round(sum(float(row[column]) for row in rows), 1) for column in range(1, 5)]
    assert sums == [float(part) for part in shown.groups()] == [float(part) for part in whole[1:5]]
    assert any(float(part) for part in rows[-1][1:5])
    # What has no objective opens into its tickets.
    listed = re.findall(r'aria-label="Without objective, [^"]*" hx-get="([^"]*)"', table)
    assert listed
    tickets = page_client.follow(LEAD, unescape(listed[0])).text
    assert 'id="tab-tickets"' in tickets
    assert "objective=-&amp;kind=" in tickets


@pytest.mark.parametrize("period", ["2026Q2", "2026Q3", "2026Q4"])
def test_a_row_of_tickets_by_objective_adds_up_to_what_its_tickets_gave(page_client: PageClient, period: str) -> None:
    """What gatekeepers and others did was left out without a word."""
    table = re.findall(r'(?s)<table class="stacked">.*?</table>', page_client.objectives(LEAD, period=period).text)[-1]
    rows = table.split("<tr>")[2:]
    opened = {row: re.search(r'hx-get="([^"]*figure=tickets&amp;objective=[^"]*)"', row) for row in rows}
    assert any(opened.values())
    for row, address in opened.items():
        cells = [text_of(cell) for cell in re.findall(r"(?s)<td.*?</td>", row)]
        if address:
            whole = unescape(address[1]).replace("figure=tickets", "figure=total")
            given = re.search(r" ([\d.]+) points? ", text_of(page_client.follow(LEAD, whole).text))
            assert given
            assert round(sum(map(float, cells[1:-1])), 1) == float(given[1]), cells


def test_the_sums_of_tickets_by_objective_open_into_what_they_say(page_client: PageClient) -> None:
    for who in (LEAD, MEMBER, AGENCY_LEAD):
        table = re.findall(r'(?s)<table class="stacked">.*?</table>', page_client.objectives(who).text)[-1]
        opened = re.findall(r'hx-get="([^"]*)"[^>]*>([\d.]+)<', table.partition("<tfoot>")[2])
        assert len(opened) == 5
        for address, shown in opened:
            given = re.search(
                r" ([\d.]+) (?:points?|tickets?) ", text_of(page_client.follow(who, unescape(address)).text)
            )
            assert given
            assert given[1] == shown, address


@pytest.mark.parametrize("period", ["2026Q2", "2026Q3", "2026Q4"])
def test_tickets_without_objective_are_counted_and_open_into_as_many(page_client: PageClient, period: str) -> None:
    for who in (LEAD, MEMBER, AGENCY_LEAD):
        page = page_client.objectives(who, period=period).text
        [(address, shown)] = re.findall(
            r'aria-label="Tickets without objective: \d+" hx-get="([^"]*)"[^>]*>(\d+)<', page
        )
        query = dict(re.findall(r"(engagement|period|objective)=([^&]*)", unescape(address)))
        listed = page_client.follow(who, f"/pages/tickets?{urlencode(query)}").text
        # Those that the reader may not browse are one row.
        hidden = re.search(r'hidden-row">.*?</svg>(\d+) ticket', listed)
        assert len(re.findall(r'id="evidence-\d+"', listed)) + int(hidden[1] if hidden else 0) == int(shown) > 0


def test_of_a_period_with_very_many_tickets_those_without_objective_are_listed_and_not_counted(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.pages.objectives.without_objective.MOST_READ", 5)
    page = page_client.objectives(LEAD).text
    assert re.findall(r'aria-label="Tickets without objective" hx-get="[^"]*"[^>]*>([^<]*)<', page) == ["list"]


def test_amounts_by_objective_stand_as_where_they_open_and_say_where_they_do_not_add_up(
    page_client: PageClient,
) -> None:
    """Half a tenth each: rounded alone they add up to more than the whole."""
    engagement = read_engagement(engagement_file(page_client.story_site.story, ACME))
    day = date(2026, 11, 20)
    keys, part = [objective.key for objective in engagement.objectives], 50_000_000
    sums = {key: [(day, day, DaySums(own=part))] for key in keys}
    whole = {"": [(day, day, DaySums(own=len(keys) * part, tickets=3))]}
    period = next(item for item in quarters(engagement, day) if item.first <= day <= item.last)
    table = objective_table(
        Selection(engagement, "", period, "week", day, False, DEFAULT), sums | whole, dict.fromkeys(keys, "")
    )
    assert table
    assert (table.sums.parts["own"], table.sums.tickets) == ("0.3", "3")
    assert [row.parts["own"] for row in table.rows[:-1]] == ["0.1"] * len(keys)
    assert table.is_off
    assert not table.has_others


def test_what_gatekeepers_and_others_did_stands_in_a_column_rounded_alone(page_client: PageClient) -> None:
    """13.8 of 19 points stood there, and of 5.2 no word."""
    engagement = read_engagement(engagement_file(page_client.story_site.story, ACME))
    day, tenth = date(2026, 11, 20), 100_000_000
    gave = DaySums(own=3 * tenth // 2, taught=3 * tenth // 2, gatekeeper=tenth // 2, unknown=tenth)
    period = next(item for item in quarters(engagement, day) if item.first <= day <= item.last)
    selection = Selection(engagement, "", period, "week", day, False, DEFAULT)
    notes = {objective.key: "" for objective in engagement.objectives}
    table = objective_table(selection, {"": [(day, day, gave)]}, notes)
    assert table
    assert table.has_others
    for row in (table.rows[-1], table.sums):
        assert (row.parts["own"], row.parts["taught"], row.others) == ("0.2", "0.2", "0.2")
